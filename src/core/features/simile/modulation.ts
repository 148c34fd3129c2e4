/** Measures how a log-frequency spectrogram moves: energies of joint modulations over scale, rate and direction, frame by frame. */

import FFT from "fft.js";
import { BANDS, BANDS_PER_OCTAVE, FRAMES_PER_SECOND } from "./log-spectrogram.ts";

/** Centres of the temporal filters, hertz. */
export const RATES = [1.5, 3, 6, 12, 24, 48] as const;
/** Edges of the spectral modulations that are gathered, cycles per octave: [0] is the mean over frequency. */
export const SCALE_EDGES = [0.08, 0.25, 0.5, 1, 2, 3, 4.5] as const;
export const SCALES = SCALE_EDGES.length - 1;
/** Numbers: scale x rate x direction, and the rates of the mean. */
export const MODULATIONS = SCALES * RATES.length * 2 + RATES.length;

const SIZE = 128;
/** What a mean energy stands out from: well below that of any sound's. */
const FLOOR = 1e-3;

/**
 * With X[t, f] the compressed spectrogram and X^[t, k] its discrete Fourier transform over f (Hann-tapered edges, zero-padded to 128: k of it is 12 k / 128 cycles per octave),
 * every k runs through complex resonators of two equal poles (a gammatone of order 2),
 *
 *     z = r exp(+-2 pi i rate / 200),   r = exp(-2 pi (rate / 2) / 200),   u[t] = z u[t-1] + (1 - r) X^[t, k],   y[t] = z y[t-1] + (1 - r) u[t]
 *
 * and M[scale, rate, direction] is the mean over time and the sum over the k of a scale of |y|^2 (written as ln(M + 1e-3)): by Parseval the energy of the joint modulation over all of the frequency axis.
 * A positive rate with a positive k moves down in frequency, a negative rate up. (Chi, Ru & Shamma 2005, "Multiresolution spectrotemporal analysis of complex sounds".)
 * Real-time safe after construction.
 */
export class ModulationBank {
  /** `[MODULATIONS]` sums over frames of the modulation energies. */
  readonly energies = new Float64Array(MODULATIONS);
  readonly #transform = new FFT(SIZE);
  readonly #input = new Float64Array(SIZE);
  readonly #output = new Float64Array(2 * SIZE);
  readonly #taper = new Float64Array(BANDS);
  readonly #scaleOf: Int32Array;
  readonly #states: Float64Array;
  readonly #bins: number;

  constructor() {
    const step = BANDS_PER_OCTAVE / SIZE;
    this.#bins = Math.floor(SCALE_EDGES.at(-1)! / step) + 1;
    this.#scaleOf = Int32Array.from({ length: this.#bins }, (_, k) => (k === 0 ? -1 : SCALE_EDGES.findLastIndex((edge) => edge <= k * step + 1e-9)));
    this.#states = new Float64Array(this.#bins * RATES.length * 2 * 4);
    const edge = BANDS_PER_OCTAVE;
    for (let f = 0; f < BANDS; f++) {
      const inside = Math.min(f + 0.5, BANDS - f - 0.5) / edge;
      this.#taper[f] = inside < 1 ? Math.sin((Math.PI / 2) * inside) ** 2 : 1;
    }
  }

  reset(): void {
    this.energies.fill(0);
    this.#states.fill(0);
  }

  /** Takes one frame of `[BANDS]` compressed energies. */
  push(frame: Float32Array): void {
    const input = this.#input;
    const output = this.#output;
    const states = this.#states;
    for (let f = 0; f < BANDS; f++) input[f] = this.#taper[f]! * frame[f]!;
    this.#transform.realTransform(output, input);
    for (let rate = 0; rate < RATES.length; rate++) {
      const pole = Math.exp((-Math.PI * RATES[rate]!) / FRAMES_PER_SECOND);
      const gain = 1 - pole;
      const angle = (2 * Math.PI * RATES[rate]!) / FRAMES_PER_SECOND;
      const real = pole * Math.cos(angle);
      for (let direction = 0; direction < 2; direction++) {
        const imaginary = (direction === 0 ? 1 : -1) * pole * Math.sin(angle);
        for (let k = 0; k < this.#bins; k++) {
          const scale = this.#scaleOf[k]!;
          if (scale < 0 && (k > 0 || direction === 1)) continue;
          const at = ((rate * 2 + direction) * this.#bins + k) * 4;
          const ur = real * states[at]! - imaginary * states[at + 1]! + gain * output[2 * k]!;
          const ui = real * states[at + 1]! + imaginary * states[at]! + gain * output[2 * k + 1]!;
          const yr = real * states[at + 2]! - imaginary * states[at + 3]! + gain * ur;
          const yi = real * states[at + 3]! + imaginary * states[at + 2]! + gain * ui;
          states[at] = ur;
          states[at + 1] = ui;
          states[at + 2] = yr;
          states[at + 3] = yi;
          const slot = k === 0 ? SCALES * RATES.length * 2 + rate : (scale * RATES.length + rate) * 2 + direction;
          this.energies[slot]! += yr * yr + yi * yi;
        }
      }
    }
  }

  /** Writes `[MODULATIONS]` numbers: scale by scale from the lowest, in it rate by rate, in it down and up; then the rates of the mean. */
  write(values: Float32Array, at: number, frames: number): void {
    for (let m = 0; m < MODULATIONS; m++) values[at + m] = Math.log(FLOOR + this.energies[m]! / frames);
  }
}
