/** Gives a sound its place on a map by the places of its nearest sounds. */

import type { Match } from "../search/neighbours.ts";

/** Nearest sounds that have a say. */
export const PLACING_NEIGHBOURS = 8;

/**
 * With the distances d_1 <= ... <= d_k of the k nearest sounds (all that are given, 8 at most) and their places p_i, the place is
 *
 *     p = sum_i w_i p_i / sum_i w_i,    w_i = exp(-(d_i - d_1) / s),    s = the mean of d_2 - d_1, ..., d_k - d_1
 *
 * the weights of UMAP's own graph (McInnes et al. 2018, section 3.1), with the mean in the place of its search for s. The nearest has weight 1, and where all are equally far (s = 0), all have. The
 * place lies in the convex hull of theirs. `matches` are nearest first and name rows of `places` `[count * 2]`; null where there are none.
 */
export function weightedPlace(matches: readonly Match[], places: ArrayLike<number>): readonly [x: number, y: number] | null {
  const near = matches.slice(0, PLACING_NEIGHBOURS);
  const [first] = near;
  if (!first) return null;
  const spread = near.length < 2 ? 0 : near.slice(1).reduce((sum, { distance }) => sum + distance - first.distance, 0) / (near.length - 1);
  let [x, y, sum] = [0, 0, 0];
  for (const { id, distance } of near) {
    const weight = spread > 0 ? Math.exp(-(distance - first.distance) / spread) : 1;
    x += weight * places[2 * id]!;
    y += weight * places[2 * id + 1]!;
    sum += weight;
  }
  return [x / sum, y / sum];
}
