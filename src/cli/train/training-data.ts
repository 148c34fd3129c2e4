/** Loads the recorded notes with their features at every context and what listeners said of their techniques. */

import { basename, dirname, join, relative, resolve } from "node:path";
import { existsSync } from "node:fs";
import { FormatError, MissingError } from "../../core/errors.ts";
import { createMatrix } from "../../core/evaluation/matrix.ts";
import type { Feature } from "../../core/features/feature.ts";
import { joined } from "../../core/joined.ts";
import type { LabelledSounds } from "../../model/fit-model.ts";
import { drawSteps } from "../alteration/augmentation.ts";
import { CODECS, codecFault } from "../alteration/ffmpeg.ts";
import { type FeatureCacheOptions, featuresOf } from "../feature-cache.ts";
import { type Judgements, type RatingStudy, type RecordedNote, loadJudgements, loadRatings, loadRecordedNotes } from "../judgements.ts";
import { type NoteLabels, labelNotes, ownLabel } from "./note-labels.ts";
import { type Reach, loadSol } from "./sol.ts";
import { type StandIn, standInsOf } from "./stand-ins.ts";

export interface TrainingData {
  readonly folder: string;
  readonly feature: Feature;
  readonly contexts: readonly number[];
  readonly notes: readonly RecordedNote[];
  readonly judgements: Judgements;
  readonly labels: NoteLabels;
  /** `[notes, contexts, feature.size]`; a note that could not be read is NaN. */
  readonly values: Float32Array;
  /** Notes that could be read. */
  readonly readable: readonly number[];
  /** Altered copies of the notes, each `[notes, contexts, feature.size]` as `values`: for training alone. */
  readonly variants?: readonly Float32Array[];
  /** Altered recordings that stand for techniques which nobody recorded, or for more notes of those that somebody did: for training alone. */
  readonly standIns?: StandInSounds;
  /** Rating studies, those of their sounds that could be read. */
  readonly studies: readonly StudySounds[];
}

/** Stand-ins that could be heard, and their `values [standIns, contexts, feature.size]`. */
export interface StandInSounds {
  readonly standIns: readonly StandIn[];
  readonly values: Float32Array;
}

/** A study's readable sounds: `values [count, contexts, feature.size]` and `similarity [count, count]`, 1 - rated dissimilarity. */
export interface StudySounds {
  readonly name: string;
  readonly count: number;
  readonly values: Float32Array;
  readonly similarity: Float32Array;
}

/** Folder that holds `data` and `judgements`, from the path of `data` or of that folder. */
export function dataFolder(path: string): string {
  const whole = resolve(path);
  const folder = basename(whole) === "data" ? dirname(whole) : whole;
  const table = join(folder, "data", "samples.csv");
  if (!existsSync(table)) throw new MissingError(`--data: expected a folder "data" with a samples.csv, got ${table} missing; give its path, with "judgements" beside it.`);
  return folder;
}

export async function loadTrainingData(path: string, feature: Feature, contexts: readonly number[], options: FeatureCacheOptions = {}): Promise<TrainingData> {
  const folder = dataFolder(path);
  const judgements = loadJudgements(folder);
  const notes = loadRecordedNotes(folder);
  const labels = labelNotes(judgements.imts, notes);
  if (notes.length > 0 && labels.techniques.every((technique) => technique < 0)) {
    throw new FormatError(
      `${join(folder, "data", "samples.csv")}: expected notes of the techniques in judgements/techniques.csv (${judgements.imts[0]?.imt ?? "none"}, …), got none; name a technique there as its notes are, INSTRUMENT-TECHNIQUE or INSTRUMENT+MUTE-TECHNIQUE, for example ${ownLabel(notes[0]!)}.`,
    );
  }
  const values = await featuresOf(notes.map((note) => note.path), feature, contexts, options);
  const width = contexts.length * feature.size;
  const readable = notes.map((_, row) => row).filter((row) => !Number.isNaN(values[row * width]!));
  const studies = existsSync(join(folder, "data", "ratings")) ? await Promise.all(loadRatings(folder).map((study) => studySounds(study, feature, contexts, options))) : [];
  return { folder, feature, contexts, notes, judgements, labels, values, readable, studies: studies.filter(({ count }) => count >= LEAST_STUDY) };
}

