/** Brings a sound to what the scattering families hear: 2^16 samples at 44.1 kHz, the root of their mean square 1. */

import { checkSamples } from "../signal/audio.ts";
import { resample } from "../signal/resample.ts";

export const SCATTERED_RATE = 44_100;
/** 1.486 s. */
export const SCATTERED_SAMPLES = 2 ** 16;
export const SCATTERED_SECONDS = SCATTERED_SAMPLES / SCATTERED_RATE;

/**
 * x[t] / sqrt(mean x^2), x the first `heard` seconds and silence after them; silence stays silence. Scattering is homogeneous (S(a x) = |a| S(x)), so that gain does
 * not matter afterwards. Throws FormatError for samples that are not finite.
 */
export function scatteredSound(samples: Float32Array, sampleRate: number, heard: number, place: string): Float32Array {
  checkSamples(samples, place);
  const sound = new Float32Array(SCATTERED_SAMPLES);
  const piece = samples.subarray(0, Math.round(heard * sampleRate));
  if (piece.length > 0) sound.set(resample(piece, sampleRate, SCATTERED_RATE).subarray(0, Math.min(SCATTERED_SAMPLES, Math.round(heard * SCATTERED_RATE))));
  let energy = 0;
  for (const value of sound) energy += value * value;
  const gain = energy > 0 ? Math.sqrt(SCATTERED_SAMPLES / energy) : 0;
  return Number.isFinite(gain) ? sound.map((value) => gain * value) : sound.fill(0);
}
