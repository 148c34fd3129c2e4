/**
 * The scattering transform of a signal in time.
 *
 *     S_0(t) = (x * phi_T)(t)
 *     S_1(n1, t) = (|x * psi_n1| * phi_T)(t)
 *     S_2(n1, n2, t) = (||x * psi_n1| * psi_n2| * phi_T)(t),   j2 > j1
 *
 * Rows in the order of Kymatio's `Scattering1D` (order, then n1, then n2); its values too (main branch, 11552ed5, numpy frontend), see test/unit/scattering1d.test.ts.
 * Source: Anden & Mallat 2014, "Deep scattering spectrum", IEEE Trans. Signal Processing 62(16). Kymatio: Andreux et al. 2020, BSD-3-Clause.
 */

import { FormatError } from "../errors.ts";
import { Kernels } from "./kernels.ts";
import { createLowPass, type LowPass, outputsOf } from "./low-pass.ts";
import { type Scattering1dParameters, scattering1dSetting } from "./parameters.ts";
import { secondLevel, Scalogram, SecondBank } from "./scalogram.ts";

export interface Coefficients {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** Which wavelets a row went through: (), (n1) or (n1, n2); centres in cycles per sample. */
export interface ScatteringPath {
  readonly n: readonly number[];
  readonly xi: readonly number[];
}

export interface Scattering1d {
  /** `[paths, time]`. */
  readonly shape: readonly [paths: number, time: number];
  /** What each row is. */
  readonly paths: readonly ScatteringPath[];
  /** Transforms `shape` finite samples. Allocates the result only. */
  transform(x: Float32Array): Coefficients;
}

/** T sigma from which a second-layer path bears half of Kymatio's rate: white noise bursts move by 6e-5 (relative L2) at most where all do. */
const LEAST_INDEPENDENT = 256;

/** Throws FormatError where `x` is not `length` finite samples. */
export function checkSignal(x: Float32Array, length: number, place: string): void {
  if (x.length !== length) throw new FormatError(`${place}: expected ${length} samples, as shape says, got ${x.length}; cut or pad the signal, or change shape.`);
  const bad = x.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new FormatError(`${place}: expected finite samples, got ${x[bad]} at ${bad}; mend the signal.`);
}

/** Makes filters and buffers; throws UnsupportedError for parameters that no filter bank can satisfy. */
export function createScattering1d(parameters: Scattering1dParameters): Scattering1d {
  const { averaging, first, second, order } = scattering1dSetting(parameters);
  const { padded } = averaging.padding;
  const most = averaging.global ? Number.POSITIVE_INFINITY : averaging.log2Stride;
  const kernels = new Kernels();
  const scalogram = new Scalogram(kernels, averaging, first, most);
  const pairs = scalogram.paths.map(({ wavelet, level }) =>
    order === 1 ? [] : second.flatMap((other, n2) => (other.j > wavelet.j ? [{ n2, level: Math.max(level, secondLevel(other, averaging, most, LEAST_INDEPENDENT)) }] : [])),
  );
  const bank = new SecondBank(kernels, padded, second, pairs.flatMap((list, n1) => list.map(({ n2 }): [number, number] => [n2, scalogram.paths[n1]!.level])));
  const levels = new Set([0, ...scalogram.paths.map(({ level }) => level), ...pairs.flat().map(({ level }) => level)]);
  const lowPasses = new Map<number, LowPass>([...levels].map((level) => [level, createLowPass(kernels, averaging, level)]));
  const forwards = new Map([...levels].map((level) => [level, kernels.forward(padded / 2 ** level)]));
  const backwards = new Map([...levels].map((level) => [level, kernels.backward(padded / 2 ** level)]));
  const u1 = kernels.allocate(2 * padded);
  const u2 = kernels.allocate(2 * padded);
  const spectrum = kernels.allocate(padded + 2);
  const { fold, modulus } = kernels.run;

  const [from, to] = outputsOf(averaging);
  const time = to - from;
  const paths: ScatteringPath[] = [
    { n: [], xi: [] },
    ...first.map(({ xi }, n1) => ({ n: [n1], xi: [xi] })),
    ...pairs.flatMap((list, n1) => list.map(({ n2 }) => ({ n: [n1, n2], xi: [first[n1]!.xi, second[n2]!.xi] }))),
  ];
  const shape = [paths.length, time] as const;

  return {
    shape,
    paths,
    transform(x) {
      checkSignal(x, averaging.length, "scattering");
      const values = new Float32Array(paths.length * time);
      scalogram.hear(x);
      lowPasses.get(0)!.apply(scalogram.signal, values, 0);
      let row = 1 + first.length;
      for (let n1 = 0; n1 < first.length; n1++) {
        const { level } = scalogram.paths[n1]!;
        const size = padded / 2 ** level;
        scalogram.modulus(n1, u1);
        lowPasses.get(level)!.apply(u1, values, (1 + n1) * time);
        const seconds = pairs[n1]!;
        if (seconds.length === 0) continue;
        forwards.get(level)!(u1, spectrum);
        for (const { n2, level: k } of seconds) {
          const filter = bank.at(n2, level);
          fold(spectrum, size, filter.address, filter.lo, filter.count, u2, padded / 2 ** k);
          backwards.get(k)!(u2);
          modulus(u2, u2, padded / 2 ** k);
          lowPasses.get(k)!.apply(u2, values, row++ * time);
        }
      }
      return { values, shape };
    },
  };
}
