/** Finds sounds in a list by words, folder, favourites and what is known of them. */

import type { SoundEntry } from "../presets/library-manifest.ts";

/** What a list can be narrowed by. */
export const BROWSE_FIELDS = ["family", "instrument", "technique", "mute", "pitch", "dynamics"] as const satisfies readonly (keyof SoundEntry)[];
export type BrowseField = (typeof BROWSE_FIELDS)[number];

export interface Browse {
  /** Every word of it must be in the sound's name, path or fields. */
  readonly text: string;
  /** Path of a folder: sounds in it and below; empty: all. */
  readonly folder: string;
  readonly favourites: boolean;
  readonly fields: Readonly<Partial<Record<BrowseField, string>>>;
}

export const BROWSE_ALL: Browse = { text: "", folder: "", favourites: false, fields: {} };

/** A sound that the user may have marked. */
export interface Browsable extends SoundEntry {
  readonly favourite?: boolean;
}

const words = new WeakMap<Browsable, string>();

/** Indices of the sounds that fit, in their order. */
export function browse(sounds: readonly Browsable[], { text, folder, favourites, fields }: Browse): number[] {
  const wanted = plain(text).split(/\s+/).filter((word) => word !== "");
  const prefix = folder === "" ? "" : `${folder}/`;
  const rules = Object.entries(fields) as [BrowseField, string][];
  const found: number[] = [];
  for (let id = 0; id < sounds.length; id++) {
    const sound = sounds[id]!;
    if (favourites && !sound.favourite) continue;
    if (!sound.file.startsWith(prefix)) continue;
    if (!rules.every(([field, value]) => sound[field] === value)) continue;
    if (wanted.length > 0 && !wanted.every((word) => wordsOf(sound).includes(word))) continue;
    found.push(id);
  }
  return found;
}

/** Values of a field with how many sounds have each, in order of the alphabet. */
export function valuesOf(sounds: readonly Browsable[], field: BrowseField): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const sound of sounds) counts.set(sound[field], (counts.get(sound[field]) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
}

/** Folders that hold sounds, or folders that do, in order. */
export function foldersOf(sounds: readonly Browsable[]): readonly string[] {
  const folders = new Set<string>();
  for (const { file } of sounds) {
    for (let cut = file.lastIndexOf("/"); cut > 0; cut = file.lastIndexOf("/", cut - 1)) {
      const folder = file.slice(0, cut);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return [...folders].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

function wordsOf(sound: Browsable): string {
  let known = words.get(sound);
  if (known === undefined) {
    known = plain([sound.name, sound.file, ...BROWSE_FIELDS.map((field) => sound[field])].join(" "));
    words.set(sound, known);
  }
  return known;
}

/** Small letters without accents. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
