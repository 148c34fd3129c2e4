/** The searching that the search bench times, the same in Node and in a Chromium worker: a library's index that grows to a million sounds, asked at every size. */

import { EmbeddingIndex } from "../../src/core/search/embedding-index.ts";
import { createRandom } from "../../src/model/random.ts";
import { createRowStore } from "../../src/worker/row-store.ts";

export const SIZE = 128;
export const NEIGHBOURS = 16;
export const QUERIES = 64;
export const COUNTS = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000] as const;
const CLUSTERS = 200;
/** Queries whose answers are counted out plainly. */
const CHECKED = 8;
const ASKED = 100;
/** Sounds added one by one at the end. */
const ADDED = 1_000;
/** Rows made at a time. */
const BATCH = 5_000;

/** Rows and queries around the same centres (deviation 1 among centres, 0.5 within), as sounds gather by instrument and technique. */
export function createSounds(): { readonly queries: readonly Float32Array[]; rows(count: number): Float32Array } {
  const random = createRandom(7);
  const centres = Float32Array.from({ length: CLUSTERS * SIZE }, () => random.normal());
  const point = (into: Float32Array, at: number, cluster: number) => {
    for (let i = 0; i < SIZE; i++) into[at + i] = centres[cluster * SIZE + i]! + 0.5 * random.normal();
  };
  const queries = Array.from({ length: QUERIES }, (_, query) => {
    const vector = new Float32Array(SIZE);
    point(vector, 0, (query * 37) % CLUSTERS);
    return vector;
  });
  let made = 0;
  return {
    queries,
    rows(count) {
      const rows = new Float32Array(count * SIZE);
      for (let row = 0; row < count; row++) point(rows, row * SIZE, made++ % CLUSTERS);
      return rows;
    },
  };
}

/** The nearest of all rows seen so far, counted out in float64. */
class Plain {
  readonly #query: Float32Array;
  #best: { readonly id: number; readonly square: number }[] = [];
  #seen = 0;

  constructor(query: Float32Array) {
    this.#query = query;
  }

  see(rows: Float32Array): void {
    for (let at = 0; at < rows.length; at += SIZE) {
      let square = 0;
      for (let i = 0; i < SIZE; i++) square += (this.#query[i]! - rows[at + i]!) ** 2;
      const id = this.#seen++;
      if (this.#best.length === NEIGHBOURS && square >= this.#best[NEIGHBOURS - 1]!.square) continue;
      this.#best.push({ id, square });
      this.#best.sort((a, b) => a.square - b.square);
      this.#best.length = Math.min(NEIGHBOURS, this.#best.length);
    }
  }

  get ids(): readonly number[] {
    return this.#best.map(({ id }) => id);
  }
}

export interface Searching {
  readonly count: number;
  /** Of each query. */
  readonly milliseconds: readonly number[];
  /** Seconds that went into adding all rows so far. */
  readonly builtSeconds: number;
  /** Bytes that the search holds. */
  readonly bytes: number;
  /** Share of the plainly counted nearest that were found. */
  readonly recall: number;
}

/** `adding`: milliseconds of each sound added to the million. */
export async function searching(): Promise<{ readonly sizes: readonly Searching[]; readonly adding: readonly number[] }> {
  const sounds = createSounds();
  const checked = sounds.queries.slice(0, CHECKED).map((query) => new Plain(query));
  const last = COUNTS[COUNTS.length - 1]!;
  const index = new EmbeddingIndex(SIZE, "euclidean", await createRowStore(SIZE, last));
  let builtMilliseconds = 0;
  const sizes: Searching[] = [];
  for (const count of COUNTS) {
    while (index.count < count) {
      const rows = sounds.rows(Math.min(BATCH, count - index.count));
      for (const plain of checked) plain.see(rows);
      const start = performance.now();
      index.add(rows);
      builtMilliseconds += performance.now() - start;
    }
    for (let i = 0; i < 3; i++) index.nearest(sounds.queries[i]!, NEIGHBOURS);
    const milliseconds = Array.from({ length: ASKED }, (_, i) => {
      const start = performance.now();
      index.nearest(sounds.queries[i % QUERIES]!, NEIGHBOURS);
      return performance.now() - start;
    });
    const found = checked.map((plain, i) => {
      const got = new Set(index.nearest(sounds.queries[i]!, NEIGHBOURS).map(({ id }) => id));
      return plain.ids.filter((id) => got.has(id)).length / NEIGHBOURS;
    });
    sizes.push({ count, milliseconds, builtSeconds: builtMilliseconds / 1000, bytes: index.bytes, recall: found.reduce((a, b) => a + b, 0) / CHECKED });
  }
  const more = sounds.rows(ADDED);
  const adding = Array.from({ length: ADDED }, (_, i) => {
    const start = performance.now();
    index.add(more.subarray(i * SIZE, (i + 1) * SIZE));
    return performance.now() - start;
  });
  index.close();
  return { sizes, adding };
}
