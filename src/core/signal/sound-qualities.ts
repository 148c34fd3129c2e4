/** Describes a sound by five numbers that a listener can check: how bright, how sudden, how noisy, how much it moves, how high. */

import { estimatePitch } from "../metadata/pitch.ts";
import { PowerSpectrum } from "./power-spectrum.ts";

export interface SoundQualities {
  /** Hertz. */
  readonly brightness: number;
  /** Seconds. */
  readonly attack: number;
  /** 0 (tones) to 1 (white noise). */
  readonly noisiness: number;
  /** Null where too little of it sounds to tell. */
  readonly modulation: Modulation | null;
  /** Hertz; null where it has no pitch. */
  readonly pitch: number | null;
}

export interface Modulation {
  /** Hertz of the strongest beat. */
  readonly rate: number;
  /** Its swing to either side, as a share of the mean level. */
  readonly depth: number;
}

/** What is heard of a sound, from its onset on. */
export const QUALITY_SECONDS = 1.5;

/** A spectrum every quarter of its length. */
const SPECTRUM_SECONDS = 0.043;
const LOWEST_HZ = 50;
const HIGHEST_HZ = 16_000;
const NOISE_LOWEST_HZ = 200;
const NOISE_OCTAVES = 6;
/** exp(-gamma): the flatness of white noise seen through a periodogram. */
const WHITE_FLATNESS = 0.5614595;
/** Levels: root mean squares of 10 ms, a period of 100 Hz, each millisecond. */
const LEVEL_SECONDS = 0.01;
const LEVEL_STEP = 0.001;
const ATTACK_FROM = 0.2;
const ATTACK_TO = 0.8;
/** Levels of 20 ms, each 10 ms, for the modulation, as far as they stay within 40 dB of the peak. */
const BEAT_SECONDS = 0.02;
const BEAT_STEP = 0.01;
const BEAT_RANGE = 0.01;
/** Share of the highest level from which the modulation is looked for. */
const NEARLY = 0.65;
const SLOWEST_HZ = 3;
const FASTEST_HZ = 20;
const BEAT_GRID_HZ = 0.25;
const LEAST_BEAT_SECONDS = 0.5;

/**
 * Of mono `samples` at `sampleRate` hertz that begin at the onset or a moment before it; the first 1.5 s count. Null for silence.
 *
 * - brightness: the spectral centroid sum f |X[f, t]| / sum |X[f, t]| over 50 Hz to 16 kHz and all frames (43 ms, Hann), so that loud frames say more (Peeters 2011, "The Timbre Toolbox").
 * - attack: the time from the last level below 20 % of the peak to the first above 80 %; levels are root mean squares of 10 ms, through which a click takes some 6.
 * - noisiness: in each octave from 200 Hz to 12.8 kHz the geometric mean of the power spectrum over its arithmetic one, 0.5615 for white noise in a periodogram and so divided by that; mean
 *   over octaves and frames, weighted by the square root of the octave's power (Johnston 1988).
 * - modulation: of the logarithm of the level after its peak, less its straight line (a decay is no modulation), the strongest sine of 3 to 20 Hz: its rate, and its amplitude, which for small
 *   ones is the swing of the level to either side of its mean.
 * - pitch: the note on which most frames after the attack agree, by `estimatePitch`.
 */
export function qualitiesOf(samples: Float32Array, sampleRate: number): SoundQualities | null {
  const heard = samples.subarray(0, Math.round(QUALITY_SECONDS * sampleRate));
  // Silence comes before: a file that begins with its sound attacks as one that does not.
  const lead = Math.round(LEVEL_SECONDS * sampleRate);
  const led = new Float32Array(lead + heard.length);
  led.set(heard, lead);
  const levels = levelsOf(led, sampleRate, LEVEL_SECONDS, LEVEL_STEP);
  const peak = levels.reduce((most, level) => Math.max(most, level), 0);
  if (peak === 0) return null;
  return { ...spectral(heard, sampleRate), attack: attackOf(levels, peak), modulation: modulationOf(heard, sampleRate), pitch: estimatePitch(heard, sampleRate)?.hertz ?? null };
}

