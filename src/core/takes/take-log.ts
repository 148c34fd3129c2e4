/** What a take's retrievals were, as a table and as notes. */

import { velocityOf } from "../answer/velocity.ts";
import type { PlayedNote } from "../kits/performance-file.ts";
import { csvField } from "../presets/csv.ts";

/** One answer of a take; seconds from the take's start. */
export interface TakeAnswer {
  readonly index: number;
  /** First sample of the sound that was answered; of a mosaic, of the first piece. */
  readonly onsetSeconds: number;
  /** Seconds heard before the answer was chosen. */
  readonly contextSeconds: number;
  readonly loudnessDb: number;
  readonly lufs: number;
  /** Id of the sound that answered; -1: none. */
  readonly sound: number;
  readonly distance: number;
  /** First and last moment of its voice; absent where it never sounded, or sounds on. */
  readonly startSeconds?: number;
  readonly endSeconds?: number;
}

/** What is known of a sound. */
export interface TakeSound {
  readonly file: string;
  readonly name: string;
}

const HEADER = "index,onset_s,context_s,loudness_db,lufs,start_s,end_s,sound,name,file,distance";

/** A row an answer, in the order of their indices; seconds to the microsecond. Lines end with LF. */
export function formatTakeCsv<A extends TakeAnswer>(answers: readonly A[], soundOf: (answer: A) => TakeSound | undefined): string {
  const seconds = (value: number | undefined) => (value === undefined ? "" : value.toFixed(6));
  const rows = answers.map((answer) => {
    const { index, onsetSeconds, contextSeconds, loudnessDb, lufs, startSeconds, endSeconds, sound, distance } = answer;
    const known = soundOf(answer);
    return [
      index, seconds(onsetSeconds), contextSeconds, loudnessDb.toFixed(2), lufs.toFixed(2), seconds(startSeconds), seconds(endSeconds),
      sound < 0 ? "" : sound, csvField(known?.name ?? ""), csvField(known?.file ?? ""), Number.isFinite(distance) ? distance.toFixed(6) : "",
    ].join(",");
  });
  return `${[HEADER, ...rows].join("\n")}\n`;
}

/** Note for a sound without a note of its own: the first pad's. */
const PLAIN_NOTE = 36;
const SHORTEST_SECONDS = 0.02;
const LONGEST_SECONDS = 60;

/** A note an answer that sounded, with the velocity of its input; one that sounds on ends with the take, after `takeSeconds`. */
export function takeNotes<A extends TakeAnswer>(answers: readonly A[], noteOf: (answer: A) => number | null, takeSeconds: number): readonly PlayedNote[] {
  return answers.flatMap((answer) => {
    const { sound, startSeconds, endSeconds, loudnessDb } = answer;
    if (startSeconds === undefined || sound < 0) return [];
    const durationSeconds = Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, (endSeconds ?? takeSeconds) - startSeconds));
    return [{ note: noteOf(answer) ?? PLAIN_NOTE, velocity: velocityOf(loudnessDb), startSeconds: Math.max(0, startSeconds), durationSeconds }];
  });
}
