/** Finds a sound inside a recording by normalised cross-correlation. */

import { crossCorrelation } from "../../../src/core/signal/cross-correlation.ts";

export interface Found {
  /** Where the sound begins in the recording, samples. */
  readonly lag: number;
  /** Cosine of the sound and the stretch of the recording there: 1 for the same shape at any positive gain. */
  readonly correlation: number;
}

/** r(l) = sum_n s_n x_(n+l) / (|s| |x_l..l+N|), the lag with the largest r. Lengths in samples of one rate. */
export function findSound(sound: Float32Array, recording: Float32Array): Found {
  const correlation = crossCorrelation(sound, recording);
  const energy = new Float64Array(recording.length + 1);
  recording.forEach((sample, i) => (energy[i + 1] = energy[i]! + sample * sample));
  const norm = Math.sqrt(sound.reduce((sum, sample) => sum + sample * sample, 0));
  let best: Found = { lag: 0, correlation: 0 };
  for (let lag = 0; lag + sound.length <= recording.length; lag++) {
    const stretch = Math.sqrt(energy[lag + sound.length]! - energy[lag]!);
    const value = stretch * norm > 1e-9 ? correlation[lag]! / (stretch * norm) : 0;
    if (value > best.correlation) best = { lag, correlation: value };
  }
  return best;
}
