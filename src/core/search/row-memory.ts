/** Keeps float32 rows in memory, in blocks: a row more never moves those that are there. */

import type { RowStore } from "./embedding-index.ts";

/** Rows of one block: 1 MiB of 128 numbers each. */
const BLOCK_ROWS = 2048;

/** An empty store of rows of `size` numbers. */
export function createRowMemory(size: number): RowStore {
  const blocks: Float32Array[] = [];
  let count = 0;
  return {
    append(rows) {
      for (let from = 0; from < rows.length; from += size) {
        const at = count % BLOCK_ROWS;
        if (at === 0) blocks.push(new Float32Array(BLOCK_ROWS * size));
        blocks.at(-1)!.set(rows.subarray(from, from + size), at * size);
        count++;
      }
    },
    read(id, into) {
      const start = (id % BLOCK_ROWS) * size;
      into.set(blocks[Math.floor(id / BLOCK_ROWS)]!.subarray(start, start + size));
    },
    close() {
      blocks.length = 0;
    },
  };
}
