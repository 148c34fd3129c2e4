/** Joint time-frequency scattering at the setting of the paper on this task. */

import type { TimeFrequencyParameters } from "../scattering/parameters.ts";
import { createTimeFrequencyScattering, type TimeFrequencyScattering } from "../scattering/time-frequency-scattering.ts";
import type { Feature, FeatureVector } from "./feature.ts";
import { SCATTERED_SAMPLES, SCATTERED_SECONDS, scatteredSound } from "./scattered-sound.ts";

const NAME = "jtfs";
const VERSION = 1;
/** Rows of orders 1 and 2. */
const SIZE = 310;

/** The paper's setting (Vahidi et al. 2023 and its code): F spans two octaves of Q = 12. */
export const JTFS_PARAMETERS: TimeFrequencyParameters = { shape: SCATTERED_SAMPLES, J: 8, Q: [12, 1], T: 2 ** 16, J_fr: 6, Q_fr: 1, F: 24, format: "time" };

let scattering: TimeFrequencyScattering | undefined;

/**
 * `[310]`: S_1 and S_2 of `scattering/time-frequency-scattering.ts` at J = 8, Q = (12, 1), T = 2^16, J_fr = 6, F = 24, format "time", of 1.486 s at 44.1 kHz and root mean
 * square 1; order 0 is left out as in the paper. The paper counts 746 rows, of an earlier Kymatio; the one that we match (11552ed5) has 310.
 * Not compressed: see `scattering/compression.ts`. Source: Anden, Lostanlen & Mallat 2019.
 */
export const jtfs: Feature = {
  name: NAME,
  version: VERSION,
  size: SIZE,
  energies: [[0, SIZE]],
  extract(samples: Float32Array, sampleRate: number, contextSeconds: number = SCATTERED_SECONDS): FeatureVector {
    const heard = Math.min(contextSeconds, SCATTERED_SECONDS);
    const sound = scatteredSound(samples, sampleRate, heard, NAME);
    scattering ??= createTimeFrequencyScattering(JTFS_PARAMETERS);
    return { feature: NAME, version: VERSION, contextSeconds: heard, values: scattering.transform(sound).values.slice(1) };
  },
};
