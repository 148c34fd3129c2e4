/** Measures how far two embeddings lie apart, as a model's manifest says. */

import type { Distance } from "../presets/model-manifest.ts";

/** euclidean: |a - b|; cosine: 1 - a.b / (|a| |b|), 1 where either has length 0. Both `[size]`. */
export function distanceBetween(a: Float32Array, b: Float32Array, distance: Distance): number {
  let difference = 0;
  let product = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    product += a[i]! * b[i]!;
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
  }
  if (distance === "euclidean") return Math.sqrt(difference);
  return aa === 0 || bb === 0 ? 1 : 1 - product / Math.sqrt(aa * bb);
}
