/**
 * The Morlet wavelet and the Gaussian window, in frequency.
 *
 *     psi^(w) = g(w - xi) - kappa g(w),   phi^(w) = g(w),   g(w) = exp(-w^2 / (2 sigma^2)),   kappa so that psi^(0) = 0,
 *
 * sampled at w = k / n, made periodic over 2 P - 1 periods, and scaled to sum_t |psi(t)| = 1. Frequencies in cycles per sample.
 * Source: Anden & Mallat 2014, "Deep scattering spectrum", section III; sampling as in Kymatio (`morlet_1d`; Kymatio developers, BSD-3-Clause).
 */

/** A real filter on a circle of frequencies where it is not negligible: gains at bins lo, lo + 1, …, counted modulo `size`. */
export interface BandFilter {
  readonly size: number;
  readonly lo: number;
  readonly gains: Float64Array;
}

/** Half width of g in sigma beyond which it is below 1e-14. */
const REACH = 8;
/** Gains below this share of the largest are left out: -150 dB, below the rounding of float32. */
const NEGLIGIBLE = 3e-8;

/** Periods to sum so that g is below 1e-7 at the ends, at most 5. */
function periodsOf(sigma: number): number {
  return Math.min(5, Math.ceil(Math.sqrt(-2 * sigma ** 2 * Math.log(1e-7)) + 1));
}

/** Adds g(w - centre) at w = k / n + p, 1 - P <= p < P, to bins k of `to`. */
function addGaussian(to: Float64Array, centre: number, sigma: number, gain: number): void {
  const n = to.length;
  const periods = periodsOf(sigma);
  for (let p = 1 - periods; p < periods; p++) {
    const first = Math.max(0, Math.ceil((centre - REACH * sigma - p) * n));
    const last = Math.min(n - 1, Math.floor((centre + REACH * sigma - p) * n));
    for (let k = first; k <= last; k++) to[k]! += gain * Math.exp(-((k / n + p - centre) ** 2) / (2 * sigma ** 2));
  }
}

function gaussianAt0(centre: number, sigma: number): number {
  const periods = periodsOf(sigma);
  let sum = 0;
  for (let p = 1 - periods; p < periods; p++) sum += Math.exp(-((p - centre) ** 2) / (2 * sigma ** 2));
  return sum;
}

/** Gains `[n]` of psi^ (of phi^ where `xi` is 0) up to their scale. */
export function morlet(n: number, xi: number, sigma: number): Float64Array {
  const gains = new Float64Array(n);
  addGaussian(gains, xi, sigma, 1);
  if (xi === 0) return gains;
  addGaussian(gains, 0, sigma, -gaussianAt0(xi, sigma) / gaussianAt0(0, sigma));
  return gains;
}

/** The bins of `gains` that matter, times `scale`. The support starts where the longest gap on the circle ends. */
export function supportOf(gains: Float64Array, scale: number): BandFilter {
  const size = gains.length;
  let largest = 0;
  for (let k = 0; k < size; k++) largest = Math.max(largest, Math.abs(gains[k]!));
  const least = NEGLIGIBLE * largest;
  let first = 0;
  while (first < size && Math.abs(gains[first]!) <= least) first++;
  if (first === size) return { size, lo: 0, gains: new Float64Array(0) };
  let previous = first;
  let lo = first;
  let longest = 0;
  for (let k = first + 1; k < size; k++) {
    if (Math.abs(gains[k]!) <= least) continue;
    if (k - previous - 1 > longest) {
      longest = k - previous - 1;
      lo = k;
    }
    previous = k;
  }
  const around = first + size - 1 - previous;
  if (around >= longest) {
    longest = around;
    lo = first;
  }
  return { size, lo, gains: Float64Array.from({ length: size - longest }, (_, i) => scale * gains[(lo + i) % size]!) };
}

/** The filter at the rate of a signal subsampled to `size`: the sum of its images, and its support there. */
export function foldFilter(filter: BandFilter, size: number): BandFilter {
  if (size === filter.size) return filter;
  const gains = new Float64Array(size);
  filter.gains.forEach((gain, i) => {
    gains[(filter.lo + i) % size]! += gain;
  });
  return supportOf(gains, 1);
}
