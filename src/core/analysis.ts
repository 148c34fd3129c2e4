/** The only way from a sound to a vector: mix to one channel, find the onset, hear the context from there. */

import { FormatError } from "./errors.ts";
import { CONTEXTS, type Feature, type FeatureVector } from "./features/feature.ts";
import { findOnset } from "./onset/find-onset.ts";
import { type Audio, toMono } from "./signal/audio.ts";

/** What is said of a context without a single sound in it. */
export const SILENCE_DB = -120;

export interface Analysis extends FeatureVector {
  /** Where the sound begins in what was given. */
  readonly onsetSeconds: number;
  /** Root mean square of the context, dB re full scale, at least SILENCE_DB; silence taken to follow a shorter sound. */
  readonly loudnessDb: number;
}

/** 10 log10 of a mean square, at least SILENCE_DB. */
export function decibels(meanSquare: number): number {
  return Math.max(SILENCE_DB, 10 * Math.log10(Math.max(meanSquare, Number.MIN_VALUE)));
}

/** The vector of a sound heard for `contextSeconds` from its onset. Throws FormatError for a sound of no samples, or with samples that are not finite. */
export function analyse(audio: Audio, feature: Feature, contextSeconds: number = CONTEXTS[CONTEXTS.length - 1]!): Analysis {
  const mono = toMono(audio);
  if (mono.length === 0) throw new FormatError("sound: expected at least one sample, got none; choose a file that holds sound.");
  const onset = findOnset(mono, audio.sampleRate);
  const sound = mono.subarray(onset);
  const vector = feature.extract(sound, audio.sampleRate, contextSeconds);
  const count = Math.max(1, Math.round(contextSeconds * audio.sampleRate));
  let sum = 0;
  for (let i = 0; i < Math.min(count, sound.length); i++) sum += sound[i]! ** 2;
  return { ...vector, onsetSeconds: onset / audio.sampleRate, loudnessDb: decibels(sum / count) };
}
