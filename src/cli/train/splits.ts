/** Parts the recorded notes into folds whose groups are whole (takes, techniques, instruments or sources), or the rating studies. */

import { FormatError } from "../../core/errors.ts";
import { createRandom } from "../../model/random.ts";
import type { TrainingData } from "./training-data.ts";

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
  const order = createRandom(seed).shuffle(Array.from({ length: groups.size }, (_, at) => at));
  const members = [...groups.values()];
  const folds = Array.from({ length: count }, () => [] as number[]);
  // the largest groups first, so that one of them does not land on a full fold
  for (const at of [...order].sort((a, b) => members[b]!.length - members[a]!.length)) {
    const smallest = folds.reduce((best, fold, index) => (fold.length < folds[best]!.length ? index : best), 0);
    folds[smallest]!.push(...members[at]!);
  }
  return folds;
}

/** Folds of rating studies, by name, of about equal count in seeded order. Throws FormatError where there are fewer studies than folds. */
export function foldsOfStudies<Study extends { readonly name: string }>(studies: readonly Study[], count: number, seed: number): Study[][] {
  if (studies.length < Math.max(2, count)) throw new FormatError(`folds: expected at least ${Math.max(2, count)} rating studies, got ${studies.length}; ask for fewer folds or another split.`);
  const order = createRandom(seed).shuffle(Array.from({ length: studies.length }, (_, at) => at));
  const folds = Array.from({ length: count }, () => [] as Study[]);
  for (const [at, study] of order.entries()) folds[at % count]!.push(studies[study]!);
  return folds;
}
