/**
 * Joint time-frequency scattering: wavelets in time and along log-frequency on the scalogram, so that a path tells rising from falling.
 *
 *     S_1(n_fr, n1, t) = |(U_1 * phi_T) *_n1 psi_fr|
 *     S_2(n2, n_fr, n1, t) = |U_1 *_t psi_n2 *_n1 psi_fr| *_t phi_T,   over n1 with j1 < j2,
 *
 * both averaged by phi_F along n1 unless psi_fr is the low-pass or F = 0. n1 counts from high to low, so that a rising chirp, |Y(t + c n1)|, lies in spin +1 and a falling one in spin -1.
 * Rows and values are those of Kymatio's `TimeFrequencyScattering` (main branch, 11552ed5, numpy frontend), see test/unit/jtfs.test.ts.
 * Source: Anden, Lostanlen & Mallat 2019, "Joint time-frequency scattering", IEEE Trans. Signal Processing 67(14). Kymatio: Andreux et al. 2020, BSD-3-Clause.
 */

import { Kernels } from "./kernels.ts";
import { averagingRows, conjugate, createLogFrequencyBank, type LogFrequencyWavelet, rowTaps, withFewerRows } from "./log-frequency-bank.ts";
import { type Averaging, createLowPass, outputsOf, tapsOf } from "./low-pass.ts";
import { type FrequencySetting, type TimeFrequencyParameters, timeFrequencySetting } from "./parameters.ts";
import { Scalogram, SecondBank, secondLevel } from "./scalogram.ts";
import { checkSignal, type Coefficients } from "./scattering1d.ts";

/** What a row of format "time" or a picture of format "joint" went through; `n1` and `n2` where there is one. */
export interface JointPath {
  readonly order: 0 | 1 | 2;
  readonly n1?: number;
  readonly n2?: number;
  readonly nFr?: number;
  readonly spin?: -1 | 0 | 1;
}

export interface TimeFrequencyScattering {
  /** `[paths, time]` for format "time", `[paths, log-frequency, time]` for "joint" (which leaves out order 0). */
  readonly shape: readonly number[];
  readonly paths: readonly JointPath[];
  /** Transforms `shape` finite samples. Allocates the result only. */
  transform(x: Float32Array): Coefficients;
}

/** T sigma from which a second-layer path bears half of Kymatio's rates in time and rows: impulses, clicks and noise bursts of any length move by 6e-5 (relative L2) at most. */
const LEAST_INDEPENDENT = 32;
/** Moments that are worked on at once, so that their rows stay in the cache. */
const BLOCK = 512;
/** In place of the offset of the other spin's sums: there is none; the kernel is real as well. */
const SINGLE = -1;
const REAL = -2;
/** Extra float32 between rows of a power-of-two length, so that they do not share cache lines' places. */
const SKEW = 48;

/** Where a path's rows lie among the sums, and what becomes of them. */
interface JointRows {
  readonly wavelet: LogFrequencyWavelet;
  /** Element of the first row among the sums: rows x columns follow. */
  readonly offset: number;
  readonly rows: number;
}

/** Records of `simd/kernels.ts` for one set of input rows. */
interface JointPlan {
  readonly records: number;
  readonly count: number;
  readonly paths: readonly JointRows[];
  /** Elements of all sums. */
  readonly sums: number;
  /** For each record: address of taps, taps, first input row, offsets of both results. */
  readonly list: readonly (readonly [first: number, taps: number, address: number, plus: number, minus: number])[];
}

/** Output rows of all `bank`'s wavelets over `inputs` rows, both spins at once where they are conjugate. */
function planRows(kernels: Kernels, bank: readonly LogFrequencyWavelet[], inputs: number, padded: number, columns: number): JointPlan {
  let sums = 0;
  const paths = bank.map((wavelet): JointRows => {
    const rows = padded / 2 ** wavelet.k;
    const offset = sums;
    sums += rows * columns;
    return { wavelet, offset, rows };
  });
  const list: [number, number, number, number, number][] = [];
  const done = new Set<number>();
  for (const path of paths) {
    if (done.has(path.wavelet.n)) continue;
    const twin = paths.find(({ wavelet }) => path.wavelet.spin === 1 && wavelet.spin === -1 && wavelet.xi === -path.wavelet.xi && conjugate(path.wavelet, wavelet));
    if (twin) done.add(twin.wavelet.n);
    for (let m = 0; m < path.rows; m++) {
      const row = rowTaps(path.wavelet, m, inputs);
      const minus = twin ? twin.offset + m * columns : path.wavelet.spin === 0 ? REAL : SINGLE;
      if (row) list.push([row.first, row.taps.length / 2, kernels.place(row.taps), path.offset + m * columns, minus]);
    }
  }
  return { records: kernels.placeIntegers(list.flatMap((record) => [...record, 0])), count: list.length, paths, sums, list };
}

/** Blocks of moments and the windows of the time average that reach into each. */
interface Block {
  readonly start: number;
  readonly count: number;
  readonly windows: number;
  readonly windowCount: number;
}

