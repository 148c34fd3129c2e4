/** Measures a model on notes that it was not fitted to: agreement with the listening test, and hits among labelled notes. */

import { euclideanDistances, pairs, submatrix, type SquareMatrix } from "../../core/evaluation/matrix.ts";
import { spearman } from "../../core/evaluation/rank-correlation.ts";
import { tripletAgreement } from "../../core/evaluation/triplet-agreement.ts";
import type { Embedder } from "../../model/embedder.ts";
import { createRandom } from "../../model/random.ts";
import { type StudySounds, type TrainingData, dissimilarityOf, valuesAt } from "./training-data.ts";

export interface ListeningFigures {
  readonly techniques: number;
  readonly triplets: number;
  readonly spearman: number;
}

/** Judged similarities that differ by less are not told apart (as in the published figures). */
const MARGIN = 0.1;
/** Draws of one note a technique, as the test had one. */
const DRAWS = 20;

/** Draws one note of each technique, compares their distances with the listeners', and averages over draws. NaN where fewer than 3 techniques are among the rows. */
export async function listeningFigures(model: Embedder, data: TrainingData, rows: readonly number[], context = data.contexts.length - 1): Promise<ListeningFigures> {
  const { techniques } = data.labels;
  const mapped = rows.filter((row) => techniques[row]! >= 0);
  const present = [...new Set(mapped.map((row) => techniques[row]!))].sort((a, b) => a - b);
  if (present.length < 3) return { techniques: present.length, triplets: Number.NaN, spearman: Number.NaN };
  const embedded = await model.embed(valuesAt(data, mapped, context), mapped.length, data.contexts[context]);
  const { size } = model.manifest.embedding;
  const members = present.map((technique) => mapped.flatMap((row, at) => (techniques[row] === technique ? [at] : [])));
  const judged: SquareMatrix = submatrix(dissimilarityOf(data), present);
  const random = createRandom(1);
  let triplets = 0;
  let rho = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const values = new Float32Array(present.length * size);
    for (const [at, choices] of members.entries()) {
      const chosen = choices[random.integer(choices.length)]!;
      values.set(embedded.subarray(chosen * size, (chosen + 1) * size), at * size);
    }
    const distances = euclideanDistances(values, present.length, size);
    triplets += tripletAgreement(distances, judged, MARGIN) / DRAWS;
    rho += spearman(pairs(distances), pairs(judged)) / DRAWS;
  }
  return { techniques: present.length, triplets, spearman: rho };
}

export interface PrecisionFigures {
  readonly queries: number;
  /** P@k by consensus cluster, hits of the query's own technique skipped; over queries whose cluster holds another technique. */
  readonly pruned: number;
  /** P@k by consensus cluster. */
  readonly plain: number;
}

/** How many of each query's k nearest among `library` carry its cluster. A query is left out of its own library. */
export async function precisionFigures(model: Embedder, data: TrainingData, queries: readonly number[], library: readonly number[], k = 5, context = data.contexts.length - 1): Promise<PrecisionFigures> {
  const { techniques } = data.labels;
  const asked = queries.filter((row) => techniques[row]! >= 0);
  const held = library.filter((row) => techniques[row]! >= 0);
  const last = data.contexts.length - 1;
  const { size } = model.manifest.embedding;
  const from = await model.embed(valuesAt(data, asked, context), asked.length, data.contexts[context]);
  const among = await model.embed(valuesAt(data, held, last), held.length, data.contexts[last]);
  const cluster = (row: number) => data.judgements.imts[techniques[row]!]!.cluster;
  let [plain, pruned, counted] = [0, 0, 0];
  for (const [at, row] of asked.entries()) {
    const order = held
      .map((other, index) => {
        let sum = 0;
        for (let i = 0; i < size; i++) sum += (from[at * size + i]! - among[index * size + i]!) ** 2;
        return { other, sum };
      })
      .filter(({ other }) => other !== row)
      .sort((a, b) => a.sum - b.sum)
      .map(({ other }) => other);
    const hits = (candidates: readonly number[]) => candidates.slice(0, k).filter((other) => cluster(other) === cluster(row)).length / k;
    plain += hits(order) / asked.length;
    const others = order.filter((other) => techniques[other] !== techniques[row]);
    if (!others.some((other) => cluster(other) === cluster(row))) continue;
    pruned += hits(others);
    counted++;
  }
  return { queries: asked.length, plain, pruned: pruned / counted };
}

/** Triplet agreement with each rating study, its sounds at full context. */
export async function ratingFigures(model: Embedder, studies: readonly StudySounds[], contexts: readonly number[]): Promise<{ readonly name: string; readonly triplets: number }[]> {
  const { feature, embedding } = model.manifest;
  const figures: { name: string; triplets: number }[] = [];
  for (const { name, count, values, similarity } of studies) {
    const heard = new Float32Array(count * feature.size);
    for (let at = 0; at < count; at++) heard.set(values.subarray(((at + 1) * contexts.length - 1) * feature.size, (at + 1) * contexts.length * feature.size), at * feature.size);
    const embedded = await model.embed(heard, count);
    figures.push({ name, triplets: tripletAgreement(euclideanDistances(embedded, count, embedding.size), { size: count, values: Float64Array.from(similarity, (value) => 1 - value) }, MARGIN) });
  }
  return figures;
}
