/** Puts a raw feature vector on the scale of its context's training statistics. */

import { FormatError } from "../core/errors.ts";

/** Standard deviations beyond which a value says no more: keeps a silent or broken input near the rest. */
export const CLIP = 6;

/**
 * z = clip((x - mean) * inverse, ±CLIP), row by row; `values [rows, size]`, `mean` and `inverse` `[size]` where inverse = 1 / deviation, or 0 for a constant.
 * Throws FormatError for values that are not finite.
 */
export function standardise(values: Float32Array, mean: Float32Array, inverse: Float32Array, place: string): Float32Array {
  const size = mean.length;
  const result = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) throw new FormatError(`${place}: expected finite values, got ${value} in row ${Math.floor(i / size)}; check the sound that the feature came from.`);
    const scaled = (value - mean[i % size]!) * inverse[i % size]!;
    result[i] = scaled > CLIP ? CLIP : scaled < -CLIP ? -CLIP : scaled;
  }
  return result;
}

/** Index of the context nearest to `seconds` by ratio. */
export function nearestContext(contexts: readonly number[], seconds: number): number {
  const apart = contexts.map((context) => Math.abs(Math.log(Math.max(seconds, 1e-6) / context)));
  return apart.indexOf(Math.min(...apart));
}
