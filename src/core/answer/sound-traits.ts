/** What a voice must know of a sound beside its samples: where it begins, how loud and how high it is. */

import { CONTEXTS } from "../features/feature.ts";
import { findOnset } from "../onset/find-onset.ts";
import { type Audio, toMono } from "../signal/audio.ts";
import { KWeighting, lufsOf } from "../signal/k-weighting.ts";
import { pitchOf } from "../signal/pitch.ts";

export interface SoundTraits {
  /** Index of its first sample that sounds. */
  readonly onset: number;
  /** Loudness from the onset over each of CONTEXTS, LUFS. */
  readonly lufs: readonly number[];
  /** Pitch behind the attack; null where there is none. */
  readonly hertz: number | null;
  /** Sounds of one group are one family (see `Choke`). */
  readonly group: number;
}

/** Nothing is known: from the first sample on, as it was recorded. */
export const NO_TRAITS: SoundTraits = { onset: 0, lufs: CONTEXTS.map(() => Number.NaN), hertz: null, group: 0 };

/** The attack is passed over, then this much is heard for the pitch. */
const PITCH_FROM_SECONDS = 0.04;
const PITCH_SECONDS = 0.06;

/** Traits of a decoded sound of finite samples. A few milliseconds of work. */
export function traitsOf(audio: Audio, group = 0): SoundTraits {
  const { sampleRate } = audio;
  const mono = toMono(audio);
  const onset = findOnset(mono, sampleRate);
  const weighting = new KWeighting(sampleRate);
  const lufs: number[] = [];
  let squares = 0;
  let heard = 0;
  for (const context of CONTEXTS) {
    const count = Math.max(1, Math.round(context * sampleRate));
    for (; heard < count; heard++) squares += weighting.push(mono[onset + heard] ?? 0) ** 2;
    lufs.push(lufsOf(squares / count));
  }
  const from = onset + Math.round(PITCH_FROM_SECONDS * sampleRate);
  const behind = mono.subarray(from, from + Math.round(PITCH_SECONDS * sampleRate));
  const hertz = pitchOf(behind, sampleRate) ?? pitchOf(mono.subarray(onset, onset + behind.length), sampleRate);
  return { onset, lufs, hertz, group };
}

/** Its loudness over the context nearest to `seconds`, LUFS; NaN where unknown. */
export function loudnessOf({ lufs }: SoundTraits, seconds: number): number {
  let best = 0;
  for (let c = 1; c < CONTEXTS.length; c++) if (Math.abs(CONTEXTS[c]! - seconds) < Math.abs(CONTEXTS[best]! - seconds)) best = c;
  return lufs[best] ?? Number.NaN;
}
