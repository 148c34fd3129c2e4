/** Weighs a signal as listeners do before its level is taken: the K-weighting of ITU-R BS.1770, at any sampling rate. */

import { type Biquad, kWeighting } from "./loudness.ts";

/** LUFS of a mean square after the weighting: -0.691 + 10 log10(z), so that a full sine at 997 Hz in one channel is -3.01 LUFS. */
const OFFSET_DB = -0.691;
/** What is said of digital silence. */
export const LEAST_LUFS = -120;

/** A stream of samples through the weighting; real-time safe after construction. */
export class KWeighting {
  readonly #filters: readonly [Biquad, Biquad];
  /** Two delays of each filter, direct form II transposed. */
  readonly #state = new Float64Array(4);

  constructor(sampleRate: number) {
    this.#filters = kWeighting(sampleRate);
  }

  reset(): void {
    this.#state.fill(0);
  }

  /** The weighted sample. */
  push(sample: number): number {
    const state = this.#state;
    let x = sample;
    for (let f = 0; f < 2; f++) {
      const { b0, b1, b2, a1, a2 } = this.#filters[f]!;
      const y = b0 * x + state[2 * f]!;
      state[2 * f] = b1 * x - a1 * y + state[2 * f + 1]!;
      state[2 * f + 1] = b2 * x - a2 * y;
      x = y;
    }
    // What is this small is silence, and slow to compute with.
    if (Math.abs(x) < 1e-30) state.fill(0, 2);
    return x;
  }
}

/** Loudness of a mean square of weighted samples, LUFS, at least LEAST_LUFS. */
export function lufsOf(meanSquare: number): number {
  return Math.max(LEAST_LUFS, OFFSET_DB + 10 * Math.log10(Math.max(meanSquare, Number.MIN_VALUE)));
}
