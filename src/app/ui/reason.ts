/** Says in plain words why a sound was found. */

import type { SoundEntry } from "../../core/presets/library-manifest.ts";
import type { Reason } from "../../protocol/retrieval.ts";

/** The parts of the `simile` feature as a player would call them. */
const WORDS: Readonly<Record<string, string>> = {
  segments: "shape",
  stays: "decay",
  rises: "attack",
  centroids: "timing",
  modulation: "movement",
  spectrum: "colour",
  flatness: "noisiness",
};

/** Below this, two sounds are hardly nearer in a part than any two of the library. */
const LEAST_LIKENESS = 0.25;

/** A part of the feature in plain words; its own name where it has none. */
export function aspectWord(name: string): string {
  return WORDS[name] ?? name;
}

/** "alike in decay and colour"; empty where no part carried it. */
export function shortReason(reason: Reason): string {
  const words = reason.aspects.filter(({ likeness }) => likeness >= LEAST_LIKENESS).slice(0, 2).map(({ name }) => aspectWord(name));
  return words.length === 0 ? "" : `alike in ${words.join(" and ")}`;
}

/** "Both stand near Cello ordinario C3 and Tuba flutter F2 in the model's graph (62 % of their neighbours)"; empty where the model has no graph or they share nothing of it. */
export function neighbourReason(reason: Reason, sounds: readonly SoundEntry[]): string {
  const names = [...new Set(reason.anchors.map(({ sound }) => sounds[sound]?.name ?? "").filter((name) => name !== ""))];
  if (names.length === 0) return "";
  const listed = names.length === 1 ? names[0]! : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return `Both stand near ${listed} in the model's graph: ${Math.round(100 * reason.shared)} % of their neighbours are the same.`;
}
