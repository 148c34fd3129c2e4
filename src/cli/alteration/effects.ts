/** The arithmetic of every step but the coders: a mono sound in, another out. */

import FFT from "fft.js";
import { findOnset } from "../../core/onset/find-onset.ts";
import { resample } from "../../core/signal/resample.ts";
import { type Random, createRandom } from "../../model/random.ts";
import type { Band } from "./steps.ts";

export function amplified(samples: Float32Array, db: number): Float32Array {
  const gain = 10 ** (db / 20);
  return samples.map((sample) => gain * sample);
}

/** A peaking filter: A = 10^(dB / 40), alpha = sin w / 2 Q, b = [1 + alpha A, -2 cos w, 1 - alpha A], a = [1 + alpha / A, -2 cos w, 1 - alpha / A] (Bristow-Johnson, Audio EQ Cookbook). */
export function equalised(samples: Float32Array, sampleRate: number, bands: readonly Band[]): Float32Array {
  const result = samples.slice();
  for (const { hertz, db, q } of bands) {
    if (hertz >= 0.49 * sampleRate) continue;
    const w = (2 * Math.PI * hertz) / sampleRate;
    const amplitude = 10 ** (db / 40);
    const alpha = Math.sin(w) / (2 * q);
    const a0 = 1 + alpha / amplitude;
    const [b0, b1, b2] = [(1 + alpha * amplitude) / a0, (-2 * Math.cos(w)) / a0, (1 - alpha * amplitude) / a0];
    const a2 = (1 - alpha / amplitude) / a0;
    let [x1, x2, y1, y2] = [0, 0, 0, 0];
    for (let i = 0; i < result.length; i++) {
      const x = result[i]!;
      const y = b0 * x + b1 * x1 + b2 * x2 - b1 * y1 - a2 * y2;
      [x2, x1, y2, y1] = [x1, x, y1, y];
      result[i] = y;
    }
  }
  return result;
}

function rootMeanSquare(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / Math.max(1, samples.length));
}

/** Gaussian noise; pink by Kellet's three one-pole filters (within 0.5 dB of -3 dB an octave). */
function noiseOf(count: number, colour: "white" | "pink", random: Random): Float32Array {
  let [a, b, c] = [0, 0, 0];
  return Float32Array.from({ length: count }, () => {
    const white = random.normal();
    if (colour === "white") return white;
    a = 0.99765 * a + 0.099046 * white;
    b = 0.963 * b + 0.2965164 * white;
    c = 0.57 * c + 1.0526913 * white;
    return a + b + c + 0.1848 * white;
  });
}

export function withNoise(samples: Float32Array, snrDb: number, colour: "white" | "pink", seed: number): Float32Array {
  const noise = noiseOf(samples.length, colour, createRandom(seed));
  const scale = rootMeanSquare(samples) / Math.max(1e-12, rootMeanSquare(noise)) / 10 ** (snrDb / 20);
  return samples.map((sample, at) => sample + scale * noise[at]!);
}

/** Shortest time from the sound to its first reflection. */
const REFLECTION_SECONDS = 0.004;
/** Part of the reverberation time after which its high frequencies have died away. */
const HIGH_SHARE = 0.4;

/**
 * Convolved with a synthetic impulse response: 1 at 0, and from 4 ms on Gaussian noise that falls by 60 dB in `seconds` (its upper band in 0.4 of that), with an energy of `wetDb` below the direct
 * sound's. Velvet of a real room without its early pattern (Moorer 1979, "About this reverberation business").
 */
export function inRoom(samples: Float32Array, sampleRate: number, seconds: number, wetDb: number, seed: number): Float32Array {
  const random = createRandom(seed);
  const length = Math.max(2, Math.round(seconds * sampleRate));
  const first = Math.min(length - 1, Math.round(REFLECTION_SECONDS * sampleRate));
  const response = new Float32Array(length);
  // the lower band is noise through a one-pole low pass at 2 kHz, the upper band what that leaves
  const pole = Math.exp((-2 * Math.PI * 2000) / sampleRate);
  let low = 0;
  let energy = 0;
  for (let i = first; i < length; i++) {
    const white = random.normal();
    low = pole * low + (1 - pole) * white;
    const fall = (share: number) => 10 ** ((-3 * (i - first)) / (share * seconds * sampleRate));
    response[i] = low * fall(1) + (white - low) * fall(HIGH_SHARE);
    energy += response[i]! ** 2;
  }
  const wet = 10 ** (wetDb / 20) / Math.sqrt(Math.max(energy, 1e-12));
  for (let i = first; i < length; i++) response[i]! *= wet;
  response[0] = 1;
  return convolved(samples, response).subarray(0, samples.length);
}

