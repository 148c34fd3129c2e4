/** Parts the recorded notes into folds whose groups are whole (takes, techniques, instruments or sources), or the rating studies into folds that share no sound. */

import { FormatError } from "../../core/errors.ts";
import { createRandom } from "../../model/random.ts";
import type { RecordedNote } from "../judgements.ts";
import type { StudySounds, TrainingData } from "./training-data.ts";

/** Splits of the recorded notes; "study" splits the rating studies instead. */
export const NOTE_SPLITS = ["note", "technique", "instrument", "source"] as const;
export type NoteSplit = (typeof NOTE_SPLITS)[number];
export const SPLITS = [...NOTE_SPLITS, "study"] as const;
export type Split = (typeof SPLITS)[number];

type Labelled = Pick<TrainingData, "notes" | "labels">;

/**
 * The performance that a note was recorded in, by its source's own file: notes cut from one phrase (`FILE#t=FROM,TO`) are one take, and so is what the archtop guitar's microphone (`…_1`) and pickup
 * (`…_2`) heard of one. A note of no known file is a take of its own.
 */
export function takeOf({ source, originalPath, instrument, path }: Pick<RecordedNote, "source" | "originalPath" | "instrument" | "path">): string {
  const file = originalPath.replace(/#t=[\d.,]*$/, "");
  if (file === "") return path;
  return `${source} ${instrument.startsWith("archtop-guitar") ? file.replace(/^.*\//, "").replace(/_[12](\.\w+)$/, "$1") : file}`;
}

/** What must be in one fold with all that has the same: a note's take under every split, and of what it splits by the whole. */
export function marksOf({ notes, labels }: Labelled, row: number, split: NoteSplit): string[] {
  const note = notes[row]!;
  const take = takeOf(note);
  switch (split) {
    case "note":
      return [take];
    case "technique": {
      const technique = labels.techniques[row]!;
      // Notes of the same cell without a label (too short, of another register) are the same technique to the ear.
      return [take, labels.cells[row]!.replace(/^archtop-guitar-(mic|pickup)/, "archtop-guitar"), ...(technique >= 0 ? [`technique ${technique}`] : [])];
    }
    case "instrument":
      return [take, note.instrument, labels.bodies[row]!];
    case "source":
      // The bodies that two sources share join them.
      return [take, /dsmolken\.double-bass|karoryfer\.meatbass/.test(note.source) ? "double bass of dsmolken and meatbass" : note.source];
    default:
      return split satisfies never;
  }
}

/** Rows that must stay together: those that have a mark in common, through whatever third one. */
export function groupsOfNotes(data: Labelled & Pick<TrainingData, "readable">, split: NoteSplit): number[][] {
  return joined(data.readable, (row) => marksOf(data, row, split));
}

/** Folds of about equal size: groups in seeded order, the largest first, each to the smallest fold so far. Throws FormatError where there are fewer groups than folds. */
export function foldsOf(data: Labelled & Pick<TrainingData, "readable">, split: NoteSplit, count: number, seed: number): number[][] {
  const groups = groupsOfNotes(data, split);
  if (groups.length < count) throw new FormatError(`folds: expected at least ${count} groups by ${split}, got ${groups.length}; ask for fewer folds or another split.`);
  return dealt(groups, count, seed);
}

/** Items in groups, in the order of their first ones: those that have a mark in common, through whatever third one. */
function joined<Item>(items: readonly Item[], marksOf: (item: Item) => readonly string[]): Item[][] {
  const roots = items.map((_, at) => at);
  const rootOf = (at: number): number => (roots[at] === at ? at : (roots[at] = rootOf(roots[at]!)));
  const holders = new Map<string, number>();
  for (const [at, item] of items.entries()) {
    for (const mark of marksOf(item)) {
      const [one, other] = [rootOf(at), rootOf(holders.get(mark) ?? at)];
      roots[Math.max(one, other)] = Math.min(one, other);
      holders.set(mark, at);
    }
  }
  const groups = new Map<number, Item[]>();
  for (const [at, item] of items.entries()) {
    const root = rootOf(at);
    if (root === at) groups.set(at, []);
    groups.get(root)!.push(item);
  }
  return [...groups.values()];
}

/** What tells a rating study's sounds from those of others. */
type Rated = Pick<StudySounds, "name" | "count" | "values">;

/**
 * Rating studies that must stay together, in the order of their first ones: parts of one publication (its name stands before the "_": the same tones, cut or at another pitch, and the same listeners), and
 * studies that have a recording in common, through whatever third one. What listeners of one said of a sound is else known from the other.
 */
export function groupsOfStudies<Study extends Rated>(studies: readonly Study[]): Study[][] {
  return joined(studies, (study) => [study.name.replace(/_.*$/, ""), ...soundsOf(study)]);
}

/** One text for each sound, the same for the same recording: what is heard of it. */
function soundsOf({ count, values }: Rated): string[] {
  const width = values.length / count;
  return Array.from({ length: count }, (_, at) => values.subarray(at * width, (at + 1) * width).join());
}

/** Folds of rating studies whose groups (`groupsOfStudies`) are whole, of about equal count. Throws FormatError where there are fewer groups than folds. */
export function foldsOfStudies<Study extends Rated>(studies: readonly Study[], count: number, seed: number): Study[][] {
  const groups = groupsOfStudies(studies);
  if (groups.length < Math.max(2, count)) throw new FormatError(`folds: expected at least ${Math.max(2, count)} groups of rating studies that share no sound, got ${groups.length}; ask for fewer folds or another split.`);
  return dealt(groups, count, seed);
}

/** Whole groups in seeded order, the largest first so that one of them does not land on a full fold, each to the smallest fold so far. */
function dealt<Item>(groups: readonly (readonly Item[])[], count: number, seed: number): Item[][] {
  const order = createRandom(seed).shuffle(Array.from({ length: groups.length }, (_, at) => at));
  const folds = Array.from({ length: count }, () => [] as Item[]);
  for (const at of [...order].sort((a, b) => groups[b]!.length - groups[a]!.length)) {
    const smallest = folds.reduce((best, fold, index) => (fold.length < folds[best]!.length ? index : best), 0);
    folds[smallest]!.push(...groups[at]!);
  }
  return folds;
}
