/** Hears a stream: finds onsets, and says of each sound what it is like at the contexts asked for. The worklet and every offline host that wants the live behaviour run this object. */

import { decibels } from "./analysis.ts";
import { FormatError } from "./errors.ts";
import { CONTEXTS } from "./features/feature.ts";
import { SIZE, SimileStream } from "./features/simile.ts";
import { OnsetDetector } from "./onset/onset-detector.ts";

/** What the listener says; called in the midst of `push`. Positions are samples since the stream began. */
export interface Hearer {
  onset(onset: number, position: number): void;
  /** `values` is new each time and belongs to the hearer. */
  vector(onset: number, position: number, contextSeconds: number, loudnessDb: number, values: Float32Array<ArrayBuffer>): void;
}

/** Seconds kept from before the moment of detection: more than the detector looks back. */
const KEPT_SECONDS = 0.1;

/**
 * One stream of mono samples at `sampleRate`. A new onset ends the hearing of the sound before. Blocks may be of any size: the same samples give the same onsets and vectors,
 * and each vector is exactly what `simile.extract` gives for the samples from the onset on. Real-time safe after construction, but for the values that it hands over.
 */
export class Listener {
  readonly sampleRate: number;
  readonly #hearer: Hearer;
  readonly #detector: OnsetDetector;
  readonly #stream: SimileStream;
  readonly #ring: Float32Array;
  #samples = 0;
  #onsets = 0;
  #position = 0;
  #hearing = false;
  #heard = 0;
  #squares = 0;
  #contexts: readonly number[] = CONTEXTS;
  /** Sample counts of the contexts, ascending, and the next that is due. */
  #counts: readonly number[] = [];
  #next = 0;

  constructor(sampleRate: number, hearer: Hearer) {
    this.sampleRate = sampleRate;
    this.#hearer = hearer;
    this.#detector = new OnsetDetector(sampleRate);
    this.#stream = new SimileStream(sampleRate);
    this.#ring = new Float32Array(Math.ceil(KEPT_SECONDS * sampleRate));
    this.setContexts(CONTEXTS);
  }

  /** Samples taken so far. */
  get samples(): number {
    return this.#samples;
  }

  /** 0 (only the clearest onsets) to 1 (every onset). */
  setSensitivity(sensitivity: number): void {
    if (!(sensitivity >= 0 && sensitivity <= 1)) throw new FormatError(`listener: expected a sensitivity from 0 to 1, got ${sensitivity}; set one in that range.`);
    this.#detector.setSensitivity(sensitivity);
  }

  /** Seconds after each onset at which a vector is due; holds for the sound being heard as well. Throws FormatError for what is not in CONTEXTS. */
  setContexts(contexts: readonly number[]): void {
    for (const context of contexts) {
      if (!(CONTEXTS as readonly number[]).includes(context)) throw new FormatError(`listener: expected contexts among ${CONTEXTS.join(", ")} s, got ${context}; choose some of these.`);
    }
    this.#contexts = [...contexts].sort((a, b) => a - b);
    this.#counts = this.#contexts.map((context) => Math.round(context * this.sampleRate));
    this.#next = this.#counts.findIndex((count) => count > this.#heard);
    if (this.#next < 0) this.#next = this.#counts.length;
  }

  /** Takes `block[start, end)`, mono and finite. */
  push(block: Float32Array, start = 0, end = block.length): void {
    const ring = this.#ring;
    for (let from = start; from < end; ) {
      const to = this.#detector.push(block, from, end);
      if (this.#hearing) this.#hear(block, from, to);
      for (let i = from; i < to; i++) {
        ring[this.#samples % ring.length] = block[i]!;
        this.#samples++;
      }
      if (this.#detector.found) this.#begin(this.#detector.event.position);
      from = to;
    }
  }

  /** A sound began at `position`: hears what is kept of it, then goes on with what comes. */
  #begin(position: number): void {
    const ring = this.#ring;
    const first = Math.max(position, this.#samples - ring.length, 0);
    this.#position = first;
    this.#stream.reset();
    this.#heard = 0;
    this.#squares = 0;
    this.#next = 0;
    this.#hearing = true;
    const onset = this.#onsets++;
    this.#hearer.onset(onset, first);
    for (let at = first; at < this.#samples && this.#hearing; ) {
      const place = at % ring.length;
      const count = Math.min(this.#samples - at, ring.length - place);
      this.#hear(ring, place, place + count);
      at += count;
    }
  }

  /** Hears samples of the sound, and stops at each context to say its vector. */
  #hear(block: Float32Array, start: number, end: number): void {
    for (let from = start; from < end && this.#hearing; ) {
      const due = this.#counts[this.#next];
      if (due === undefined) {
        this.#hearing = false;
        return;
      }
      const to = Math.min(end, from + due - this.#heard);
      this.#stream.push(block, from, to);
      for (let i = from; i < to; i++) this.#squares += block[i]! ** 2;
      this.#heard += to - from;
      from = to;
      if (this.#heard === due) {
        const values = new Float32Array(SIZE);
        this.#stream.snapshot(values);
        this.#hearer.vector(this.#onsets - 1, this.#position, this.#contexts[this.#next]!, decibels(this.#squares / due), values);
        this.#next++;
      }
    }
  }
}
