/** Follows the energy of eight octaves and of the whole through time: how much in each segment, how fast it comes, how long it stays. */

import { BANDS, BANDS_PER_OCTAVE, FRAMES_PER_SECOND, OCTAVES } from "./log-spectrogram.ts";

/** Ends of the time segments, seconds after the onset. */
export const SEGMENTS = [0.015, 0.04, 0.09, 0.19, 0.39, 0.69, 1.05, 1.5] as const;
/** Depths below the peak, dB, over which the stay of the whole and of an octave is taken. */
export const STAYS = [3, 6, 10, 15, 20, 25, 30, 40] as const;
export const OCTAVE_STAYS = [3, 10, 20, 30] as const;
/** Depths below the peak, dB, that the rise of the whole and of an octave crosses. */
export const RISES = [20, 10, 3] as const;
export const OCTAVE_RISES = [10, 3] as const;

export const SEGMENT_COUNT = SEGMENTS.length * OCTAVES;
export const STAY_COUNT = STAYS.length + OCTAVES * OCTAVE_STAYS.length;
export const RISE_COUNT = RISES.length + OCTAVES * OCTAVE_RISES.length;
export const CENTROID_COUNT = 1 + OCTAVES;

/** Exponent that makes energies of a segment loudness-like. */
const COMPRESSION = 0.15;
/** The last channel is the whole. */
const CHANNELS = OCTAVES + 1;
const WHOLE = OCTAVES;
/** An octave that never comes within this share of the whole's peak is measured against that: -60 dB. */
const LEAST = 1e-6;
/** Width in dB of the edge of a stay, so that a frame near the edge counts in part. */
const EDGE = 3;

/**
 * With E_o[t] the energy of octave o in frame t, M the largest energy of the whole, P_o = max(max_t E_o, 1e-6 M), l_o[t] = 10 log10(E_o[t] / P_o) and T the frames heard:
 *
 *     segment[s, o] = (mean_{t in s} E_o[t] / M)^0.15             an unheard segment repeats the last heard
 *     stay[o, d]    = ln(1 + sum_t clamp(1/2 + (l_o[t] + d) / 3))   frames within d dB of the peak
 *     rise[o, d]    = ln(1 + first t with l_o[t] > -d), interpolated
 *     centroid[o]   = ln(1 + sum_t t E_o[t] / sum_t E_o[t])
 *
 * and the same of the whole. Real-time safe after construction.
 */
export class Envelope {
  readonly #frames: number;
  /** `[CHANNELS, frames]` levels, dB. */
  readonly #levels: Float32Array;
  readonly #sums = new Float64Array(CHANNELS);
  readonly #moments = new Float64Array(CHANNELS);
  readonly #peaks = new Float64Array(CHANNELS);
  /** `[SEGMENTS, OCTAVES]` sums and `[SEGMENTS]` counts. */
  readonly #segments = new Float64Array(SEGMENT_COUNT);
  readonly #counts = new Float64Array(SEGMENTS.length);
  #heard = 0;

  /** `frames`: most that are pushed between resets. */
  constructor(frames: number) {
    this.#frames = frames;
    this.#levels = new Float32Array(CHANNELS * frames);
  }

  reset(): void {
    for (const list of [this.#sums, this.#moments, this.#peaks, this.#segments, this.#counts]) list.fill(0);
    this.#heard = 0;
  }

  /** Takes `[BANDS]` energies. */
  push(energies: Float32Array): void {
    const frame = this.#heard++;
    let segment = 0;
    while ((frame + 1) / FRAMES_PER_SECOND > SEGMENTS[segment]! + 1e-9) segment++;
    this.#counts[segment]!++;
    let whole = 0;
    for (let octave = 0, band = 0; octave < OCTAVES; octave++) {
      let sum = 0;
      for (const end = band + BANDS_PER_OCTAVE; band < end && band < BANDS; band++) sum += energies[band]!;
      this.#segments[segment * OCTAVES + octave]! += sum;
      this.#channel(octave, frame, sum);
      whole += sum;
    }
    this.#channel(WHOLE, frame, whole);
  }

  #channel(channel: number, frame: number, energy: number): void {
    this.#levels[channel * this.#frames + frame] = 10 * Math.log10(Math.max(energy, 1e-30));
    this.#sums[channel]! += energy;
    this.#moments[channel]! += frame * energy;
    if (energy > this.#peaks[channel]!) this.#peaks[channel] = energy;
  }

  /** Largest energy of the whole so far. */
  get peak(): number {
    return this.#peaks[WHOLE]!;
  }

  writeSegments(values: Float32Array, at: number): void {
    const scale = 1 / Math.max(this.peak, 1e-30);
    for (let segment = 0; segment < SEGMENTS.length; segment++) {
      const count = this.#counts[segment]!;
      for (let octave = 0; octave < OCTAVES; octave++) {
        const slot = at + segment * OCTAVES + octave;
        if (count > 0) values[slot] = ((this.#segments[segment * OCTAVES + octave]! / count) * scale) ** COMPRESSION;
        else values[slot] = segment > 0 ? values[slot - OCTAVES]! : 0;
      }
    }
  }

  writeStays(values: Float32Array, at: number): void {
    for (let d = 0; d < STAYS.length; d++) values[at++] = this.#stay(WHOLE, STAYS[d]!);
    for (let octave = 0; octave < OCTAVES; octave++) for (let d = 0; d < OCTAVE_STAYS.length; d++) values[at++] = this.#stay(octave, OCTAVE_STAYS[d]!);
  }

  writeRises(values: Float32Array, at: number): void {
    for (let d = 0; d < RISES.length; d++) values[at++] = this.#rise(WHOLE, RISES[d]!);
    for (let octave = 0; octave < OCTAVES; octave++) for (let d = 0; d < OCTAVE_RISES.length; d++) values[at++] = this.#rise(octave, OCTAVE_RISES[d]!);
  }

  writeCentroids(values: Float32Array, at: number): void {
    for (let channel = 0; channel < CHANNELS; channel++) values[at++] = this.#sums[channel]! > 1e-25 ? Math.log(1 + this.#moments[channel]! / this.#sums[channel]!) : 0;
  }

  #peakLevel(channel: number): number {
    return 10 * Math.log10(Math.max(this.#peaks[channel]!, LEAST * this.peak, 1e-30));
  }

  #stay(channel: number, depth: number): number {
    const least = this.#peakLevel(channel) - depth;
    const start = channel * this.#frames;
    let count = 0;
    for (let t = start; t < start + this.#heard; t++) count += Math.min(1, Math.max(0, 0.5 + (this.#levels[t]! - least) / EDGE));
    return Math.log(1 + count);
  }

  #rise(channel: number, depth: number): number {
    const least = this.#peakLevel(channel) - depth;
    const start = channel * this.#frames;
    for (let t = 0; t < this.#heard; t++) {
      const level = this.#levels[start + t]!;
      if (level <= least) continue;
      const before = t === 0 ? level : this.#levels[start + t - 1]!;
      return Math.log(1 + (t === 0 ? 0 : t - (level - least) / (level - before)));
    }
    return Math.log(1 + this.#heard);
  }
}
