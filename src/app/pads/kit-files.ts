/** What a kit or a preset of pads comes as: for what is dropped, what is chosen and what is read. */

import { AUDIO_TYPES } from "../audio/audio-types.ts";

/** How names end, in small letters; of several kits in a folder the first kind is read. */
const ENDINGS = { sfz: ".sfz", archive: ".h2drumkit", manifest: "drumkit.xml", preset: ".json" } as const;
const KITS = ["sfz", "archive", "manifest"] as const;

/** What a chooser of files offers: kits lie beside their samples. */
export const KIT_TYPES = [...Object.values(ENDINGS).map((ending) => ending.slice(ending.lastIndexOf("."))), AUDIO_TYPES].join();

export interface KitFile {
  readonly kind: (typeof KITS)[number];
  readonly path: string;
}

/** The file that the others belong to; undefined where there is no kit among them. */
export function kitAmong(paths: readonly string[]): KitFile | undefined {
  for (const kind of KITS) {
    const path = paths.find((one) => endsAs(one, kind));
    if (path !== undefined) return { kind, path };
  }
  return undefined;
}

export function isPadPreset(path: string): boolean {
  return endsAs(path, "preset");
}

/** Whether files that were dropped are for the pads: a kit, or presets alone. */
export function isKitDrop(names: readonly string[]): boolean {
  return kitAmong(names) !== undefined || (names.length > 0 && names.every(isPadPreset));
}

function endsAs(path: string, kind: keyof typeof ENDINGS): boolean {
  return path.toLowerCase().endsWith(ENDINGS[kind]);
}
