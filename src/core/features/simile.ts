/** Our own feature: what a log-frequency spectrogram tells of a sound's energy in time, its movement, its spectrum, its attack and its noise, in streaming form. */

import { checkSamples } from "../signal/audio.ts";
import { Resampler } from "../signal/resample.ts";
import { CONTEXTS, type Feature, type FeatureVector } from "./feature.ts";
import { CENTROID_COUNT, Envelope, RISE_COUNT, SEGMENT_COUNT, STAY_COUNT } from "./simile/envelope.ts";
import { Flatness, FLATNESS_COUNT } from "./simile/flatness.ts";
import { BANDS, FRAMES_PER_SECOND, LogSpectrogram, RATE } from "./simile/log-spectrogram.ts";
import { ModulationBank, MODULATIONS } from "./simile/modulation.ts";

export const NAME = "simile";
export const VERSION = 3;

/** Neighbouring bands of the spectrogram that share a number of the mean spectrum: a third of an octave. */
const GATHERED = 4;
const SPECTRUM_COUNT = BANDS / GATHERED;

/** The parts of the vector, in order, and their lengths. */
export const PARTS = [
  ["segments", SEGMENT_COUNT],
  ["stays", STAY_COUNT],
  ["rises", RISE_COUNT],
  ["centroids", CENTROID_COUNT],
  ["modulation", MODULATIONS],
  ["spectrum", SPECTRUM_COUNT],
  ["flatness", FLATNESS_COUNT],
] as const;

export type PartName = (typeof PARTS)[number][0];

/** Where a part begins. */
export function offsetOf(name: PartName): number {
  let at = 0;
  for (const [part, count] of PARTS) {
    if (part === name) return at;
    at += count;
  }
  return at;
}

export const SIZE = PARTS.reduce((sum, [, count]) => sum + count, 0);

const AT = {
  segments: offsetOf("segments"),
  stays: offsetOf("stays"),
  rises: offsetOf("rises"),
  centroids: offsetOf("centroids"),
  modulation: offsetOf("modulation"),
  spectrum: offsetOf("spectrum"),
  flatness: offsetOf("flatness"),
} satisfies Record<PartName, number>;

/** Longest context: what comes later is not heard. */
export const LONGEST_SECONDS = 1.5;
const MAX_FRAMES = LONGEST_SECONDS * FRAMES_PER_SECOND;
/** Exponent of the energies that modulations are taken of; the mean spectrum takes half of it. */
const COMPRESSION = 0.3;
/** Least reference energy: what is below is digital silence. */
const SILENCE = 1e-12;
const BLOCK = 256;

/**
 * A sound as it comes in, from its onset on: one object, reset at each onset, live and offline. Frames come 200 a second (see `simile/`); with R[t] the largest energy of a frame up to t,
 * the compressed spectrogram (E[t, f] / R[t])^0.3 feeds the modulation bank, its square root the mean spectrum: the level of the sound falls out, and no frame waits for a later one.
 * Real-time safe after construction.
 */
export class SimileStream {
  readonly sampleRate: number;
  readonly #resampler: Resampler;
  readonly #resampled: Float32Array;
  readonly #spectrogram = new LogSpectrogram();
  readonly #envelope = new Envelope(MAX_FRAMES);
  readonly #modulation = new ModulationBank();
  readonly #flatness = new Flatness();
  readonly #compressed = new Float32Array(BANDS);
  readonly #spectrum = new Float64Array(SPECTRUM_COUNT);
  #reference = SILENCE;
  #inputs = 0;

  constructor(sampleRate: number) {
    this.sampleRate = sampleRate;
    this.#resampler = new Resampler(sampleRate, RATE);
    this.#resampled = new Float32Array(this.#resampler.capacity(BLOCK));
  }

