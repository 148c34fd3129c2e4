/** Decoded audio as every host hands it over, and its mix to one channel. */

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
