/** Keeps what was played, by hand and in answer, so that it can be saved as a Standard MIDI File at any time. */

import { type PlayedNote, writePerformance } from "../../core/kits/performance-file.ts";

export interface PerformanceRecorder {
  /** Notes kept so far. */
  readonly count: number;
  /** A note begins now; returns how to end it. Velocity is 1 to 127, channels are 0 to 15. */
  begin(note: number, velocity: number, channel: number): () => void;
  /** Forgets all that was played. */
  clear(): void;
  /** The file, from the first note on; null where nothing was played. Notes that still sound end with it. */
  file(name: string, tempo: number): Uint8Array | null;
}

/** The earliest leave first. */
const MAX_NOTES = 50_000;
const MAX_SECONDS = 86_000;
const LEAST_SECONDS = 0.001;

interface Kept {
  readonly note: number;
  readonly velocity: number;
  readonly channel: number;
  readonly start: number;
  end: number | null;
}

/** `now` gives seconds that grow. */
export function createPerformanceRecorder(now: () => number = () => performance.now() / 1000): PerformanceRecorder {
  let kept: Kept[] = [];
  return {
    get count() {
      return kept.length;
    },
    begin(note, velocity, channel) {
      const one: Kept = { note, velocity: Math.min(127, Math.max(1, Math.round(velocity))), channel, start: now(), end: null };
      kept.push(one);
      if (kept.length > MAX_NOTES) kept.splice(0, MAX_NOTES / 10);
      return () => {
        one.end ??= now();
      };
    },
    clear() {
      kept = [];
    },
    file(name, tempo) {
      const end = now();
      const recent = kept.filter(({ start }) => end - start < MAX_SECONDS);
      const first = recent[0];
      if (!first) return null;
      const notes = recent.map((one): PlayedNote => ({
        note: one.note,
        velocity: one.velocity,
        channel: one.channel,
        startSeconds: one.start - first.start,
        durationSeconds: Math.max(LEAST_SECONDS, (one.end ?? end) - one.start),
      }));
      return writePerformance({ name, tempo, notes });
    },
  };
}
