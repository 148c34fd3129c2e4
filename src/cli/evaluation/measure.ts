/** Takes every figure of one model: agreement with listeners, retrieval by cluster, rating studies, and what of it is there already after a short context. */

import { type Figure, type Resampling, combinedFigure } from "../../core/evaluation/bootstrap.ts";
import type { Embedder } from "../../model/embedder.ts";
import type { StudySounds, TrainingData } from "../train/training-data.ts";
import { listeningFigures, listeningTriplets, ratingFigures } from "./agreement.ts";
import { at, within } from "./figures.ts";
import { retrievalFigures } from "./retrieval.ts";

/** 95 % intervals from this many replicates unless told otherwise. */
export const REPLICATES = 1000;

export interface Measuring {
  /** Rows that ask and are judged; the model has not been fitted to them. */
  readonly queries: readonly number[];
  /** Rows that are found. */
  readonly library: readonly number[];
  readonly studies: readonly StudySounds[];
  /** Contexts, in seconds, at which "triplets", "precision@5" and "precision@5/pruned" are taken as well. */
  readonly contexts: readonly number[];
  readonly resampling: Resampling;
}

/** The context at which the share of the full context's figures is told. */
export const SHORT_SECONDS = 0.1;

export async function measureModel(model: Embedder, data: TrainingData, { queries, library, studies, contexts, resampling }: Measuring): Promise<Map<string, Figure>> {
  const figures = new Map<string, Figure>([
    ...(await listeningFigures(model, data, queries, resampling)),
    ...(queries.length === 0 ? [] : await retrievalFigures(model, data, queries, library, resampling)),
    ...(await ratingFigures(model, studies, data.contexts, resampling)),
  ]);
  for (const seconds of contexts) {
    const context = data.contexts.indexOf(seconds);
    for (const [name, libraryContext] of [[at, data.contexts.length - 1], [within, context]] as const) {
      const triplets = await listeningTriplets(model, data, queries, resampling, { context, libraryContext });
      if (triplets) figures.set(name("triplets", seconds), triplets);
      const found = await retrievalFigures(model, data, queries, library, { ...resampling, context, libraryContext }, [5]);
      for (const measure of ["precision@5", "precision@5/pruned"]) figures.set(name(measure, seconds), found.get(measure)!);
    }
    if (seconds === SHORT_SECONDS) {
      for (const measure of ["precision@5", "precision@5/pruned"]) figures.set(`${at(measure, seconds)}/share`, combinedFigure(figures.get(at(measure, seconds))!, figures.get(measure)!, (short, full) => short / full));
    }
  }
  return figures;
}
