/** What can be asked of a collection of embeddings: near, within a radius, of other kinds than the query's, diverse, and not what was just heard. */

import { FormatError } from "../errors.ts";
import { distanceBetween } from "./distance.ts";
import type { EmbeddingIndex } from "./embedding-index.ts";
import type { Match } from "./neighbours.ts";
import type { SoundFilter, SoundLabels } from "./sound-labels.ts";

export interface RetrievalQuery extends SoundFilter {
  /** `[size]`. */
  readonly embedding: Float32Array;
  /** Most hits wanted. */
  readonly count: number;
  /** Greatest distance of a hit. */
  readonly radius?: number;
  /** 0: the nearest; towards 1: hits that differ from each other (see `diversify`). */
  readonly diversity?: number;
}

/** Candidates a hit, among which diversity chooses. */
export const DIVERSITY_POOL = 8;

/** Hits of a query, nearest first (in order of choice where diversity is asked for). Throws FormatError for a query that does not fit. */
export function retrieve(index: EmbeddingIndex, labels: SoundLabels, query: RetrievalQuery): Match[] {
  checkQuery(query, index.size);
  const diversity = query.diversity ?? 0;
  const pool = diversity > 0 ? query.count * DIVERSITY_POOL : query.count;
  const near = index.nearest(query.embedding, pool, labels.mask(query));
  const within = query.radius === undefined ? near : near.filter(({ distance }) => distance <= query.radius!);
  if (diversity === 0) return within;
  const rows = new Map(within.map(({ id }) => [id, index.read(id)]));
  return diversify(within, query.count, diversity, (a, b) => distanceBetween(rows.get(a)!, rows.get(b)!, index.distance));
}

/** Throws FormatError for a query that no collection of embeddings of `size` numbers can answer. */
export function checkQuery(query: RetrievalQuery, size: number): void {
  const fault = (field: string, expected: string, got: unknown) => new FormatError(`query: ${field}: expected ${expected}, got ${String(got)}; correct the query.`);
  if (query.embedding.length !== size) throw fault("embedding", `${size} numbers`, query.embedding.length);
  if (!query.embedding.every(Number.isFinite)) throw fault("embedding", "finite numbers", "NaN or infinity");
  if (!Number.isSafeInteger(query.count) || query.count < 1) throw fault("count", "a whole number from 1 on", query.count);
  if (query.radius !== undefined && !(query.radius >= 0)) throw fault("radius", "a number from 0 on", query.radius);
  if (query.diversity !== undefined && !(query.diversity >= 0 && query.diversity <= 1)) throw fault("diversity", "0 to 1", query.diversity);
}

/**
 * Maximal marginal relevance (Carbonell and Goldstein 1998), over distances: each next hit is the candidate with the least
 *
 *     (1 - diversity) d(query, x) - diversity min over the chosen y of d(x, y),
 *
 * the nearest first. `candidates` are nearest first; the answer has at most `count`.
 */
export function diversify(candidates: readonly Match[], count: number, diversity: number, apartness: (a: number, b: number) => number): Match[] {
  const rest = [...candidates];
  const chosen: Match[] = rest.splice(0, 1);
  const apart = rest.map(() => Number.POSITIVE_INFINITY);
  while (chosen.length < count && rest.length > 0) {
    const last = chosen[chosen.length - 1]!;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const [i, candidate] of rest.entries()) {
      apart[i] = Math.min(apart[i]!, apartness(candidate.id, last.id));
      const cost = (1 - diversity) * candidate.distance - diversity * apart[i]!;
      if (cost < least) [least, best] = [cost, i];
    }
    chosen.push(...rest.splice(best, 1));
    apart.splice(best, 1);
  }
  return chosen;
}
