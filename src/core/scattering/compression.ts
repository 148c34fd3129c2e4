/**
 * The compression that a model lays over scattering before it standardises.
 *
 *     c(S)_i = log(1 + S_i / (epsilon mu_i)),   mu_i = mean of S_i over the training sounds,   epsilon = 1e-3
 *
 * A row that no training sound has (mu_i = 0) stays 0. Source: Lostanlen et al. 2021, "Time-frequency scattering accurately models auditory similarities between
 * instrumental playing techniques", EURASIP J. Audio, Speech, Music Processing 2021:3 (there with the median); Vahidi et al. 2023.
 */

export const EPSILON = 1e-3;

/** mu `[size]` of rows `[count, size]`. */
export function meanOfRows(rows: readonly Float32Array[]): Float32Array {
  const mean = new Float64Array(rows[0]?.length ?? 0);
  for (const row of rows) for (let i = 0; i < mean.length; i++) mean[i]! += row[i]! / rows.length;
  return Float32Array.from(mean);
}

/** c(S) `[size]`. Rounding below zero counts as zero. */
export function compress(values: Float32Array, mean: Float32Array, epsilon: number = EPSILON): Float32Array {
  return values.map((value, i) => (mean[i]! > 0 ? Math.log1p(Math.max(0, value) / (epsilon * mean[i]!)) : 0));
}
