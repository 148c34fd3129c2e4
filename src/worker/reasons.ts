/** Says why sounds are alike: the anchors that they share in the model's graph, and the parts of the feature in which they lie near. */

import type { EmbeddingIndex } from "../core/search/embedding-index.ts";
import type { Aspects } from "../model/aspects.ts";
import type { Reason } from "../protocol/retrieval.ts";
import type { Landscape } from "./landscape.ts";

const MOST_ANCHORS = 3;

export interface ReasonSources {
  readonly index: EmbeddingIndex;
  readonly landscape: Landscape;
  readonly aspects: Aspects;
  /** Embeddings of the model's anchors, `[anchors, size]`. */
  readonly anchors: Float32Array;
  /** As `Embedder.neighbourhoods`. */
  neighbourhoods(embeddings: Float32Array, rows: number): Promise<Float32Array>;
}

/** Gives the reason of each of the sounds `ids` for a query `[size]`, in their order. */
export type Reasoner = (query: Float32Array, ids: readonly number[]) => Promise<readonly Reason[]>;

export function createReasoner({ index, landscape, aspects, anchors, neighbourhoods }: ReasonSources): Reasoner {
  const { size } = index;
  const count = anchors.length / size;
  /** The sound that each anchor is named by, once it was asked for. */
  const names = new Map<number, number>();
  const nameOf = (anchor: number): number => {
    const known = names.get(anchor);
    if (known !== undefined) return known;
    const sound = landscape.nearestTo(anchors.subarray(anchor * size, (anchor + 1) * size));
    names.set(anchor, sound);
    return sound;
  };
  const squares = new Float64Array(aspects.names.length);

  return async (query, ids) => {
    if (ids.length === 0) return [];
    const rows = new Float32Array((ids.length + 1) * size);
    rows.set(query);
    rows.set(index.rows(ids), size);
    const shares = await neighbourhoods(rows, ids.length + 1);
    const joined = shares.length > 0 ? count : 0;
    return ids.map((_, i) => {
      const common: { anchor: number; share: number }[] = [];
      let shared = 0;
      for (let anchor = 0; anchor < joined; anchor++) {
        const share = Math.min(shares[anchor]!, shares[(i + 1) * joined + anchor]!);
        shared += share;
        if (share > 0) common.push({ anchor, share });
      }
      common.sort((a, b) => b.share - a.share);
      aspects.apart(query, rows.subarray((i + 1) * size, (i + 2) * size), squares);
      const parts = aspects.names.map((name, part) => ({ name, likeness: likeness(squares[part]!, landscape.apart[part]!) }));
      return {
        shared,
        anchors: common.slice(0, MOST_ANCHORS).map(({ anchor, share }) => ({ anchor, share, sound: nameOf(anchor) })),
        aspects: parts.sort((a, b) => b.likeness - a.likeness),
      };
    });
  };
}

/** 1 - d / d', at least 0, with d^2 the squared distance and d'^2 what two sounds of the library have on average. */
function likeness(squares: number, typical: number): number {
  if (typical === 0) return squares === 0 ? 1 : 0;
  return Math.max(0, 1 - Math.sqrt(squares / typical));
}