/** The same of SOL's notes, which no rating study goes with. */
export async function loadSolData(folder: string, extended: Reach | undefined, feature: Feature, contexts: readonly number[], options: FeatureCacheOptions = {}): Promise<TrainingData> {
  const { notes, judgements, labels } = await loadSol(folder, extended);
  const values = await featuresOf(notes.map((note) => note.path), feature, contexts, options);
  const width = contexts.length * feature.size;
  return { folder, feature, contexts, notes, judgements, labels, values, readable: notes.map((_, row) => row).filter((row) => !Number.isNaN(values[row * width]!)), studies: [] };
}

/** A study with fewer readable sounds has no triplet. */
const LEAST_STUDY = 3;

async function studySounds({ name, files, dissimilarity }: RatingStudy, feature: Feature, contexts: readonly number[], { cache, bad }: FeatureCacheOptions): Promise<StudySounds> {
  const values = await featuresOf(files, feature, contexts, { threads: 1, ...(cache === undefined ? {} : { cache }), ...(bad ? { bad } : {}) });
  const width = contexts.length * feature.size;
  const kept = files.map((_, row) => row).filter((row) => !Number.isNaN(values[row * width]!));
  const heard = new Float32Array(kept.length * width);
  for (const [at, row] of kept.entries()) heard.set(values.subarray(row * width, (row + 1) * width), at * width);
  const similarity = Float32Array.from({ length: kept.length ** 2 }, (_, at) => 1 - dissimilarity.values[kept[Math.floor(at / kept.length)]! * dissimilarity.size + kept[at % kept.length]!]!);
  return { name, count: kept.length, values: heard, similarity };
}

/** The data with `count` altered copies of every note that could be read, by `drawSteps`. A copy that fails is left out, and told to `options.bad`. */
export async function withVariants(data: TrainingData, count: number, options: FeatureCacheOptions = {}): Promise<TrainingData> {
  const available = await Promise.all(CODECS.map(async (codec) => ((await codecFault(codec)) === undefined ? [codec] : [])));
  const codecs = available.flat();
  const width = data.contexts.length * data.feature.size;
  // all copies in one go, so that the worker threads start once
  const copies = Array.from({ length: count }, (_, variant) => data.readable.map((row) => ({ row, variant }))).flat();
  const heard = await featuresOf(copies.map(({ row }) => data.notes[row]!.path), data.feature, data.contexts, {
    ...options,
    steps: (at) => drawSteps(relative(data.folder, data.notes[copies[at]!.row]!.path), copies[at]!.variant + 1, { codecs }),
  });
  const variants = Array.from({ length: count }, () => new Float32Array(data.values.length).fill(Number.NaN));
  for (const [at, { row, variant }] of copies.entries()) variants[variant]!.set(heard.subarray(at * width, (at + 1) * width), row * width);
  return { ...data, variants };
}

/** The data with stand-ins for the techniques that none of its notes stands for. One that fails is left out, and told to `options.bad`. */
export async function withStandIns(data: TrainingData, options: FeatureCacheOptions = {}): Promise<TrainingData> {
  const recorded = new Set(data.labels.techniques);
  return heardStandIns(data, standInsOf(data.judgements.imts, data.notes).filter(({ technique }) => !recorded.has(technique)), options);
}

/** The data with copies of every note that stands for a technique, played 1 to `most` semitones slower and faster. One that fails is left out, and told to `options.bad`. */
export async function withTransposed(data: TrainingData, most: number, options: FeatureCacheOptions = {}): Promise<TrainingData> {
  const labelled = data.readable.filter((row) => data.labels.techniques[row]! >= 0);
  const shifts = Array.from({ length: most }, (_, at) => [-1 - at, 1 + at]).flat();
  return heardStandIns(data, shifts.flatMap((semitones) => labelled.map((row) => ({ row, technique: data.labels.techniques[row]!, steps: [{ kind: "pitch", semitones }] }))), options);
}

