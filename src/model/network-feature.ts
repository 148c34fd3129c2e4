/** Hears a sound through a network that the user brings, such as OpenL3: log-mel windows in, their mean embedding out. */

import type { GraphModel } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import { FormatError, UnsupportedError, messageOf } from "../core/errors.ts";
import type { FeatureVector } from "../core/features/feature.ts";
import { type MelBank, createMelFilters, melPower } from "../core/features/mel.ts";
import { PowerSpectrum } from "../core/signal/power-spectrum.ts";
import { resample } from "../core/signal/resample.ts";

/** How a network wants its sound: one log-mel picture a window. */
export interface LogMelFrontend {
  readonly mel: MelBank;
  /** Hop between frames of a window, in samples. */
  readonly hop: number;
  /** Length of a window, and hop between windows, in seconds. */
  readonly windowSeconds: number;
  readonly windowHopSeconds: number;
  /** Exponent of the magnitude before the logarithm: 1 or 2. */
  readonly power: 1 | 2;
  /** What is kept below the loudest of a window, which becomes 0 dB. */
  readonly rangeDb: number;
  /** Order of the picture's axes. */
  readonly layout: "bands-frames" | "frames-bands";
}

/**
 * OpenL3's "mel256" (Cramer et al., ICASSP 2019; `openl3/models.py` with kapre's Melspectrogram): 48 kHz, windows of 1 s every 0.1 s, Hann 2048 every 242 samples,
 * padding "same" (199 frames), 256 HTK mel bands, magnitude, dB below the window's maximum, at most 80.
 */
export const OPENL3_MEL256: LogMelFrontend = {
  mel: { sampleRate: 48_000, fftSize: 2048, bands: 256, minHz: 0, maxHz: 24_000, scale: "htk" },
  hop: 242,
  windowSeconds: 1,
  windowHopSeconds: 0.1,
  power: 1,
  rangeDb: 80,
  layout: "bands-frames",
};

/** OpenL3's "mel128": as mel256 with 128 bands. */
export const OPENL3_MEL128: LogMelFrontend = { ...OPENL3_MEL256, mel: { ...OPENL3_MEL256.mel, bands: 128 } };

/** The asynchronous sibling of Feature: a network answers when its backend has. */
export interface NetworkFeature {
  readonly name: string;
  readonly version: number;
  /** Numbers a window gives, known after a trial run. */
  readonly size: number;
  /** As `Feature.extract`; a sound shorter than a window is followed by silence. Throws FormatError for samples that are not finite. */
  extract(samples: Float32Array, sampleRate: number, contextSeconds?: number): Promise<FeatureVector>;
  dispose(): void;
}

/** Least mel magnitude (kapre's amin). */
const LEAST = 1e-10;

/**
 * Wraps a loaded graph model with one input `[windows, bands, frames, 1]` (or `frames, bands`) and one output `[windows, …]`, flattened. Runs it once on silence to learn
 * its size. Throws UnsupportedError where it does not take such a picture.
 */
export async function createNetworkFeature(name: string, version: number, graph: GraphModel, frontend: LogMelFrontend): Promise<NetworkFeature> {
  const picture = createLogMel(frontend);
  const run = async (pictures: Float32Array, windows: number): Promise<Float32Array> => {
    const [rows, columns] = frontend.layout === "bands-frames" ? [frontend.mel.bands, picture.frames] : [picture.frames, frontend.mel.bands];
    const input = tf.tensor4d(pictures, [windows, rows, columns, 1]);
    let output: tf.Tensor | undefined;
    try {
      const result = graph.predict(input);
      if (Array.isArray(result)) {
        tf.dispose(result);
        throw new Error(`it has ${result.length} outputs`);
      }
      output = result as tf.Tensor;
      if (output.shape[0] !== windows) throw new Error(`it gives the shape [${output.shape.join(", ")}] for ${windows} windows`);
      return (await output.data()) as Float32Array;
    } catch (cause) {
      throw new UnsupportedError(`network ${name}: expected a graph model from [windows, ${rows}, ${columns}, 1] to [windows, …], but ${messageOf(cause)}; choose the frontend that the network was made with.`);
    } finally {
      tf.dispose([input, ...(output ? [output] : [])]);
    }
  };
  const size = (await run(picture.transform(new Float32Array(picture.windowSamples), 1), 1)).length;
  return {
    name,
    version,
    size,
    async extract(samples, sampleRate, contextSeconds = Math.max(frontend.windowSeconds, samples.length / sampleRate)) {
      const bad = samples.findIndex((sample) => !Number.isFinite(sample));
      if (bad >= 0) throw new FormatError(`${name}: expected finite samples, got ${samples[bad]} at sample ${bad}; decode or record the sound again.`);
      const sound = resample(samples.subarray(0, Math.round(contextSeconds * sampleRate)), sampleRate, frontend.mel.sampleRate);
      const windows = 1 + Math.max(0, Math.floor((sound.length - picture.windowSamples) / picture.windowHopSamples));
      const rows = await run(picture.transform(sound, windows), windows);
      const values = new Float32Array(size);
      for (let w = 0; w < windows; w++) for (let i = 0; i < size; i++) values[i]! += rows[w * size + i]! / windows;
      return { feature: name, version, contextSeconds, values };
    },
    dispose: () => graph.dispose(),
  };
}

/** Makes the pictures of consecutive windows: `10 log10(max(amin, |mel|^power))` relative to the loudest of each window, at least `-rangeDb`. */
export function createLogMel(frontend: LogMelFrontend) {
  const { mel, hop } = frontend;
  const filters = createMelFilters(mel);
  const spectrum = new PowerSpectrum(Float32Array.from({ length: mel.fftSize }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / mel.fftSize)));
  const windowSamples = Math.round(frontend.windowSeconds * mel.sampleRate);
  const windowHopSamples = Math.round(frontend.windowHopSeconds * mel.sampleRate);
  const frames = Math.ceil(windowSamples / hop);
  /** TensorFlow's "same": all frames but the last start inside, the rest is shared between both ends. */
  const before = Math.floor(Math.max(0, (frames - 1) * hop + mel.fftSize - windowSamples) / 2);
  const padded = new Float32Array(before + windowSamples + mel.fftSize + hop);
  return {
    frames,
    windowSamples,
    windowHopSamples,
    /** `[windows, bands, frames]` (or `frames, bands`) of a sound at the frontend's rate, zeros after its end. */
    transform(sound: Float32Array, windows: number): Float32Array {
      const size = mel.bands * frames;
      const pictures = new Float32Array(windows * size);
      for (let w = 0; w < windows; w++) {
        padded.fill(0);
        padded.set(sound.subarray(w * windowHopSamples, w * windowHopSamples + windowSamples), before);
        const picture = pictures.subarray(w * size, (w + 1) * size);
        let loudest = Number.NEGATIVE_INFINITY;
        for (let t = 0; t < frames; t++) {
          const power = spectrum.transform(padded, t * hop);
          for (let m = 0; m < mel.bands; m++) {
            const level = 10 * Math.log10(Math.max(LEAST, melPower(filters[m]!, power) ** (frontend.power / 2)));
            picture[frontend.layout === "bands-frames" ? m * frames + t : t * mel.bands + m] = level;
            loudest = Math.max(loudest, level);
          }
        }
        for (let i = 0; i < size; i++) picture[i] = Math.max(-frontend.rangeDb, picture[i]! - loudest);
      }
      return pictures;
    },
  };
}
