/** Lays the vectors of several feature families end to end, so that one model hears them all. */

import type { Feature, FeatureVector } from "./feature.ts";

/** Between the names of joined families: `simile+scat1d`. */
export const JOINT = "+";
/** Each family's version takes two digits of the joined one. */
const VERSIONS = 100;

/**
 * `[sum of sizes]`: each family's vector of the same context, in this order; what each means stays as it is. Version: the families' versions as digits of base 100, so that a change of any one changes it.
 * Joined families hear no stream: they are for what is analysed from a file.
 */
export function joinFeatures(families: readonly Feature[]): Feature {
  const name = families.map((family) => family.name).join(JOINT);
  const version = families.reduce((digits, family) => digits * VERSIONS + family.version, 0);
  const size = families.reduce((sum, family) => sum + family.size, 0);
  const starts = families.map((_, at) => families.slice(0, at).reduce((sum, family) => sum + family.size, 0));
  const energies = families.flatMap((family, at) => (family.energies ?? []).map(([first, past]) => [starts[at]! + first, starts[at]! + past] as const));
  return {
    name,
    version,
    size,
    ...(energies.length > 0 ? { energies } : {}),
    parts: families.flatMap((family) => family.parts ?? [[family.name, family.size] as const]),
    extract(samples: Float32Array, sampleRate: number, contextSeconds?: number): FeatureVector {
      const values = new Float32Array(size);
      let heard = 0;
      for (const [at, family] of families.entries()) {
        const vector = family.extract(samples, sampleRate, contextSeconds);
        values.set(vector.values, starts[at]!);
        heard = Math.max(heard, vector.contextSeconds);
      }
      return { feature: name, version, contextSeconds: heard, values };
    },
  };
}
