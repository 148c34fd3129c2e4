/** The audio thread's ear: mixes what comes in to one channel, finds onsets and sends the vectors of each sound straight to the engine. */

import { messageOf } from "../src/core/errors.ts";
import { NAME, VERSION } from "../src/core/features/simile.ts";
import { Listener } from "../src/core/listener.ts";
import { LOUDEST } from "../src/core/signal/audio.ts";
import { LISTENER_PROCESSOR, type ListenerEvent, type ListenerOrder, type ListenerReport } from "../src/protocol/listener.ts";

/** Last samples sent for the pitch: 43 ms at 48 kHz, two periods of 47 Hz. */
const RECENT = 2048;

/** Frames of a quantum while nothing is connected; also the first size of the mix. */
const QUANTUM = 128;

class ListenerProcessor extends AudioWorkletProcessor {
  readonly #listener: Listener;
  readonly #recent = new Float32Array(RECENT);
  #mono = new Float32Array(QUANTUM);
  #own = new Float32Array(QUANTUM);
  #pitch = false;
  #engine: MessagePort | null = null;
  /** Frames of the context before the listener's sample 0. */
  #origin = 0;
  #index = 0;
  /** Audio-clock seconds up to which was heard. */
  #now = 0;
  #faulted = false;
  #damaged = false;

  constructor() {
    super();
    this.#listener = new Listener(sampleRate, {
      onset: (onset, position, detected) =>
        this.#tell({ kind: "onset", index: this.#index, onset, time: (this.#origin + position) / sampleRate, detectedTime: (this.#origin + detected) / sampleRate }),
      vector: (...heard) => this.#vector(false, ...heard),
      grain: (...heard) => this.#vector(true, ...heard),
    });
    this.port.onmessage = ({ data }: MessageEvent<ListenerOrder>) => this.#obey(data);
  }

  override process(inputs: readonly (readonly Float32Array[])[]): boolean {
    try {
      const frames = this.#mix(inputs[0]);
      const own = this.#mixOwn(inputs[1], frames);
      this.#origin = currentFrame - this.#listener.samples;
      this.#now = (currentFrame + frames) / sampleRate;
      this.#listener.push(this.#mono, 0, frames, own);
    } catch (cause) {
      if (!this.#faulted) this.#report({ kind: "fault", message: `listener: ${messageOf(cause)}` });
      this.#faulted = true;
    }
    return true;
  }

  /** Mean of the channels into `#mono`; gives its length. What is not finite counts as zero. */
  #mix(channels: readonly Float32Array[] | undefined): number {
    const count = channels?.length ?? 0;
    const frames = channels?.[0]?.length ?? QUANTUM;
    // Only a context whose quantum is not 128 comes here, once.
    if (this.#mono.length < frames) this.#mono = new Float32Array(frames);
    const mono = this.#mono;
    for (let i = 0; i < frames; i++) {
      let sum = 0;
      for (let c = 0; c < count; c++) sum += channels![c]![i]!;
      const sample = count > 1 ? sum / count : sum;
      // False for NaN and infinities as well.
      if (Math.abs(sample) <= LOUDEST) mono[i] = sample;
      else {
        mono[i] = 0;
        if (!this.#damaged) this.#report({ kind: "fault", message: `listener: expected finite samples, got ${sample}; they count as silence: check the input device or what feeds it.` });
        this.#damaged = true;
      }
    }
    return frames;
  }

  /** Mean of the own output's channels; null where it is silent. */
  #mixOwn(channels: readonly Float32Array[] | undefined, frames: number): Float32Array | null {
    const count = channels?.length ?? 0;
    if (count === 0) return null;
    if (this.#own.length < frames) this.#own = new Float32Array(frames);
    const own = this.#own;
    for (let i = 0; i < frames; i++) {
      let sum = 0;
      for (let c = 0; c < count; c++) sum += channels![c]![i]!;
      own[i] = Math.abs(sum) <= LOUDEST ? sum / count : 0;
    }
    return own;
  }

  #obey(order: ListenerOrder): void {
    try {
      switch (order.kind) {
        case "connect":
          this.#engine?.close();
          this.#engine = order.port;
          break;
        case "configure":
          if (order.settings.contexts !== undefined) this.#listener.setContexts(order.settings.contexts);
          if (order.settings.grainSeconds !== undefined) this.#listener.setGrains(order.settings.grainSeconds);
          if (order.settings.guard !== undefined) this.#listener.setGuard(order.settings.guard);
          this.#pitch = order.settings.pitch ?? this.#pitch;
          if (order.settings.sensitivity !== undefined) this.#listener.setSensitivity(order.settings.sensitivity);
          break;
        case "flush":
          this.#report({ kind: "flushed", id: order.id });
          break;
        default:
          order satisfies never;
      }
    } catch (cause) {
      this.#report({ kind: "fault", message: messageOf(cause) });
    }
  }

  #vector(grain: boolean, onset: number, position: number, contextSeconds: number, loudnessDb: number, values: Float32Array<ArrayBuffer>, lufs: number): void {
    const onsetTime = (this.#origin + position) / sampleRate;
    const recent = this.#pitch ? this.#recent.slice(0, this.#listener.recent(this.#recent)) : null;
    const transfer = recent ? [values.buffer, recent.buffer] : [values.buffer];
    this.#tell({ kind: "vector", index: this.#index, onset, onsetTime, time: this.#now, contextSeconds, loudnessDb, lufs, feature: NAME, version: VERSION, values, grain, recent, sampleRate }, transfer);
  }

  #tell(event: ListenerEvent, transfer: readonly ArrayBuffer[] = []): void {
    if (!this.#engine) return;
    this.#index++;
    this.#engine.postMessage(event, transfer);
  }

  #report(report: ListenerReport): void {
    this.port.postMessage(report);
  }
}

/** A second load of this module meets the name taken: the first registration serves both. */
try {
  registerProcessor(LISTENER_PROCESSOR, ListenerProcessor);
} catch {
  // registered already
}
