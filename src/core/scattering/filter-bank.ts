/**
 * Centres and widths of a bank of wavelets: constant Q above an elbow, constant width below.
 *
 *     xi_0 = max(1 / (1 + 2^(3/Q)), 0.35),   xi_{n+1} = 2^(-1/Q) xi_n,   sigma_n = xi_n (1 - 2^(-1/Q)) / (1 + 2^(-1/Q)) / sqrt(2 ln(1/r)),   r = sqrt(1/2)
 *     until sigma_n <= 2^(1/Q) sigma_min,   sigma_min = 0.1 / 2^J;   then Q - 1 more, xi falling by 1/Q of the elbow's, width sigma_min
 *     j_n = floor(-log2 min(xi_n + 5 sigma_n, 1/2)) - 1
 *
 * so that 2^j_n is the largest subsampling that leaves 5 sigma free of aliasing. Frequencies in cycles per sample.
 * Sources: Anden & Mallat 2014, section III and ScatNet; Lostanlen 2017, chapter 2; rounding as in Kymatio (`anden_generator`; BSD-3-Clause).
 */

/** Width of the Gaussian window times its support: phi_T has sigma = 0.1 / T. */
export const SIGMA_0 = 0.1;
const ALPHA = 5;
const R_PSI = Math.sqrt(0.5);

export interface Wavelet {
  /** Centre in cycles per sample; negative for the spin of falling sounds. */
  readonly xi: number;
  /** Standard deviation of the Gaussian in frequency. */
  readonly sigma: number;
  /** log2 of the subsampling that it bears. */
  readonly j: number;
}

/** log2 of the largest subsampling of a wavelet. */
function scaleOf(xi: number, sigma: number): number {
  return Math.floor(-Math.log2(Math.min(Math.abs(xi) + ALPHA * sigma, 0.5))) - 1;
}

/** The wavelets of scale J and Q an octave, from high to low. */
export function createFilterBank(J: number, Q: number): Wavelet[] {
  const bank: Wavelet[] = [];
  const add = (xi: number, sigma: number) => bank.push({ xi, sigma, j: scaleOf(xi, sigma) });
  const step = 2 ** (1 / Q);
  let xi = Math.max(1 / (1 + 2 ** (3 / Q)), 0.35);
  let sigma = (xi * (1 - 1 / step)) / (1 + 1 / step) / Math.sqrt(2 * Math.log(1 / R_PSI));
  const least = SIGMA_0 / 2 ** J;
  if (sigma <= least) {
    xi = sigma;
  } else {
    add(xi, sigma);
    while (sigma > least * step) {
      xi /= step;
      sigma /= step;
      add(xi, sigma);
    }
  }
  const elbow = xi;
  for (let q = 1; q < Q; q++) {
    xi -= elbow / Q;
    add(xi, least);
  }
  return bank;
}

/** The same wavelets for both spins along log-frequency: xi > 0, then xi < 0. */
export function createSpinBank(J: number, Q: number): Wavelet[] {
  const up = createFilterBank(J, Q);
  return [...up, ...up.map((wavelet) => ({ ...wavelet, xi: -wavelet.xi }))];
}