/** The stand-ins, of these among the data's notes, whose technique nobody recorded: without the transposed copies. */
export function standingForUnrecorded({ standIns, labels }: TrainingData, rows: readonly number[]): StandIn[] {
  const recorded = new Set(labels.techniques);
  const heard = new Set(rows);
  return (standIns?.standIns ?? []).filter(({ row, technique }) => heard.has(row) && !recorded.has(technique));
}

/** The data with these behind the stand-ins that it has. */
async function heardStandIns(data: TrainingData, wanted: readonly StandIn[], options: FeatureCacheOptions): Promise<TrainingData> {
  const heard = await featuresOf(wanted.map(({ row }) => data.notes[row]!.path), data.feature, data.contexts, { ...options, steps: (at) => wanted[at]!.steps });
  const width = data.contexts.length * data.feature.size;
  const kept = [...wanted.keys()].filter((at) => !Number.isNaN(heard[at * width]!));
  const before = data.standIns ?? { standIns: [], values: new Float32Array() };
  return {
    ...data,
    standIns: { standIns: [...before.standIns, ...kept.map((at) => wanted[at]!)], values: joined([before.values, ...kept.map((at) => heard.subarray(at * width, (at + 1) * width))], Float32Array) },
  };
}

/** Features `[rows, size]` of these notes at one context. */
export function valuesAt({ values, contexts, feature: { size } }: Pick<TrainingData, "values" | "contexts" | "feature">, rows: readonly number[], context: number): Float32Array {
  const result = new Float32Array(rows.length * size);
  for (const [at, row] of rows.entries()) result.set(values.subarray((row * contexts.length + context) * size, (row * contexts.length + context + 1) * size), at * size);
  return result;
}

/** Which classes the losses on labels tell apart: every technique and cell, or the listeners' consensus clusters with the unmapped cells beside them. */
export type LabelSource = "techniques" | "clusters";

/** Weight of a cell that stands for no technique of the test, beside 1 for one that does, unless told otherwise. */
export const UNMAPPED_WEIGHT = 0.1;
/** Weight of a technique that altered recordings alone stand for. */
const STAND_IN_WEIGHT = 0.4;
/** A class with this many sounds counts in full, one with fewer less often, by the square root. */
const FULL_CLASS = 20;

/** These notes as a model is fitted to them, their altered copies and the stand-ins made of them behind them: a class is a technique of the listening test, or a cell that stands for none. */
export function labelledSounds(data: TrainingData, rows: readonly number[], labelSource: LabelSource = "techniques", unmappedWeight = UNMAPPED_WEIGHT): LabelledSounds {
  const { labels, judgements, feature, contexts } = data;
  const names = new Map<string, number>();
  const techniqueOf: number[] = [];
  const classOf = (technique: number, cell: string) => {
    const name = technique >= 0 ? judgements.imts[technique]!.imt : cell;
    const known = names.get(name);
    if (known !== undefined) return known;
    techniqueOf.push(technique);
    names.set(name, names.size);
    return names.size - 1;
  };
  const own = Int32Array.from(rows, (row) => classOf(labels.techniques[row]!, labels.cells[row]!));
  const recorded = names.size;
  // a stand-in goes where its recording goes, so that what is held out is not heard in another dress
  const handed = new Set(rows);
  const { standIns, values: standInValues } = data.standIns ?? { standIns: [], values: new Float32Array() };
  const taken = [...standIns.keys()].filter((at) => handed.has(standIns[at]!.row));
  const standing = Int32Array.from(taken, (at) => classOf(standIns[at]!.technique, ""));
  const count = names.size;
  const similarity = new Float32Array(count * count).fill(Number.NaN);
  const judged = judgements.similarity;
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < count; b++) {
      const [one, other] = [techniqueOf[a]!, techniqueOf[b]!];
      if (one >= 0 && other >= 0) similarity[a * count + b] = judged.values[one * judged.size + other]!;
      else if (a === b) similarity[a * count + b] = 1;
    }
  }
  const sizes = new Float64Array(count);
  for (const chosen of [...own, ...standing]) sizes[chosen]!++;
  const width = contexts.length * feature.size;
  const copies = (data.variants ?? []).map((values) => ({ values, rows: rows.map((_, at) => at).filter((at) => !Number.isNaN(values[rows[at]! * width]!)) }));
  const copied = copies.reduce((sum, copy) => sum + copy.rows.length, 0);
  const label = new Map<number, number>();
  const labelOf = techniqueOf.map((technique, index) => {
    const key = labelSource === "clusters" && technique >= 0 ? -judgements.imts[technique]!.cluster : index;
    if (!label.has(key)) label.set(key, label.size);
    return label.get(key)!;
  });
  return {
    feature: { name: feature.name, version: feature.version, size: feature.size },
    ...(feature.energies ? { energies: feature.energies } : {}),
    rows: rows.length + copied + taken.length,
    values: contexts.map((_, context) =>
      joined([
        valuesAt(data, rows, context),
        ...copies.map((copy) => valuesAt({ values: copy.values, contexts, feature }, copy.rows.map((at) => rows[at]!), context)),
        valuesAt({ values: standInValues, contexts, feature }, taken, context),
      ], Float32Array),
    ),
    classes: Int32Array.from([...own, ...copies.flatMap((copy) => copy.rows.map((at) => own[at]!)), ...standing]),
    ...(copies.length > 0 ? { cleanRows: Int32Array.from([...rows.keys(), ...copies.flatMap((copy) => copy.rows), ...taken.map((_, at) => rows.length + copied + at)]) } : {}),
    classCount: count,
    similarity,
    labels: Int32Array.from(labelOf),
    labelCount: label.size,
    clusters: Int32Array.from(techniqueOf, (technique, index) => (technique >= 0 ? -1 - judgements.imts[technique]!.cluster : index)),
    weights: Float32Array.from(techniqueOf, (technique, index) => (technique < 0 ? unmappedWeight : index < recorded ? 1 : STAND_IN_WEIGHT) * Math.min(1, Math.sqrt(sizes[index]! / FULL_CLASS))),
  };
}

