/** Hears a stream: finds onsets, and says of each sound what it is like at the contexts asked for. The worklet and every offline host that wants the live behaviour run this object. */

import { decibels } from "./analysis.ts";
import { FormatError } from "./errors.ts";
import { CONTEXTS } from "./features/feature.ts";
import { SIZE, SimileStream } from "./features/simile.ts";
import { GrainStream } from "./grain-stream.ts";
import { EchoBound } from "./onset/echo-bound.ts";
import { OnsetDetector } from "./onset/onset-detector.ts";
import { KWeighting, lufsOf } from "./signal/k-weighting.ts";

/** What the listener says; called in the midst of `push`. Positions are samples since the stream began. */
export interface Hearer {
  /** The onset was known after sample `detected`. */
  onset(onset: number, position: number, detected: number): void;
  /** `values` is new each time and belongs to the hearer. Loudness of the context: root mean square, dB re full scale, and weighted, LUFS. */
  vector(onset: number, position: number, contextSeconds: number, loudnessDb: number, values: Float32Array<ArrayBuffer>, lufs: number): void;
  /** A piece of the running input, where grains are asked for; it began at `position`. `onset` is the last one so far, -1 before the first. */
  grain?(onset: number, position: number, contextSeconds: number, loudnessDb: number, values: Float32Array<ArrayBuffer>, lufs: number): void;
}

/** Seconds kept from before the moment of detection: more than the detector looks back. */
const KEPT_SECONDS = 0.1;
/** Samples taken at once: fewer than are kept at any rate. */
const MAX_BLOCK = 512;
/** Own output where none is given. */
const SILENT_BLOCK = new Float32Array(16_384);
/** Level of the running input, dB re full scale, from which on grains follow it, at the sensitivities 0 and 1. */
const GRAIN_GATE_DB = [-40, -64] as const;

/**
 * One stream of mono samples at `sampleRate`. A new onset ends the hearing of the sound before. Blocks may be of any size: the same samples give the same onsets and vectors,
 * and each vector is exactly what `simile.extract` gives for the samples from the onset on. Real-time safe after construction, but for the values that it hands over.
 */
export class Listener {
  readonly sampleRate: number;
  readonly #hearer: Hearer;
  readonly #detector: OnsetDetector;
  readonly #stream: SimileStream;
  readonly #weighting: KWeighting;
  readonly #grains: GrainStream;
  readonly #echo: EchoBound;
  #guarded = false;
  /** The last samples, as they came and weighted. */
  readonly #ring: Float32Array;
  readonly #weightedRing: Float32Array;
  #samples = 0;
  #onsets = 0;
  #position = 0;
  #hearing = false;
  #heard = 0;
  #squares = 0;
  #weightedSquares = 0;
  #contexts: readonly number[] = CONTEXTS;
  /** Sample counts of the contexts, ascending, and the next that is due. */
  #counts: readonly number[] = [];
  #next = 0;

