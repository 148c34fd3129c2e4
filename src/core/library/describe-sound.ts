/** Says what a sound is: by the user's own words first, then by its path, then by what was estimated. */

import { familyOfInstrument } from "../metadata/instrument-family.ts";
import { type PathField, type PathMetadata, type PathPattern, readPath } from "../metadata/path-pattern.ts";
import type { SoundEntry } from "../presets/library-manifest.ts";
import type { Segment } from "./sound.ts";

export interface SoundFacts {
  /** Path of the file, with forward slashes. */
  readonly path: string;
  readonly segment?: Segment;
  readonly durationSeconds: number;
  /** Estimated pitch, empty where it has none. */
  readonly pitch: string;
}

export interface Description {
  readonly entry: SoundEntry;
  /** The pitch is the estimated one. */
  readonly estimated: boolean;
}

/** What stands for a field that nothing tells: a sound without a mute has none; of instrument, technique, pitch and dynamics nothing is said. */
const UNTOLD: Readonly<Record<Exclude<PathField, "name">, string>> = { family: "other", instrument: "", technique: "", mute: "none", pitch: "", dynamics: "" };

/** `edit` holds the fields that the user has set; an empty one is set, too. */
export function describeSound(facts: SoundFacts, patterns: readonly PathPattern[], edit: PathMetadata = {}): Description {
  const told = readPath(facts.path, patterns);
  const field = (name: Exclude<PathField, "name">) => edit[name] ?? told[name] ?? UNTOLD[name];
  const stem = facts.path.slice(facts.path.lastIndexOf("/") + 1).replace(/\.[A-Za-z0-9]{1,5}$/, "");
  // A long recording's sounds have no pitch in common with its name.
  const pitch = edit.pitch ?? (facts.segment ? "" : told.pitch) ?? "";
  const estimated = edit.pitch === undefined && pitch === "" && facts.pitch !== "";
  return {
    entry: {
      file: facts.path,
      name: edit.name ?? (told.name || stem) + (facts.segment ? ` ${clock(facts.segment.startSeconds)}` : ""),
      family: edit.family ?? familyOfInstrument(field("instrument")) ?? familyOfInstrument(told.family ?? "") ?? told.family ?? UNTOLD.family,
      instrument: field("instrument"),
      technique: field("technique"),
      mute: field("mute"),
      pitch: estimated ? facts.pitch : pitch,
      dynamics: field("dynamics"),
      durationSeconds: facts.durationSeconds,
    },
    estimated,
  };
}

/** "1:02.30". */
function clock(seconds: number): string {
  const hundredths = Math.round(seconds * 100);
  return `${Math.floor(hundredths / 6000)}:${String(((hundredths % 6000) / 100).toFixed(2)).padStart(5, "0")}`;
}
