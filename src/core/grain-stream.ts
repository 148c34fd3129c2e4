/** Hears the running input piece by piece: a vector of the last tenth of a second or less at every step of an even grid, for grains that follow. */

import { CONTEXTS } from "./features/feature.ts";
import { SIZE, SimileStream } from "./features/simile.ts";

/** Takes what a piece was: its first sample, its length in seconds, its mean squares as it came and weighted. `values` is new each time. */
export type GrainHearer = (position: number, contextSeconds: number, squares: number, weightedSquares: number, values: Float32Array<ArrayBuffer>) => void;

/** Pieces that overlap at most. */
const LANES = 4;
/** A longer piece would blur what follows the input. */
const LONGEST_SECONDS = 0.1;

/** The longest context that `LANES` pieces at that interval can cover. */
export function grainContext(interval: number): number {
  return CONTEXTS.reduce((best, context) => (context <= LONGEST_SECONDS && context <= LANES * interval + 1e-9 ? context : best), CONTEXTS[0] as number);
}

/** One piece under way. */
interface Lane {
  readonly stream: SimileStream;
  /** Sample at which its piece begins. */
  begin: number;
  squares: number;
  weighted: number;
}

/** Real-time safe after construction, but for the values that it hands over. */
export class GrainStream {
  readonly #sampleRate: number;
  readonly #hearer: GrainHearer;
  readonly #lanes: readonly Lane[];
  /** Lanes in use; 0: nothing is heard. */
  #used = 0;
  #interval = 0;
  #context = 0;
  #length = 0;
  #samples = 0;
  /** Least mean square of a piece that is told. */
  #gate = 0;

  constructor(sampleRate: number, hearer: GrainHearer) {
    this.#sampleRate = sampleRate;
    this.#hearer = hearer;
    this.#lanes = Array.from({ length: LANES }, () => ({ stream: new SimileStream(sampleRate), begin: 0, squares: 0, weighted: 0 }));
  }

  /** Level below which a piece is silence, dB re full scale. */
  setGate(db: number): void {
    this.#gate = 10 ** (db / 10);
  }

  /** A piece ends every `seconds` from now on; null: none. */
  setInterval(seconds: number | null): void {
    const interval = seconds === null ? 0 : Math.round(seconds * this.#sampleRate);
    if (interval === this.#interval) return;
    this.#interval = interval;
    this.#used = 0;
    if (interval === 0) return;
    this.#context = grainContext(interval / this.#sampleRate);
    this.#length = Math.round(this.#context * this.#sampleRate);
    this.#used = Math.ceil(this.#length / interval);
    for (let i = 0; i < this.#used; i++) this.#open(this.#lanes[i]!, this.#samples + i * interval);
  }

  /** Takes `count` samples from `start` on, as they came and weighted. */
  push(samples: Float32Array, weighted: Float32Array, start: number, count: number): void {
    const length = this.#length;
    for (let from = start; from < start + count; ) {
      let to = start + count;
      for (let i = 0; i < this.#used; i++) {
        const { begin } = this.#lanes[i]!;
        to = Math.min(to, from + (this.#samples < begin ? begin : begin + length) - this.#samples);
      }
      for (let i = 0; i < this.#used; i++) if (this.#samples >= this.#lanes[i]!.begin) this.#hear(this.#lanes[i]!, samples, weighted, from, to);
      this.#samples += to - from;
      from = to;
      for (let i = 0; i < this.#used; i++) if (this.#samples === this.#lanes[i]!.begin + length) this.#say(this.#lanes[i]!);
    }
  }

  #open(lane: Lane, begin: number): void {
    lane.begin = begin;
    lane.squares = 0;
    lane.weighted = 0;
    lane.stream.reset();
  }

  #hear(lane: Lane, samples: Float32Array, weighted: Float32Array, start: number, end: number): void {
    lane.stream.push(samples, start, end);
    for (let i = start; i < end; i++) {
      lane.squares += samples[i]! ** 2;
      lane.weighted += weighted[i]! ** 2;
    }
  }

  #say(lane: Lane): void {
    const length = this.#length;
    if (lane.squares >= this.#gate * length) {
      const values = new Float32Array(SIZE);
      lane.stream.snapshot(values);
      this.#hearer(lane.begin, this.#context, lane.squares / length, lane.weighted / length, values);
    }
    this.#open(lane, lane.begin + this.#used * this.#interval);
  }
}
