/**
 * The first layer: U_1(n1, t) = |x * psi_n1|(t), each wavelet at its own rate.
 *
 * A path is cut to 2^-k, k >= j, in the Fourier domain: (x * psi)(2^k t) has the spectrum sum_i (X psi^)(w + i 2^-k), so a short inverse transform is enough.
 * Beyond Kymatio's k = j one more octave is left out where T sigma >= 8: |x * psi| reaches hardly beyond 10 sigma (its carrier xi is gone) and phi_T averages T sigma
 * independent values; measured against Kymatio's rates this moves the result by 2e-5 (white noise bursts, relative L2) or less. Source: Anden & Mallat 2014.
 */

import type { Wavelet } from "./filter-bank.ts";
import type { Kernels } from "./kernels.ts";
import type { Averaging } from "./low-pass.ts";
import { type BandFilter, foldFilter, morlet, supportOf } from "./morlet.ts";
import { padInto } from "./padding.ts";

/** Least share of T sigma for the extra octave, least Q of the wavelet (xi / sigma), and least size of the path. */
const LEAST_INDEPENDENT = 8;
const LEAST_QUALITY = 20;
const LEAST_SIZE = 256;

/** log2 of the subsampling of a first-layer path; `most` bounds it. */
export function firstLevel({ xi, sigma, j }: Wavelet, { padding: { padded }, T, global }: Averaging, most: number): number {
  const spare = !global && T * sigma >= LEAST_INDEPENDENT && xi >= LEAST_QUALITY * sigma && padded / 2 ** (j + 1) >= LEAST_SIZE;
  return Math.min(j + (spare ? 1 : 0), most);
}

/** The same for a second-layer path, whose wavelets are wide (xi = 2.5 sigma): the spare octave goes only where phi_T averages at least `independent` values of T sigma. */
export function secondLevel({ sigma, j }: Wavelet, { padding: { padded }, T, global }: Averaging, most: number, independent: number): number {
  const spare = !global && T * sigma >= independent && padded / 2 ** (j + 1) >= LEAST_SIZE;
  return Math.min(j + (spare ? 1 : 0), most);
}

/** A filter placed in memory. */
export interface PlacedFilter {
  readonly address: number;
  readonly lo: number;
  readonly count: number;
}

export function placeFilter(kernels: Kernels, { lo, gains }: BandFilter): PlacedFilter {
  return { address: kernels.place(gains), lo, count: gains.length };
}

/** psi^ of sum_t |psi(t)| = 1 over `size` samples, where it matters. */
export function createWavelet(kernels: Kernels, scratch: number, size: number, { xi, sigma }: Wavelet): BandFilter {
  const gains = morlet(size, xi, sigma);
  const { floats } = kernels;
  const at = scratch >> 2;
  floats.fill(0, at, at + 2 * size);
  for (let k = 0; k < size; k++) floats[at + 2 * k] = gains[k]!;
  kernels.backward(size)(scratch);
  kernels.run.modulus(scratch, scratch, size);
  let norm = 0;
  for (let t = 0; t < size; t++) norm += floats[at + t]!;
  return supportOf(gains, size / norm);
}

export interface Path {
  readonly wavelet: Wavelet;
  /** log2 of its subsampling. */
  readonly level: number;
  readonly filter: PlacedFilter;
}

/** Computes the first layer of one signal, path by path, and cuts second-layer paths out of its spectra. */
export class Scalogram {
  readonly paths: readonly Path[];
  /** Address of the padded signal after `hear`. */
  readonly signal: number;
  readonly #kernels: Kernels;
  readonly #averaging: Averaging;
  readonly #spectrum: number;
  readonly #scratch: number;
  readonly #forward: (input: number, output: number) => void;
  readonly #backwards: readonly ((data: number) => void)[];

  /** `most` bounds the subsampling of any path: 2^most. */
  constructor(kernels: Kernels, averaging: Averaging, bank: readonly Wavelet[], most: number) {
    const { padded } = averaging.padding;
    this.#kernels = kernels;
    this.#averaging = averaging;
    this.signal = kernels.allocate(padded);
    this.#spectrum = kernels.allocate(padded + 2);
    this.#scratch = kernels.allocate(2 * padded);
    this.#forward = kernels.forward(padded);
    this.paths = bank.map((wavelet) => {
      const { lo, gains, size } = createWavelet(kernels, this.#scratch, padded, wavelet);
      return { wavelet, level: firstLevel(wavelet, averaging, most), filter: placeFilter(kernels, { size, lo, gains: gains.map((gain) => gain / padded) }) };
    });
    this.#backwards = Array.from({ length: 1 + Math.max(0, ...this.paths.map(({ level }) => level)) }, (_, level) => kernels.backward(padded / 2 ** level));
  }

  /** Takes the signal in: pads it and takes its spectrum. */
  hear(x: Float32Array): void {
    const { padding } = this.#averaging;
    padInto(this.#kernels.floats.subarray(this.signal >> 2, (this.signal >> 2) + padding.padded), x, padding);
    this.#forward(this.signal, this.#spectrum);
  }

  /** Writes U_1(n1, .) `[padded / 2^level]` at `u`, for which there must be room for twice as much. */
  modulus(n1: number, u: number): void {
    const { level, filter } = this.paths[n1]!;
    const { padded } = this.#averaging.padding;
    const size = padded / 2 ** level;
    const { fold, modulus } = this.#kernels.run;
    fold(this.#spectrum, padded, filter.address, filter.lo, filter.count, u, size);
    this.#backwards[level]!(u);
    modulus(u, u, size);
  }
}

/** Second-layer wavelets at the rates of the first: `at(n2, level)` is psi^_n2 for a path subsampled by 2^level, scaled by one over its length. */
export class SecondBank {
  readonly #filters = new Map<string, PlacedFilter>();

  constructor(kernels: Kernels, padded: number, bank: readonly Wavelet[], pairs: readonly (readonly [n2: number, level: number])[]) {
    const scratch = pairs.length > 0 ? kernels.allocate(2 * padded) : 0;
    const full = new Map<number, BandFilter>();
    for (const [n2, level] of pairs) {
      const key = `${n2} ${level}`;
      if (this.#filters.has(key)) continue;
      if (!full.has(n2)) full.set(n2, createWavelet(kernels, scratch, padded, bank[n2]!));
      const size = padded / 2 ** level;
      const { lo, gains } = foldFilter(full.get(n2)!, size);
      this.#filters.set(key, placeFilter(kernels, { size, lo, gains: gains.map((gain) => gain / size) }));
    }
  }

  at(n2: number, level: number): PlacedFilter {
    return this.#filters.get(`${n2} ${level}`)!;
  }
}
