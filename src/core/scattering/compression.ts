/**
 * The compression that a model lays over scattering before it standardises.
 *
 *     c(S)_i = log(1 + S_i / (epsilon mu_i)),   mu_i = mean of S_i over the training sounds,   epsilon = 1e-3
 *
 * A row that no training sound has (mu_i = 0) stays 0; one that is no energy (mu_i = AS_IT_IS) is not compressed. Source: Lostanlen et al. 2021, "Time-frequency
 * scattering accurately models auditory similarities between instrumental playing techniques", EURASIP J. Audio, Speech, Music Processing 2021:3 (there with the median); Vahidi et al. 2023.
 */

export const EPSILON = 1e-3;

/** In the place of a mean: a value that is no energy. */
export const AS_IT_IS = -1;

/** mu `[size]` of rows `[count, size]`; columns outside the ranges of `energies` (see `features/feature.ts`) are AS_IT_IS. */
export function meansOfEnergies(rows: Float32Array, size: number, energies: readonly (readonly [first: number, past: number])[]): Float32Array {
  const count = rows.length / size;
  const means = new Float64Array(size).fill(AS_IT_IS);
  for (const [first, past] of energies) {
    means.fill(0, first, past);
    for (let at = 0; at < rows.length; at += size) for (let i = first; i < past; i++) means[i]! += rows[at + i]! / count;
  }
  return Float32Array.from(means);
}

/** c(S) `[size]`. Rounding below zero counts as zero. */
export function compress(values: Float32Array, mean: Float32Array, epsilon: number = EPSILON): Float32Array {
  return values.map((value, i) => (mean[i]! > 0 ? Math.log1p(Math.max(0, value) / (epsilon * mean[i]!)) : mean[i] === AS_IT_IS ? value : 0));
}

/** c(S) row by row, of rows `[count, size]` by means `[size]`. Values that are not finite stay so. */
export function compressRows(rows: Float32Array, means: Float32Array): Float32Array {
  const size = means.length;
  const result = new Float32Array(rows.length);
  for (let at = 0; at < rows.length; at += size) result.set(compress(rows.subarray(at, at + size), means), at);
  return result;
}
