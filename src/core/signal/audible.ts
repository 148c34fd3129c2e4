/** Whether a recording holds a sound that can be compared: long enough, loud enough, and still there once its channels are mixed. */

import { FormatError } from "../errors.ts";
import { type Audio, toMono } from "./audio.ts";

/** A sound shorter than this is a click at most. */
export const LEAST_SECONDS = 0.005;
/** A file whose every sample stays below this is silent: -90 dB. */
const SILENT_PEAK = 10 ** -4.5;

/** Throws FormatError, its sentence beginning with `place`, for a recording of fewer frames than a sound has. */
export function checkLength(frames: number, sampleRate: number, place: string): void {
  if (frames / sampleRate < LEAST_SECONDS) throw new FormatError(`${place}: expected at least ${LEAST_SECONDS * 1000} ms of sound, got ${frames} ${frames === 1 ? "frame" : "frames"}; record or export it again.`);
}

/** Throws FormatError, its sentence beginning with `place`, for a sound that is too short, is silent in every channel, or is gone in the mix to one. */
export function checkAudible(audio: Audio, place: string): void {
  checkLength(audio.channels[0]?.length ?? 0, audio.sampleRate, place);
  if (audio.channels.every(isSilent)) throw silent(place);
  if (isSilent(toMono(audio))) throw new FormatError(`${place}: expected a sound that is left when its channels are mixed to one, got channels that cancel each other; turn the polarity of one round, or keep only one.`);
}

/** What is said of a recording without a sound. */
export function silent(place: string): FormatError {
  return new FormatError(`${place}: expected sound, got silence from beginning to end; record or export it again.`);
}

function isSilent(samples: Float32Array): boolean {
  return samples.every((sample) => Math.abs(sample) < SILENT_PEAK);
}
