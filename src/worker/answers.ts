/** Answers queries from one library as the player's settings ask, and says why. */

import { type RetrievalQuery, retrieve } from "../core/search/retrieval.ts";
import type { Aspects } from "../model/aspects.ts";
import type { Match } from "../protocol/engine.ts";
import type { DistanceScale, Reason, RetrievalSettings } from "../protocol/retrieval.ts";
import type { Embedding } from "./backends.ts";
import { type Landscape, surveyLandscape } from "./landscape.ts";
import type { LoadedLibrary } from "./library.ts";
import { type Reasoner, createReasoner } from "./reasons.ts";

export interface Hits {
  /** Nearest first; none where `rejected` is not null. */
  readonly matches: readonly Match[];
  /** Distance of the nearest sound where it is too far to be like the query; else null. */
  readonly rejected: number | null;
}

export interface Answers {
  readonly library: LoadedLibrary;
  scale(): DistanceScale;
  /** `recent` answered lately, `self` is the sound of the library that asks. Throws FormatError for a query that does not fit. */
  find(query: Float32Array, settings: RetrievalSettings, about?: { readonly recent?: readonly number[]; readonly self?: number }): Hits;
  /** Why these sounds are like the query, in their order. */
  explain(query: Float32Array, matches: readonly Match[]): Promise<readonly Reason[]>;
}

export interface AnswerSources {
  readonly library: LoadedLibrary;
  readonly aspects: Aspects;
  /** Embeddings of the model's anchors. */
  readonly anchors: Float32Array;
  readonly embedding: Pick<Embedding, "ask">;
}

export function createAnswers({ library, aspects, anchors, embedding }: AnswerSources): Answers {
  const { index, labels } = library;
  let surveyed: { readonly count: number; readonly landscape: Landscape; readonly reasons: Reasoner } | null = null;

  /** Taken again when the library has doubled. */
  const survey = () => {
    if (!surveyed || index.count >= 2 * surveyed.count + 1) {
      const landscape = surveyLandscape(index, aspects);
      const neighbourhoods = (rows: Float32Array, count: number) => embedding.ask((embedder) => embedder.neighbourhoods(rows, count));
      surveyed = { count: index.count, landscape, reasons: createReasoner({ index, landscape, aspects, anchors, neighbourhoods }) };
    }
    return surveyed;
  };

  /** What the query is not to be, in a column: what the player says, else what the sound is, else what the nearest one is. No rule where that is not known. */
  const own = (column: string, wanted: boolean, said: string | null, nearest: () => number | undefined): readonly (readonly [string, string])[] => {
    if (!wanted || !labels.names.includes(column)) return [];
    const id = said === null ? nearest() : undefined;
    const value = said ?? (id === undefined ? "" : labels.value(column, id));
    return typeof value === "string" && value !== "" ? [[column, value]] : [];
  };

  return {
    library,
    scale: () => survey().landscape.scale,
    find(query, settings, { recent = [], self } = {}) {
      let first: number | undefined = self;
      const nearest = () => (first ??= index.nearest(query, 1)[0]?.id);
      const { count, radius, rejectBeyond, diversity, excluded } = settings;
      const asked: RetrievalQuery = {
        embedding: query,
        count,
        diversity,
        otherThan: Object.fromEntries([
          ...own("technique", settings.otherTechniques, settings.ownTechnique, nearest),
          ...own("instrument", settings.otherInstruments, settings.ownInstrument, nearest),
        ]),
        exclude: [...excluded, ...recent, ...(self === undefined ? [] : [self])],
      };
      const matches = retrieve(index, labels, radius === null ? asked : { ...asked, radius });
      const best = matches[0] ?? (radius === null ? undefined : retrieve(index, labels, { ...asked, count: 1, diversity: 0 })[0]);
      const rejected = best !== undefined && (matches.length === 0 || (rejectBeyond !== null && best.distance > rejectBeyond));
      return rejected ? { matches: [], rejected: best.distance } : { matches, rejected: null };
    },
    async explain(query, matches) {
      return survey().reasons(query, matches.map(({ id }) => id));
    },
  };
}
