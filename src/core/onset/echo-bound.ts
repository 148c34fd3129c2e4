/** Bounds how much of what comes in can be the instrument's own output on its way back from loudspeaker to microphone, band by band. */

import { Resampler } from "../signal/resample.ts";
import { BandEnergies, BANDS, HOP, RATE } from "./band-energies.ts";

const ZEROS = 8;
const MAX_BLOCK = 512;
/** Measurements gathered into a cell of 16 ms, and cells that an echo may be late by: 0.4 s, for slow devices and large rooms. */
const CELL = 8;
const LAGS = 25;
/**
 * Power by which an echo of each lag is taken to come back before anything is known: +10 dB while a loudspeaker itself may be that late, from 150 ms on less by 8 dB each 100 ms, as what is
 * left then is the room, or a wireless loudspeaker that stands far off.
 */
const UNKNOWN = Float64Array.from({ length: LAGS }, (_, lag) => 10 ** ((10 - 80 * Math.max(0, (lag * CELL * HOP) / RATE - 0.15)) / 10));
/** What was learned is doubted again by 1.5 dB for each second of output. */
const DOUBT = 10 ** (0.15 * ((CELL * HOP) / RATE));
/** The bound stands above what was learned by 6 dB. */
const MARGIN = 4;
/** A running input is told from its echo by this much less: what is heard must exceed what was learned by 2 dB. */
const RUNNING_MARGIN = 1.6;
/** A coupling that no pause has yet pulled below this is not known: a held note as loud as its answer would look the same. Grains go on until it is. */
const KNOWN = 0.7;
/** Own output below this in a band teaches nothing: -75 dB re full scale. */
const SILENCE = 3e-8;
/** Share of the newest frame in the smoothed sums that tell input from echo: a time constant of 30 ms. */
const SMOOTH = 1 - Math.exp(-HOP / RATE / 0.03);

/**
 * Let O_b(t) be the energy of the own output in band b and P_b(t) that of the input. An echo with delay d and power c gives P_b(t) >= c_b O_b(t - d): so for every lag j the least ratio seen,
 *
 *     c_bj = min_t P_b(t) / O_b(t - j),
 *
 * is an upper bound of the coupling at that lag, whoever else plays, and max_j c_bj O_b(t - j) bounds the echo at t. Where nothing comes back (headphones) every pause of the player pulls the bounds down
 * to nothing; where something does, they come to rest on it. No delay need be known, no filter converges. Real-time safe after construction.
 */
export class EchoBound {
  /** `[BANDS]`: the echo is at most this, mean squares. */
  readonly bound = new Float64Array(BANDS);
  /** Whether there was own output within the longest echo. */
  active = false;
  /** Whether the input of the last 30 ms holds more than an echo. */
  overEcho = true;
  readonly #resampler: Resampler;
  readonly #resampled: Float32Array;
  readonly #own = new BandEnergies();
  /** `[LAGS + 2, BANDS]`: largest and least energies of the own output in each cell, a ring. */
  readonly #most = new Float64Array((LAGS + 2) * BANDS);
  readonly #least = new Float64Array((LAGS + 2) * BANDS);
  /** `[LAGS, BANDS]`. */
  readonly #coupling = new Float64Array(LAGS * BANDS);
  /** `[BANDS]`: largest energies of the input in its cell. */
  readonly #loudest = new Float64Array(BANDS);
  #samples = 0;
  #cell = 0;
  #frames = 0;
  #heard = 0;
  #silentFrames = 0;
  #input = 0;
  #echo = 0;

  constructor(sampleRate: number) {
    this.#resampler = new Resampler(sampleRate, RATE, ZEROS);
    this.#resampled = new Float32Array(this.#resampler.capacity(MAX_BLOCK));
    this.reset();
  }

  /** Takes what is sent to the loudspeakers, `samples[start, end)`: the same frames that the input is heard for, and before it is. */
  push(samples: Float32Array, start = 0, end = samples.length): void {
    for (let from = start; from < end; from += MAX_BLOCK) {
      const count = this.#resampler.push(samples, this.#resampled, from, Math.min(end, from + MAX_BLOCK));
      for (let i = 0; i < count; i++) {
        this.#own.take(this.#resampled[i]!);
        if (++this.#samples % HOP === 0) this.#frame();
      }
    }
  }

  #frame(): void {
    const energies = this.#own.measure();
    let sum = 0;
    for (let b = 0; b < BANDS; b++) sum += energies[b]!;
    this.#silentFrames = sum > SILENCE ? 0 : this.#silentFrames + 1;
    this.active = this.#silentFrames < (LAGS + 2) * CELL;
    if (this.#frames++ % CELL === 0) this.#open();
    const row = this.#cell * BANDS;
    for (let b = 0; b < BANDS; b++) {
      const energy = energies[b]!;
      if (energy > this.#most[row + b]!) this.#most[row + b] = energy;
      if (energy < this.#least[row + b]!) this.#least[row + b] = energy;
    }
  }

  /** A new cell begins: what the one before says of the couplings is learned. */
  #open(): void {
    if (this.active && this.#heard > 0) this.#learn();
    this.#loudest.fill(0);
    this.#heard = 0;
    this.#cell = (this.#cell + 1) % (LAGS + 2);
    const row = this.#cell * BANDS;
    this.#most.fill(0, row, row + BANDS);
    this.#least.fill(Number.POSITIVE_INFINITY, row, row + BANDS);
  }

  #row(lag: number): number {
    return ((this.#cell - lag + LAGS + 2) % (LAGS + 2)) * BANDS;
  }

  #learn(): void {
    const coupling = this.#coupling;
    for (let lag = 0; lag < LAGS; lag++) {
      // An echo of this lag began in one of two cells.
      const [near, far] = [this.#row(lag), this.#row(lag + 1)];
      for (let b = 0; b < BANDS; b++) {
        const own = Math.min(this.#least[near + b]!, this.#least[far + b]!);
        if (!(own > SILENCE)) continue;
        const at = lag * BANDS + b;
        coupling[at] = Math.min(UNKNOWN[lag]!, coupling[at]! * DOUBT, this.#loudest[b]! / own);
      }
    }
  }

  /** Takes the energies of the input's newest measurement and works the bound out for it. */
  hear(energies: Float64Array): void {
    let input = 0;
    let echo = 0;
    this.#heard++;
    for (let b = 0; b < BANDS; b++) {
      const energy = energies[b]!;
      if (energy > this.#loudest[b]!) this.#loudest[b] = energy;
      let most = 0;
      let known = 0;
      if (this.active) {
        for (let lag = 0; lag < LAGS; lag++) {
          const own = Math.max(this.#most[this.#row(lag) + b]!, this.#most[this.#row(lag + 1) + b]!);
          const coupling = this.#coupling[lag * BANDS + b]!;
          const back = coupling * own;
          if (back > most) most = back;
          if (coupling < KNOWN && coupling < UNKNOWN[lag]! && back > known) known = back;
        }
      }
      this.bound[b] = MARGIN * most;
      input += energy;
      echo += RUNNING_MARGIN * known;
    }
    this.#input += SMOOTH * (input - this.#input);
    this.#echo += SMOOTH * (echo - this.#echo);
    this.overEcho = !this.active || this.#input > this.#echo;
  }

  /** Forgets what was learned: another device. */
  reset(): void {
    for (let lag = 0; lag < LAGS; lag++) this.#coupling.fill(UNKNOWN[lag]!, lag * BANDS, (lag + 1) * BANDS);
  }
}
