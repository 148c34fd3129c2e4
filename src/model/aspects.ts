/** Tells which parts of two sounds lie near each other: their distance in the features that an embedding keeps, part by part. */

import type { ModelManifest } from "../core/presets/model-manifest.ts";
import { parseArchitecture } from "./architecture.ts";
import { FRONT_END } from "./load-embedder.ts";
import type { Weights } from "./weights.ts";

export interface Aspects {
  /** Names of the parts; none where the model keeps nothing of the plain features. */
  readonly names: readonly string[];
  /** Writes the squared distance of two embeddings in each part to `into[parts]`, in squared standard deviations of the features. */
  apart(a: Float32Array, b: Float32Array, into: Float64Array): void;
}

/** A part of a feature vector: its name and how many numbers it has; parts follow each other. */
export type FeaturePart = readonly [name: string, count: number];

/**
 * The plain coordinates of an embedding are x_c = sum_i z_i P_ic with z the standardised feature and orthogonal columns P_c (the principal axes). With d = x - x' of two sounds, what the coordinates
 * keep of z - z' is therefore sum_c d_c P_c / |P_c|^2 (the pseudo-inverse), and the squared distance of part p the sum of its squares over the numbers i of p; over all parts these
 * add up to sum_c d_c^2 / |P_c|^2, the plain distance.
 */
export function createAspects(manifest: ModelManifest, weights: ReadonlyMap<string, Weights>, parts: readonly FeaturePart[]): Aspects {
  const { plain, learned, coordinates, contexts } = parseArchitecture(manifest);
  const { size } = manifest.feature;
  if (plain === 0) return { names: [], apart: () => undefined };
  const projection = weights.get(FRONT_END.projection)!.values.subarray((contexts.length - 1) * size * coordinates);
  const scale = weights.get(FRONT_END.blend)!.values[1]!;
  /** `[size, plain]`: P_ic / (|P_c|^2 scale). */
  const inverse = new Float32Array(size * plain);
  for (let c = 0; c < plain; c++) {
    let norm = 0;
    for (let i = 0; i < size; i++) norm += projection[i * coordinates + c]! ** 2;
    for (let i = 0; i < size; i++) inverse[i * plain + c] = norm === 0 ? 0 : projection[i * coordinates + c]! / (norm * scale);
  }
  const difference = new Float32Array(plain);
  return {
    names: parts.map(([name]) => name),
    apart(a, b, into) {
      for (let c = 0; c < plain; c++) difference[c] = a[learned + c]! - b[learned + c]!;
      let i = 0;
      for (const [part, [, count]] of parts.entries()) {
        let squares = 0;
        for (const end = i + count; i < end; i++) {
          let z = 0;
          for (let c = 0; c < plain; c++) z += difference[c]! * inverse[i * plain + c]!;
          squares += z * z;
        }
        into[part] = squares;
      }
    },
  };
}
