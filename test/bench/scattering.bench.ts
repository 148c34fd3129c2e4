/** Scattering of 2^16 samples at the paper's setting: SIMD beside the same equations over fft.js in plain typed arrays. */

import FFT from "fft.js";
import { JTFS_PARAMETERS } from "../../src/core/features/jtfs.ts";
import { SCAT1D_PARAMETERS } from "../../src/core/features/scat1d.ts";
import { createFilterBank, type Wavelet } from "../../src/core/scattering/filter-bank.ts";
import { morlet, supportOf } from "../../src/core/scattering/morlet.ts";
import { bordersOf, gaussianInTime, padInto, paddingOf } from "../../src/core/scattering/padding.ts";
import { createScattering1d } from "../../src/core/scattering/scattering1d.ts";
import { createTimeFrequencyScattering } from "../../src/core/scattering/time-frequency-scattering.ts";
import { createRandom, relativeError } from "../signals.ts";
import type { Bench } from "./runner.ts";

const N = 2 ** 16;
const J = 8;
const Q = 12;
const T = 2 ** 15;
const BUDGETS = { scat1d: 30, jtfs: 120 };

/** White noise with a sharp start and a decay: nothing that could be skipped. */
function burst(): Float32Array {
  const random = createRandom(1);
  return Float32Array.from({ length: N }, (_, t) => (2 * random() - 1) * Math.exp(-t / 12_000));
}

/** Scattering at Kymatio's own rates, float64: filters over their supports, folded spectra, inverse transforms and averages in plain typed arrays. */
function createPlain(): (x: Float32Array) => Float64Array {
  const padding = paddingOf(N, T);
  const { padded } = padding;
  const buffers = Array.from({ length: 4 }, () => new Float64Array(2 * padded));
  const ffts = new Map<number, FFT>();
  const fft = (size: number) => ffts.get(size) ?? ffts.set(size, new FFT(size)).get(size)!;
  const filterOf = ({ xi, sigma }: Wavelet) => {
    const gains = morlet(padded, xi, sigma);
    const [input, output] = [buffers[2]!.fill(0), buffers[3]!];
    gains.forEach((gain, k) => {
      input[2 * k] = gain;
    });
    fft(padded).inverseTransform(output, input);
    let norm = 0;
    for (let t = 0; t < padded; t++) norm += Math.hypot(output[2 * t]!, output[2 * t + 1]!);
    return supportOf(gains, 1 / norm);
  };
  const first = createFilterBank(J, Q).map((wavelet) => ({ ...wavelet, filter: filterOf(wavelet) }));
  const second = createFilterBank(J, 1).map((wavelet) => ({ ...wavelet, filter: filterOf(wavelet) }));
  const total = gaussianInTime(0, 0.1 / T, 1);
  const windows = Array.from({ length: J + 1 }, (_, level) => Float64Array.from({ length: padded >> level }, (_, t) => (2 ** level * gaussianInTime(t * 2 ** level, 0.1 / T, padded)) / total));
  const borders = bordersOf(N, padding.left, Math.log2(T));
  const real = new Float32Array(padded);

  /** |x * psi| at 2^-level of the full rate, from the spectrum of a signal of `size` samples. */
  const modulus = (spectrum: Float64Array, size: number, { lo, gains }: ReturnType<typeof filterOf>, level: number, u: Float64Array): number => {
    const length = padded >> level;
    const folded = buffers[2]!.subarray(0, 2 * length).fill(0);
    for (let i = 0; i < gains.length; i++) {
      const k = (((lo + i) % size) + size) % size;
      const at = 2 * (k % length);
      folded[at]! += (gains[i]! * spectrum[2 * k]!) / size;
      folded[at + 1]! += (gains[i]! * spectrum[2 * k + 1]!) / size;
    }
    const out = buffers[3]!.subarray(0, 2 * length);
    fft(length).inverseTransform(out, folded);
    for (let t = 0; t < length; t++) u[t] = length * Math.sqrt(out[2 * t]! ** 2 + out[2 * t + 1]! ** 2);
    return length;
  };
  const average = (u: ArrayLike<number>, length: number, level: number, into: Float64Array, row: number) => {
    const window = windows[level]!;
    for (let m = borders[0]; m < borders[1]; m++) {
      const centre = (m * T) >> level;
      let sum = 0;
      for (let t = 0; t < length; t++) sum += u[t]! * window[(t - centre + 2 * length) % length]!;
      into[row * (borders[1] - borders[0]) + m - borders[0]] = sum;
    }
  };
  const rows = 1 + first.length + first.reduce((sum, one) => sum + second.filter(({ j }) => j > one.j).length, 0);
  const [spectrum0, spectrum1] = [new Float64Array(2 * padded), new Float64Array(2 * padded)];
  const [u1, u2] = [new Float64Array(padded), new Float64Array(padded)];
  return (x) => {
    const values = new Float64Array(rows * (borders[1] - borders[0]));
    padInto(real, x, padding);
    fft(padded).realTransform(spectrum0, real);
    fft(padded).completeSpectrum(spectrum0);
    average(real, padded, 0, values, 0);
    let row = 1 + first.length;
    first.forEach((one, n1) => {
      const length = modulus(spectrum0, padded, one.filter, one.j, u1);
      average(u1, length, one.j, values, 1 + n1);
      fft(length).realTransform(spectrum1, u1.subarray(0, length));
      fft(length).completeSpectrum(spectrum1);
      for (const two of second) {
        if (two.j <= one.j) continue;
        average(u2, modulus(spectrum1, length, two.filter, two.j, u2), two.j, values, row++);
      }
    });
    return values;
  };
}

let agreement = Number.NaN;

export const bench: Bench = {
  name: "scattering",
  about: `Scattering of 2^16 samples at the paper's setting (J ${J}, Q ${Q}; jtfs with J_fr 6, F 24), one thread; budgets ${BUDGETS.scat1d} ms for scat1d, ${BUDGETS.jtfs} ms for jtfs. The rival does the same work over fft.js in plain typed arrays.`,
  async cases() {
    const x = burst();
    const scat1d = createScattering1d(SCAT1D_PARAMETERS);
    const jtfs = createTimeFrequencyScattering(JTFS_PARAMETERS);
    const plain = createPlain();
    agreement = relativeError(plain(x), scat1d.transform(x).values);
    return [
      { name: "scat1d", iterations: 60, run: () => void scat1d.transform(x) },
      { name: "scat1d over fft.js, plain typed arrays", rival: true, iterations: 10, run: () => void plain(x) },
      { name: "jtfs", iterations: 30, run: () => void jtfs.transform(x) },
      { name: "scat1d, made anew", iterations: 3, run: () => void createScattering1d(SCAT1D_PARAMETERS) },
      { name: "jtfs, made anew", iterations: 3, run: () => void createTimeFrequencyScattering(JTFS_PARAMETERS) },
    ];
  },
  async notes() {
    return [
      `The two ways of scat1d agree to ${agreement.toExponential(1)} (relative L2).`,
      "Kymatio's JTFS: 753 ms a call published for a 20-core server (kymatio issue 1033).",
    ];
  },
};
