/** Offers a library's rows to another worker over a port, so that they never cross the page. */

import { expose, transfer } from "comlink";
import { MissingError } from "../core/errors.ts";
import { distanceBetween } from "../core/search/distance.ts";
import type { EmbeddingIndex } from "../core/search/embedding-index.ts";
import type { RowLender } from "../protocol/map.ts";

/** `open` tells whether the library still answers: a closed one has no rows. */
export function lendRows(index: EmbeddingIndex, open: () => boolean, port: MessagePort): void {
  const lender: RowLender = {
    async about() {
      return { count: index.count, size: index.size, distance: index.distance };
    },
    async rows(ids) {
      if (!open()) throw new MissingError("Map: expected the rows of the library that answers, got another library; lay that one out.");
      const rows = index.rows(ids);
      return transfer(rows, [rows.buffer]);
    },
  };
  expose(lender, port as unknown as Parameters<typeof expose>[1]);
}

/** Rows measured before the engine turns to whatever else waits: under a millisecond of 128 numbers each in memory. */
const SLICE = 1024;

/** Distances of all rows from a query, `[count]`; null once `wanted` says no more. */
export async function distancesTo(index: EmbeddingIndex, query: Float32Array, wanted: () => boolean): Promise<Float32Array | null> {
  const distances = new Float32Array(index.count);
  const row = new Float32Array(index.size);
  for (let from = 0; from < distances.length; from += SLICE) {
    if (from > 0) await new Promise((resolve) => setTimeout(resolve));
    if (!wanted()) return null;
    for (let id = from; id < Math.min(distances.length, from + SLICE); id++) distances[id] = distanceBetween(query, index.read(id, row), index.distance);
  }
  return distances;
}
