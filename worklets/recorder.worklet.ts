/** The audio thread's tape: writes what its inputs carry into memory that goes back and forth between it and the page. */

import { CHUNK_FRAMES, RECALL_SECONDS, RECORDER_PROCESSOR, type RecorderOrder, type RecorderReport, STEM_CHANNELS, STEMS } from "../src/protocol/recorder.ts";

/** Chunks in the air at once: 5 s at 48 kHz that a page may be held up for. */
const CHUNKS = 30;
const ROWS = STEMS.length * STEM_CHANNELS;

class RecorderProcessor extends AudioWorkletProcessor {
  readonly #free: Float32Array[] = Array.from({ length: CHUNKS }, () => new Float32Array(ROWS * CHUNK_FRAMES));
  #chunk: Float32Array | null = null;
  #frame = 0;
  #filled = 0;
  #lost = 0;
  #recording = false;
  /** The input's last seconds, `[channels, ring]`: frame f of the context lies at f modulo ring. */
  readonly #ring = Math.ceil(RECALL_SECONDS * sampleRate);
  readonly #kept = new Float32Array(STEM_CHANNELS * this.#ring);
  /** Frame that was kept first, and the one after the last. */
  #keptFrom = -1;
  #keptTo = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<RecorderOrder>) => this.#obey(data);
  }

  override process(inputs: readonly (readonly Float32Array[])[], outputs: readonly (readonly Float32Array[])[]): boolean {
    const frames = outputs[0]?.[0]?.length ?? 128;
    this.#keep(inputs[0], frames);
    if (!this.#recording) return true;
    for (let from = 0; from < frames; ) {
      this.#chunk ??= this.#open(currentFrame + from);
      if (!this.#chunk) {
        this.#lost += frames - from;
        return true;
      }
      const count = Math.min(frames - from, CHUNK_FRAMES - this.#filled);
      for (let stem = 0; stem < STEMS.length; stem++) this.#write(this.#chunk, stem, inputs[stem], from, count);
      this.#filled += count;
      from += count;
      if (this.#filled === CHUNK_FRAMES) this.#send();
    }
    return true;
  }

  /** A mono signal stands on both channels, a silent one is written as zeros. */
  #write(chunk: Float32Array, stem: number, channels: readonly Float32Array[] | undefined, from: number, count: number): void {
    for (let c = 0; c < STEM_CHANNELS; c++) {
      const source = channels?.[c] ?? channels?.[0];
      const at = (stem * STEM_CHANNELS + c) * CHUNK_FRAMES + this.#filled;
      if (!source) chunk.fill(0, at, at + count);
      else for (let i = 0; i < count; i++) chunk[at + i] = source[from + i]!;
    }
  }

  /** Writes the input over its oldest frames. */
  #keep(channels: readonly Float32Array[] | undefined, frames: number): void {
    if (this.#keptFrom < 0) this.#keptFrom = currentFrame;
    for (let c = 0; c < STEM_CHANNELS; c++) {
      const source = channels?.[c] ?? channels?.[0];
      const row = c * this.#ring;
      for (let i = 0, at = currentFrame % this.#ring; i < frames; i++, at = at + 1 === this.#ring ? 0 : at + 1) this.#kept[row + at] = source ? source[i]! : 0;
    }
    this.#keptTo = currentFrame + frames;
  }

  #recall(id: number, frame: number, samples: Float32Array): void {
    const wanted = samples.length / STEM_CHANNELS;
    const there = frame >= Math.max(this.#keptFrom, this.#keptTo - this.#ring) && this.#keptFrom >= 0;
    const frames = there ? Math.max(0, Math.min(wanted, this.#keptTo - frame)) : 0;
    for (let c = 0; c < STEM_CHANNELS; c++) {
      for (let i = 0, at = frame % this.#ring; i < frames; i++, at = at + 1 === this.#ring ? 0 : at + 1) samples[c * wanted + i] = this.#kept[c * this.#ring + at]!;
    }
    this.port.postMessage({ kind: "recalled", id, frames, samples } satisfies RecorderReport, [samples.buffer as ArrayBuffer]);
  }

  #open(frame: number): Float32Array | null {
    const chunk = this.#free.pop() ?? null;
    if (!chunk) return null;
    this.#tellLost();
    this.#frame = frame;
    this.#filled = 0;
    return chunk;
  }

  #send(): void {
    if (!this.#chunk) return;
    this.port.postMessage({ kind: "chunk", frame: this.#frame, frames: this.#filled, samples: this.#chunk } satisfies RecorderReport, [this.#chunk.buffer as ArrayBuffer]);
    this.#chunk = null;
  }

  #obey(order: RecorderOrder): void {
    switch (order.kind) {
      case "record":
        this.#recording = true;
        break;
      case "stop":
        this.#recording = false;
        if (this.#filled > 0) this.#send();
        this.#chunk = null;
        this.#tellLost();
        this.#report({ kind: "stopped" });
        break;
      case "return":
        if (this.#free.length < CHUNKS) this.#free.push(order.samples);
        break;
      case "recall":
        this.#recall(order.id, order.frame, order.samples);
        break;
      default:
        order satisfies never;
    }
  }

  #tellLost(): void {
    if (this.#lost > 0) this.#report({ kind: "lost", frames: this.#lost });
    this.#lost = 0;
  }

  #report(report: RecorderReport): void {
    this.port.postMessage(report);
  }
}

/** A second load of this module meets the name taken: the first registration serves both. */
try {
  registerProcessor(RECORDER_PROCESSOR, RecorderProcessor);
} catch {
  // registered already
}
