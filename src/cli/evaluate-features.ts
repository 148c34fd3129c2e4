/** `simile evaluate-features`: tells how far the distances of each feature family agree with listeners, without any training, and what a vector costs. */

import { basename, dirname, resolve } from "node:path";
import { groupDistances, euclideanDistances, pairs, type SquareMatrix, standardised, submatrix } from "../core/evaluation/matrix.ts";
import { listenerPrecisionAtK, precisionAtK } from "../core/evaluation/precision.ts";
import { kendall, spearman } from "../core/evaluation/rank-correlation.ts";
import { tripletAgreement } from "../core/evaluation/triplet-agreement.ts";
import type { Feature } from "../core/features/feature.ts";
import { FEATURES } from "../core/features/families.ts";
import { findOnset } from "../core/onset/find-onset.ts";
import { toMono } from "../core/signal/audio.ts";
import { compressRows, meansOfEnergies } from "../core/scattering/compression.ts";
import type { NetworkFeature } from "../model/network-feature.ts";
import { featuresOf } from "./feature-cache.ts";
import { featureOption } from "./feature-option.ts";
import { counterpartNotes, type Judgements, loadJudgements, loadRatings, loadRecordedNotes, type RatingStudy, withoutCounterpart } from "./judgements.ts";
import { FRONTENDS, loadNetworkFeature } from "./network-files.ts";
import { useWasm } from "./tf-backend.ts";
import { readAudioFile } from "./audio-file.ts";
import { parseCommand, UsageError } from "./command-line.ts";

/** What scoring must know of a family, or of a network that the user brings. */
type Heard = Pick<Feature, "name" | "version" | "size" | "energies">;

/** Judged similarities this close do not make a triplet. */
const MARGIN = 0.1;
const NEIGHBOURS = 5;

export interface FeatureScores {
  readonly feature: string;
  readonly version: number;
  readonly size: number;
  readonly contextSeconds: number;
  /** Of the listening test, over the techniques that have counterparts. */
  readonly judgements: {
    readonly techniques: number;
    readonly notes: number;
    readonly triplet: number;
    readonly spearman: number;
    readonly kendall: number;
    readonly precision: number;
    readonly prunedPrecision: number;
  };
  /** Of the rating studies: each, and the mean. */
  readonly ratings: { readonly studies: readonly { readonly name: string; readonly triplet: number; readonly spearman: number }[]; readonly triplet: number; readonly spearman: number };
  /** Milliseconds of a vector of one second at 44.1 kHz, one thread: the least of seven, which a busy machine disturbs least. */
  readonly milliseconds: number;
}

/** Distances of `[rows, size]` vectors, energies compressed as in the paper, then all standardised. */
function distancesOf(values: Float32Array, { size, energies }: Heard): SquareMatrix {
  const rows = values.length / size;
  const heard = energies ? compressRows(values, meansOfEnergies(values, size, energies)) : values;
  return euclideanDistances(standardised(heard, rows, size), rows, size);
}

/** The scores of note vectors `[notes, size]`: the distance of two techniques is the mean over the pairs of their notes. `techniques[note]` indexes the judgements. */
export function scoreJudgements(values: Float32Array, techniques: readonly number[], judgements: Judgements, feature: Heard): FeatureScores["judgements"] {
  const present = [...new Set(techniques)];
  const notes = distancesOf(values, feature);
  const distances = groupDistances(notes, techniques.map((technique) => present.indexOf(technique)), present.length);
  const similarity = submatrix(judgements.similarity, present);
  const dissimilarity = { size: similarity.size, values: similarity.values.map((value) => 1 - value) };
  const clusters = techniques.map((technique) => judgements.imts[technique]!.cluster);
  return {
    techniques: present.length,
    notes: techniques.length,
    triplet: tripletAgreement(distances, dissimilarity, MARGIN),
    spearman: spearman(pairs(distances), pairs(dissimilarity)),
    kendall: kendall(pairs(distances), pairs(dissimilarity)),
    precision: listenerPrecisionAtK(distances, judgements.partitions.map((groups) => present.map((technique) => groups[technique]!)), NEIGHBOURS),
    prunedPrecision: precisionAtK(notes, clusters, NEIGHBOURS, techniques),
  };
}

/** The scores of a study's vectors `[sounds, size]`. */
export function scoreRatings(values: Float32Array, study: RatingStudy, feature: Heard): { name: string; triplet: number; spearman: number } {
  const distances = distancesOf(values, feature);
  return { name: study.name, triplet: tripletAgreement(distances, study.dissimilarity, MARGIN), spearman: spearman(pairs(distances), pairs(study.dissimilarity)) };
}

