/** Measures how loud a sound is, in LUFS (ITU-R BS.1770-4). */

import type { Audio } from "./audio.ts";

/** What is said of a sound with nothing above the absolute gate. */
export const SILENCE_LUFS = -70;

/** Seconds of a gating block; blocks overlap by three quarters. */
const BLOCK_SECONDS = 0.4;
const OVERLAP = 4;
/** LU by which the relative gate lies under the mean of the blocks above the absolute one. */
const RELATIVE_GATE = -10;
/** Offset in LU that puts a 997 Hz sine of full scale in one channel at -3.01 LUFS. */
const OFFSET = -0.691;

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

/** Weight of a channel: of 5 channels (L R C Ls Rs) and 6 (L R C LFE Ls Rs) the surround ones count 1.41 and the low-frequency one nothing; any other counts 1. */
function weightOf(channel: number, channels: number): number {
  if (channels === 5) return channel >= 3 ? 1.41 : 1;
  if (channels === 6) return channel === 3 ? 0 : channel >= 4 ? 1.41 : 1;
  return 1;
}

/**
 * Integrated loudness L = -0.691 + 10 log10 of the weighted mean square, over the blocks of 400 ms that pass the gates at -70 LUFS and 10 LU under the mean of those. A sound shorter than a
 * block is one block of its own length. Gives SILENCE_LUFS where no block passes. Samples must be finite.
 */
export function integratedLoudness({ sampleRate, channels }: Audio): number {
  const frames = channels[0]?.length ?? 0;
  const hop = Math.max(1, Math.round((BLOCK_SECONDS * sampleRate) / OVERLAP));
  const hops = frames < OVERLAP * hop ? 1 : Math.floor(frames / hop);
  const step = frames < OVERLAP * hop ? frames : hop;
  if (frames === 0) return SILENCE_LUFS;
  /** Weighted sums of squares of each hop. */
  const sums = new Float64Array(hops);
  for (const [channel, samples] of channels.entries()) addSquares(sums, samples, step, weightOf(channel, channels.length), kWeighting(sampleRate));
  const width = hops === 1 ? 1 : OVERLAP;
  const powers = new Float64Array(hops - width + 1);
  for (let block = 0; block < powers.length; block++) {
    let sum = 0;
    for (let i = block; i < block + width; i++) sum += sums[i]!;
    powers[block] = sum / (width * step);
  }
  const above = (gate: number) => powers.filter((power) => loudnessOf(power) > gate);
  const audible = above(SILENCE_LUFS);
  if (audible.length === 0) return SILENCE_LUFS;
  return loudnessOf(mean(above(Math.max(SILENCE_LUFS, loudnessOf(mean(audible)) + RELATIVE_GATE))));
}

function loudnessOf(power: number): number {
  return OFFSET + 10 * Math.log10(power);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Filters a channel by both sections (transposed direct form II) and adds its weighted squares, hop by hop. */
function addSquares(sums: Float64Array, samples: Float32Array, step: number, weight: number, [first, second]: readonly [Biquad, Biquad]): void {
  if (weight === 0) return;
  let [p1, p2, q1, q2] = [0, 0, 0, 0];
  for (let hop = 0, at = 0; hop < sums.length; hop++) {
    let sum = 0;
    for (const end = at + step; at < end; at++) {
      const x = samples[at]!;
      const y = first.b0 * x + p1;
      p1 = first.b1 * x - first.a1 * y + p2;
      p2 = first.b2 * x - first.a2 * y;
      const z = second.b0 * y + q1;
      q1 = second.b1 * y - second.a1 * z + q2;
      q2 = second.b2 * y - second.a2 * z;
      sum += z * z;
    }
    sums[hop]! += weight * sum;
  }
}
