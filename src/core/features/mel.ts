/** Mel filter banks in the conventions that published features and networks were made with. */

export interface MelBank {
  readonly sampleRate: number;
  /** Size of the transform whose power spectrum is weighted. */
  readonly fftSize: number;
  readonly bands: number;
  readonly minHz: number;
  readonly maxHz: number;
  /** `slaney`: linear to 1 kHz, then logarithmic (Auditory Toolbox 1998); `htk`: 2595 log10(1 + f / 700) (Young et al. 2002). */
  readonly scale: "slaney" | "htk";
}

/** One triangle over the bins `first, first + 1, …` of a power spectrum. */
export interface MelFilter {
  readonly first: number;
  readonly weights: Float32Array;
}

const toMel = {
  slaney: (hertz: number) => (hertz < 1000 ? (3 * hertz) / 200 : 15 + (27 * Math.log(hertz / 1000)) / Math.log(6.4)),
  htk: (hertz: number) => 2595 * Math.log10(1 + hertz / 700),
};
const toHertz = {
  slaney: (mel: number) => (mel < 15 ? (200 * mel) / 3 : 1000 * 6.4 ** ((mel - 15) / 27)),
  htk: (mel: number) => 700 * (10 ** (mel / 2595) - 1),
};

/** `[bands]` triangles with corners at equal mel distances from `minHz` to `maxHz`, each of unit area in hertz (librosa's "slaney" norm). */
export function createMelFilters(bank: MelBank): MelFilter[] {
  const { sampleRate, fftSize, bands, scale } = bank;
  const low = toMel[scale](bank.minHz);
  const high = toMel[scale](bank.maxHz);
  const corners = Array.from({ length: bands + 2 }, (_, i) => toHertz[scale](low + ((high - low) * i) / (bands + 1)));
  return Array.from({ length: bands }, (_, m) => {
    const [left, centre, right] = [corners[m]!, corners[m + 1]!, corners[m + 2]!];
    const all = Array.from({ length: fftSize / 2 + 1 }, (_, k) => {
      const hertz = (k * sampleRate) / fftSize;
      return (2 / (right - left)) * Math.max(0, Math.min((hertz - left) / (centre - left), (right - hertz) / (right - centre)));
    });
    const first = Math.max(0, all.findIndex((weight) => weight > 0));
    const last = all.findLastIndex((weight) => weight > 0);
    return { first, weights: Float32Array.from(all.slice(first, last + 1)) };
  });
}

/** Weighted sum of a power spectrum under one triangle. */
export function melPower(filter: MelFilter, power: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < filter.weights.length; i++) sum += filter.weights[i]! * power[filter.first + i]!;
  return sum;
}
