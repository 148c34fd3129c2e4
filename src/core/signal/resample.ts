/** Changes the sampling rate of a signal or a stream by polyphase filtering with one Kaiser-windowed sinc. */

import { UnsupportedError } from "../errors.ts";

/** Stop-band attenuation of about 80 dB (Kaiser 1974: beta = 0.1102 (A - 8.7)). */
const BETA = 7.857;
/** Highest number of coefficients that we keep: more means two rates with hardly a common divisor. */
const MAX_COEFFICIENTS = 1 << 23;

const MIN_RATE = 1000;
const MAX_RATE = 768_000;

/**
 * The filter of every resampling here:
 *
 *     y[m] = sum_j x[n_m + j] h((j - p_m) / from),   m from / to = n_m + p_m,   -H < j <= H
 *     h(t) = sinc(2 c t) kaiser(t l / zeros),   l = min(from, to),   c = l / 2 (1 - 2.5 / zeros)
 *
 * With 24 zero crossings a side the pass band ends at 0.396 l and what folds back is 80 dB down (Kaiser's rule for width and attenuation);
 * each phase sums to 1, so that a constant stays a constant. Output m lies at time m / to of the input: there is no shift, but output m is known
 * only when H = zeros from / l further input samples have come.
 */
interface Filter {
  /** Steps of the position between two outputs, in 1/phases of an input sample. */
  readonly stride: number;
  readonly phases: number;
  /** `[phases, taps]`, taps = 2 H, newest sample last. */
  readonly coefficients: Float32Array;
  readonly half: number;
}

function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; k < 40; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function createFilter(from: number, to: number, zeros: number): Filter {
  for (const rate of [from, to]) {
    if (!Number.isInteger(rate) || rate < MIN_RATE || rate > MAX_RATE) {
      throw new UnsupportedError(`Resampler: expected whole rates from ${MIN_RATE} to ${MAX_RATE} Hz, got ${from} to ${to}; convert the sound to a common rate such as 48000 Hz first.`);
    }
  }
  const divisor = greatestCommonDivisor(from, to);
  const phases = to / divisor;
  const lower = Math.min(from, to);
  const half = Math.ceil((zeros * from) / lower);
  const taps = 2 * half;
  if (phases * taps > MAX_COEFFICIENTS) {
    throw new UnsupportedError(`Resampler: expected rates with a large common divisor, got ${from} and ${to} Hz; convert the sound to a common rate such as 48000 Hz first.`);
  }
  const coefficients = new Float32Array(phases * taps);
  const cutoff = (lower / 2) * (1 - 2.5 / zeros);
  const norm = besselI0(BETA);
  for (let phase = 0; phase < phases; phase++) {
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const t = (tap - half + 1 - phase / phases) / from;
      const edge = (t * lower) / zeros;
      const window = Math.abs(edge) < 1 ? besselI0(BETA * Math.sqrt(1 - edge * edge)) / norm : 0;
      const angle = 2 * Math.PI * cutoff * t;
      const value = window * (angle === 0 ? 1 : Math.sin(angle) / angle);
      coefficients[phase * taps + tap] = value;
      sum += value;
    }
    for (let tap = 0; tap < taps; tap++) coefficients[phase * taps + tap]! /= sum;
  }
  return { stride: from / divisor, phases, coefficients, half };
}

const filters = new Map<string, Filter>();

function filterFor(from: number, to: number, zeros: number): Filter {
  const key = `${from}/${to}/${zeros}`;
  const known = filters.get(key);
  if (known) return known;
  const filter = createFilter(from, to, zeros);
  filters.set(key, filter);
  return filter;
}

/** A stream from one rate to another. Equal rates pass unchanged and without delay. Real-time safe after construction. */
export class Resampler {
  readonly from: number;
  readonly to: number;
  /** Input samples that must follow an instant before its output is known. */
  readonly delaySamples: number;
  readonly #filter: Filter | undefined;
  /** The last `taps` inputs stand in one piece: each is written twice, `taps` apart. */
  readonly #history: Float32Array;
  #write = 0;
  #phase = 0;
  /** Inputs still to come before the next output. */
  #wait = 0;

  /** `zeros`: zero crossings of the sinc to each side; fewer mean less delay and a wider transition. Throws UnsupportedError for rates out of range. */
  constructor(from: number, to: number, zeros = 24) {
    this.from = from;
    this.to = to;
    this.#filter = from === to ? undefined : filterFor(from, to, zeros);
    this.delaySamples = this.#filter?.half ?? 0;
    this.#history = new Float32Array(4 * this.delaySamples);
    this.reset();
  }

  /** Forgets the past: silence comes before the next sample. */
  reset(): void {
    this.#history.fill(0);
    this.#write = 0;
    this.#phase = 0;
    this.#wait = this.delaySamples;
  }

  /** Most outputs that `count` inputs can give. */
  capacity(count: number): number {
    return Math.ceil((count * this.to) / this.from) + 1;
  }

  /** Takes `input[start, end)`, writes what is known by then to `output` and gives its count. */
  push(input: Float32Array, output: Float32Array, start = 0, end = input.length): number {
    const filter = this.#filter;
    if (!filter) {
      for (let i = start; i < end; i++) output[i - start] = input[i]!;
      return end - start;
    }
    const { coefficients, phases, stride, half } = filter;
    const taps = 2 * half;
    const history = this.#history;
    let write = this.#write;
    let phase = this.#phase;
    let wait = this.#wait;
    let count = 0;
    for (let i = start; i < end; i++) {
      const sample = input[i]!;
      history[write] = sample;
      history[write + taps] = sample;
      write = write + 1 === taps ? 0 : write + 1;
      while (wait === 0) {
        let sum = 0;
        const row = phase * taps;
        for (let tap = 0; tap < taps; tap++) sum += history[write + tap]! * coefficients[row + tap]!;
        output[count++] = sum;
        phase += stride;
        while (phase >= phases) {
          phase -= phases;
          wait++;
        }
      }
      wait--;
    }
    this.#write = write;
    this.#phase = phase;
    this.#wait = wait;
    return count;
  }
}

/** The whole signal at another rate: `ceil(length to / from)` samples, silence taken to lie around it. */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  const resampler = new Resampler(from, to);
  const length = Math.ceil((samples.length * to) / from);
  const output = new Float32Array(resampler.capacity(samples.length + resampler.delaySamples));
  const known = resampler.push(samples, output);
  resampler.push(new Float32Array(resampler.delaySamples), output.subarray(known));
  return output.slice(0, length);
}
