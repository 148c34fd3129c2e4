/** Sliders of distances: even steps a little beyond the distance of two sounds drawn at random, and a last step that means any. */

import type { DistanceScale } from "../../protocol/retrieval.ts";

/** The last step means any. */
export const FAR_STEPS = 60;
/** Full length, in distances of two sounds drawn at random. */
const REACH = 1.5;

/** Step of a distance; null: any. */
export function farStep(distance: number | null, scale: DistanceScale): number {
  return distance === null ? FAR_STEPS : Math.min(FAR_STEPS - 1, Math.round((distance / reachOf(scale)) * FAR_STEPS));
}

/** Distance of a step, the reverse. */
export function farDistance(step: number, scale: DistanceScale): number | null {
  return step >= FAR_STEPS ? null : (step / FAR_STEPS) * reachOf(scale);
}

function reachOf({ random }: DistanceScale): number {
  return (random || 1) * REACH;
}
