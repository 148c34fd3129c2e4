/** One sound of an open library: what is known of it, which part of its file it is, and a key that stays its own in any library and order. */

import type { ColumnValues } from "../presets/embedding-preset.ts";
import type { SoundEntry } from "../presets/library-manifest.ts";

/** The part of a file that a sound is, seconds from the file's start. */
export interface Segment {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** A sound's id is its index in the library that is open, and changes with it; the key does not: favourites, exclusions and pads hold on to it. */
export interface Sound extends SoundEntry {
  readonly key: string;
  /** Absent where the whole file is the sound. */
  readonly segment?: Segment;
}

/** What a search is told of each sound. */
const COLUMNS = ["name", "family", "instrument", "technique", "mute", "pitch", "dynamics", "durationSeconds"] as const satisfies readonly (keyof SoundEntry)[];

/** The columns by which retrieval filters, `[sounds]` values each. */
export function columnsOf(sounds: readonly SoundEntry[]): ReadonlyMap<string, ColumnValues> {
  return new Map(COLUMNS.map((column) => [column, sounds.map((sound) => sound[column]) as ColumnValues]));
}

/** The key of a sound of known content: the file's sha256, and where a segment begins, in whole milliseconds. */
export function contentKey(sha256: string, segment?: Segment): string {
  return segment ? `${sha256}@${Math.round(segment.startSeconds * 1000)}` : sha256;
}
