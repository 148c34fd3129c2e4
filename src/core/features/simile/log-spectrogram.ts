/** Turns a stream of samples into frames of energy on a logarithmic frequency axis, 200 a second, each known as soon as its last sample is. */

import { createCausalWindow, PowerSpectrum } from "../../signal/power-spectrum.ts";

/** Samples a second of the analysis. */
export const RATE = 32_000;
/** Samples from frame to frame: 5 ms. */
export const HOP = 160;
export const FRAMES_PER_SECOND = RATE / HOP;
export const OCTAVES = 8;
export const BANDS_PER_OCTAVE = 12;
export const BANDS = OCTAVES * BANDS_PER_OCTAVE;
/** Centre of the lowest band, hertz; the highest lies at 12.2 kHz. */
export const LOWEST = 50;

/** The long window (64 ms) hears below the crossover, the short one (16 ms) above it; both look back from the newest sample over a rise of 2.5 ms. */
export const LONG = 2048;
const SHORT = 512;
const RISE = 80;
const CROSSOVER = 1600;

/** A run of spectrum bins with their weights: energy of band b = sum_i weight[i] power[first + i]. */
interface Filter {
  readonly first: number;
  readonly weights: Float32Array;
}

export function bandFrequency(band: number): number {
  return LOWEST * 2 ** (band / BANDS_PER_OCTAVE);
}

/** Triangles on the log axis, one band wide to each side, never narrower than one bin; the weights of a band sum to its width in bins so that equal densities give equal energies. */
function createFilter(band: number, size: number): Filter {
  const centre = bandFrequency(band);
  const bin = RATE / size;
  const reach = Math.max(centre * (2 ** (1 / BANDS_PER_OCTAVE) - 1), bin);
  const first = Math.max(1, Math.ceil((centre - reach) / bin));
  const last = Math.min(size / 2, Math.floor((centre + reach) / bin));
  const weights = new Float32Array(Math.max(1, last - first + 1));
  for (let i = 0; i < weights.length; i++) weights[i] = Math.max(0, 1 - Math.abs((first + i) * bin - centre) / reach);
  return { first, weights };
}

/** Real-time safe after construction. */
export class LogSpectrogram {
  /** `[BANDS]`: energy of the newest frame. */
  readonly energies = new Float32Array(BANDS);
  /** Frames so far. */
  frames = 0;
  readonly #long = new PowerSpectrum(createCausalWindow(LONG, RISE));
  readonly #short = new PowerSpectrum(createCausalWindow(SHORT, RISE));
  readonly #filters: readonly Filter[];
  readonly #firstShort: number;
  /** Samples at RATE, each written twice, LONG apart. */
  readonly #ring = new Float32Array(2 * LONG);
  /** `[frames]`: scale of the long and the short spectrum while the sound does not fill their windows yet. */
  readonly #longScale: Float32Array;
  readonly #shortScale: Float32Array;
  #write = 0;
  #samples = 0;
  /** Zeros in a row up to the newest sample: a ring full of them needs no transform. */
  #zeros = LONG;

  constructor() {
    this.#firstShort = Math.ceil(BANDS_PER_OCTAVE * Math.log2(CROSSOVER / LOWEST));
    this.#filters = Array.from({ length: BANDS }, (_, band) => createFilter(band, band < this.#firstShort ? LONG : SHORT));
    this.#longScale = scales(this.#long.window);
    this.#shortScale = scales(this.#short.window);
  }

  /** Power spectrum of the newest frame through the long window, `[LONG / 2 + 1]`, to be multiplied by `powerScale`. */
  get power(): Float32Array {
    return this.#long.power;
  }

  get powerScale(): number {
    return this.#longScale[Math.min(this.frames, this.#longScale.length) - 1] ?? 0;
  }

  reset(): void {
    this.#ring.fill(0);
    this.energies.fill(0);
    this.frames = 0;
    this.#write = 0;
    this.#samples = 0;
    this.#zeros = LONG;
  }

  /** Takes one sample; true when it completes a frame. */
  push(sample: number): boolean {
    this.#ring[this.#write] = sample;
    this.#ring[this.#write + LONG] = sample;
    this.#write = (this.#write + 1) % LONG;
    this.#zeros = sample === 0 ? this.#zeros + 1 : 0;
    this.#samples++;
    if (this.#samples % HOP !== 0) return false;
    this.#frame();
    return true;
  }

  #frame(): void {
    if (this.#zeros >= LONG) {
      this.energies.fill(0);
      this.#long.power.fill(0);
      this.frames++;
      return;
    }
    const long = this.#long.transform(this.#ring, this.#write);
    const short = this.#short.transform(this.#ring, this.#write + LONG - SHORT);
    const longScale = this.#longScale[Math.min(this.frames, this.#longScale.length - 1)]!;
    const shortScale = this.#shortScale[Math.min(this.frames, this.#shortScale.length - 1)]!;
    for (let band = 0; band < BANDS; band++) {
      const { first, weights } = this.#filters[band]!;
      const low = band < this.#firstShort;
      const power = low ? long : short;
      let energy = 0;
      for (let i = 0; i < weights.length; i++) energy += weights[i]! * power[first + i]!;
      this.energies[band] = energy * (low ? longScale : shortScale);
    }
    this.frames++;
  }
}

/** For every frame until the window is full: 2 / (size sum_heard w^2), so that a steady noise of unit power has bins that sum to 1 from its first frame on. */
function scales(window: Float32Array): Float32Array {
  const list: number[] = [];
  for (let heard = HOP; ; heard += HOP) {
    let sum = 0;
    for (let i = Math.max(0, window.length - heard); i < window.length; i++) sum += window[i]! ** 2;
    list.push(2 / (sum * window.length));
    if (heard >= window.length) return Float32Array.from(list);
  }
}
