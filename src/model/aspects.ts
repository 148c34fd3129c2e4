/** Tells which parts of two sounds lie near each other: their distance in the features that an embedding keeps, part by part. */

import type { ModelManifest } from "../core/presets/model-manifest.ts";
import { parseArchitecture } from "./architecture.ts";
import { FRONT_END } from "./load-embedder.ts";
import { solveRidge } from "./ridge.ts";
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
 * The plain coordinates of an embedding are x = Pᵀ z with z the standardised feature and P `[size, plain]`: principal axes, or, where the model learned from altered copies, a regression of theirs,
 * whose columns are not orthogonal. With d = x - x' of two sounds, what the coordinates keep of z - z' is its projection on the columns of P, P (PᵀP)^-1 d, and the squared distance of
 * part p the sum of its squares over the numbers i of p. On principal axes the parts add up to sum_c d_c^2 / |P_c|^2, the plain distance.
 */
export function createAspects(manifest: ModelManifest, weights: ReadonlyMap<string, Weights>, parts: readonly FeaturePart[]): Aspects {
  const { plain, learned, coordinates, contexts } = parseArchitecture(manifest);
  const { size } = manifest.feature;
  if (plain === 0) return { names: [], apart: () => undefined };
  const projection = weights.get(FRONT_END.projection)!.values.subarray((contexts.length - 1) * size * coordinates);
  const scale = weights.get(FRONT_END.blend)!.values[1]!;
  const axes = Float64Array.from({ length: plain * size }, (_, at) => projection[(at % size) * coordinates + Math.floor(at / size)]!);
  const gram = Float64Array.from({ length: plain * plain }, (_, at) => {
    const [one, other] = [Math.floor(at / plain), at % plain];
    let sum = 0;
    for (let i = 0; i < size; i++) sum += axes[one * size + i]! * axes[other * size + i]!;
    return sum;
  });
  /** `[plain, size]`: (PᵀP)^-1 Pᵀ; a coordinate that nothing reaches has zeros. */
  const inverse = solveRidge(gram, axes, plain, size, 0);
  const difference = new Float32Array(plain);
  return {
    names: parts.map(([name]) => name),
    apart(a, b, into) {
      for (let c = 0; c < plain; c++) difference[c] = (a[learned + c]! - b[learned + c]!) / scale;
      let i = 0;
      for (const [part, [, count]] of parts.entries()) {
        let squares = 0;
        for (const end = i + count; i < end; i++) {
          let z = 0;
          for (let c = 0; c < plain; c++) z += difference[c]! * inverse[c * size + i]!;
          squares += z * z;
        }
        into[part] = squares;
      }
    },
  };
}
