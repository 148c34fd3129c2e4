/** Agreement of a model's distances with listeners: the sorting of the listening test, and studies of rated dissimilarity. */

import { type Figure, type Resampling, bootstrapped, meanOfFigures } from "../../core/evaluation/bootstrap.ts";
import { type SquareMatrix, createMatrix, euclideanDistances, pairs, submatrix } from "../../core/evaluation/matrix.ts";
import { type WeightedCorrelation, createKendall, createSpearman } from "../../core/evaluation/rank-correlation.ts";
import { createTripletAgreement } from "../../core/evaluation/triplet-agreement.ts";
import type { Embedder } from "../../model/embedder.ts";
import { createRandom } from "../../model/random.ts";
import { type StudySounds, type TrainingData, dissimilarityOf, valuesAt } from "../train/training-data.ts";
import type { Figures } from "./figures.ts";

/** Judgements that differ by less are not told apart (as in the published figures). */
const MARGIN = 0.1;
/** Draws of one note a technique, as the test had one. */
const DRAWS = 20;
/** With fewer judged techniques there is no triplet. */
export const LEAST_TECHNIQUES = 3;

/** Index of the context of anchors, and of the sounds beside them; the longest unless given. */
export interface Heard {
  readonly context?: number;
  readonly libraryContext?: number;
}

/** Techniques of the test that these rows are counterparts of (`NoteLabels.counterparts`). */
export function techniquesOf(data: Pick<TrainingData, "labels">, rows: readonly number[]): number[] {
  const { counterparts } = data.labels;
  return [...new Set(rows.map((row) => counterparts[row]!).filter((technique) => technique >= 0))].sort((a, b) => a - b);
}

/** Embeddings of the same rows twice, `[rows, size]`: as queries and as what they are held against. */
interface HeardTwice {
  readonly rows: readonly number[];
  readonly size: number;
  readonly from: Float32Array;
  readonly to: Float32Array;
}

/** One table of distances a draw: a note of each technique among the queries (rows) to a note of each beside them (columns), the same note of a technique in both. */
function drawnDistances(data: TrainingData, { rows, size, from, to }: HeardTwice, present: readonly number[]): SquareMatrix[] {
  const { counterparts } = data.labels;
  const members = present.map((technique) => rows.flatMap((row, at) => (counterparts[row] === technique ? [at] : [])));
  const random = createRandom(1);
  return Array.from({ length: DRAWS }, () => {
    const chosen = members.map((choices) => choices[random.integer(choices.length)]!);
    const table = createMatrix(present.length);
    for (const [a, one] of chosen.entries()) {
      for (const [b, other] of chosen.entries()) {
        let sum = 0;
        for (let i = 0; i < size; i++) sum += (from[one * size + i]! - to[other * size + i]!) ** 2;
        table.values[a * present.length + b] = Math.sqrt(sum);
      }
    }
    return table;
  });
}

async function heardTwice(model: Embedder, data: TrainingData, queries: readonly number[], { context, libraryContext }: Heard): Promise<HeardTwice> {
  const last = data.contexts.length - 1;
  const rows = queries.filter((row) => data.labels.counterparts[row]! >= 0);
  const embedded = async (heard: number) => model.embed(valuesAt(data, rows, heard), rows.length, data.contexts[heard]);
  const from = await embedded(context ?? last);
  const to = (libraryContext ?? last) === (context ?? last) ? from : await embedded(libraryContext ?? last);
  return { rows, size: model.manifest.embedding.size, from, to };
}

/** "triplets", "spearman" and "kendall" over the techniques among the rows, mean of draws of one note a technique; nothing where fewer than 3 techniques are there. */
export async function listeningFigures(model: Embedder, data: TrainingData, rows: readonly number[], resampling: Resampling, heard: Heard = {}): Promise<Map<string, Figure>> {
  const present = techniquesOf(data, rows);
  if (present.length < LEAST_TECHNIQUES) return new Map();
  const tables = drawnDistances(data, await heardTwice(model, data, rows, heard), present);
  return agreementOf(tables, submatrix(dissimilarityOf(data), present), present, resampling);
}

