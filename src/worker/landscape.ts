/** A few sounds that stand for a whole library: how far its sounds lie apart, in the whole and in each part, and what stands near a point of the space. */

import { distanceBetween } from "../core/search/distance.ts";
import { EmbeddingIndex } from "../core/search/embedding-index.ts";
import type { Aspects } from "../model/aspects.ts";
import type { DistanceScale } from "../protocol/retrieval.ts";

/** Most sounds that stand for all. */
const MOST_SAMPLED = 1024;
/** Of these, those whose distances are taken. */
const MOST_MEASURED = 32;

export interface Landscape {
  readonly scale: DistanceScale;
  /** Mean squared distance of two sounds in each part. */
  readonly apart: Float64Array;
  /** The library's sound nearest to a point, of those that stand for all; -1 in an empty library. */
  nearestTo(point: Float32Array): number;
}

/** Sounds are taken evenly over the library's order, and measured against each other in pairs half the sample apart. */
export function surveyLandscape(index: EmbeddingIndex, aspects: Aspects): Landscape {
  const sampled = Math.min(MOST_SAMPLED, index.count);
  const ids = Array.from({ length: sampled }, (_, i) => Math.floor((i * index.count) / sampled));
  const sample = new EmbeddingIndex(index.size, index.distance);
  sample.add(index.rows(ids));

  const measured = Math.min(MOST_MEASURED, sampled);
  const apart = new Float64Array(aspects.names.length);
  const squares = new Float64Array(apart.length);
  const nearest: number[] = [];
  const random: number[] = [];
  for (let i = 0; i < measured && sampled > 1; i++) {
    const at = Math.floor((i * sampled) / measured);
    const own = sample.read(at);
    const other = sample.read((at + (sampled >> 1)) % sampled);
    nearest.push(index.nearest(own, 2)[1]!.distance);
    random.push(distanceBetween(own, other, index.distance));
    aspects.apart(own, other, squares);
    for (const [part, value] of squares.entries()) apart[part]! += value / measured;
  }
  return {
    scale: { nearest: median(nearest), random: median(random) },
    apart,
    nearestTo: (point) => ids[sample.nearest(point, 1)[0]?.id ?? -1] ?? -1,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