function planBlocks(kernels: Kernels, averaging: Averaging, level: number): Block[] {
  const size = averaging.padding.padded / 2 ** level;
  const [from, end] = outputsOf(averaging);
  const { start, weights } = tapsOf(averaging, level);
  const address = kernels.place(weights);
  const lists = new Map<number, number[]>();
  for (let m = from; m < end; m++) {
    const centre = m * 2 ** (averaging.log2Stride - level);
    const first = averaging.global ? 0 : (((start + centre) % size) + size) % size;
    let done = 0;
    while (done < weights.length) {
      const t = (first + done) % size;
      const block = Math.floor(t / BLOCK);
      const count = Math.min(weights.length - done, Math.min(size, (block + 1) * BLOCK) - t);
      if (!lists.has(block)) lists.set(block, []);
      lists.get(block)!.push(address + 4 * done, t - block * BLOCK, count, m - from);
      done += count;
    }
  }
  return [...lists].map(([block, list]) => ({ start: block * BLOCK, count: fourfold(Math.min(BLOCK, size - block * BLOCK)), windows: kernels.placeIntegers(list), windowCount: list.length / 4 }));
}

const fourfold = (count: number) => 4 * Math.ceil(count / 4);

/** Makes filters and buffers; throws UnsupportedError for parameters that no filter bank can satisfy. */
export function createTimeFrequencyScattering(parameters: TimeFrequencyParameters): TimeFrequencyScattering {
  const { time: { averaging, first, second }, frequency } = timeFrequencySetting(parameters);
  const { padded } = averaging.padding;
  const { global, log2Stride } = averaging;
  const most = global ? Number.POSITIVE_INFINITY : log2Stride;
  const kernels = new Kernels();
  const scalogram = new Scalogram(kernels, averaging, first, most);
  const spectra = scalogram.paths.map(({ level }) => kernels.allocate(padded / 2 ** level + 2));
  const u1 = kernels.allocate(2 * padded);
  const scratch = kernels.allocate(2 * BLOCK);
  const bank = createLogFrequencyBank(frequency);

  // First order: S_1 at the rate of the outputs; a global sum needs every moment, a local average those inside the borders.
  const borders: readonly [number, number] = global ? [0, padded / 2 ** log2Stride] : outputsOf(averaging);
  const moments = borders[1] - borders[0];
  const [from, to] = outputsOf(averaging);
  const columns = to - from;
  const local: Averaging = { ...averaging, global: false };
  const levels = new Set([0, ...scalogram.paths.map(({ level }) => level)]);
  const lowPasses = new Map([...levels].map((level) => [level, createLowPass(kernels, local, level, borders)]));
  const zeroth = createLowPass(kernels, averaging, 0);
  const forwards = new Map([...levels].map((level) => [level, kernels.forward(padded / 2 ** level)]));
  const firstStride = 2 * fourfold(moments) + SKEW;
  const firstRows = kernels.allocate(firstStride * first.length);
  const firstResults = kernels.allocate(2 * fourfold(moments));
  const averaged = new Float32Array(moments);
  const firstPlan = planRows(kernels, bank.filter(({ spin }) => spin >= 0), first.length, frequency.padded, columns);

  // Second order: for each n2 the rows n1 with j1 < j2, at one rate.
  const layers = second.flatMap((wavelet, n2) => {
    const rows = first.flatMap(({ j }, n1) => (j < wavelet.j ? [n1] : []));
    if (rows.length === 0) return [];
    const level = Math.max(secondLevel(wavelet, averaging, most, LEAST_INDEPENDENT), ...rows.map((n1) => scalogram.paths[n1]!.level));
    return [{ n2, rows, level }];
  });
  const seconds = new SecondBank(kernels, padded, second, layers.flatMap(({ n2, rows }) => rows.map((n1): [number, number] => [n2, scalogram.paths[n1]!.level])));
  const strideOf = (level: number) => 2 * Math.max(4, padded / 2 ** level) + SKEW;
  const area = kernels.allocate(Math.max(16, ...layers.map(({ rows, level }) => rows.length * strideOf(level))));
  const plans = layers.map(({ n2, rows, level }) => ({
    n2,
    rows,
    level,
    stride: strideOf(level),
    backward: kernels.backward(padded / 2 ** level),
    plan: planRows(kernels, averaging.T * second[n2]!.sigma >= LEAST_INDEPENDENT ? withFewerRows(bank, frequency) : bank, rows.length, frequency.padded, columns),
    blocks: planBlocks(kernels, averaging, level),
  }));
  const sumsLength = Math.max(firstPlan.sums, ...plans.map(({ plan }) => plan.sums));
  const sums = kernels.allocate(2 * sumsLength);
  const { fold, correlate, average } = kernels.run;
  const output = createOutput(frequency, first.length, columns, firstPlan, plans);

  return {
    shape: output.shape,
    paths: output.paths,
    transform(x) {
      checkSignal(x, averaging.length, "time-frequency scattering");
      const values = new Float32Array(output.shape.reduce((product, size) => product * size, 1));
      const { floats } = kernels;
      const totals = kernels.doubles(sums, sumsLength);
      scalogram.hear(x);
      if (frequency.format === "time") zeroth.apply(scalogram.signal, values, 0);
      for (let n1 = 0; n1 < first.length; n1++) {
        const { level } = scalogram.paths[n1]!;
        scalogram.modulus(n1, u1);
        forwards.get(level)!(u1, spectra[n1]!);
        lowPasses.get(level)!.apply(u1, averaged, 0);
        const row = (firstRows >> 2) + n1 * firstStride;
        for (let t = 0; t < moments; t++) floats[row + 2 * t] = averaged[t]!;
      }
      totals.fill(0);
      for (const [row, taps, address, plus] of firstPlan.list) {
        correlate(firstRows + 4 * firstStride * row, 4 * firstStride, address, taps, fourfold(moments), firstResults, 0, 0);
        const results = firstResults >> 2;
        for (let t = 0; t < moments; t++) totals[plus + (global ? 0 : t)]! += floats[results + t]!;
      }
      output.write(firstPlan, totals, values, 0);
      plans.forEach(({ n2, rows, level, stride, backward, plan, blocks }, index) => {
        const size = padded / 2 ** level;
        for (let i = 0; i < rows.length; i++) {
          const n1 = rows[i]!;
          const rate = scalogram.paths[n1]!.level;
          const filter = seconds.at(n2, rate);
          const row = area + 4 * stride * i;
          fold(spectra[n1]!, padded / 2 ** rate, filter.address, filter.lo, filter.count, row, size);
          backward(row);
        }
        totals.fill(0);
        for (const { start, count, windows, windowCount } of blocks) average(area + 8 * start, 4 * stride, plan.records, plan.count, count, scratch, windows, windowCount, sums);
        output.write(plan, totals, values, index + 1);
      });
      return { values, shape: output.shape };
    },
  };
}

