/** Matches an answer's level to the sound that it answers. */

/** Loudness of the input, dB re full scale (root mean square of its context), at which a sound plays as it was recorded. */
export const REFERENCE_DB = -20;
export const LEAST_GAIN_DB = -30;
export const MOST_GAIN_DB = 6;

/** g = 10^(G / 20) with G = L - reference, held to the range: a decibel more in is a decibel more out. */
export function answerGain(loudnessDb: number): number {
  const gainDb = Number.isFinite(loudnessDb) ? loudnessDb - REFERENCE_DB : LEAST_GAIN_DB;
  return 10 ** (Math.min(MOST_GAIN_DB, Math.max(LEAST_GAIN_DB, gainDb)) / 20);
}
