/** Measures how loud a sound is, in LUFS (ITU-R BS.1770-4). */

import type { Audio } from "./audio.ts";
import { KWeighting, lufsOf } from "./k-weighting.ts";

/** What is said of a sound with nothing above the absolute gate. */
export const SILENCE_LUFS = -70;

/** Seconds of a gating block; blocks overlap by three quarters. */
const BLOCK_SECONDS = 0.4;
const OVERLAP = 4;
/** LU by which the relative gate lies under the mean of the blocks above the absolute one. */
const RELATIVE_GATE = -10;
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
  for (const [channel, samples] of channels.entries()) addSquares(sums, samples, step, weightOf(channel, channels.length), new KWeighting(sampleRate));
  const width = hops === 1 ? 1 : OVERLAP;
  const powers = new Float64Array(hops - width + 1);
  for (let block = 0; block < powers.length; block++) {
    let sum = 0;
    for (let i = block; i < block + width; i++) sum += sums[i]!;
    powers[block] = sum / (width * step);
  }
  const above = (gate: number) => powers.filter((power) => lufsOf(power) > gate);
  const audible = above(SILENCE_LUFS);
  if (audible.length === 0) return SILENCE_LUFS;
  return lufsOf(mean(above(Math.max(SILENCE_LUFS, lufsOf(mean(audible)) + RELATIVE_GATE))));
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Weighs a channel and adds its squares, hop by hop. */
function addSquares(sums: Float64Array, samples: Float32Array, step: number, weight: number, weighting: KWeighting): void {
  if (weight === 0) return;
  for (let hop = 0, at = 0; hop < sums.length; hop++) {
    let sum = 0;
    for (const end = at + step; at < end; at++) {
      const z = weighting.push(samples[at]!);
      sum += z * z;
    }
    sums[hop]! += weight * sum;
  }
}
