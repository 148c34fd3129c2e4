/** Estimates the pitch of a single note: frames by the McLeod method, and the note on which most of them agree. */

import { CONTEXTS } from "../features/feature.ts";
import { type Audio, toMono } from "../signal/audio.ts";
import { pitchOf } from "../signal/pitch.ts";
import { noteName } from "./note-name.ts";

export interface PitchEstimate {
  readonly hertz: number;
  /** Scientific name of the nearest tempered note at A4 = 440 Hz. */
  readonly name: string;
  /** How far the pitch lies above that note, -50 to 50. */
  readonly cents: number;
}

/** Two periods of the lowest note must fit into a frame. */
const LOWEST_HERTZ = 27.5;
const HIGHEST_HERTZ = 4500;
/** Frames heard, from the onset on, after the attack. */
const FRAMES = 16;
const SKIP_SECONDS = 0.03;
/** Share of the frames that must be within half a semitone of their median. */
const AGREEMENT = 0.6;

/** The pitch of a mono sound that begins with its onset; undefined where it has none, or none that holds. Samples must be finite. */
export function estimatePitch(samples: Float32Array, sampleRate: number): PitchEstimate | undefined {
  const size = 2 ** Math.ceil(Math.log2((2 * sampleRate) / LOWEST_HERTZ));
  const from = Math.min(Math.round(SKIP_SECONDS * sampleRate), Math.max(0, samples.length - size));
  const count = Math.max(1, Math.min(FRAMES, Math.floor((2 * (samples.length - from - size)) / size) + 1));
  const heights: number[] = [];
  const frame = new Float32Array(size);
  for (let i = 0; i < count; i++) {
    const start = from + i * (size / 2);
    frame.fill(0);
    frame.set(samples.subarray(start, start + size));
    const hertz = pitchOf(frame, sampleRate, LOWEST_HERTZ, HIGHEST_HERTZ);
    if (hertz !== null) heights.push(69 + 12 * Math.log2(hertz / 440));
  }
  heights.sort((a, b) => a - b);
  const median = heights[heights.length >> 1];
  if (median === undefined) return undefined;
  const near = heights.filter((height) => Math.abs(height - median) <= 0.5);
  if (near.length < AGREEMENT * count) return undefined;
  const height = near.reduce((sum, value) => sum + value, 0) / near.length;
  const note = Math.round(height);
  return { hertz: 440 * 2 ** ((height - 69) / 12), name: noteName(note), cents: 100 * (height - note) };
}

/** Name of the pitch that a sound has from its onset on, for as long as a model hears; empty where it has none. */
export function pitchFrom(audio: Audio, onsetSeconds: number): string {
  const onset = Math.round(onsetSeconds * audio.sampleRate);
  const heard = toMono(audio).subarray(onset, onset + Math.ceil(CONTEXTS[CONTEXTS.length - 1]! * audio.sampleRate));
  return estimatePitch(heard, audio.sampleRate)?.name ?? "";
}
