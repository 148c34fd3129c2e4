/** Tells which share of the nearest sounds are of the query's kind. */

import type { SquareMatrix } from "./matrix.ts";

/** The others, nearest to `query` first; of equal ones the lower index first. */
export function nearest(distances: SquareMatrix, query: number): number[] {
  const { size, values } = distances;
  return Array.from({ length: size }, (_, i) => i)
    .filter((i) => i !== query)
    .sort((i, j) => values[query * size + i]! - values[query * size + j]! || i - j);
}

/**
 * P@k: the share of a query's k nearest that carry its label, averaged over queries. With `pruned`, a hit that shares the query's entry there (its own technique, its own take) is skipped,
 * so that only what was learned about others counts. Queries with fewer than k others left are measured over those left; queries with none are left out.
 */
export function precisionAtK(distances: SquareMatrix, labels: readonly (number | string)[], k: number, pruned?: readonly (number | string)[]): number {
  let sum = 0;
  let queries = 0;
  for (let query = 0; query < distances.size; query++) {
    const hits = nearest(distances, query)
      .filter((i) => !pruned || pruned[i] !== pruned[query])
      .slice(0, k);
    if (hits.length === 0) continue;
    sum += hits.filter((i) => labels[i] === labels[query]).length / hits.length;
    queries++;
  }
  return sum / queries;
}

/**
 * P@k for each listener: the share of a query's k nearest that the listener put in the query's group, over min(k, group size - 1); the mean over listeners and over the queries that are not alone
 * in their group. `partitions[listener][sound]` is the group.
 */
export function listenerPrecisionAtK(distances: SquareMatrix, partitions: readonly (readonly number[])[], k: number): number {
  let sum = 0;
  let count = 0;
  const neighbours = Array.from({ length: distances.size }, (_, query) => nearest(distances, query).slice(0, k));
  for (const groups of partitions) {
    for (let query = 0; query < distances.size; query++) {
      const others = groups.filter((group) => group === groups[query]).length - 1;
      if (others === 0) continue;
      sum += neighbours[query]!.filter((i) => groups[i] === groups[query]).length / Math.min(k, others);
      count++;
    }
  }
  return sum / count;
}
