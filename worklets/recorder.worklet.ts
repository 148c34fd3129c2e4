/** The audio thread's tape: writes what its inputs carry into memory that goes back and forth between it and the page. */

import { CHUNK_FRAMES, RECORDER_PROCESSOR, type RecorderOrder, type RecorderReport, STEM_CHANNELS, STEMS } from "../src/protocol/recorder.ts";

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

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<RecorderOrder>) => this.#obey(data);
  }

  override process(inputs: readonly (readonly Float32Array[])[], outputs: readonly (readonly Float32Array[])[]): boolean {
    if (!this.#recording) return true;
    const frames = outputs[0]?.[0]?.length ?? 128;
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

  #open(frame: number): Float32Array | null {
    const chunk = this.#free.pop() ?? null;
    if (!chunk) return null;
    if (this.#lost > 0) this.#report({ kind: "lost", frames: this.#lost });
    this.#lost = 0;
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
        this.#report({ kind: "stopped" });
        break;
      case "return":
        if (this.#free.length < CHUNKS) this.#free.push(order.samples);
        break;
      default:
        order satisfies never;
    }
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
