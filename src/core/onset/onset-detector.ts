/** Hears where sounds begin in a stream: spectral flux and energy against running percentiles, with hold and re-arm. */

import { Resampler } from "../signal/resample.ts";
import { BandEnergies, BANDS, HOP, RATE } from "./band-energies.ts";
import type { EchoBound } from "./echo-bound.ts";
import { RunningPercentile } from "./running-percentile.ts";

const ZEROS = 8;
/** Frames back to which the flux compares: 6 ms for sharp attacks, 30 ms for soft ones. */
const SHORT_LAG = 3;
const LONG_LAG = 15;
const KEPT = LONG_LAG + 1;
/** Frames of flux that the running percentile looks back: 240 ms. */
const WINDOW = 121;
const PERCENTILE = 0.8;
/** The percentile's share in the limit. */
const SPREAD = 1.6;
/** After an onset the thresholds stand higher by this factor, and come back with this time constant. */
const CAUTION = 3;
const CAUTION_SECONDS = 0.08;
/** Energy cells of 0.5 ms that the onset is sought back in: 64 ms. */
const CELL = 16;
const CELLS = 128;
/** Seconds after an onset in which no other is taken: a sharp one, a soft one. */
const SHARP_HOLD = 0.04;
const SOFT_HOLD = 0.1;
const MAX_BLOCK = 512;

/** What is below this power in a band is silence (-85 dB re full scale). */
const SILENCE = 3e-9;
/** A band this far below the loudest recent one does not count: -50 dB. */
const RANGE = 1e-5;
/** Noise floor of a band: falls at once, rises by 4 dB a second. */
const FLOOR_RISE = 10 ** (0.4 * (HOP / RATE));

export interface OnsetEvent {
  /** Index in the stream, in input samples, of the first sample of the sound, sought back from the moment of detection. */
  position: number;
  /** Index in the stream of the input sample after which the onset was known. */
  detected: number;
}

/** Thresholds in dB that the sensitivity turns together. */
interface Tuning {
  sharp: number;
  soft: number;
}

/**
 * Streaming onset detector; real-time safe after construction.
 *
 * Every 2 ms a causal 32 ms window gives the energy P_b of 21 bands of a third of an octave from 90 Hz. With N_b the band's noise floor and A the larger of silence and 50 dB below the loudest recent band,
 *
 *     L_b[t] = 10 log10(P_b[t] + A + 4 N_b),   flux_k[t] = mean_b min(20, max(0, L_b[t] - max(L_{b-1}, L_b, L_{b+1})[t - k]))
 *
 * (Boeck & Widmer 2013, "Maximum filter vibrato suppression for onset detection"), over k = 3 frames for sharp attacks and 15 for soft ones. An onset is a flux over a threshold that stands on
 * the 80th percentile of the last 240 ms (pulses of a low note, rattle and roughness raise it; a single attack does not) and is raised for a while by an onset, while the energy is not falling,
 * 40 ms (sharp) or 100 ms (soft) or more after the onset before and after the flux has come down. Where the instrument may hear itself, both levels of a flux stand on the bound of its echo.
 */
export class OnsetDetector {
  readonly sampleRate: number;
  /** Whether the last `push` ended at an onset, which `event` describes. */
  found = false;
  /** The last onset, rewritten by `push`. */
  readonly event: OnsetEvent = { position: 0, detected: 0 };
  readonly #resampler: Resampler;
  readonly #resampled: Float32Array;
  readonly #bands = new BandEnergies();
  /** `[KEPT, BANDS]`, dB. */
  readonly #levels = new Float32Array(KEPT * BANDS);
  readonly #floors = new Float64Array(BANDS);
  readonly #sharp = new RunningPercentile(WINDOW, PERCENTILE);
  readonly #soft = new RunningPercentile(WINDOW, PERCENTILE);
  readonly #cells = new Float64Array(CELLS);
  readonly #tuning: Tuning = { sharp: 0, soft: 0 };
  #echo: EchoBound | null = null;
  #samples = 0;
  #inputs = 0;
  #frames = 0;
  #cell = 0;
  #loudest = 0;
  #armed = true;
  #last = Number.NEGATIVE_INFINITY;

  /** `sensitivity`: 0 (only the clearest onsets) to 1 (every onset). */
  constructor(sampleRate: number, sensitivity = 0.5) {
    this.sampleRate = sampleRate;
    this.#resampler = new Resampler(sampleRate, RATE, ZEROS);
    this.#resampled = new Float32Array(this.#resampler.capacity(MAX_BLOCK));
    this.setSensitivity(sensitivity);
    this.reset();
  }

  setSensitivity(sensitivity: number): void {
    const share = Math.min(1, Math.max(0, sensitivity));
    this.#tuning.sharp = 3.6 * 2 ** (1 - 2 * share);
    this.#tuning.soft = 2.4 * 2 ** (1 - 2 * share);
  }

