/** Recorded notes of ../shared, cut and levelled as players would string them together: what the test and the bench of onsets listen to. */

import { readAudioFile } from "../src/cli/audio-file.ts";
import { type RecordedNote, loadRecordedNotes } from "../src/cli/judgements.ts";
import { toMono } from "../src/core/signal/audio.ts";

/** Hertz of every note. */
export const NOTE_RATE = 48_000;

/** Single open notes with an attack of their own. */
export function singleNotes(folder: string): readonly RecordedNote[] {
  return loadRecordedNotes(folder).filter((note) => !note.phrase && note.mute === "none" && note.durationSeconds > 0.25 && !/cresc/.test(note.dynamics));
}

export function isOf(cell: string): (note: RecordedNote) => boolean {
  return ({ instrument, technique }) => `${instrument}/${technique}` === cell;
}

/** A note in its place; its onset counts as found from `from`, its first sample, to `to`, where it has come within 30 dB of its loudest. */
export interface PlacedNote {
  readonly from: number;
  readonly to: number;
  readonly sound: Float32Array;
}

/** At most 1 s of the note, brought to a peak of -3 to -18 dB, faded out over its last 30 ms, from second `at` on. */
export async function placeNote({ path }: RecordedNote, at: number, random: () => number): Promise<PlacedNote> {
  const { sampleRate, channels } = await readAudioFile(path);
  if (sampleRate !== NOTE_RATE) throw new Error(`${path}: expected ${NOTE_RATE} Hz, got ${sampleRate} Hz; name other notes.`);
  const whole = toMono({ sampleRate, channels });
  const length = Math.min(whole.length, NOTE_RATE);
  const peak = whole.subarray(0, length).reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const gain = 10 ** (-(3 + 15 * random()) / 20) / peak;
  const sound = whole.subarray(0, length).map((v, n) => v * gain * Math.min(1, (length - n) / (0.03 * NOTE_RATE)));
  const from = Math.round(at * NOTE_RATE);
  return { from, to: from + sound.findIndex((v) => Math.abs(v) > 0.0316 * gain * peak), sound };
}
