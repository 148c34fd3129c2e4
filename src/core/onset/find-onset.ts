/** Finds where the sound of a recording begins, by the same detector that listens live; what a coder put before it is passed over. */

import { OnsetDetector } from "./onset-detector.ts";
import { afterPreEcho } from "./pre-echo.ts";

/** Counts changes of the rule that move onsets: what is cached of a sound from its onset on holds for one version alone. */
export const ONSET_VERSION = 4;

/** Silence fed after the end, so that a detection late in the sound is not missed. */
const TAIL_SECONDS = 0.02;
/** A sound counts where its first 50 ms come within 46 dB of the loudest 50 ms: what begins below that is the noise of the room or of the tape. */
const HEARD_SECONDS = 0.05;
const RANGE = 10 ** -4.6;

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
  const least = RANGE * loudest(scaled, sampleRate);
  const detector = new OnsetDetector(sampleRate);
  let first: number | undefined;
  for (let at = 0; at < scaled.length; ) {
    at = detector.push(scaled, at);
    if (!detector.found) break;
    const position = Math.min(detector.event.position, samples.length - 1);
    first ??= position;
    if (energy(scaled, position, sampleRate) >= least) return afterPreEcho(scaled, position, sampleRate);
  }
  return first ?? 0;
}

/** Energy of the 50 ms from `start` on. */
function energy(samples: Float32Array, start: number, sampleRate: number): number {
  let sum = 0;
  for (let i = start; i < Math.min(samples.length, start + HEARD_SECONDS * sampleRate); i++) sum += samples[i]! ** 2;
  return sum;
}

/** Largest energy of 50 ms, by steps of 50 ms. */
function loudest(samples: Float32Array, sampleRate: number): number {
  let most = 0;
  const step = Math.max(1, Math.floor(HEARD_SECONDS * sampleRate));
  for (let start = 0; start < samples.length; start += step) most = Math.max(most, energy(samples, start, sampleRate));
  return most;
}
