/** Joins what the engine retrieved with when the player sounded it, into one MIDI note for each retrieval. */

import type { AnswerNote } from "./midi-desk.ts";

/** How to send a note on; returns how to end it. Times are milliseconds of `performance.now()`. */
export type PlayNote = (answer: AnswerNote, time: number) => (time: number) => void;

export interface RetrievedNote extends AnswerNote {
  /** How long the note is held where no voice says when it ends. */
  readonly seconds: number;
  /** Whether a voice answers, whose start gives the note its time. */
  readonly voiced: boolean;
  /** How long that voice may be held back for a beat, seconds. */
  readonly hold: number;
}

export interface AnswerNotes {
  retrieved(index: number, retrieved: RetrievedNote): void;
  /** The voice of a retrieval is heard from `time` on. */
  started(index: number, time: number): void;
  /** The voice of a retrieval has ended. */
  ended(index: number): void;
  /** No voice will start for this retrieval. */
  unvoiced(index: number): void;
  /** Ends all that is held and waits for nothing more. */
  forget(): void;
}

/** A voice that has not started by then, and by the beat that it is held to, is not waited for. */
const PATIENCE_SECONDS = 0.3;

interface Entry {
  retrieved?: RetrievedNote;
  heardAt?: number;
  over?: boolean;
  off?: (time: number) => void;
  timer?: ReturnType<typeof setTimeout>;
}

/** The two reports of a retrieval come over two ports, in either order. */
export function createAnswerNotes(play: PlayNote): AnswerNotes {
  const entries = new Map<number, Entry>();
  const entryOf = (index: number): Entry => {
    const entry = entries.get(index) ?? {};
    entries.set(index, entry);
    return entry;
  };
  const end = (index: number) => {
    const entry = entries.get(index);
    if (!entry) return;
    clearTimeout(entry.timer);
    entries.delete(index);
    entry.off?.(performance.now());
  };
  const send = (index: number, entry: Entry, time: number) => {
    clearTimeout(entry.timer);
    if (entry.off || !entry.retrieved) return;
    const { seconds } = entry.retrieved;
    entry.off = play(entry.retrieved, time);
    if (entry.over) end(index);
    else if (entry.heardAt === undefined) entry.timer = setTimeout(() => end(index), seconds * 1000);
  };
  return {
    retrieved(index, retrieved) {
      const entry = entryOf(index);
      entry.retrieved = retrieved;
      if (entry.heardAt !== undefined) send(index, entry, entry.heardAt);
      else if (!retrieved.voiced) send(index, entry, performance.now());
      else entry.timer = setTimeout(() => send(index, entry, performance.now()), (PATIENCE_SECONDS + retrieved.hold) * 1000);
    },
    started(index, time) {
      const entry = entryOf(index);
      entry.heardAt = time;
      if (entry.off) clearTimeout(entry.timer);
      else send(index, entry, time);
    },
    ended(index) {
      const entry = entryOf(index);
      entry.over = true;
      if (entry.off) end(index);
    },
    unvoiced(index) {
      const entry = entryOf(index);
      send(index, entry, performance.now());
    },
    forget() {
      for (const index of [...entries.keys()]) end(index);
    },
  };
}
