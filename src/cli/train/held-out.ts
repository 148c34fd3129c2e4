/** Chooses what a training holds out to choose its epoch by and to be measured on: whole sources, and rating studies that share no sound with the others. */

import { LEAST_TECHNIQUES, techniquesOf } from "../evaluation/agreement.ts";
import { groupsOfNotes, groupsOfStudies } from "./splits.ts";
import type { StudySounds, TrainingData } from "./training-data.ts";

/** The published notes' part: ends of the names of whole repositories, with bodies that no other source has. */
export const HELD_OUT: readonly string[] = ["VirtualPlayingOrchestra", "EthanWiner.Soundfonts", "Discord-SFZ-GM-Bank", "karoryfer-bigcat.cello"];
/** Of other recordings: at least this share of the sounds, and at most that. */
const LEAST_SHARE = 0.2;
const MOST_SHARE = 0.5;
/** Every so many groups of rating studies one is held out. */
const HELD_OUT_GROUP = 3;

type Sounds = Pick<TrainingData, "notes" | "labels" | "readable">;

/** Rows of the sources whose names end so, and of those that recorded an instrument or a take of theirs. */
export function heldRows(data: Sounds, names: readonly string[]): number[] {
  const named = (row: number) => names.some((name) => data.notes[row]!.source.endsWith(name));
  const held = new Set(groupsOfNotes(data, "source").filter((group) => group.some(named)).flat());
  return data.readable.filter((row) => held.has(row));
}

/** `HELD_OUT` where the data has them; of other recordings the smallest sources, until a fifth of the sounds and three techniques are among them; none where half of the sounds would not do. */
export function sourcesToHold(data: Sounds): readonly string[] {
  if (HELD_OUT.every((name) => heldRows(data, [name]).length > 0)) return HELD_OUT;
  const held: string[] = [];
  let rows = 0;
  for (const group of groupsOfNotes(data, "source").sort((a, b) => a.length - b.length)) {
    rows += group.length;
    if (rows > MOST_SHARE * data.readable.length) return [];
    held.push(...new Set(group.map((row) => data.notes[row]!.source)));
    if (rows >= LEAST_SHARE * data.readable.length && techniquesOf(data, heldRows(data, held)).length >= LEAST_TECHNIQUES) return held;
  }
  return [];
}

/** Every third group of rating studies, whole. */
export function studiesToHold(studies: readonly StudySounds[]): StudySounds[] {
  return groupsOfStudies(studies)
    .filter((_, at) => at % HELD_OUT_GROUP === 0)
    .flat();
}
