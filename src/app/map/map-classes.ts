/** Sorts a library's sounds into the few classes that a map tells apart, by family, technique, folder or distance. */

import type { SoundEntry } from "../../core/presets/library-manifest.ts";
import { FAMILIES, familyOf } from "../ui/family.ts";
import { capitalised, distance, worded } from "../ui/format.ts";

export const COLOURINGS = ["family", "technique", "folder", "distance"] as const;
export type MapColouring = (typeof COLOURINGS)[number];

export interface MapClass {
  readonly name: string;
  readonly count: number;
}

export interface MapClasses {
  readonly classes: readonly MapClass[];
  /** Class of each sound. */
  readonly of: Uint8Array;
}

/** Classes told by a hue of their own; what is rarer shares the last. */
export const MOST_HUES = 7;
/** Shares of the library, nearest first, at which the classes of distance end. */
export const DISTANCE_SHARES = [0.02, 0.1, 0.3, 0.6, 1] as const;

/** `distances` `[sounds]` from the last query, null before the first: then all sounds are of one class of distance. */
export function classesOf(sounds: readonly SoundEntry[], colouring: MapColouring, distances: Float32Array | null): MapClasses {
  switch (colouring) {
    case "family":
      return ordered(sounds, ({ family }) => familyOf(family), FAMILIES, capitalised);
    case "technique":
      return common(sounds, ({ technique }) => technique, (name) => (name === "" ? "No technique" : capitalised(worded(name))));
    case "folder": {
      const root = sharedFolder(sounds);
      return common(sounds, ({ file }) => folderOf(file, root), (name) => name || "Top folder");
    }
    case "distance":
      return byDistance(sounds.length, distances);
    default:
      return colouring satisfies never;
  }
}

/** Whether sounds lie in more than one folder. */
export function hasFolders(sounds: readonly SoundEntry[]): boolean {
  const root = sharedFolder(sounds);
  const first = sounds[0] && folderOf(sounds[0].file, root);
  return sounds.some(({ file }) => folderOf(file, root) !== first);
}

function ordered(sounds: readonly SoundEntry[], nameOf: (sound: SoundEntry) => string, names: readonly string[], say: (name: string) => string): MapClasses {
  const at = new Map(names.map((name, index) => [name, index]));
  const counts = new Array<number>(names.length).fill(0);
  const of = Uint8Array.from(sounds, (sound) => {
    const index = at.get(nameOf(sound))!;
    counts[index]!++;
    return index;
  });
  return { classes: names.map((name, index) => ({ name: say(name), count: counts[index]! })), of };
}

function common(sounds: readonly SoundEntry[], nameOf: (sound: SoundEntry) => string, say: (name: string) => string): MapClasses {
  const names = sounds.map(nameOf);
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const ranked = [...counts].sort(([a, many], [b, more]) => more - many || a.localeCompare(b, "en", { numeric: true }));
  const told = ranked.slice(0, MOST_HUES);
  const rest = ranked.slice(MOST_HUES).reduce((sum, [, count]) => sum + count, 0);
  const at = new Map(told.map(([name], index) => [name, index]));
  const classes = told.map(([name, count]) => ({ name: say(name), count }));
  return { classes: rest > 0 ? [...classes, { name: `${ranked.length - MOST_HUES} others`, count: rest }] : classes, of: Uint8Array.from(names, (name) => at.get(name) ?? told.length) };
}

function byDistance(count: number, distances: Float32Array | null): MapClasses {
  if (!distances || distances.length < count) return { classes: [{ name: "No query yet", count }], of: new Uint8Array(count) };
  const sorted = distances.slice(0, count).sort();
  const bounds = DISTANCE_SHARES.map((share) => sorted[Math.max(0, Math.ceil(share * count) - 1)] ?? 0);
  const of = Uint8Array.from({ length: count }, (_, id) => bounds.findIndex((bound) => distances[id]! <= bound));
  const counts = bounds.map(() => 0);
  for (const index of of) counts[index]!++;
  return { classes: bounds.map((bound, index) => ({ name: index === bounds.length - 1 ? "Farther" : `Up to ${distance(bound)}`, count: counts[index]! })), of };
}

/** Folders in common to all paths, with a slash at the end. */
function sharedFolder(sounds: readonly SoundEntry[]): string {
  let shared = sounds[0] ? sounds[0].file.slice(0, sounds[0].file.lastIndexOf("/") + 1) : "";
  for (const { file } of sounds) while (!file.startsWith(shared)) shared = shared.slice(0, shared.lastIndexOf("/", shared.length - 2) + 1);
  return shared;
}

/** The first folder below the shared one; empty for a file that lies in it. */
function folderOf(file: string, root: string): string {
  const rest = file.slice(root.length);
  const slash = rest.indexOf("/");
  return slash < 0 ? "" : rest.slice(0, slash);
}