  /** Own output that the input may hold: what could be its echo is no onset. Null: the input holds none. */
  setEcho(echo: EchoBound | null): void {
    this.#echo = echo;
  }

  /** Forgets everything: silence comes before the next sample, which is number 0. */
  reset(): void {
    this.#resampler.reset();
    this.#bands.reset();
    this.#levels.fill(10 * Math.log10(SILENCE));
    this.#floors.fill(0);
    this.#sharp.reset();
    this.#soft.reset();
    this.#cells.fill(0);
    this.#samples = 0;
    this.#inputs = 0;
    this.#frames = 0;
    this.#cell = 0;
    this.#loudest = 0;
    this.#armed = true;
    this.#last = Number.NEGATIVE_INFINITY;
    this.found = false;
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

  #take(sample: number): void {
    this.#bands.take(sample);
    this.#cells[this.#cell]! += sample * sample;
    this.#samples++;
    if (this.#samples % CELL === 0) {
      this.#cell = (this.#cell + 1) % CELLS;
      this.#cells[this.#cell] = 0;
    }
    if (this.#samples % HOP === 0) this.#frame();
  }

  #frame(): void {
    this.#measure();
    const sharp = this.#flux(SHORT_LAG);
    const soft = this.#flux(LONG_LAG);
    const caution = 1 + CAUTION * Math.exp((this.#last - this.#samples) / (CAUTION_SECONDS * RATE));
    const sharpLimit = this.#tuning.sharp * caution + SPREAD * this.#sharp.value;
    const softLimit = this.#tuning.soft * caution + SPREAD * this.#soft.value;
    this.#sharp.push(sharp);
    this.#soft.push(soft);
    this.#frames++;
    if (sharp < 0.6 * sharpLimit && soft < 0.6 * softLimit) this.#armed = true;
    const since = this.#samples - this.#last;
    const begins = (sharp > sharpLimit && since > SHARP_HOLD * RATE) || (soft > softLimit && since > SOFT_HOLD * RATE);
    if (this.#armed && begins && this.#rising()) {
      this.#armed = false;
      this.#last = this.#samples;
      this.found = true;
      this.event.detected = this.#inputs;
      this.event.position = Math.max(0, Math.min(this.#inputs, Math.round((this.#seek() * this.sampleRate) / RATE)));
    }
  }

  /** Levels of the newest frame. */
  #measure(): void {
    const energies = this.#bands.measure();
    this.#echo?.hear(energies);
    const row = (this.#frames % KEPT) * BANDS;
    const levels = this.#levels;
    const floors = this.#floors;
    let loudest = 0;
    for (let b = 0; b < BANDS; b++) {
      const energy = energies[b]!;
      levels[row + b] = energy;
      if (energy > loudest) loudest = energy;
    }
    this.#loudest = Math.max(loudest, this.#loudest * 0.9965);
    const least = Math.max(SILENCE, this.#loudest * RANGE);
    for (let b = 0; b < BANDS; b++) {
      const energy = levels[row + b]!;
      floors[b] = Math.min(energy, floors[b]! * FLOOR_RISE + 1e-13);
      levels[row + b] = 10 * Math.log10(energy + least + 4 * floors[b]!);
    }
  }

  /** Mean rise of the bands since `lag` frames ago, dB. */
  #flux(lag: number): number {
    const levels = this.#levels;
    const row = (this.#frames % KEPT) * BANDS;
    const past = ((this.#frames + KEPT - lag) % KEPT) * BANDS;
    const echo = this.#echo?.active ? this.#echo.bound : null;
    let flux = 0;
    for (let b = 0; b < BANDS; b++) {
      let before = levels[past + b]!;
      if (b > 0 && levels[past + b - 1]! > before) before = levels[past + b - 1]!;
      if (b + 1 < BANDS && levels[past + b + 1]! > before) before = levels[past + b + 1]!;
      const now = levels[row + b]!;
      if (echo) flux += Math.min(20, Math.max(0, overBound(now, echo[b]!) - overBound(before, echo[b]!)));
      else flux += Math.min(20, Math.max(0, now - before));
    }
    return flux / BANDS;
  }

  /** Whether the last 2 ms hold at least a tenth of the power of the 20 ms before: a sound that is cut off has flux, too. */
  #rising(): boolean {
    let now = 0;
    let before = 0;
    for (let back = 1; back <= 4; back++) now += this.#cells[(this.#cell - back + CELLS) % CELLS]! / 4;
    for (let back = 5; back <= 44; back++) before += this.#cells[(this.#cell - back + CELLS) % CELLS]! / 40;
    return now >= 0.1 * before;
  }

  /** The sample at RATE where the energy left its floor: back from the loudest cell of the last 12 ms to the last cell of at most 1 % of it or 4 times the quietest. */
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

/** A level with the echo that may lie under it, dB: what is far below the bound cannot rise. */
function overBound(level: number, bound: number): number {
  return 10 * Math.log10(10 ** (level / 10) + bound);
}
