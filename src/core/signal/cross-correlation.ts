/** Correlates a signal with a recording that may hold it, at every lag, by the Fourier transform. */

import FFT from "fft.js";

/** r(l) = sum_n s[n] x[n + l] for the lags 0 to `recording.length - 1`; samples beyond the recording's end count as 0. */
export function crossCorrelation(signal: Float32Array, recording: Float32Array): Float64Array {
  const size = 2 ** Math.ceil(Math.log2(signal.length + recording.length));
  const fft = new FFT(size);
  const spectrum = (samples: Float32Array) => {
    const padded = new Array<number>(size).fill(0);
    for (let i = 0; i < samples.length; i++) padded[i] = samples[i]!;
    const out = fft.createComplexArray();
    fft.realTransform(out, padded);
    fft.completeSpectrum(out);
    return out;
  };
  const [a, b] = [spectrum(signal), spectrum(recording)];
  const product = fft.createComplexArray();
  for (let i = 0; i < product.length; i += 2) {
    product[i] = b[i]! * a[i]! + b[i + 1]! * a[i + 1]!;
    product[i + 1] = b[i + 1]! * a[i]! - b[i]! * a[i + 1]!;
  }
  const correlation = fft.createComplexArray();
  fft.inverseTransform(correlation, product);
  return Float64Array.from(recording, (_, lag) => correlation[2 * lag]!);
}
