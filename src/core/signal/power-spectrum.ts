/** Gives the power spectrum of a windowed piece of signal, over a well-kept FFT. */

import FFT from "fft.js";

/** One size of transform and its window; real-time safe after construction. */
export class PowerSpectrum {
  readonly size: number;
  readonly window: Float32Array;
  /** `[size / 2 + 1]`: |sum_n w[n] x[n] exp(-2 pi i k n / size)|^2 of the last call. */
  readonly power: Float32Array;
  readonly #transform: FFT;
  readonly #input: Float64Array;
  readonly #output: Float64Array;

  /** `window.length` is the size, a power of two. */
  constructor(window: Float32Array) {
    this.size = window.length;
    this.window = window;
    this.power = new Float32Array(this.size / 2 + 1);
    this.#transform = new FFT(this.size);
    this.#input = new Float64Array(this.size);
    this.#output = new Float64Array(2 * this.size);
  }

  /** Transforms `samples[start, start + size)`. */
  transform(samples: Float32Array, start: number): Float32Array {
    const { size, window, power } = this;
    const input = this.#input;
    const output = this.#output;
    for (let i = 0; i < size; i++) input[i] = window[i]! * samples[start + i]!;
    this.#transform.realTransform(output, input);
    for (let k = 0; k <= size / 2; k++) power[k] = output[2 * k]! ** 2 + output[2 * k + 1]! ** 2;
    return power;
  }
}

/**
 * A causal window, newest sample last: it falls from 1 to 0 over the last `rise` samples by half a Hann window and comes up over the rest by another half,
 *
 *     w[n] = sin^2(pi/2 (n + 1/2) / (size - rise)) before the peak,   sin^2(pi/2 (size - n - 1/2) / rise) after it.
 *
 * The short side faces the present, so that a frame answers soon to what is new and still resolves frequency by its long past.
 */
export function createCausalWindow(size: number, rise: number): Float32Array {
  const window = new Float32Array(size);
  const past = size - rise;
  for (let n = 0; n < size; n++) {
    const part = n < past ? (n + 0.5) / past : (size - n - 0.5) / rise;
    window[n] = Math.sin((Math.PI / 2) * part) ** 2;
  }
  return window;
}
