/** Hears where sounds begin in a stream: spectral flux and energy against a running median, with hold and re-arm. */

import { createCausalWindow, PowerSpectrum } from "../signal/power-spectrum.ts";
import { Resampler } from "../signal/resample.ts";

/** The detector works at one rate whatever the input's. */
const RATE = 32_000;
const HOP = 64;
const SIZE = 512;
const RISE = 64;
const ZEROS = 8;
const LOW = 90;
const BANDS_PER_OCTAVE = 3;
const BANDS = 21;
/** Frames between the two that the flux compares: 6 ms. */
const LAG = 3;
/** Frames of flux whose median is the floor: 200 ms. */
const MEDIAN = 101;
/** Energy cells of 0.5 ms that the onset is sought back in: 64 ms. */
const CELL = 16;
const CELLS = 128;
/** Seconds after an onset in which no other is taken. */
const HOLD = 0.05;
const MAX_BLOCK = 512;

/** What is below this power is silence (-75 dB re full scale). */
const SILENCE = 3e-8;

export interface OnsetEvent {
  /** Index in the stream, in input samples, of the first sample of the sound, sought back from the moment of detection. */
  position: number;
  /** Index in the stream of the input sample after which the onset was known. */
  detected: number;
}

/**
 * Streaming onset detector; real-time safe after construction.
 *
 * Every 2 ms a causal 16 ms window gives the energy P_b of 21 bands of a third of an octave from 90 Hz. With A the larger of silence and 55 dB below the loudest recent band,
 *
 *     L_b[t] = 10 log10(P_b[t] + A),   flux[t] = mean_b min(20, max(0, L_b[t] - max(L_{b-1}, L_b, L_{b+1})[t - 3]))
 *
 * (Boeck & Widmer 2013, "Maximum filter vibrato suppression for onset detection"). An onset is a flux over the median of the last 200 ms by a threshold, over a share
 * of the flux's own recent peaks (which holds back tremolo and flutter), together with a rise of the energy, 50 ms or more after the one before and after the flux has come down.
 */
export class OnsetDetector {
  readonly sampleRate: number;
  /** The last onset, rewritten by `push`. */
  readonly event: OnsetEvent = { position: 0, detected: 0 };
  readonly #resampler: Resampler;
  readonly #resampled: Float32Array;
  readonly #spectrum = new PowerSpectrum(createCausalWindow(SIZE, RISE));
  /** Samples at RATE, each written twice, SIZE apart. */
  readonly #ring = new Float32Array(2 * SIZE);
  readonly #levels = new Float32Array((LAG + 1) * BANDS);
  readonly #edges = new Int32Array(BANDS + 1);
  readonly #flux = new Float32Array(MEDIAN);
  readonly #sorted = new Float32Array(MEDIAN);
  readonly #cells = new Float64Array(CELLS);
  readonly #scale: number;
  #threshold = 0;
  #write = 0;
  #samples = 0;
  #inputs = 0;
  #frames = 0;
  #cell = 0;
  #loudest = 0;
  #peak = 0;
  #armed = true;
  #last = Number.NEGATIVE_INFINITY;

