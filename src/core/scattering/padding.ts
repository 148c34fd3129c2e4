/**
 * How far a signal is mirrored at its ends, and where it lies afterwards at each rate.
 *
 *     h[t] ~ sum_i exp(-2 (pi sigma (t + i N))^2), sigma = 0.1 / T, of sum 1 over N;   t* = least t with sum_{t <= u < N/2} h[u] <= 1e-3
 *     padded length = 2^min(ceil(log2(N + 6 (t* + 1))), floor(log2(3 N - 2)))
 *
 * Conventions of Kymatio (`compute_temporal_support`, `compute_padding`, `compute_border_indices`; Kymatio developers, BSD-3-Clause).
 */

import { SIGMA_0 } from "./filter-bank.ts";

const CRITERION = 1e-3;
/** Standard deviations beyond which the window is below 1e-16 of its top. */
const REACH = 8.6;

/** The Gaussian window in time up to its scale, periodic in `period`: sum_i exp(-2 (pi sigma (t + i period))^2). */
export function gaussianInTime(t: number, sigma: number, period: number): number {
  const reach = REACH / (2 * Math.PI * sigma);
  let sum = 0;
  for (let i = Math.ceil((-reach - t) / period); i <= Math.floor((reach - t) / period); i++) sum += Math.exp(-2 * (Math.PI * sigma * (t + i * period)) ** 2);
  return sum;
}

/** Samples from its centre on that the low-pass of support `T` needs, for a signal of `length`. */
export function supportInTime(length: number, T: number): number {
  const total = gaussianInTime(0, SIGMA_0 / T, 1);
  const half = Math.floor(length / 2);
  let residual = 0;
  let support = half;
  for (let t = half - 1; t >= 0; t--) {
    residual += gaussianInTime(t, SIGMA_0 / T, length) / total;
    if (residual > CRITERION) break;
    support = t + 1;
  }
  return support;
}

export interface Padding {
  /** A power of two. */
  readonly padded: number;
  readonly left: number;
}

export function paddingOf(length: number, T: number): Padding {
  const wanted = Math.ceil(Math.log2(length + 6 * supportInTime(length, T)));
  const most = Math.floor(Math.log2(3 * length - 2));
  const padded = 2 ** Math.min(wanted, most);
  return { padded, left: Math.floor((padded - length) / 2) };
}

/** First and one past the last index of the signal after subsampling by 2^level: halves, rounded up each time. */
export function bordersOf(length: number, left: number, level: number): readonly [first: number, end: number] {
  let [first, end] = [left, left + length];
  for (let j = 0; j < level; j++) [first, end] = [Math.ceil(first / 2), Math.ceil(end / 2)];
  return [first, end];
}

/** Writes `x` into `to[0, padded)` with its mirror images left and right, the end samples not doubled. */
export function padInto(to: Float32Array, x: Float32Array, { padded, left }: Padding): void {
  const n = x.length;
  to.set(x, left);
  for (let i = 1; i <= left; i++) to[left - i] = x[i]!;
  for (let i = 1; i <= padded - left - n; i++) to[left + n - 1 + i] = x[n - 1 - i]!;
}