  constructor(sampleRate: number, hearer: Hearer) {
    this.sampleRate = sampleRate;
    this.#hearer = hearer;
    this.#detector = new OnsetDetector(sampleRate);
    this.#stream = new SimileStream(sampleRate);
    this.#weighting = new KWeighting(sampleRate);
    this.#echo = new EchoBound(sampleRate);
    this.#grains = new GrainStream(sampleRate, (position, contextSeconds, squares, weightedSquares, values) => {
      if (!this.#guarded || this.#echo.overEcho) hearer.grain?.(this.#onsets - 1, position, contextSeconds, decibels(squares), values, lufsOf(weightedSquares));
    });
    this.#ring = new Float32Array(Math.ceil(KEPT_SECONDS * sampleRate));
    this.#weightedRing = new Float32Array(this.#ring.length);
    this.setContexts(CONTEXTS);
    this.setSensitivity(0.5);
  }

  /** Samples taken so far. */
  get samples(): number {
    return this.#samples;
  }

  /** 0 (only the clearest onsets) to 1 (every onset). */
  setSensitivity(sensitivity: number): void {
    if (!(sensitivity >= 0 && sensitivity <= 1)) throw new FormatError(`listener: expected a sensitivity from 0 to 1, got ${sensitivity}; set one in that range.`);
    this.#detector.setSensitivity(sensitivity);
    this.#grains.setGate(GRAIN_GATE_DB[0] + sensitivity * (GRAIN_GATE_DB[1] - GRAIN_GATE_DB[0]));
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

  /** A vector of the running input every `seconds`, whatever begins or ends in it; null: none. */
  setGrains(seconds: number | null): void {
    if (seconds !== null && !(seconds >= 0.01 && seconds <= 1)) throw new FormatError(`listener: expected grains of 0.01 to 1 s, got ${seconds}; set one in that range.`);
    this.#grains.setInterval(seconds);
  }

  /** Writes the last samples of what was heard, at most `into.length` of them and none from before the sound's onset, and gives their count. For use inside the hearer's calls. */
  recent(into: Float32Array): number {
    const ring = this.#ring;
    const end = this.#hearing ? this.#position + this.#heard : this.#samples;
    const count = Math.min(into.length, this.#hearing ? this.#heard : end, ring.length - (this.#samples - end));
    for (let i = 0; i < count; i++) into[i] = ring[(end - count + i) % ring.length]!;
    return count;
  }

  /** Whether what comes in may hold the own output, which `push` is given then: no onset and no grain is answered that could be its echo. */
  setGuard(guarded: boolean): void {
    this.#guarded = guarded;
    this.#detector.setEcho(guarded ? this.#echo : null);
    if (!guarded) this.#echo.reset();
  }

  /** Takes `block[start, end)`, mono and finite, and what went to the loudspeakers in the same frames. */
  push(block: Float32Array, start = 0, end = block.length, own: Float32Array | null = null): void {
    if (this.#guarded) this.#echo.push(own ?? SILENT_BLOCK, own ? start : 0, own ? end : Math.min(end - start, SILENT_BLOCK.length));
    for (let from = start; from < end; ) {
      const to = this.#detector.push(block, from, Math.min(end, from + MAX_BLOCK));
      this.#keep(block, from, to);
      if (this.#hearing) this.#hear();
      if (this.#detector.found) this.#begin(this.#detector.event.position);
      from = to;
    }
  }

  /** Keeps samples as they came and weighted, and lets the grains hear them. */
  #keep(block: Float32Array, start: number, end: number): void {
    const ring = this.#ring;
    for (let from = start; from < end; ) {
      const place = this.#samples % ring.length;
      const count = Math.min(end - from, ring.length - place);
      for (let i = 0; i < count; i++) {
        const sample = block[from + i]!;
        ring[place + i] = sample;
        this.#weightedRing[place + i] = this.#weighting.push(sample);
      }
      this.#samples += count;
      from += count;
      this.#grains.push(ring, this.#weightedRing, place, count);
    }
  }

  /** A sound began at `position`: hears what is kept of it. */
  #begin(position: number): void {
    this.#position = Math.max(position, this.#samples - this.#ring.length, 0);
    this.#stream.reset();
    this.#heard = 0;
    this.#squares = 0;
    this.#weightedSquares = 0;
    this.#next = 0;
    this.#hearing = true;
    this.#hearer.onset(this.#onsets++, this.#position, this.#samples);
    this.#hear();
  }

  /** Hears what is kept of the sound and was not heard yet, and stops at each context to say its vector. */
  #hear(): void {
    const ring = this.#ring;
    const weighted = this.#weightedRing;
    for (let at = this.#position + this.#heard; at < this.#samples; ) {
      const due = this.#counts[this.#next];
      if (due === undefined) {
        this.#hearing = false;
        return;
      }
      const place = at % ring.length;
      const count = Math.min(this.#samples - at, ring.length - place, due - this.#heard);
      this.#stream.push(ring, place, place + count);
      for (let i = place; i < place + count; i++) {
        this.#squares += ring[i]! ** 2;
        this.#weightedSquares += weighted[i]! ** 2;
      }
      this.#heard += count;
      at += count;
      if (this.#heard === due) {
        const values = new Float32Array(SIZE);
        this.#stream.snapshot(values);
        this.#hearer.vector(this.#onsets - 1, this.#position, this.#contexts[this.#next]!, decibels(this.#squares / due), values, lufsOf(this.#weightedSquares / due));
        this.#next++;
      }
    }
  }
}
