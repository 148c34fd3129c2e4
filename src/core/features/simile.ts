/** Our own feature: what a log-frequency spectrogram tells of a sound's energy in time, its movement, its spectrum, its attack and its noise, in streaming form. */

import { checkSamples } from "../signal/audio.ts";
import { Resampler } from "../signal/resample.ts";
import { CONTEXTS, type Feature, type FeatureVector } from "./feature.ts";
import { BANDS, BANDS_PER_OCTAVE, FRAMES_PER_SECOND, LogSpectrogram, OCTAVES, RATE } from "./simile/log-spectrogram.ts";
import { ModulationBank, MODULATIONS } from "./simile/modulation.ts";

export const NAME = "simile";
export const VERSION = 1;

/** Ends of the time segments, seconds after the onset. */
export const SEGMENTS = [0.015, 0.04, 0.09, 0.19, 0.39, 0.69, 1.05, 1.5] as const;
/** Bands of the mean spectrum and of its deviation: pairs of bands. */
const COARSE = BANDS / 2;
const SHAPE = 12;

/** Where each part lies in the vector. */
export const PARTS = {
  segments: [0, OCTAVES * SEGMENTS.length],
  modulation: [OCTAVES * SEGMENTS.length, OCTAVES * SEGMENTS.length + MODULATIONS],
  spectrum: [OCTAVES * SEGMENTS.length + MODULATIONS, OCTAVES * SEGMENTS.length + MODULATIONS + COARSE],
  deviation: [OCTAVES * SEGMENTS.length + MODULATIONS + COARSE, OCTAVES * SEGMENTS.length + MODULATIONS + 2 * COARSE],
  shape: [OCTAVES * SEGMENTS.length + MODULATIONS + 2 * COARSE, OCTAVES * SEGMENTS.length + MODULATIONS + 2 * COARSE + SHAPE],
} as const;

export const SIZE = PARTS.shape[1];

/** Longest context: what comes later is not heard. */
export const LONGEST_SECONDS = 1.5;
const MAX_FRAMES = LONGEST_SECONDS * FRAMES_PER_SECOND;
/** Energies below this share of the loudest frame so far are floor: -60 dB. */
const FLOOR = 1e-6;
/** Least reference: what is below is digital silence. */
const SILENCE = 1e-12;
const BLOCK = 256;

/** A sound as it comes in, from its onset on. One object, reset at each onset, serves live and offline. Real-time safe after construction. */
export class SimileStream {
  readonly sampleRate: number;
  readonly #resampler: Resampler;
  readonly #resampled: Float32Array;
  readonly #spectrogram = new LogSpectrogram();
  readonly #modulation = new ModulationBank();
  readonly #log = new Float32Array(BANDS);
  readonly #sums = new Float64Array(BANDS);
  readonly #squares = new Float64Array(BANDS);
  /** `[SEGMENTS, OCTAVES]` energy and `[SEGMENTS]` frames. */
  readonly #segments = new Float64Array(SEGMENTS.length * OCTAVES);
  readonly #counts = new Float64Array(SEGMENTS.length);
  /** `[MAX_FRAMES]` energy of each frame. */
  readonly #energy = new Float32Array(MAX_FRAMES);
  #reference = 0;
  #inputs = 0;

  constructor(sampleRate: number) {
    this.sampleRate = sampleRate;
    this.#resampler = new Resampler(sampleRate, RATE);
    this.#resampled = new Float32Array(this.#resampler.capacity(BLOCK));
    this.reset();
  }

  /** The next sample is an onset; silence comes before it. */
  reset(): void {
    this.#resampler.reset();
    this.#spectrogram.reset();
    this.#modulation.reset();
    this.#sums.fill(0);
    this.#squares.fill(0);
    this.#segments.fill(0);
    this.#counts.fill(0);
    this.#reference = SILENCE;
    this.#inputs = 0;
  }

  /** Seconds heard since the onset. */
  get heardSeconds(): number {
    return this.#inputs / this.sampleRate;
  }

