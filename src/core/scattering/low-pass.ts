/**
 * The average over time at the end of every path: S(t) = (U * phi_T)(t), taken every 2^stride samples inside the signal's borders.
 *
 *     phi_T[t] = h[t] / sum h,   h[t] = sum_i exp(-2 (pi sigma (t + i N))^2),   sigma = 0.1 / T,   N the padded length
 *
 * At a rate of 2^-level its taps are 2^level phi_T[2^level t]. Few outputs are sums over the taps; many go through the spectrum. Source: Anden & Mallat 2014, section II.
 */

import { SIGMA_0 } from "./filter-bank.ts";
import type { Kernels } from "./kernels.ts";
import { foldFilter, morlet, supportOf } from "./morlet.ts";
import { bordersOf, gaussianInTime, type Padding } from "./padding.ts";

/** Standard deviations of phi_T in time beyond which its tail holds less than 4e-8 of the whole. */
const REACH = 5.5;

/** The rule of averaging that all paths of one transform share. */
export interface Averaging {
  readonly padding: Padding;
  /** Samples of the signal before padding. */
  readonly length: number;
  readonly T: number;
  /** Sum over everything padded, not a local average. */
  readonly global: boolean;
  /** log2 of the samples between two outputs. */
  readonly log2Stride: number;
}

/** Taps of one output at a rate: weights for samples start + centre, …, counted modulo the padded length at that rate. */
export interface Taps {
  readonly start: number;
  readonly weights: Float32Array;
}

/** Standard deviation of phi_T in samples. */
function spread(T: number): number {
  return 1 / (2 * Math.PI * (SIGMA_0 / T));
}

let kept: { readonly key: string; readonly half: Float64Array } | undefined;

/** phi_T[t], 0 <= t <= padded / 2 (it is even); the last one is kept, as every rate and path of a transform asks for it. */
function windowOf(padded: number, T: number): Float64Array {
  const key = `${padded} ${T}`;
  if (kept?.key === key) return kept.half;
  const total = gaussianInTime(0, SIGMA_0 / T, 1);
  const half = Float64Array.from({ length: padded / 2 + 1 }, (_, t) => gaussianInTime(t, SIGMA_0 / T, padded) / total);
  kept = { key, half };
  return half;
}

/** Taps of phi_T at a rate of 2^-level, around output time 0. */
export function tapsOf({ padding: { padded }, T, global }: Averaging, level: number): Taps {
  const rate = 2 ** level;
  const size = padded / rate;
  if (global) return { start: 0, weights: new Float32Array(size).fill(1) };
  const half = Math.ceil((REACH * spread(T)) / rate);
  const window = windowOf(padded, T);
  const [start, count] = 2 * half + 1 < size ? [-half, 2 * half + 1] : [-Math.floor(size / 2), size];
  return { start, weights: Float32Array.from({ length: count }, (_, i) => rate * window[Math.abs(start + i) * rate]!) };
}

/** How many outputs there are. */
export function outputsOf({ padding: { left }, length, global, log2Stride }: Averaging): readonly [first: number, end: number] {
  return global ? [0, 1] : bordersOf(length, left, log2Stride);
}

/** Averages signals of one rate. `apply` reads `padded / 2^level` float32 at `u` and writes its outputs into `to` from `offset` on. */
export interface LowPass {
  apply(u: number, to: Float32Array, offset: number): void;
}

export function createLowPass(kernels: Kernels, averaging: Averaging, level: number, borders: readonly [number, number] = outputsOf(averaging)): LowPass {
  const size = averaging.padding.padded / 2 ** level;
  const [first, end] = borders;
  const taps = tapsOf(averaging, level);
  const bySums = (end - first) * taps.weights.length;
  const outputs = averaging.padding.padded / 2 ** averaging.log2Stride;
  const bySpectrum = 2 * size * Math.log2(size + 1) + 8 * outputs;
  return averaging.global || bySums <= 4 * bySpectrum ? createSums(kernels, averaging, level, taps, first, end) : createSpectral(kernels, averaging, size, first, end);
}

function createSums(kernels: Kernels, { padding: { padded }, log2Stride }: Averaging, level: number, { start, weights }: Taps, first: number, end: number): LowPass {
  const size = padded / 2 ** level;
  const address = kernels.place(weights);
  const { dot } = kernels.run;
  return {
    apply(u, to, offset) {
      for (let m = first; m < end; m++) {
        const from = (((start + m * 2 ** (log2Stride - level)) % size) + size) % size;
        const count = Math.min(weights.length, size - from);
        let sum = dot(u + 4 * from, address, count);
        if (count < weights.length) sum += dot(u, address + 4 * count, weights.length - count);
        to[offset + m - first] = sum;
      }
    },
  };
}

function createSpectral(kernels: Kernels, { padding: { padded }, T, log2Stride }: Averaging, size: number, first: number, end: number): LowPass {
  const outputs = padded / 2 ** log2Stride;
  const gains = morlet(padded, 0, SIGMA_0 / T);
  const filter = foldFilter(supportOf(gains, 1 / (size * gains[0]!)), size);
  const address = kernels.place(filter.gains);
  const spectrum = kernels.allocate(size + 2);
  const output = kernels.allocate(2 * outputs);
  const forward = kernels.forward(size);
  const backward = kernels.backward(outputs);
  const { fold } = kernels.run;
  return {
    apply(u, to, offset) {
      forward(u, spectrum);
      fold(spectrum, size, address, filter.lo, filter.gains.length, output, outputs);
      backward(output);
      const { floats } = kernels;
      for (let m = first; m < end; m++) to[offset + m - first] = floats[(output >> 2) + 2 * m]!;
    },
  };
}