interface Output {
  readonly shape: readonly number[];
  readonly paths: readonly JointPath[];
  /** Averages the sums of one plan along log-frequency and writes its rows; `slot` is 0 for the first order, then one a second-layer wavelet. */
  write(plan: JointPlan, sums: Float64Array, values: Float32Array, slot: number): void;
}

/** Order of the result: order 0, then per slot, per log-frequency wavelet, rows from high to low frequency. */
function createOutput(frequency: FrequencySetting, firstCount: number, columns: number, firstPlan: JointPlan, plans: readonly { readonly n2: number; readonly rows: readonly number[]; readonly plan: JointPlan }[]): Output {
  const { format, average, padded, log2Stride } = frequency;
  const matrices = new Map<number, ReturnType<typeof averagingRows>>();
  const plansOfAll = [firstPlan, ...plans.map(({ plan }) => plan)];
  if (average !== "none") for (const { wavelet: { k } } of plansOfAll.flatMap(({ paths }) => paths)) if (!matrices.has(k)) matrices.set(k, averagingRows(frequency, k));
  const height = padded / 2 ** log2Stride;
  /** Input rows between two outputs by Kymatio's count: that of psi_fr itself where it is not averaged. */
  const strideOf = ({ spin, j }: LogFrequencyWavelet, inputs: number) => (spin === 0 || average === "none" ? 2 ** j : average === "global" ? inputs : 2 ** log2Stride);
  const kept = (wavelet: LogFrequencyWavelet, inputs: number) => (format === "joint" ? height : Math.ceil(inputs / strideOf(wavelet, inputs)));

  const paths: JointPath[] = format === "time" ? [{ order: 0 }] : [];
  const offsets: number[] = [];
  let rows = format === "time" ? 1 : 0;
  [{ plan: firstPlan, rows: { length: firstCount }, n2: undefined }, ...plans].forEach(({ plan, rows: { length: inputs }, n2 }) => {
    offsets.push(rows);
    for (const { wavelet } of plan.paths) {
      const path = { order: n2 === undefined ? (1 as const) : (2 as const), ...(n2 === undefined ? {} : { n2 }), nFr: wavelet.n, spin: wavelet.spin };
      const count = kept(wavelet, inputs);
      if (format === "joint") paths.push(path);
      else for (let i = 0; i < count; i++) paths.push({ ...path, n1: i * strideOf(wavelet, inputs) });
      rows += count;
    }
  });
  const counts = [firstCount, ...plans.map((plan) => plan.rows.length)];
  return {
    shape: format === "joint" ? [paths.length, height, columns] : [rows, columns],
    paths,
    write(plan, sums, values, slot) {
      let row = offsets[slot]!;
      for (const { wavelet, offset, rows: count } of plan.paths) {
        const matrix = wavelet.spin === 0 ? undefined : matrices.get(wavelet.k);
        const outputs = kept(wavelet, counts[slot]!);
        for (let m = 0; m < outputs; m++, row++) {
          for (let c = 0; c < columns; c++) {
            if (!matrix) {
              values[row * columns + c] = sums[offset + m * columns + c]!;
              continue;
            }
            let sum = 0;
            for (let r = 0; r < count; r++) sum += matrix.weights[m * count + r]! * sums[offset + r * columns + c]!;
            values[row * columns + c] = sum;
          }
        }
      }
    },
  };
}
