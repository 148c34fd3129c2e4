/** Renders one note of the table: plays it, tunes the model until the pitch stands, trims it, sets its level and rounds it to 16 bits. */

import { createGestureSignals } from "./gesture.ts";
import { centsBetween, findPartial, findPeriodicity, parsePitch } from "./pitch.ts";
import { SAMPLE_RATE, type Synthesiser } from "./synthesiser.ts";
import { type Dynamics, type Note, sliders, valueAt } from "./technique.ts";

export const SEED = 20261122;
const PEAK_DB: Readonly<Record<Dynamics, number>> = { pp: -20, mf: -10, ff: -1 };
/** Of libFLAC at its highest compression level. */
const FLAC_BLOCK_SAMPLES = 4096;
const TUNING_PASSES = 6;
const TUNED_WITHIN_CENTS = 4;

export interface RenderedNote {
  readonly pcm: Int16Array;
  /** The model's own output, before trimming and levelling. */
  readonly raw: Float32Array;
  /** Measured fundamental in hertz, NaN where no pitch is claimed. */
  readonly hertz: number;
}

export async function renderNote(synthesiser: Synthesiser, note: Note): Promise<RenderedNote> {
  const { technique, dynamics, id } = note;
  const at = (value: number | Readonly<Record<Dynamics, number>>): number => valueAt(value, dynamics);
  const seconds = at(technique.seconds);
  const inputs = createGestureSignals(technique.gesture, seconds, at(technique.drive), at(technique.control ?? 0), dynamics, `${SEED}/${id}`);
  const parameters = sliders(technique, dynamics);
  const target = note.pitch === "" ? Number.NaN : parsePitch(note.pitch);
  let tune = 1;
  let raw = new Float32Array(0);
  let hertz = Number.NaN;
  let best: { error: number; raw: Float32Array; hertz: number } | undefined;
  for (let pass = 0; pass < TUNING_PASSES; pass++) {
    const frequency = note.pitch === "" ? {} : { frequency: target * (technique.over ?? 1) * tune };
    raw = new Float32Array(await synthesiser.render(technique.dsp, { ...frequency, ...parameters }, inputs));
    if (technique.tuning === "none" || note.pitch === "") return { raw, hertz, pcm: finish(raw, PEAK_DB[dynamics] + (technique.levelDb ?? 0)) };
    hertz = measurePitch(note, raw);
    const error = Math.abs(centsBetween(hertz, target));
    if (!best || error < best.error || Number.isNaN(best.error)) best = { error, raw, hertz };
    // An octave off is another regime of the model, not a matter of tuning.
    if (!(error > TUNED_WITHIN_CENTS && error < 500)) break;
    tune *= target / hertz;
  }
  return { raw: best!.raw, hertz: best!.hertz, pcm: finish(best!.raw, PEAK_DB[dynamics] + (technique.levelDb ?? 0)) };
}

/** Fundamental of a rendered note in hertz, taken where the tone stands. */
export function measurePitch(note: Note, samples: Float32Array): number {
  const { gesture, tuning } = note.technique;
  const onset = findOnset(samples);
  const from = Math.round(gesture.kind === "sustain" ? samples.length * 0.4 : onset + 0.04 * SAMPLE_RATE);
  const part = samples.subarray(from, from + Math.round((gesture.kind === "sustain" ? 0.4 : 0.3) * SAMPLE_RATE));
  const near = parsePitch(note.pitch);
  return tuning === "periodicity" ? findPeriodicity(part, SAMPLE_RATE, near) : findPartial(part, SAMPLE_RATE, near);
}

function findOnset(samples: Float32Array): number {
  const threshold = peakOf(samples) * 10 ** (-50 / 20);
  return Math.max(0, samples.findIndex((sample) => Math.abs(sample) > threshold));
}

export function peakOf(samples: Float32Array): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return peak;
}

/** Cuts silence (50 dB below the peak before, 60 dB after), fades 2 ms in and 40 ms out, and sets the peak. */
function finish(raw: Float32Array, peakDb: number): Int16Array {
  const peak = peakOf(raw);
  const start = Math.max(0, findOnset(raw) - 96);
  let end = raw.length;
  while (end > start + 1 && Math.abs(raw[end - 1]!) < peak * 1e-3) end--;
  const length = Math.min(raw.length, end + Math.round(0.02 * SAMPLE_RATE)) - start;
  const gain = peak > 0 ? (10 ** (peakDb / 20) * 32767) / peak : 0;
  const fadeIn = 0.002 * SAMPLE_RATE;
  const fadeOut = Math.min(length / 3, 0.04 * SAMPLE_RATE);
  const pcm = new Int16Array(length);
  for (let i = 0; i < length; i++) {
    const fade = Math.min(1, i / fadeIn) * Math.min(1, (length - 1 - i) / fadeOut);
    pcm[i] = Math.round(raw[start + i]! * gain * fade);
  }
  return pcm.subarray(0, decodableLength(pcm));
}

/** FLAC's last frame must not be all silence or a few samples long: @wasm-audio-decoders/flac takes a frame of a dozen bytes for none. */
function decodableLength(pcm: Int16Array): number {
  let length = pcm.length;
  while (length > 1 && pcm[length - 1] === 0) length--;
  const rest = length % FLAC_BLOCK_SAMPLES;
  return rest < 64 ? length - rest : length;
}
