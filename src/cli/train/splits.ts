/** Parts the recorded notes into folds whose groups are whole (takes, techniques, instruments or sources), or the rating studies into folds that share no sound. */

import { FormatError } from "../../core/errors.ts";
import { createRandom } from "../../model/random.ts";
import type { StudySounds, TrainingData } from "./training-data.ts";

/** Splits of the recorded notes; "study" splits the rating studies instead. */
export const NOTE_SPLITS = ["note", "technique", "instrument", "source"] as const;
export type NoteSplit = (typeof NOTE_SPLITS)[number];
export const SPLITS = [...NOTE_SPLITS, "study"] as const;
export type Split = (typeof SPLITS)[number];

/** Name of the group that must stay whole. Notes of one take recorded twice (microphone and pickup) are one group under every split. */
export function groupOf(data: Pick<TrainingData, "notes" | "labels">, row: number, split: NoteSplit): string {
  const note = data.notes[row]!;
  switch (split) {
    case "note":
      return /^archtop-guitar/.test(note.instrument) ? `archtop ${note.technique} ${note.pitch} ${note.dynamics} ${note.path.replace(/^.*\//, "")}` : note.path;
    case "technique":
      return data.labels.techniques[row]! >= 0 ? `technique ${data.labels.techniques[row]}` : data.labels.cells[row]!.replace(/^archtop-guitar-(mic|pickup)/, "archtop-guitar");
    case "instrument":
      return data.labels.bodies[row]!;
    case "source":
      // the bodies that two sources share join them
      return /dsmolken\.double-bass|karoryfer\.meatbass/.test(note.source) ? "double bass of dsmolken and meatbass" : note.source;
    default:
      return split satisfies never;
  }
}

/** Folds of about equal size: groups in seeded order, each to the smallest fold so far. Throws FormatError where there are fewer groups than folds. */
export function foldsOf(data: Pick<TrainingData, "notes" | "labels" | "readable">, split: NoteSplit, count: number, seed: number): number[][] {
  const groups = new Map<string, number[]>();
  for (const row of data.readable) {
    const name = groupOf(data, row, split);
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  if (groups.size < count) throw new FormatError(`folds: expected at least ${count} groups by ${split}, got ${groups.size}; ask for fewer folds or another split.`);
  return dealt([...groups.values()], count, seed);
}

/** What tells a rating study's sounds from those of others. */
type Rated = Pick<StudySounds, "name" | "count" | "values">;

/**
 * Rating studies that must stay together, in the order of their first ones: parts of one publication (its name stands before the "_": the same tones, cut or at another pitch, and the same listeners), and
 * studies that have a recording in common, through whatever third one. What listeners of one said of a sound is else known from the other.
 */
export function groupsOfStudies<Study extends Rated>(studies: readonly Study[]): Study[][] {
  const marks = new Map(studies.map((study) => [study, new Set([study.name.replace(/_.*$/, ""), ...soundsOf(study)])] as const));
  const groups: Study[][] = [];
  for (const study of studies) {
    const own = [...marks.get(study)!];
    const near = groups.filter((group) => group.some((other) => own.some((mark) => marks.get(other)!.has(mark))));
    const whole = [...near.flat(), study];
    // the new study may be what joins groups that had nothing in common before
    const at = near.length > 0 ? groups.indexOf(near[0]!) : groups.length;
    for (const group of near.slice(1)) groups.splice(groups.indexOf(group), 1);
    groups[at] = whole;
  }
  return groups;
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
