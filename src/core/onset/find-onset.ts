/** Finds where the sound of a recording begins, by the same detector that listens live. */

import { OnsetDetector } from "./onset-detector.ts";

/** Counts changes of the rule that move onsets: what is cached of a sound from its onset on holds for one version alone. */
export const ONSET_VERSION = 2;

/** Silence fed after the end, so that a detection late in the sound is not missed. */
const TAIL_SECONDS = 0.02;

/**
 * Index of the first sample of the sound in mono `samples` at `sampleRate` hertz; 0 where nothing is found. The level does not matter: the loudest sample is brought to full scale first.
 * Samples that are not finite count as zero.
 */
export function findOnset(samples: Float32Array, sampleRate: number): number {
  let peak = 0;
  for (const sample of samples) {
    const size = Math.abs(sample);
    if (size > peak && size < Number.POSITIVE_INFINITY) peak = size;
  }
  if (peak === 0) return 0;
  const scaled = new Float32Array(samples.length + Math.ceil(TAIL_SECONDS * sampleRate));
  for (let i = 0; i < samples.length; i++) scaled[i] = Number.isFinite(samples[i]) ? samples[i]! / peak : 0;
  const detector = new OnsetDetector(sampleRate);
  detector.push(scaled);
  return detector.found ? Math.min(detector.event.position, samples.length - 1) : 0;
}
