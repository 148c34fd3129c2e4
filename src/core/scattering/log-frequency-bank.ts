/**
 * Wavelets along log-frequency as kernels on rows: Y(m) = sum_n1 K((2^k m - n1) mod N_fr) X(n1), X zero below its last row.
 *
 *     K(o) = 1/N_fr sum_q psi^_fr(q / N_fr) exp(2 pi i q o / N_fr),   sum_o |K(o)| = 1
 *
 * The kernel of spin -1 is the conjugate of that of spin +1 (up to the rounding of psi^'s periods, which is checked), so that one pass over the rows gives both.
 * Source: Anden, Lostanlen & Mallat 2019, "Joint time-frequency scattering", IEEE Trans. Signal Processing 67(14), section III; sampling as in Kymatio (BSD-3-Clause).
 */

import { createSpinBank, SIGMA_0 } from "./filter-bank.ts";
import { morlet } from "./morlet.ts";
import type { FrequencySetting } from "./parameters.ts";

/** Taps below this share of the largest are left out. */
const NEGLIGIBLE = 1e-5;
/** The conjugate of a kernel stands for that of the other spin where they differ by less than this share: Kymatio's periods leave 2e-5 in the widest one. */
const ALIKE = 1e-4;
/** What `withFewerRows` leaves: rows per 1 / sigma, and the finer wavelets altogether, where two clicks close to each other would move the result by 3e-4. */
const LEAST_RATE = 14;
const LEAST_SCALE = 2;

export interface LogFrequencyWavelet {
  /** Index in Kymatio's order: the low-pass, spin +1, spin -1. */
  readonly n: number;
  /** Cycles per row; 0 for the low-pass. */
  readonly xi: number;
  readonly sigma: number;
  readonly spin: -1 | 0 | 1;
  /** log2 of the subsampling of its rows. */
  readonly k: number;
  readonly j: number;
  /** Complex kernel on the circle `[padded]`, interleaved. */
  readonly kernel: Float64Array;
}

/** Real inverse transform of a real filter, by its definition: this runs once, on a few hundred rows of any count. */
function kernelOf(gains: Float64Array): Float64Array {
  const n = gains.length;
  const table = Float64Array.from({ length: n }, (_, i) => Math.cos((2 * Math.PI * i) / n));
  const sine = Float64Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * i) / n));
  const kernel = new Float64Array(2 * n);
  let norm = 0;
  for (let o = 0; o < n; o++) {
    let re = 0;
    let im = 0;
    for (let q = 0, angle = 0; q < n; q++) {
      re += gains[q]! * table[angle]!;
      im += gains[q]! * sine[angle]!;
      angle += o;
      if (angle >= n) angle -= n;
    }
    kernel[2 * o] = re;
    kernel[2 * o + 1] = im;
    norm += Math.hypot(re, im);
  }
  return kernel.map((value) => value / norm);
}

/** All of them, in Kymatio's order. */
export function createLogFrequencyBank({ J, Q, padded, average, log2Stride }: FrequencySetting): LogFrequencyWavelet[] {
  const rate = (j: number) => (average === "local" ? Math.min(j, log2Stride) : j);
  const lowPass: LogFrequencyWavelet = { n: 0, xi: 0, sigma: SIGMA_0 / 2 ** J, spin: 0, k: rate(J), j: J, kernel: kernelOf(morlet(padded, 0, SIGMA_0 / 2 ** J)) };
  const wavelets = createSpinBank(J, Q).map(({ xi, sigma, j }, i): LogFrequencyWavelet => ({ n: i + 1, xi, sigma, spin: xi > 0 ? 1 : -1, k: rate(j), j, kernel: kernelOf(morlet(padded, xi, sigma)) }));
  return [lowPass, ...wavelets];
}

/** The bank with an octave fewer rows where |Y| is averaged along them and 14 sigma are left: what folds back averages out over time. */
export function withFewerRows(bank: readonly LogFrequencyWavelet[], { average, J }: FrequencySetting): LogFrequencyWavelet[] {
  const spare = ({ spin, sigma, k }: LogFrequencyWavelet) => average === "local" && spin !== 0 && k >= LEAST_SCALE && k < J && 2 ** (k + 1) * LEAST_RATE * sigma <= 1;
  return bank.map((wavelet) => (spare(wavelet) ? { ...wavelet, k: wavelet.k + 1 } : wavelet));
}

/** Input rows that an output row draws on, and its taps (c, s) there. */
export interface RowTaps {
  readonly first: number;
  readonly taps: readonly number[];
}

/** Taps of output row `m` over input rows 0 to rows - 1; `undefined` where all are negligible. */
export function rowTaps({ kernel, k }: LogFrequencyWavelet, m: number, rows: number): RowTaps | undefined {
  const size = kernel.length / 2;
  let largest = 0;
  for (let o = 0; o < size; o++) largest = Math.max(largest, Math.abs(kernel[2 * o]!), Math.abs(kernel[2 * o + 1]!));
  const at = (n1: number) => 2 * ((((m * 2 ** k - n1) % size) + size) % size);
  const matters = (n1: number) => Math.max(Math.abs(kernel[at(n1)]!), Math.abs(kernel[at(n1) + 1]!)) > NEGLIGIBLE * largest;
  let first = 0;
  while (first < rows && !matters(first)) first++;
  if (first === rows) return undefined;
  let last = rows - 1;
  while (!matters(last)) last--;
  const taps: number[] = [];
  for (let n1 = first; n1 <= last; n1++) taps.push(kernel[at(n1)]!, kernel[at(n1) + 1]!);
  return { first, taps };
}

/** Whether the kernel of `down` is the conjugate of that of `up`. */
export function conjugate(up: LogFrequencyWavelet, down: LogFrequencyWavelet): boolean {
  let largest = 0;
  let apart = 0;
  for (let i = 0; i < up.kernel.length; i += 2) {
    largest = Math.max(largest, Math.abs(up.kernel[i]!));
    apart = Math.max(apart, Math.abs(up.kernel[i]! - down.kernel[i]!), Math.abs(up.kernel[i + 1]! + down.kernel[i + 1]!));
  }
  return apart <= ALIKE * largest;
}

/**
 * The average along log-frequency, as weights `[outputs, rows]`: phi_F at the rate 2^-k of a path's rows, taken every 2^log2Stride input rows.
 * "global" is one output, the sum of all rows.
 */
export function averagingRows({ padded, F, average, log2Stride }: FrequencySetting, k: number): { readonly outputs: number; readonly weights: Float64Array } {
  const rows = padded / 2 ** k;
  if (average === "global") return { outputs: 1, weights: new Float64Array(rows).fill(1) };
  const outputs = padded / 2 ** log2Stride;
  const kernel = kernelOf(morlet(padded, 0, SIGMA_0 / F));
  const weights = new Float64Array(outputs * rows);
  for (let m = 0; m < outputs; m++) {
    for (let r = 0; r < rows; r++) weights[m * rows + r] = 2 ** k * kernel[2 * ((((m * 2 ** log2Stride - r * 2 ** k) % padded) + padded) % padded)]!;
  }
  return { outputs, weights };
}
