/** What an epoch is chosen by and a card tells: a few figures of a model on sounds that it was not fitted to, without intervals. */

import type { Embedder } from "../../model/embedder.ts";
import { listeningFigures as everyListeningFigure, ratingFigures as everyRatingFigure, techniquesOf } from "../evaluation/agreement.ts";
import { figuresOfNearest, nearestOf } from "../evaluation/retrieval.ts";
import type { StudySounds, TrainingData } from "./training-data.ts";

const BARE = { replicates: 0, seed: 0 };

export interface ListeningFigures {
  readonly techniques: number;
  readonly triplets: number;
  readonly spearman: number;
}

/** NaN where fewer than 3 techniques are among the rows. */
export async function listeningFigures(model: Embedder, data: TrainingData, rows: readonly number[], context = data.contexts.length - 1): Promise<ListeningFigures> {
  const figures = await everyListeningFigure(model, data, rows, BARE, { context, libraryContext: context });
  return { techniques: techniquesOf(data, rows).length, triplets: figures.get("triplets")?.value ?? Number.NaN, spearman: figures.get("spearman")?.value ?? Number.NaN };
}

export interface PrecisionFigures {
  readonly queries: number;
  readonly plain: number;
  readonly pruned: number;
}

/** P@k by consensus cluster, as `evaluation/retrieval.ts` says. */
export async function precisionFigures(model: Embedder, data: TrainingData, queries: readonly number[], library: readonly number[], k = 5, context = data.contexts.length - 1): Promise<PrecisionFigures> {
  const nearest = await nearestOf(model, data, queries, library, { context });
  const figures = figuresOfNearest(data, nearest, BARE, [k]);
  return { queries: nearest.queries.length, plain: figures.get(`precision@${k}`)!.value, pruned: figures.get(`precision@${k}/pruned`)!.value };
}

/** Triplet agreement with each rating study, its sounds at full context. */
export async function ratingFigures(model: Embedder, studies: readonly StudySounds[], contexts: readonly number[]): Promise<{ readonly name: string; readonly triplets: number }[]> {
  const figures = await everyRatingFigure(model, studies, contexts, BARE);
  return studies.map(({ name }) => ({ name, triplets: figures.get(`ratings/${name}`)!.value }));
}
