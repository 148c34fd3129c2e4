/** Finds how late, and how loud, a signal that was sent comes back, by cross-correlation. */

import { crossCorrelation } from "./cross-correlation.ts";

export interface FoundDelay {
  /** Samples from the reference to its return. */
  readonly lag: number;
  /** Power of the return re the reference, dB. */
  readonly levelDb: number;
  /** Height of the peak over the next highest away from it: below 2 nothing is certain. */
  readonly clarity: number;
}

/** Samples around the peak that belong to it. */
const PEAK = 64;

/** r(l) = sum_n s[n] x[n + l] / sum_n s[n]^2 over lags 0 to `longest`: the l of the largest |r|, whose square is the power of the return. Null where the reference is silent. */
export function findDelay(reference: Float32Array, recording: Float32Array, longest: number): FoundDelay | null {
  const energy = reference.reduce((sum, v) => sum + v * v, 0);
  if (!(energy > 1e-9)) return null;
  const correlation = crossCorrelation(reference, recording);
  const at = (lag: number) => Math.abs(correlation[lag]!);
  const last = Math.min(longest, recording.length - 1);
  let best = 0;
  for (let lag = 1; lag <= last; lag++) if (at(lag) > at(best)) best = lag;
  let next = 0;
  for (let lag = 0; lag <= last; lag++) if (Math.abs(lag - best) > PEAK) next = Math.max(next, at(lag));
  return { lag: best, levelDb: 20 * Math.log10(Math.max(1e-9, at(best) / energy)), clarity: at(best) / Math.max(next, 1e-12) };
}