  /** `sensitivity`: 0 (only the clearest onsets) to 1 (every onset). */
  constructor(sampleRate: number, sensitivity = 0.5) {
    this.sampleRate = sampleRate;
    this.#resampler = new Resampler(sampleRate, RATE, ZEROS);
    this.#resampled = new Float32Array(this.#resampler.capacity(MAX_BLOCK));
    for (let b = 0; b <= BANDS; b++) this.#edges[b] = Math.max(Math.round((LOW * 2 ** (b / BANDS_PER_OCTAVE) * SIZE) / RATE), (this.#edges[b - 1] ?? 0) + 1);
    let sum = 0;
    for (const w of this.#spectrum.window) sum += w * w;
    this.#scale = 2 / (sum * SIZE);
    this.setSensitivity(sensitivity);
    this.reset();
  }

  setSensitivity(sensitivity: number): void {
    const share = Math.min(1, Math.max(0, sensitivity));
    this.#threshold = 6 * 2 ** (-2 * share);
  }

  /** Forgets everything: silence comes before the next sample, which is number 0. */
  reset(): void {
    this.#resampler.reset();
    this.#ring.fill(0);
    this.#levels.fill(10 * Math.log10(SILENCE));
    this.#flux.fill(0);
    this.#sorted.fill(0);
    this.#cells.fill(0);
    this.#write = 0;
    this.#samples = 0;
    this.#inputs = 0;
    this.#frames = 0;
    this.#cell = 0;
    this.#loudest = 0;
    this.#peak = 0;
    this.#armed = true;
    this.#last = Number.NEGATIVE_INFINITY;
  }

  /** Takes `samples[start, end)` up to the next onset. Gives the index after the last sample taken: `end`, or where an onset was found, told by `found`. */
  push(samples: Float32Array, start = 0, end = samples.length): number {
    this.found = false;
    for (let from = start; from < end; ) {
      // Blocks end before the next frame is due and go on sample by sample, so that an onset is told at the very sample that completes its frame.
      const due = Math.max(1, Math.floor(((HOP - 1 - (this.#samples % HOP)) * this.sampleRate) / RATE));
      const to = Math.min(end, from + Math.min(due, MAX_BLOCK));
      const count = this.#resampler.push(samples, this.#resampled, from, to);
      this.#inputs += to - from;
      from = to;
      for (let i = 0; i < count; i++) this.#take(this.#resampled[i]!);
      if (this.found) return from;
    }
    return end;
  }

  /** Whether the last `push` ended at an onset, which `event` describes. */
  found = false;

  #take(sample: number): void {
    this.#ring[this.#write] = sample;
    this.#ring[this.#write + SIZE] = sample;
    this.#write = (this.#write + 1) % SIZE;
    this.#cells[this.#cell]! += sample * sample;
    this.#samples++;
    if (this.#samples % CELL === 0) {
      this.#cell = (this.#cell + 1) % CELLS;
      this.#cells[this.#cell] = 0;
    }
    if (this.#samples % HOP === 0) this.#frame();
  }

  #frame(): void {
    const power = this.#spectrum.transform(this.#ring, this.#write);
    const row = (this.#frames % (LAG + 1)) * BANDS;
    const past = ((this.#frames + 1) % (LAG + 1)) * BANDS;
    this.#frames++;
    const levels = this.#levels;
    let loudest = 0;
    for (let b = 0; b < BANDS; b++) {
      let energy = 0;
      for (let k = this.#edges[b]!; k < this.#edges[b + 1]!; k++) energy += power[k]!;
      energy *= this.#scale;
      levels[row + b] = energy;
      if (energy > loudest) loudest = energy;
    }
    this.#loudest = Math.max(loudest, this.#loudest * 0.9965);
    const floor = Math.max(SILENCE, this.#loudest * 3e-6);
    let flux = 0;
    for (let b = 0; b < BANDS; b++) {
      const level = 10 * Math.log10(levels[row + b]! + floor);
      levels[row + b] = level;
      const before = Math.max(levels[past + b]!, b > 0 ? levels[past + b - 1]! : -1000, b + 1 < BANDS ? levels[past + b + 1]! : -1000);
      flux += Math.min(20, Math.max(0, level - before));
    }
    flux /= BANDS;

    const median = this.#sorted[MEDIAN >> 1]!;
    const limit = Math.max(median * 1.5 + this.#threshold, 0.5 * this.#peak);
    this.#peak = Math.max(this.#peak * 0.99, flux);
    this.#remember(flux);
    if (flux < 0.5 * limit) this.#armed = true;
    const now = this.#samples;
    if (this.#armed && flux > limit && now - this.#last > HOLD * RATE) {
      this.#armed = false;
      this.#last = now;
      this.found = true;
      this.event.detected = this.#inputs;
      this.event.position = Math.max(0, Math.min(this.#inputs, Math.round((this.#seek() * this.sampleRate) / RATE)));
    }
  }

  /** Puts `flux` in the place of the oldest, and keeps the sorted copy sorted by moving one value. */
  #remember(flux: number): void {
    const slot = this.#frames % MEDIAN;
    const old = this.#flux[slot]!;
    this.#flux[slot] = flux;
    const value = this.#flux[slot]!;
    const sorted = this.#sorted;
    let i = 0;
    while (sorted[i] !== old) i++;
    while (i + 1 < MEDIAN && sorted[i + 1]! < value) {
      sorted[i] = sorted[i + 1]!;
      i++;
    }
    while (i > 0 && sorted[i - 1]! > value) {
      sorted[i] = sorted[i - 1]!;
      i--;
    }
    sorted[i] = value;
  }

  /** The sample at RATE where the energy left its floor: back from the loudest cell of the last 12 ms to the last cell at most 5 % of it or 4 times the quietest. */
  #seek(): number {
    const cells = this.#cells;
    const known = Math.min(CELLS - 1, Math.floor(this.#samples / CELL));
    let loudest = 0;
    let at = 0;
    for (let back = 1; back <= Math.min(24, known); back++) {
      const energy = cells[(this.#cell - back + CELLS) % CELLS]!;
      if (energy > loudest) {
        loudest = energy;
        at = back;
      }
    }
    let quietest = Number.POSITIVE_INFINITY;
    for (let back = at; back <= known; back++) quietest = Math.min(quietest, cells[(this.#cell - back + CELLS) % CELLS]!);
    if (known < CELLS - 1) quietest = 0;
    const enough = Math.max(0.01 * loudest, 4 * quietest);
    let back = at;
    while (back < known && back < 60 && cells[(this.#cell - back - 1 + CELLS) % CELLS]! > enough) back++;
    return Math.max(0, (Math.floor(this.#samples / CELL) - back) * CELL);
  }
}
