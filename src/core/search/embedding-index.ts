/** Finds the sounds nearest to a query in a library of any size: plainly in float32 while they are few, by the int8 scan with float32 re-ranking beyond. */

import { FormatError } from "../errors.ts";
import type { Distance } from "../presets/model-manifest.ts";
import { type Match, Neighbours } from "./neighbours.ts";
import { MOST_NEIGHBOURS, QuantisedNeighbours, type RowSource } from "./quantised-neighbours.ts";
import { createRowMemory } from "./row-memory.ts";

/** Where the float32 rows lie, and grow. */
export interface RowStore extends RowSource {
  /** Puts rows `[any, size]` behind the others. */
  append(rows: Float32Array): void;
  /** Gives its memory or file back. */
  close(): void;
}

/** Most rows that are searched plainly: 0.4 ms of 128 numbers each, and no index to build. */
export const PLAIN_ROWS = 2048;

/** Rows `[count, size]` that grow one by one or many at once; a row's id is the count before it came. */
export class EmbeddingIndex {
  readonly size: number;
  readonly distance: Distance;
  readonly #store: RowStore;
  readonly #plainRows: number;
  /** The rows while they are few, in one piece for the plain search. */
  #few: Float32Array | null;
  #plain: Neighbours | null = null;
  #scan: QuantisedNeighbours | null = null;
  #count = 0;

  /** `store` must be empty; it is closed with the index. */
  constructor(size: number, distance: Distance, store: RowStore = createRowMemory(size), plainRows: number = PLAIN_ROWS) {
    this.size = size;
    this.distance = distance;
    this.#store = store;
    this.#plainRows = plainRows;
    this.#few = new Float32Array(0);
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes that searching holds beside the store's. */
  get bytes(): number {
    return this.#scan?.bytes ?? this.#few?.byteLength ?? 0;
  }

  /** Adds whole rows, all or none. Throws FormatError where the numbers are no whole rows or not finite, UnsupportedError where they are many and the host has no SIMD WebAssembly. */
  add(rows: Float32Array): void {
    const { size } = this;
    if (rows.length % size !== 0) throw new FormatError(`search: expected whole rows of ${size} numbers, got ${rows.length} numbers; embed the sounds with the model of the library.`);
    if (!allFinite(rows)) {
      const bad = rows.findIndex((value) => !Number.isFinite(value));
      throw new FormatError(`search: expected finite rows, got ${rows[bad]} in row ${Math.floor(bad / size)}; embed the sound again.`);
    }
    const added = rows.length / size;
    if (this.#count + added > this.#plainRows) this.#scan ??= this.#quantised();
    this.#store.append(rows);
    for (let row = 0; row < added && this.#scan; row++) this.#scan.add(rows.subarray(row * size, (row + 1) * size));
    this.#plain = null;
    if (this.#scan) this.#few = null;
    else this.#few = joined(this.#few!, this.#count * size, rows, this.#plainRows * size);
    this.#count += added;
  }

  /** Copies row `id` `[size]` to `into`. */
  read(id: number, into: Float32Array = new Float32Array(this.size)): Float32Array {
    this.#store.read(id, into);
    return into;
  }

  /** Copies of the rows of `ids`, `[ids.length, size]`. */
  rows(ids: ArrayLike<number>): Float32Array<ArrayBuffer> {
    const rows = new Float32Array(ids.length * this.size);
    for (let at = 0; at < ids.length; at++) this.#store.read(ids[at]!, rows.subarray(at * this.size, (at + 1) * this.size));
    return rows;
  }

  /** The `k` rows (all where there are fewer, MOST_NEIGHBOURS at most) nearest to `query` `[size]`, nearest first, equal distances by index. `mask` `[count]` holds 1 for each row to leave out. */
  nearest(query: Float32Array, k: number, mask?: Uint8Array): Match[] {
    const wanted = Math.min(k, MOST_NEIGHBOURS);
    if (this.#scan) return this.#scan.nearest(query, wanted, mask);
    this.#plain ??= new Neighbours(this.#few!.subarray(0, this.#count * this.size), this.#count, this.size, this.distance);
    return this.#plain.nearest(query, wanted, mask);
  }

  close(): void {
    this.#store.close();
  }

  /** The scan over the rows that are there so far. */
  #quantised(): QuantisedNeighbours {
    const scan = new QuantisedNeighbours(this.#store, this.size, this.distance);
    for (let id = 0; id < this.#count; id++) scan.add(this.#few!.subarray(id * this.size, (id + 1) * this.size));
    return scan;
  }
}

/** Whether v - v, which is 0 for every finite number and NaN for others, sums up to 0. */
function allFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! - values[i]!;
  return sum === 0;
}

/** `rows` behind the first `used` numbers of `held`, in the same memory where it is large enough, else in twice as much (`most` numbers at most). */
function joined(held: Float32Array, used: number, rows: Float32Array, most: number): Float32Array {
  const needed = used + rows.length;
  let room = held;
  if (needed > held.length) {
    room = new Float32Array(Math.min(most, Math.max(needed, 2 * held.length)));
    room.set(held.subarray(0, used));
  }
  room.set(rows, used);
  return room;
}
