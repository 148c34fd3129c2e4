/** Measures how noisy a sound is, octave by octave: the flatness of its power spectrum, in the attack and after it. */

import { FRAMES_PER_SECOND, LONG, RATE } from "./log-spectrogram.ts";

/** Edges of the octaves, hertz. */
const LOWEST = 200;
export const FLATNESS_OCTAVES = 6;
export const FLATNESS_COUNT = 2 * FLATNESS_OCTAVES;
/** Seconds that count as attack. */
const ATTACK_SECONDS = 0.06;
/** Powers multiplied before a logarithm is taken. */
const GROUP = 8;

/**
 * Of the bins P_k of an octave, with the floor e = 1e-6 of the loudest frame's mean power,
 *
 *     flatness = mean_k ln(P_k + e) - ln(mean_k P_k + e)        0 for noise, far below for tones
 *
 * averaged over the frames of the attack (60 ms) and over those after it, weighted by the fourth root of the octave's power; without frames after it, the attack's value stands for both.
 * (Johnston 1988, "Transform coding of audio signals using perceptual noise criteria".) Real-time safe after construction.
 */
export class Flatness {
  readonly #edges = Int32Array.from({ length: FLATNESS_OCTAVES + 1 }, (_, o) => Math.min(LONG / 2, Math.round((LOWEST * 2 ** o * LONG) / RATE)));
  /** `[2, FLATNESS_OCTAVES]` weighted sums and weights. */
  readonly #sums = new Float64Array(FLATNESS_COUNT);
  readonly #weights = new Float64Array(FLATNESS_COUNT);
  #frame = 0;

  reset(): void {
    this.#sums.fill(0);
    this.#weights.fill(0);
    this.#frame = 0;
  }

  /** Takes the power spectrum of one frame and the floor below which a bin does not count. */
  push(power: Float32Array, floor: number): void {
    const part = this.#frame++ < ATTACK_SECONDS * FRAMES_PER_SECOND ? 0 : FLATNESS_OCTAVES;
    for (let octave = 0; octave < FLATNESS_OCTAVES; octave++) {
      const first = this.#edges[octave]!;
      const last = this.#edges[octave + 1]!;
      let logs = 0;
      let sum = 0;
      // Products of a few bins relative to the floor stay within a double's range.
      for (let k = first; k < last; ) {
        let product = 1;
        for (const end = Math.min(last, k + GROUP); k < end; k++) {
          const relative = power[k]! / floor + 1;
          product *= relative;
          sum += relative;
        }
        logs += Math.log(product);
      }
      const count = last - first;
      const mean = sum / count;
      const weight = Math.sqrt(Math.sqrt(mean * floor));
      this.#sums[part + octave]! += weight * (logs / count - Math.log(mean));
      this.#weights[part + octave]! += weight;
    }
  }

  write(values: Float32Array, at: number): void {
    for (let i = 0; i < FLATNESS_COUNT; i++) {
      if (this.#weights[i]! > 0) values[at + i] = this.#sums[i]! / this.#weights[i]!;
      else values[at + i] = i < FLATNESS_OCTAVES ? 0 : values[at + i - FLATNESS_OCTAVES]!;
    }
  }
}