  /** Takes `samples[start, end)`. */
  push(samples: Float32Array, start = 0, end = samples.length): void {
    for (let from = start; from < end; from += BLOCK) {
      const to = Math.min(end, from + BLOCK);
      this.#inputs += to - from;
      if (this.#spectrogram.frames >= MAX_FRAMES) continue;
      const count = this.#resampler.push(samples, this.#resampled, from, to);
      for (let i = 0; i < count; i++) {
        if (this.#spectrogram.frames < MAX_FRAMES && this.#spectrogram.push(this.#resampled[i]!)) this.#frame();
      }
    }
  }

  #frame(): void {
    const { energies } = this.#spectrogram;
    const frame = this.#spectrogram.frames - 1;
    let total = 0;
    for (let b = 0; b < BANDS; b++) total += energies[b]!;
    this.#energy[frame] = total;
    this.#reference = Math.max(this.#reference, total);
    const scale = 1 / (this.#reference * FLOOR);
    const log = this.#log;
    for (let b = 0; b < BANDS; b++) {
      const value = Math.log(1 + energies[b]! * scale);
      log[b] = value;
      this.#sums[b]! += value;
      this.#squares[b]! += value * value;
    }
    const time = (frame + 1) / FRAMES_PER_SECOND;
    let segment = 0;
    while (time > SEGMENTS[segment]! + 1e-9) segment++;
    this.#counts[segment]!++;
    for (let octave = 0; octave < OCTAVES; octave++) {
      let sum = 0;
      for (let b = 0; b < BANDS_PER_OCTAVE; b++) sum += energies[octave * BANDS_PER_OCTAVE + b]!;
      this.#segments[segment * OCTAVES + octave]! += sum;
    }
    this.#modulation.push(log);
  }

  /** Writes the vector of what was heard so far to `values[SIZE]`. */
  snapshot(values: Float32Array): void {
    const frames = Math.max(1, this.#spectrogram.frames);
    const floor = this.#reference * FLOOR;
    for (let segment = 0; segment < SEGMENTS.length; segment++) {
      const heard = this.#counts[segment]! > 0;
      for (let octave = 0; octave < OCTAVES; octave++) {
        const at = PARTS.segments[0] + segment * OCTAVES + octave;
        if (heard) values[at] = Math.log(1 + this.#segments[segment * OCTAVES + octave]! / this.#counts[segment]! / floor);
        else values[at] = segment > 0 ? values[at - OCTAVES]! : 0;
      }
    }
    for (let m = 0; m < MODULATIONS; m++) values[PARTS.modulation[0] + m] = Math.log(0.01 + this.#modulation.energies[m]! / frames);
    for (let c = 0; c < COARSE; c++) {
      let mean = 0;
      let variance = 0;
      for (let b = 2 * c; b < 2 * c + 2; b++) {
        const m = this.#sums[b]! / frames;
        mean += m / 2;
        variance += Math.max(0, this.#squares[b]! / frames - m * m) / 2;
      }
      values[PARTS.spectrum[0] + c] = mean;
      values[PARTS.deviation[0] + c] = Math.sqrt(variance);
    }
    this.#shape(values, PARTS.shape[0]);
  }

  /** Attack, temporal centroid and level after given times, from the energies of the frames. */
  #shape(values: Float32Array, at: number): void {
    const frames = this.#spectrogram.frames;
    const energy = this.#energy;
    let peak = SILENCE;
    let sum = SILENCE;
    let moment = 0;
    for (let t = 0; t < frames; t++) {
      peak = Math.max(peak, energy[t]!);
      sum += energy[t]!;
      moment += t * energy[t]!;
    }
    let start = 0;
    let top = 0;
    while (start < frames && energy[start]! < 0.02 * peak) start++;
    while (top < frames && energy[top]! < 0.8 * peak) top++;
    values[at] = Math.log(1 + Math.max(0, top - start));
    values[at + 1] = Math.log(1 + moment / sum);
    const drops = [3, 6, 10, 15, 20, 25, 30, 40, 50, 60];
    for (let d = 0; d < drops.length; d++) {
      const least = peak * 10 ** (-drops[d]! / 10);
      let count = 0;
      for (let t = 0; t < frames; t++) if (energy[t]! > least) count++;
      values[at + 2 + d] = Math.log(1 + count);
    }
  }
}

const SILENCE_BLOCK = new Float32Array(1024);

/** The vector of a whole sound: exactly what a stream that was reset at its first sample says after `contextSeconds`. */
export const simile: Feature = {
  name: NAME,
  version: VERSION,
  size: SIZE,
  extract(samples: Float32Array, sampleRate: number, contextSeconds: number = CONTEXTS[CONTEXTS.length - 1]!): FeatureVector {
    checkSamples(samples, NAME);
    const stream = new SimileStream(sampleRate);
    const wanted = Math.round(Math.min(contextSeconds, LONGEST_SECONDS) * sampleRate);
    stream.push(samples, 0, Math.min(samples.length, wanted));
    for (let left = wanted - samples.length; left > 0; left -= SILENCE_BLOCK.length) stream.push(SILENCE_BLOCK, 0, Math.min(left, SILENCE_BLOCK.length));
    const values = new Float32Array(SIZE);
    stream.snapshot(values);
    return { feature: NAME, version: VERSION, contextSeconds: wanted / sampleRate, values };
  },
};
