/** Tells whether two makers of a library's rows hear the same vectors, so that rows of the one can be made from what was kept for the other. */

import { CONTEXTS } from "../features/feature.ts";

export interface VectorOrigin {
  readonly feature: string;
  readonly featureVersion: number;
  /** Seconds after the onset; the longest context where absent. */
  readonly contextSeconds?: number;
}

const contextOf = ({ contextSeconds = CONTEXTS[CONTEXTS.length - 1]! }: VectorOrigin) => contextSeconds;

export function sameVectors(a: VectorOrigin, b: VectorOrigin): boolean {
  return a.feature === b.feature && a.featureVersion === b.featureVersion && contextOf(a) === contextOf(b);
}
