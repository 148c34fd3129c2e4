/** Finds a sound inside a recording by normalised cross-correlation. */

import FFT from "fft.js";

export interface Found {
  /** Where the sound begins in the recording, samples. */
  readonly lag: number;
  /** Cosine of the sound and the stretch of the recording there: 1 for the same shape at any positive gain. */
  readonly correlation: number;
}

/** r(l) = sum_n s_n x_(n+l) / (|s| |x_l..l+N|), the lag with the largest r. Lengths in samples of one rate. */
export function findSound(sound: Float32Array, recording: Float32Array): Found {
  const size = 2 ** Math.ceil(Math.log2(sound.length + recording.length));
  const fft = new FFT(size);
  const spectrum = (signal: Float32Array) => {
    const padded = new Array<number>(size).fill(0);
    signal.forEach((sample, i) => (padded[i] = sample));
    const out = fft.createComplexArray();
    fft.realTransform(out, padded);
    fft.completeSpectrum(out);
    return out;
  };
  const a = spectrum(sound);
  const b = spectrum(recording);
  const product = fft.createComplexArray();
  for (let i = 0; i < product.length; i += 2) {
    product[i] = b[i]! * a[i]! + b[i + 1]! * a[i + 1]!;
    product[i + 1] = b[i + 1]! * a[i]! - b[i]! * a[i + 1]!;
  }
  const correlation = fft.createComplexArray();
  fft.inverseTransform(correlation, product);
  const energy = new Float64Array(recording.length + 1);
  recording.forEach((sample, i) => (energy[i + 1] = energy[i]! + sample * sample));
  const norm = Math.sqrt(sound.reduce((sum, sample) => sum + sample * sample, 0));
  let best: Found = { lag: 0, correlation: 0 };
  for (let lag = 0; lag + sound.length <= recording.length; lag++) {
    const stretch = Math.sqrt(energy[lag + sound.length]! - energy[lag]!);
    const value = stretch * norm > 1e-9 ? correlation[lag * 2]! / (stretch * norm) : 0;
    if (value > best.correlation) best = { lag, correlation: value };
  }
  return best;
}