/** A second of a plucked tone with a little noise, whatever the family. */
async function milliseconds(feature: Pick<Feature | NetworkFeature, "extract">): Promise<number> {
  let state = 1;
  const sound = Float32Array.from({ length: 44_100 }, (_, n) => {
    state = (state * 16_807) % 2_147_483_647;
    return 0.5 * Math.exp(-n / 9000) * Math.sin(n / 20) + 1e-3 * (state / 2_147_483_647 - 0.5);
  });
  await feature.extract(sound, 44_100);
  const times: number[] = [];
  for (let run = 0; run < 7; run++) {
    const start = performance.now();
    await feature.extract(sound, 44_100);
    times.push(performance.now() - start);
  }
  return Math.min(...times);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Runs the command; resolves with the exit code. */
export async function evaluateFeatures(args: readonly string[]): Promise<number> {
  const { values: options } = parseCommand("evaluate-features", {
    args: [...args],
    options: { feature: { type: "string", multiple: true }, data: { type: "string" }, context: { type: "string" }, cache: { type: "string" }, network: { type: "string" }, frontend: { type: "string", default: "openl3-mel256" }, json: { type: "boolean", default: false } },
  });
  const names = options.feature ?? (options.network === undefined ? FEATURES.map(({ name }) => name) : []);
  const features = names.map((name) => featureOption("evaluate-features", name));
  const context = Number(options.context ?? 1.5);
  if (!(context > 0 && context <= 10)) throw new UsageError(`simile evaluate-features: expected seconds from 0 to 10 after --context, got ${JSON.stringify(options.context)}.`);
  const frontend = FRONTENDS.get(options.frontend);
  if (!frontend) throw new UsageError(`simile evaluate-features: expected a frontend (${[...FRONTENDS.keys()].join(", ")}), got ${JSON.stringify(options.frontend)}.`);
  const folder = resolve(options.data ?? `${import.meta.dirname}/../../../shared`);
  const judgements = loadJudgements(folder);
  const studies = loadRatings(folder);
  const counterparts = [...counterpartNotes(judgements.imts, loadRecordedNotes(folder))];
  const techniques = counterparts.flatMap(([technique, notes]) => notes.map(() => technique));
  const files = [...counterparts.flatMap(([, notes]) => notes.map(({ path }) => path)), ...studies.flatMap((study) => study.files)];

  const score = async (feature: Heard & Pick<Feature | NetworkFeature, "extract">, values: Float32Array): Promise<FeatureScores> => {
    let row = techniques.length;
    const rated = studies.map((study) => {
      const part = values.subarray(row * feature.size, (row + study.files.length) * feature.size);
      row += study.files.length;
      return scoreRatings(part, study, feature);
    });
    return {
      feature: feature.name,
      version: feature.version,
      size: feature.size,
      contextSeconds: context,
      judgements: scoreJudgements(values.subarray(0, techniques.length * feature.size), techniques, judgements, feature),
      ratings: { studies: rated, triplet: mean(rated.map(({ triplet }) => triplet)), spearman: mean(rated.map((study) => study.spearman)) },
      milliseconds: await milliseconds(feature),
    };
  };
  const scores: FeatureScores[] = [];
  for (const feature of features) {
    const values = await featuresOf(files, feature, [context], { progress: progressOf(feature.name), ...(options.cache ? { cache: options.cache } : {}) });
    scores.push(await score(feature, values));
  }
  if (options.network !== undefined) {
    await useWasm();
    const network = await loadNetworkFeature(basename(dirname(resolve(options.network))), options.network, frontend);
    scores.push(await score(network, await networkFeaturesOf(files, network, context)));
    network.dispose();
  }
  const missing = withoutCounterpart(judgements.imts);
  process.stdout.write(options.json ? `${JSON.stringify({ scores, withoutCounterpart: missing }, null, 2)}\n` : `${report(scores, missing)}\n`);
  return 0;
}

/** Rewrites one line on a terminal, and nothing elsewhere. */
function progressOf(name: string): (done: number, all: number) => void {
  return (done, all) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${name}: ${done} of ${all} sounds${done === all ? "\n" : ""}`);
  };
}

/** `[files, network.size]`: one file after the other, since a network has its own threads. */
async function networkFeaturesOf(files: readonly string[], network: NetworkFeature, contextSeconds: number): Promise<Float32Array> {
  const values = new Float32Array(files.length * network.size);
  const progress = progressOf(network.name);
  for (const [row, file] of files.entries()) {
    const audio = await readAudioFile(file);
    const mono = toMono(audio);
    values.set((await network.extract(mono.subarray(findOnset(mono, audio.sampleRate)), audio.sampleRate, contextSeconds)).values, row * network.size);
    progress(row + 1, files.length);
  }
  return values;
}

/** The scores as Markdown tables. */
function report(scores: readonly FeatureScores[], missing: readonly string[]): string {
  const digits = (value: number) => value.toFixed(3);
  const first = scores[0]!;
  return [
    `${first.judgements.techniques} techniques of the listening test (${first.judgements.notes} recorded notes) and ${first.ratings.studies.length} rating studies, ${first.contextSeconds} s from the onset, distances of standardised features. P@5 pruned is over five hits here: a query whose cluster has no other technique counts as 0, where evaluate and train-kfold leave it out.`,
    "",
    "| feature | numbers | triplets | Spearman | Kendall | P@5 per listener | P@5 pruned | ratings: triplets | ratings: Spearman | ms a second |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...scores.map(({ feature, version, size, judgements: j, ratings: r, milliseconds: ms }) =>
      `| ${feature} ${version} | ${size} | ${[j.triplet, j.spearman, j.kendall, j.precision, j.prunedPrecision, r.triplet, r.spearman].map(digits).join(" | ")} | ${ms.toFixed(1)} |`,
    ),
    "",
    `| triplets of | ${scores.map(({ feature }) => feature).join(" | ")} |`,
    `| --- |${" --- |".repeat(scores.length)}`,
    ...first.ratings.studies.map(({ name }, study) => `| ${name} | ${scores.map(({ ratings }) => digits(ratings.studies[study]!.triplet)).join(" | ")} |`),
    "",
    `No recorded counterpart: ${missing.join(", ")}.`,
  ].join("\n");
}