/** The triplet agreement alone, which needs no symmetric table: anchors at one context, the sounds beside them at another. */
export async function listeningTriplets(model: Embedder, data: TrainingData, rows: readonly number[], resampling: Resampling, heard: Heard): Promise<Figure | undefined> {
  if (techniquesOf(data, rows).length < LEAST_TECHNIQUES) return undefined;
  return tripletsBetween(data, await heardTwice(model, data, rows, heard), resampling);
}

/** The same of embeddings that are there already: `from` as the anchors of triplets, `to` as the sounds beside them; counterparts alone. Undefined where fewer than 3 techniques are there. */
export function tripletsBetween(data: TrainingData, heard: HeardTwice, resampling: Resampling): Figure | undefined {
  const present = techniquesOf(data, heard.rows);
  if (present.length < LEAST_TECHNIQUES) return undefined;
  return bootstrapped(present, createTripletAgreement(drawnDistances(data, heard, present), submatrix(dissimilarityOf(data), present), MARGIN), resampling);
}

function agreementOf(tables: readonly SquareMatrix[], judged: SquareMatrix, units: readonly number[], resampling: Resampling): Map<string, Figure> {
  const count = units.length;
  const both = new Float64Array((count * (count - 1)) / 2);
  const dissimilar = pairs(judged);
  const overPairs = (create: (a: ArrayLike<number>, b: ArrayLike<number>) => WeightedCorrelation) => {
    const correlations = tables.map((table) => create(pairs(table), dissimilar));
    return (weights: Float64Array) => {
      for (let i = 0, at = 0; i < count; i++) for (let j = i + 1; j < count; j++) both[at++] = weights[i]! * weights[j]!;
      return correlations.reduce((sum, correlation) => sum + correlation(both), 0) / tables.length;
    };
  };
  return new Map([
    ["triplets", bootstrapped(units, createTripletAgreement(tables, judged, MARGIN), resampling)],
    ["spearman", bootstrapped(units, overPairs(createSpearman), resampling)],
    ["kendall", bootstrapped(units, overPairs(createKendall), resampling)],
  ]);
}

/** What is told of each rating study, and the measure that it is. */
const RATED = [["ratings", "triplets"], ["ratings-spearman", "spearman"], ["ratings-kendall", "kendall"]] as const;

/** "ratings/NAME" (triplet agreement), "ratings-spearman/NAME" and "ratings-kendall/NAME" of each study at full context, and their means "ratings", "ratings-spearman" and "ratings-kendall". */
export async function ratingFigures(model: Embedder, studies: readonly StudySounds[], contexts: readonly number[], resampling: Resampling): Promise<Map<string, Figure>> {
  const { feature, embedding } = model.manifest;
  const figures = new Map<string, Figure>();
  for (const { name, count, values, similarity } of studies) {
    const heard = new Float32Array(count * feature.size);
    for (let at = 0; at < count; at++) heard.set(values.subarray(((at + 1) * contexts.length - 1) * feature.size, (at + 1) * contexts.length * feature.size), at * feature.size);
    const distances = euclideanDistances(await model.embed(heard, count), count, embedding.size);
    const judged = { size: count, values: Float64Array.from(similarity, (value) => 1 - value) };
    const agreement = agreementOf([distances], judged, unitsOf(name, count), resampling);
    for (const [title, measure] of RATED) figures.set(`${title}/${name}`, agreement.get(measure)!);
  }
  return new Map([...figures, ...meansOverStudies(figures)]);
}

/** "ratings", "ratings-spearman" and "ratings-kendall": each study counts once, in whatever fold it was measured. Nothing where no study was. */
export function meansOverStudies(figures: Figures): Map<string, Figure> {
  const ofStudies = RATED.map(([title]) => [title, [...figures].flatMap(([name, figure]) => (name.startsWith(`${title}/`) ? [figure] : []))] as const);
  return new Map(ofStudies.filter(([, all]) => all.length > 0).map(([title, all]) => [title, meanOfFigures(all)]));
}

/** Numbers for the sounds of a study that no other study's sounds have, so that each is resampled on its own. */
function unitsOf(name: string, count: number): number[] {
  let code = 0;
  for (let i = 0; i < name.length; i++) code = (Math.imul(code, 31) + name.charCodeAt(i)) | 0;
  return Array.from({ length: count }, (_, at) => (code + Math.imul(at, 0x9e3779b1)) | 0);
}
