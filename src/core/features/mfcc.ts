/** Mel-frequency cepstral coefficients, averaged over the first second, as the paper on this task takes them. */

import { PowerSpectrum } from "../signal/power-spectrum.ts";
import { resample } from "../signal/resample.ts";
import { checkSamples } from "../signal/audio.ts";
import type { Feature, FeatureVector } from "./feature.ts";
import { createMelFilters, type MelFilter, melPower } from "./mel.ts";

const NAME = "mfcc";
const VERSION = 1;
const RATE = 44_100;
const SIZE = 2048;
const HOP = 512;
const MELS = 128;
const COEFFICIENTS = 40;
const LONGEST_SECONDS = 1;
/** Least power, and the range in dB that is kept below the loudest. */
const LEAST_POWER = 1e-10;
const RANGE_DB = 80;

/** Rows of the orthonormal DCT-II: c_k = s_k sum_m x_m cos(pi k (m + 1/2) / 128), s_0 = sqrt(1/128), s_k = sqrt(2/128). */
function createCosines(): Float64Array {
  const table = new Float64Array(COEFFICIENTS * MELS);
  for (let k = 0; k < COEFFICIENTS; k++) {
    for (let m = 0; m < MELS; m++) table[k * MELS + m] = Math.sqrt((k === 0 ? 1 : 2) / MELS) * Math.cos((Math.PI * k * (m + 0.5)) / MELS);
  }
  return table;
}

let tables: { readonly filters: MelFilter[]; readonly cosines: Float64Array } | undefined;

/**
 * `[40]`: the sound at 44.1 kHz, 1 s, Hann windows of 2048 every 512 centred with zeros at the edges, power in 128 mel bands,
 *
 *     dB = 10 log10(max(1e-10, power)), at most 80 dB below the loudest;   c = DCT-II(dB), first 40;   mean over frames.
 *
 * Conventions of librosa 0.10 (`librosa.feature.mfcc`, McFee et al. 2015); c[0] carries the level, the rest do not.
 */
export const mfcc: Feature = {
  name: NAME,
  version: VERSION,
  size: COEFFICIENTS,
  extract(samples: Float32Array, sampleRate: number, contextSeconds: number = LONGEST_SECONDS): FeatureVector {
    checkSamples(samples, NAME);
    tables ??= { filters: createMelFilters({ sampleRate: RATE, fftSize: SIZE, bands: MELS, minHz: 0, maxHz: RATE / 2, scale: "slaney" }), cosines: createCosines() };
    const { filters, cosines } = tables;
    const heard = Math.min(contextSeconds, LONGEST_SECONDS);
    const length = Math.round(heard * RATE);
    const sound = resample(samples.subarray(0, Math.round(heard * sampleRate)), sampleRate, RATE).subarray(0, length);
    const padded = new Float32Array(length + SIZE);
    padded.set(sound, SIZE / 2);
    const spectrum = new PowerSpectrum(Float32Array.from({ length: SIZE }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / SIZE)));
    const frames = 1 + Math.floor(length / HOP);
    const levels = new Float64Array(frames * MELS);
    let loudest = Number.NEGATIVE_INFINITY;
    for (let t = 0; t < frames; t++) {
      const power = spectrum.transform(padded, t * HOP);
      for (let m = 0; m < MELS; m++) {
        const level = 10 * Math.log10(Math.max(LEAST_POWER, melPower(filters[m]!, power)));
        levels[t * MELS + m] = level;
        loudest = Math.max(loudest, level);
      }
    }
    const values = new Float32Array(COEFFICIENTS);
    for (let k = 0; k < COEFFICIENTS; k++) {
      let sum = 0;
      for (let t = 0; t < frames; t++) for (let m = 0; m < MELS; m++) sum += Math.max(levels[t * MELS + m]!, loudest - RANGE_DB) * cosines[k * MELS + m]!;
      values[k] = sum / frames;
    }
    return { feature: NAME, version: VERSION, contextSeconds: heard, values };
  },
};
