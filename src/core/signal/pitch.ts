/** Estimates the pitch of a short piece of sound by the McLeod pitch method, and says nothing where there is none. */

import { PitchDetector } from "pitchy";

/** Less clear than this (1: perfectly periodic) is no pitch. */
export const CLARITY = 0.9;
/** Hertz that count as a pitch unless told otherwise. */
export const LOWEST_PITCH = 30;
export const HIGHEST_PITCH = 4200;
/** Samples below which nothing is said, whatever the rate. */
const FEWEST = 256;
/** Root mean square below which nothing is said: -100 dB re full scale, where 16 bits end. */
const FAINTEST = 1e-5;

const detectors = new Map<number, PitchDetector<Float32Array>>();

/**
 * Hertz of the fundamental, or null. The piece must hold two periods: 25 ms for 80 Hz. The normalised square difference n(t) = 2 sum x[i] x[i + t] / sum (x[i]^2 + x[i + t]^2) peaks at the
 * period (McLeod & Wyvill 2005, "A smarter way to find pitch"); its height there is the clarity. Allocates once a length; not for the audio thread.
 */
export function pitchOf(samples: Float32Array, sampleRate: number, lowest = LOWEST_PITCH, highest = HIGHEST_PITCH): number | null {
  if (samples.length < FEWEST) return null;
  let detector = detectors.get(samples.length);
  if (!detector) {
    detector = PitchDetector.forFloat32Array(samples.length);
    detector.clarityThreshold = CLARITY;
    detector.minVolumeAbsolute = FAINTEST;
    detectors.set(samples.length, detector);
  }
  const [hertz, clarity] = detector.findPitch(samples, sampleRate);
  return clarity >= CLARITY && hertz >= Math.max(lowest, (2 * sampleRate) / samples.length) && hertz <= highest ? hertz : null;
}