/** Linear convolution by one Fourier transform of a power of two. */
function convolved(a: Float32Array, b: Float32Array): Float32Array {
  const length = a.length + b.length - 1;
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, length)));
  const fft = new FFT(size);
  const transformed = (signal: Float32Array) => {
    const padded = new Float64Array(size);
    padded.set(signal);
    const spectrum = fft.createComplexArray();
    fft.realTransform(spectrum, padded as unknown as number[]);
    fft.completeSpectrum(spectrum);
    return spectrum;
  };
  const [x, y] = [transformed(a), transformed(b)];
  const product = fft.createComplexArray();
  for (let i = 0; i < size; i++) {
    product[2 * i] = x[2 * i]! * y[2 * i]! - x[2 * i + 1]! * y[2 * i + 1]!;
    product[2 * i + 1] = x[2 * i]! * y[2 * i + 1]! + x[2 * i + 1]! * y[2 * i]!;
  }
  const result = fft.createComplexArray();
  fft.inverseTransform(result, product);
  return Float32Array.from({ length }, (_, i) => result[2 * i]!);
}

/** Steps of the ratio in which pitch is moved: a cent at most, while the resampler's table stays small. */
const PITCH_STEPS = 800;

/** Played 2^(semitones / 12) times as fast, within a cent: resampled by a ratio of whole rates, and called by its old rate. */
export function repitched(samples: Float32Array, semitones: number): Float32Array {
  const unit = 20;
  return resample(samples, unit * Math.round(PITCH_STEPS * 2 ** (semitones / 12)), unit * PITCH_STEPS);
}

const FRAME = 1024;

/** Each frame's spectrum (sine window, half overlap) quantised in steps of its loudest bin less `floorDb`, and nothing kept from `hertz` up: what a coder at a low rate does to the finer and higher parts. */
export function coarse(samples: Float32Array, sampleRate: number, hertz: number, floorDb: number): Float32Array {
  const fft = new FFT(FRAME);
  const window = Float64Array.from({ length: FRAME }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / FRAME));
  const result = new Float32Array(samples.length);
  const frame = new Float64Array(FRAME);
  const spectrum = fft.createComplexArray();
  const back = fft.createComplexArray();
  const highest = Math.ceil((hertz / sampleRate) * FRAME);
  for (let start = -FRAME / 2; start < samples.length; start += FRAME / 2) {
    for (let i = 0; i < FRAME; i++) frame[i] = window[i]! * (samples[start + i] ?? 0);
    fft.realTransform(spectrum, frame as unknown as number[]);
    let loudest = 0;
    for (let bin = 0; bin < 2 * Math.min(highest, FRAME / 2 + 1); bin++) loudest = Math.max(loudest, Math.abs(spectrum[bin]!));
    const step = loudest * 10 ** (-floorDb / 20);
    for (let bin = 0; bin <= FRAME / 2; bin++) {
      for (const part of [2 * bin, 2 * bin + 1]) spectrum[part] = bin >= highest || step === 0 ? 0 : step * Math.round(spectrum[part]! / step);
    }
    fft.completeSpectrum(spectrum);
    fft.inverseTransform(back, spectrum);
    for (let i = 0; i < FRAME; i++) if (start + i >= 0 && start + i < result.length) result[start + i]! += window[i]! * back[2 * i]!;
  }
  return result;
}

export function delayed(samples: Float32Array, sampleRate: number, seconds: number): Float32Array {
  const lead = Math.round(seconds * sampleRate);
  const result = new Float32Array(samples.length + lead);
  result.set(samples, lead);
  return result;
}

const FADE_SECONDS = 0.005;

/** Ends `seconds` after the onset, with a fade before. */
export function cutShort(samples: Float32Array, sampleRate: number, seconds: number): Float32Array {
  const end = Math.min(samples.length, findOnset(samples, sampleRate) + Math.round(seconds * sampleRate));
  const result = samples.slice(0, end);
  const fade = Math.min(end, Math.round(FADE_SECONDS * sampleRate));
  if (end < samples.length) for (let i = 0; i < fade; i++) result[end - 1 - i]! *= (i + 0.5) / fade;
  return result;
}

/** From the onset on multiplied by 10^(-3 t / seconds): 60 dB less after `seconds`. */
export function damped(samples: Float32Array, sampleRate: number, seconds: number): Float32Array {
  const onset = findOnset(samples, sampleRate);
  return samples.map((sample, at) => (at <= onset ? sample : sample * 10 ** ((-3 * (at - onset)) / (seconds * sampleRate))));
}
