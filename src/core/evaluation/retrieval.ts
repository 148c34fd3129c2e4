/** Tells how good the head of one query's ranking is: precision, and normalised discounted cumulative gain. */

/**
 * P@k of one query: the right ones among its first k, over the most that could be there, min(k, number of right candidates). NaN where no candidate is right: such a query says nothing.
 * `right[rank]` for the candidates in order, at least the first k of them; `candidates` counts all that are right.
 */
export function rankedPrecision(right: ArrayLike<boolean>, k: number, candidates: number): number {
  if (candidates === 0) return Number.NaN;
  let hits = 0;
  for (let rank = 0; rank < Math.min(k, right.length); rank++) if (right[rank]) hits++;
  return hits / Math.min(k, candidates);
}

/** DCG@k = sum over ranks r from 1 to k of g_r / log2(r + 1) (Järvelin and Kekäläinen 2002). */
function discounted(gains: ArrayLike<number>, k: number): number {
  let sum = 0;
  for (let rank = 0; rank < Math.min(k, gains.length); rank++) sum += gains[rank]! / Math.log2(rank + 2);
  return sum;
}

/** NDCG@k = DCG@k of the ranking over DCG@k of the best ranking there is; `ideal` holds the gains of that one. NaN where every gain is 0. */
export function ndcg(gains: ArrayLike<number>, ideal: ArrayLike<number>, k: number): number {
  const best = discounted(ideal, k);
  return best === 0 ? Number.NaN : discounted(gains, k) / best;
}
