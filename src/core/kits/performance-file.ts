/** Writes a performance as a Standard MIDI File: one track, with its tempo, every note ended. */

import { strFromU8, strToU8 } from "fflate";
import { type MidiEvent, writeMidi } from "midi-file";
import { FormatError } from "../errors.ts";

export interface PlayedNote {
  /** 0 to 127. */
  readonly note: number;
  /** 1 to 127. */
  readonly velocity: number;
  /** 0 to 15; 0 where it is left out. */
  readonly channel?: number;
  /** From the beginning of the performance, 0 to 24 hours. */
  readonly startSeconds: number;
  /** Above 0. */
  readonly durationSeconds: number;
}

export interface Performance {
  readonly name: string;
  /** Beats a minute, 4 to 1000. */
  readonly tempo: number;
  readonly notes: readonly PlayedNote[];
}

/** Parts of a beat: at 120 beats a minute a tick is 0.52 ms, and no time is off by more than half of it. */
export const TICKS_PER_BEAT = 960;
const MAX_SECONDS = 86_400;
const MAX_TEXT = 1000;

/** A note in ticks. */
interface Span {
  readonly note: number;
  readonly velocity: number;
  readonly channel: number;
  readonly on: number;
  off: number;
}

/**
 * A file of format 0. A note lasts at least a tick; one that is struck again while it sounds ends where the next begins, so that every note-on has
 * its own note-off. Notes end before others begin at the same tick. Throws FormatError for notes outside the bounds stated above.
 */
export function writePerformance({ name, tempo, notes }: Performance): Uint8Array {
  checkNumber(tempo, 4, 1000, "tempo");
  const microseconds = Math.round(60e6 / tempo);
  const ticks = (seconds: number) => Math.round((seconds * 1e6 * TICKS_PER_BEAT) / microseconds);
  const spans = spansOf(notes, ticks);
  const timed: { tick: number; order: number; event: MidiEvent }[] = [];
  for (const { note, velocity, channel, on, off } of spans) {
    timed.push({ tick: on, order: 1, event: { deltaTime: 0, type: "noteOn", channel, noteNumber: note, velocity } });
    timed.push({ tick: off, order: 0, event: { deltaTime: 0, type: "noteOff", channel, noteNumber: note, velocity: 64 } });
  }
  timed.sort((a, b) => a.tick - b.tick || a.order - b.order);
  const track: MidiEvent[] = [
    { deltaTime: 0, meta: true, type: "trackName", text: strFromU8(strToU8(name.slice(0, MAX_TEXT)), true) },
    { deltaTime: 0, meta: true, type: "setTempo", microsecondsPerBeat: microseconds },
  ];
  let now = 0;
  for (const { tick, event } of timed) {
    track.push({ ...event, deltaTime: tick - now });
    now = tick;
  }
  track.push({ deltaTime: 0, meta: true, type: "endOfTrack" });
  return Uint8Array.from(writeMidi({ header: { format: 0, numTracks: 1, ticksPerBeat: TICKS_PER_BEAT }, tracks: [track] }));
}

/** Notes of one key and channel never overlap: the louder of two at the same tick stays, an earlier one is cut. */
function spansOf(notes: readonly PlayedNote[], ticks: (seconds: number) => number): readonly Span[] {
  const keys = new Map<number, Span[]>();
  for (const [index, played] of notes.entries()) {
    const { note, velocity, channel = 0, startSeconds, durationSeconds } = played;
    const place = `note ${index + 1}`;
    checkWhole(note, 0, 127, `${place}: note`);
    checkWhole(velocity, 1, 127, `${place}: velocity`);
    checkWhole(channel, 0, 15, `${place}: channel`);
    checkNumber(startSeconds, 0, MAX_SECONDS, `${place}: startSeconds`);
    checkNumber(durationSeconds, Number.MIN_VALUE, MAX_SECONDS, `${place}: durationSeconds`);
    const on = ticks(startSeconds);
    const key = channel * 128 + note;
    const spans = keys.get(key) ?? [];
    spans.push({ note, velocity, channel, on, off: Math.max(on + 1, ticks(startSeconds + durationSeconds)) });
    keys.set(key, spans);
  }
  return [...keys.values()].flatMap((spans) => {
    const kept: Span[] = [];
    for (const span of spans.toSorted((a, b) => a.on - b.on || b.velocity - a.velocity)) {
      const before = kept.at(-1);
      if (before?.on === span.on) before.off = Math.max(before.off, span.off);
      else {
        if (before) before.off = Math.min(before.off, span.on);
        kept.push(span);
      }
    }
    return kept;
  });
}

function checkWhole(value: number, least: number, most: number, place: string): void {
  checkNumber(value, least, most, place);
  if (!Number.isInteger(value)) throw new FormatError(`performance: ${place}: expected a whole number, got ${value}; correct the note.`);
}

function checkNumber(value: number, least: number, most: number, place: string): void {
  if (!(value >= least && value <= most)) throw new FormatError(`performance: ${place}: expected ${least} to ${most}, got ${value}; correct it.`);
}