  /** The next sample is an onset; silence comes before it. */
  reset(): void {
    this.#resampler.reset();
    this.#spectrogram.reset();
    this.#envelope.reset();
    this.#modulation.reset();
    this.#flatness.reset();
    this.#spectrum.fill(0);
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
      for (let i = 0; i < count && this.#spectrogram.frames < MAX_FRAMES; i++) if (this.#spectrogram.push(this.#resampled[i]!)) this.#frame();
    }
  }

  #frame(): void {
    const { energies } = this.#spectrogram;
    let whole = 0;
    for (let b = 0; b < BANDS; b++) whole += energies[b]!;
    if (whole > this.#reference) this.#reference = whole;
    const scale = 1 / this.#reference;
    const compressed = this.#compressed;
    for (let b = 0; b < BANDS; b++) {
      const value = (energies[b]! * scale) ** COMPRESSION;
      compressed[b] = value;
      this.#spectrum[(b / GATHERED) | 0]! += Math.sqrt(value);
    }
    this.#envelope.push(energies);
    this.#modulation.push(compressed);
    this.#flatness.push(this.#spectrogram.power, (this.#reference * 1e-7) / this.#spectrogram.powerScale);
  }

  /** Writes the vector of what was heard so far to `values[SIZE]`: always finite. */
  snapshot(values: Float32Array): void {
    const frames = Math.max(1, this.#spectrogram.frames);
    this.#envelope.writeSegments(values, AT.segments);
    this.#envelope.writeStays(values, AT.stays);
    this.#envelope.writeRises(values, AT.rises);
    this.#envelope.writeCentroids(values, AT.centroids);
    this.#modulation.write(values, AT.modulation, frames);
    for (let c = 0; c < SPECTRUM_COUNT; c++) values[AT.spectrum + c] = this.#spectrum[c]! / (GATHERED * frames);
    this.#flatness.write(values, AT.flatness);
  }
}

const SILENT_BLOCK = new Float32Array(1024);

/** One stream a sampling rate, reset before use: its tables are made once. */
const streams = new Map<number, SimileStream>();

function streamAt(sampleRate: number): SimileStream {
  let stream = streams.get(sampleRate);
  if (!stream) {
    stream = new SimileStream(sampleRate);
    streams.set(sampleRate, stream);
  }
  stream.reset();
  return stream;
}

/** Takes the sound from sample `from` up to `to`, silence after its end. */
function hear(stream: SimileStream, samples: Float32Array, from: number, to: number): void {
  stream.push(samples, from, Math.min(samples.length, to));
  for (let left = to - Math.max(from, samples.length); left > 0; left -= SILENT_BLOCK.length) stream.push(SILENT_BLOCK, 0, Math.min(left, SILENT_BLOCK.length));
}

/** The vector of a whole sound: exactly what a stream that was reset at its first sample says after `contextSeconds`. */
export const simile: Feature = {
  name: NAME,
  version: VERSION,
  size: SIZE,
  parts: PARTS,
  extract(samples: Float32Array, sampleRate: number, contextSeconds: number = CONTEXTS[CONTEXTS.length - 1]!): FeatureVector {
    checkSamples(samples, NAME);
    const stream = streamAt(sampleRate);
    const wanted = Math.round(Math.min(contextSeconds, LONGEST_SECONDS) * sampleRate);
    hear(stream, samples, 0, wanted);
    const values = new Float32Array(SIZE);
    stream.snapshot(values);
    return { feature: NAME, version: VERSION, contextSeconds: wanted / sampleRate, values };
  },
  extractEach(samples: Float32Array, sampleRate: number, contexts: readonly number[]): Float32Array {
    checkSamples(samples, NAME);
    const stream = streamAt(sampleRate);
    const values = new Float32Array(contexts.length * SIZE);
    let heard = 0;
    for (const [at, context] of contexts.entries()) {
      const wanted = Math.round(Math.min(context, LONGEST_SECONDS) * sampleRate);
      hear(stream, samples, heard, wanted);
      heard = Math.max(heard, wanted);
      stream.snapshot(values.subarray(at * SIZE, (at + 1) * SIZE));
    }
    return values;
  },
};