/** Root mean squares of windows of `seconds` that begin every `step` seconds; one shorter window for a shorter sound. */
function levelsOf(samples: Float32Array, sampleRate: number, seconds: number, step: number): Float64Array {
  const width = Math.max(1, Math.min(samples.length, Math.round(seconds * sampleRate)));
  const sums = new Float64Array(samples.length + 1);
  for (let i = 0; i < samples.length; i++) sums[i + 1] = sums[i]! + samples[i]! ** 2;
  const count = Math.max(0, Math.floor((samples.length - width) / (step * sampleRate)) + 1);
  return Float64Array.from({ length: samples.length === 0 ? 0 : count }, (_, i) => {
    const start = Math.round(i * step * sampleRate);
    return Math.sqrt(Math.max(0, sums[start + width]! - sums[start]!) / width);
  });
}

function attackOf(levels: Float64Array, peak: number): number {
  const there = levels.findIndex((level) => level >= ATTACK_TO * peak);
  let begun = there;
  while (begun > 0 && levels[begun - 1]! > ATTACK_FROM * peak) begun--;
  return Math.max(1, there - begun) * LEVEL_STEP;
}

function spectral(samples: Float32Array, sampleRate: number): Pick<SoundQualities, "brightness" | "noisiness"> {
  const size = 2 ** Math.round(Math.log2(SPECTRUM_SECONDS * sampleRate));
  const spectrum = new PowerSpectrum(Float32Array.from({ length: size }, (_, n) => Math.sin((Math.PI * (n + 0.5)) / size) ** 2));
  const hertz = sampleRate / size;
  // A sound that is shorter than a frame ends in silence.
  const padded = samples.length >= size ? samples : Float32Array.from({ length: size }, (_, i) => samples[i] ?? 0);
  const bin = (frequency: number) => Math.min(size / 2, Math.max(1, Math.round(frequency / hertz)));
  const [low, high] = [bin(LOWEST_HZ), bin(HIGHEST_HZ)];
  let [moment, magnitude, flat, weights] = [0, 0, 0, 0];
  for (let start = 0; start + size <= padded.length; start += size / 4) {
    const power = spectrum.transform(padded, start);
    for (let k = low; k <= high; k++) {
      const amplitude = Math.sqrt(power[k]!);
      moment += k * hertz * amplitude;
      magnitude += amplitude;
    }
    for (let octave = 0; octave < NOISE_OCTAVES; octave++) {
      const [first, last] = [bin(NOISE_LOWEST_HZ * 2 ** octave), bin(NOISE_LOWEST_HZ * 2 ** (octave + 1))];
      if (last - first < 4) continue;
      let [logs, sum] = [0, 0];
      for (let k = first; k < last; k++) {
        logs += Math.log(power[k]! + 1e-20);
        sum += power[k]! + 1e-20;
      }
      const mean = sum / (last - first);
      const weight = Math.sqrt(mean);
      flat += weight * (Math.exp(logs / (last - first)) / mean);
      weights += weight;
    }
  }
  return { brightness: magnitude > 0 ? moment / magnitude : 0, noisiness: weights > 0 ? Math.min(1, flat / weights / WHITE_FLATNESS) : 0 };
}

function modulationOf(samples: Float32Array, sampleRate: number): Modulation | null {
  const levels = levelsOf(samples, sampleRate, BEAT_SECONDS, BEAT_STEP);
  const top = levels.reduce((best, level, i) => (level > levels[best]! ? i : best), 0);
  // Of a sound that swells or wavers the highest level may come late: from where it is nearly there.
  const from = levels.findIndex((level) => level >= NEARLY * levels[top]!);
  let to = from;
  while (to < levels.length && levels[to]! >= BEAT_RANGE * levels[top]!) to++;
  const count = to - from;
  if (count * BEAT_STEP < LEAST_BEAT_SECONDS) return null;
  const logs = Float64Array.from({ length: count }, (_, i) => Math.log(levels[from + i]!));
  const middle = (count - 1) / 2;
  const mean = logs.reduce((sum, value) => sum + value, 0) / count;
  const slope = logs.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0) / ((count * (count * count - 1)) / 12);
  let best: Modulation = { rate: SLOWEST_HZ, depth: 0 };
  for (let rate = SLOWEST_HZ; rate <= FASTEST_HZ; rate += BEAT_GRID_HZ) {
    let [re, im, weights] = [0, 0, 0];
    for (let i = 0; i < count; i++) {
      const window = Math.sin((Math.PI * (i + 0.5)) / count) ** 2;
      const value = logs[i]! - mean - slope * (i - middle);
      re += window * value * Math.cos(2 * Math.PI * rate * i * BEAT_STEP);
      im += window * value * Math.sin(2 * Math.PI * rate * i * BEAT_STEP);
      weights += window;
    }
    const depth = (2 * Math.hypot(re, im)) / weights;
    if (depth > best.depth) best = { rate, depth };
  }
  return best;
}
