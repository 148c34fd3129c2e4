/** Keeps a signal inside full scale by a soft knee, with no delay at all. */

/** Magnitudes up to here pass unchanged. */
export const KNEE = 0.9;

/** No output exceeds this. */
export const CEILING = 0.99;

/** y = x for |x| <= K, else sign(x) (K + (C - K) tanh((|x| - K) / (C - K))): continuous in value and slope at the knee K, below the ceiling C. */
export function limit(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude <= KNEE) return x;
  return Math.sign(x) * (KNEE + (CEILING - KNEE) * Math.tanh((magnitude - KNEE) / (CEILING - KNEE)));
}