/** The same sounds with those of rating studies behind them, each a class of its own that is never drawn but with its study. */
export function withStudies(sounds: LabelledSounds, studies: readonly StudySounds[], contexts: readonly number[]): LabelledSounds {
  const { size } = sounds.feature;
  const extra = studies.reduce((sum, { count }) => sum + count, 0);
  const rows = sounds.rows + extra;
  const classCount = sounds.classCount + extra;
  const values = contexts.map((_, context) => {
    const all = new Float32Array(rows * size);
    all.set(sounds.values[context]!);
    let row = sounds.rows;
    for (const study of studies) {
      for (let at = 0; at < study.count; at++, row++) all.set(study.values.subarray((at * contexts.length + context) * size, (at * contexts.length + context + 1) * size), row * size);
    }
    return all;
  });
  const classes = Int32Array.from({ length: rows }, (_, row) => (row < sounds.rows ? sounds.classes[row]! : sounds.classCount + row - sounds.rows));
  const similarity = new Float32Array(classCount ** 2).fill(Number.NaN);
  for (let a = 0; a < sounds.classCount; a++) similarity.set(sounds.similarity.subarray(a * sounds.classCount, (a + 1) * sounds.classCount), a * classCount);
  const labels = new Int32Array(classCount).fill(-1);
  labels.set(sounds.labels);
  const weights = new Float32Array(classCount);
  weights.set(sounds.weights);
  const clusters = Int32Array.from({ length: classCount }, (_, index) => sounds.clusters[index] ?? index);
  let first = sounds.rows;
  const rated = studies.map(({ count, similarity: judged }) => {
    first += count;
    return { first: first - count, count, similarity: judged };
  });
  const cleanRows = sounds.cleanRows ? Int32Array.from({ length: rows }, (_, row) => (row < sounds.rows ? sounds.cleanRows![row]! : row)) : undefined;
  return { ...sounds, ...(cleanRows ? { cleanRows } : {}), rows, values, classes, classCount, similarity, labels, clusters, weights, studies: rated };
}

/** Judged dissimilarity, 1 - similarity, `[techniques, techniques]`. */
export function dissimilarityOf({ judgements: { similarity } }: TrainingData) {
  const matrix = createMatrix(similarity.size);
  for (const [at, value] of similarity.values.entries()) matrix.values[at] = 1 - value;
  return matrix;
}
