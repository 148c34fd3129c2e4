/** Measures the energy of a stream in bands of a third of an octave, every 2 ms, as the onset detector hears it. */

import { createCausalWindow, PowerSpectrum } from "../signal/power-spectrum.ts";

/** Hertz at which the bands are measured, whatever the input's rate. */
export const RATE = 32_000;
/** Samples from one measurement to the next, and of its window. */
export const HOP = 64;
export const SIZE = 1024;
export const BANDS = 21;
const RISE = 64;
const LOW = 90;
const BANDS_PER_OCTAVE = 3;

/** Real-time safe after construction. */
export class BandEnergies {
  /** `[BANDS]`, from 90 Hz up, as last measured: mean squares. */
  readonly energies = new Float64Array(BANDS);
  readonly #spectrum = new PowerSpectrum(createCausalWindow(SIZE, RISE));
  /** Samples at RATE, each written twice, SIZE apart. */
  readonly #ring = new Float32Array(2 * SIZE);
  readonly #edges = new Int32Array(BANDS + 1);
  readonly #scale: number;
  #write = 0;

  constructor() {
    for (let b = 0; b <= BANDS; b++) this.#edges[b] = Math.max(Math.round((LOW * 2 ** (b / BANDS_PER_OCTAVE) * SIZE) / RATE), (this.#edges[b - 1] ?? 0) + 1);
    let sum = 0;
    for (const w of this.#spectrum.window) sum += w * w;
    this.#scale = 2 / (sum * SIZE);
  }

  /** Forgets everything: silence comes before the next sample. */
  reset(): void {
    this.#ring.fill(0);
    this.#write = 0;
  }

  /** Takes a sample at RATE. */
  take(sample: number): void {
    this.#ring[this.#write] = sample;
    this.#ring[this.#write + SIZE] = sample;
    this.#write = (this.#write + 1) % SIZE;
  }

  /** Measures the last SIZE samples. */
  measure(): Float64Array {
    const power = this.#spectrum.transform(this.#ring, this.#write);
    for (let b = 0; b < BANDS; b++) {
      let energy = 0;
      for (let k = this.#edges[b]!; k < this.#edges[b + 1]!; k++) energy += power[k]!;
      this.energies[b] = energy * this.#scale;
    }
    return this.energies;
  }
}
