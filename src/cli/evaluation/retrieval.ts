/**
 * Finds the nearest sounds of labelled queries and tells how many are right, by consensus cluster and by how many listeners agreed.
 *
 * Queries and candidates are counterparts alone (`NoteLabels.counterparts`). Plain: every candidate but the query itself. Pruned: candidates of the query's own technique (instrument, mute and technique) are skipped, so that only what was learned of other
 * techniques counts. P@k is over min(k, number of right candidates), and a query that has no right candidate is left out: pruned, that is one whose cluster has no other technique among them.
 * NDCG takes the share of listeners who put the two techniques together for the gain, 1 for the query's own technique.
 */

import type { Figure, Resampling } from "../../core/evaluation/bootstrap.ts";
import { meanFigure } from "../../core/evaluation/bootstrap.ts";
import { ndcg, rankedPrecision } from "../../core/evaluation/retrieval.ts";
import type { Embedder } from "../../model/embedder.ts";
import { type TrainingData, valuesAt } from "../train/training-data.ts";

export const KS = [1, 5, 10, 15, 20] as const;
const MOST = 20;

export interface RetrievalOptions extends Resampling {
  /** Index of the context of the queries, and of the library; the longest unless given. */
  readonly context?: number;
  readonly libraryContext?: number;
}

/** The nearest candidates of each query, nearest first, as indices into the library. */
export interface Nearest {
  /** Rows of the queries and of the candidates: those that stand for a technique of the test. */
  readonly queries: readonly number[];
  readonly library: readonly number[];
  readonly plain: readonly Int32Array[];
  readonly pruned: readonly Int32Array[];
}

/** Squared distances in one pass a query; of equal ones the candidate that comes first in the library. */
export async function nearestOf(model: Embedder, data: TrainingData, queries: readonly number[], library: readonly number[], { context, libraryContext }: Pick<RetrievalOptions, "context" | "libraryContext"> = {}): Promise<Nearest> {
  const { counterparts } = data.labels;
  const last = data.contexts.length - 1;
  const asked = queries.filter((row) => counterparts[row]! >= 0);
  const held = library.filter((row) => counterparts[row]! >= 0);
  const { size } = model.manifest.embedding;
  const embedded = async (rows: readonly number[], heard: number) => model.embed(valuesAt(data, rows, heard), rows.length, data.contexts[heard]);
  const from = await embedded(asked, context ?? last);
  const among = await embedded(held, libraryContext ?? last);
  const plain: Int32Array[] = [];
  const pruned: Int32Array[] = [];
  for (const [at, row] of asked.entries()) {
    const [all, others] = [createHead(MOST), createHead(MOST)];
    for (const [index, other] of held.entries()) {
      if (other === row) continue;
      let sum = 0;
      for (let i = 0, q = at * size, c = index * size; i < size; i++, q++, c++) sum += (from[q]! - among[c]!) ** 2;
      all.offer(index, sum);
      if (counterparts[other] !== counterparts[row]) others.offer(index, sum);
    }
    plain.push(all.indices());
    pruned.push(others.indices());
  }
  return { queries: asked, library: held, plain, pruned };
}

/** The `count` least of what it is offered, in order. */
function createHead(count: number) {
  const indices: number[] = [];
  const sums: number[] = [];
  return {
    offer(index: number, sum: number) {
      if (sums.length === count && !(sum < sums[count - 1]!)) return;
      let at = sums.length;
      while (at > 0 && sums[at - 1]! > sum) at--;
      sums.splice(at, 0, sum);
      indices.splice(at, 0, index);
      if (sums.length > count) {
        sums.pop();
        indices.pop();
      }
    },
    indices: () => Int32Array.from(indices),
  };
}

/** "precision@k", "precision@k/pruned", "ndcg@k" and "ndcg@k/pruned" for every k of `ks`. */
export async function retrievalFigures(model: Embedder, data: TrainingData, queries: readonly number[], library: readonly number[], options: RetrievalOptions, ks: readonly number[] = KS): Promise<Map<string, Figure>> {
  return figuresOfNearest(data, await nearestOf(model, data, queries, library, options), options, ks);
}

export function figuresOfNearest(data: TrainingData, { queries, library, plain, pruned }: Nearest, resampling: Resampling, ks: readonly number[] = KS): Map<string, Figure> {
  const { counterparts } = data.labels;
  const { imts, similarity } = data.judgements;
  const cluster = (technique: number) => imts[technique]!.cluster;
  const inTechnique = new Int32Array(imts.length);
  for (const row of library) inTechnique[counterparts[row]!]!++;
  const isHeld = new Set(library);
  const gain = (a: number, b: number) => (a === b ? 1 : similarity.values[a * similarity.size + b]!);
  const values = new Map<string, Float64Array>();
  for (const name of ks.flatMap((k) => [`precision@${k}`, `precision@${k}/pruned`, `ndcg@${k}`, `ndcg@${k}/pruned`])) values.set(name, new Float64Array(queries.length));
  /** Techniques by how many listeners joined them with this one, most first. */
  const liking = imts.map((_, own) => imts.map((__, other) => other).sort((a, b) => gain(own, b) - gain(own, a) || a - b));
  for (const [at, row] of queries.entries()) {
    const own = counterparts[row]!;
    for (const [suffix, ranking, kept] of [["", plain[at]!, true], ["/pruned", pruned[at]!, false]] as const) {
      const count = (technique: number) => (technique === own ? (kept ? inTechnique[own]! - (isHeld.has(row) ? 1 : 0) : 0) : inTechnique[technique]!);
      const candidates = imts.reduce((sum, _, technique) => (cluster(technique) === cluster(own) ? sum + count(technique) : sum), 0);
      const ideal: number[] = [];
      for (const technique of liking[own]!) for (let i = 0; i < count(technique) && ideal.length < MOST; i++) ideal.push(gain(own, technique));
      const found = Array.from(ranking, (index) => counterparts[library[index]!]!);
      const right = found.map((technique) => cluster(technique) === cluster(own));
      const gains = found.map((technique) => gain(own, technique));
      for (const k of ks) {
        values.get(`precision@${k}${suffix}`)![at] = rankedPrecision(right, k, candidates);
        values.get(`ndcg@${k}${suffix}`)![at] = ndcg(gains, ideal, k);
      }
    }
  }
  return new Map([...values].map(([name, each]) => [name, meanFigure(queries, each, resampling)]));
}
