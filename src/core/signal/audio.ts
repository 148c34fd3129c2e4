/** Decoded audio as every host hands it over, its mix to one channel and the check that its samples are sound. */

import { FormatError } from "../errors.ts";

export interface Audio {
  readonly sampleRate: number;
  /** One or more channels of equal length, nominally -1 to 1. */
  readonly channels: readonly Float32Array[];
}

/** Mean of the channels, so that a sound on one side of a stereo pair and the same sound in the middle differ by a gain alone. */
export function toMono(audio: Audio): Float32Array {
  const [first, ...rest] = audio.channels;
  if (!first) return new Float32Array(0);
  const mono = Float32Array.from(first);
  for (const channel of rest) for (let i = 0; i < mono.length; i++) mono[i]! += channel[i]!;
  if (rest.length > 0) for (let i = 0; i < mono.length; i++) mono[i]! /= audio.channels.length;
  return mono;
}

/** Samples beyond this size are damage, not sound. */
export const LOUDEST = 1e6;

/** Throws FormatError where a sample is not finite, or beyond LOUDEST. */
export function checkSamples(samples: Float32Array, place: string): void {
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i]!;
    if (Math.abs(sample) <= LOUDEST) continue;
    if (Number.isFinite(sample)) throw new FormatError(`${place}: expected samples from -${LOUDEST} to ${LOUDEST}, where full scale is 1, got ${sample} at sample ${i}; normalise the sound.`);
    throw new FormatError(`${place}: expected finite samples, got ${sample} at sample ${i}; decode or record the sound again.`);
  }
}
