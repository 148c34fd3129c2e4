/** Weighs a signal as listeners do before its level is taken: the K-weighting of ITU-R BS.1770, at any sampling rate. */

/** LUFS of a mean square after the weighting: -0.691 + 10 log10(z), so that a full sine at 997 Hz in one channel is -3.01 LUFS. */
const OFFSET_DB = -0.691;
/** What is said of digital silence. */
export const LEAST_LUFS = -120;

/** Coefficients of a second-order section, a0 = 1. */
export interface Biquad {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}

/**
 * The two sections of the K weighting at a rate: a shelf for the head, a high-pass (BS.1770-4, annex 1, tables 1 and 2, given at 48 kHz; at other rates the same analogue filters by the
 * bilinear transform, their constants after Brecht De Man, "Evaluation of implementations of the EBU R128 loudness measurement", AES 145, 2018).
 */
export function kWeighting(sampleRate: number): readonly [Biquad, Biquad] {
  const shelf = (() => {
    const [frequency, gainDb, q] = [1681.974450955533, 3.999843853973347, 0.7071752369554196];
    const k = Math.tan((Math.PI * frequency) / sampleRate);
    const high = 10 ** (gainDb / 20);
    const band = high ** 0.4996667741545416;
    const a0 = 1 + k / q + k * k;
    return { b0: (high + (band * k) / q + k * k) / a0, b1: (2 * (k * k - high)) / a0, b2: (high - (band * k) / q + k * k) / a0, a1: (2 * (k * k - 1)) / a0, a2: (1 - k / q + k * k) / a0 };
  })();
  const [frequency, q] = [38.13547087602444, 0.5003270373238773];
  const k = Math.tan((Math.PI * frequency) / sampleRate);
  const a0 = 1 + k / q + k * k;
  return [shelf, { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / a0, a2: (1 - k / q + k * k) / a0 }];
}

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
