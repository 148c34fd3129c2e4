/** Finds the rows of a matrix that lie nearest to a query, exactly, in plain typed arrays. */

import { FormatError } from "../errors.ts";
import type { Distance } from "../presets/model-manifest.ts";

/** One neighbour: `id` is the row's index. */
export interface Match {
  readonly id: number;
  readonly distance: number;
}

/** Dimensions summed between two looks at whether a row can still be among the nearest. */
const BLOCK = 16;

/**
 * Rows x_i of `[count, size]`, searched one by one with a bounded heap of the k best and partial distances: a row is left as soon as the sum over its first dimensions passes the k-th best
 * (Bei and Gray 1985). Exact; equal distances rank by index. Only the list of answers is allocated per query.
 *
 * - euclidean: d = sqrt(sum_j (q_j - x_j)^2)
 * - cosine: d = 1 - q.x / (|q| |x|), computed as |q/|q| - x/|x||^2 / 2; a vector of length 0 is at distance 1 from everything.
 */
export class Neighbours {
  readonly count: number;
  readonly size: number;
  readonly distance: Distance;
  readonly #rows: Float32Array;
  /** cosine: 1 for rows of length 0, else 0. */
  readonly #empty: Uint8Array | undefined;
  readonly #query: Float32Array;
  #heap = new Float64Array(0);
  #ids = new Int32Array(0);
  #held = 0;

  /** Keeps `rows` (row-major `[count, size]`, finite) for euclidean, a copy of unit length for cosine. Throws FormatError where the shape or a value is wrong. */
  constructor(rows: Float32Array, count: number, size: number, distance: Distance) {
    if (size < 1 || rows.length !== count * size) throw new FormatError(`neighbours: expected ${count} rows of ${size}, got ${rows.length} numbers; load the embeddings again.`);
    if (!allFinite(rows)) throw new FormatError("neighbours: expected finite rows, got NaN or infinity; compute the embeddings again.");
    this.count = count;
    this.size = size;
    this.distance = distance;
    this.#query = new Float32Array(size);
    if (distance === "euclidean") {
      this.#rows = rows;
      return;
    }
    this.#rows = rows.slice();
    this.#empty = new Uint8Array(count);
    for (let id = 0; id < count; id++) if (!normalise(this.#rows, id * size, size)) this.#empty[id] = 1;
  }

  /** The `k` rows (all where there are fewer) nearest to `query` `[size]`, nearest first. `exclude` is left out: one row, or a mask `[count]` with 1 for each row to leave out. Throws FormatError for a query that does not fit or is not finite. */
  nearest(query: Float32Array, k: number, exclude: number | Uint8Array = -1): Match[] {
    if (query.length !== this.size) throw new FormatError(`neighbours: expected a query of ${this.size} numbers, got ${query.length}; embed it with the model of the library.`);
    if (!allFinite(query)) throw new FormatError("neighbours: expected a finite query, got NaN or infinity; embed a sound without them.");
    this.#query.set(query);
    const cosine = this.#empty !== undefined;
    const emptyQuery = cosine && !normalise(this.#query, 0, this.size) ? 1 : 0;
    this.#clear(Math.max(0, Math.min(k, this.count)));
    if (typeof exclude === "number") this.#search(exclude, undefined, emptyQuery);
    else this.#search(-1, exclude, emptyQuery);
    return this.#drain(cosine);
  }

  #search(exclude: number, mask: Uint8Array | undefined, emptyQuery: number): void {
    const capacity = this.#heap.length;
    if (capacity === 0) return;
    const { size, count } = this;
    const query = this.#query;
    const rows = this.#rows;
    const empty = this.#empty;
    const blocked = size - (size % BLOCK);
    let bound = Number.POSITIVE_INFINITY;
    for (let id = 0; id < count; id++) {
      if (id === exclude || (mask && mask[id] === 1)) continue;
      const start = id * size;
      // |q - x|^2 of unit vectors is 2 - 2 q.x: what a vector of length 0 lacks to the 2 is put in beforehand
      let sum = empty ? emptyQuery + empty[id]! : 0;
      let j = 0;
      for (; j < blocked && sum <= bound; j += BLOCK) {
        let a = 0;
        let b = 0;
        for (let i = j; i < j + BLOCK; i += 2) {
          const first = query[i]! - rows[start + i]!;
          const second = query[i + 1]! - rows[start + i + 1]!;
          a += first * first;
          b += second * second;
        }
        sum += a + b;
      }
      if (sum > bound) continue;
      for (; j < size; j++) {
        const difference = query[j]! - rows[start + j]!;
        sum += difference * difference;
      }
      if (sum >= bound) continue; // an equal one came earlier
      if (this.#held < capacity) this.#push(sum, id);
      else this.#replace(sum, id);
      if (this.#held === capacity) bound = this.#heap[0]!;
    }
  }

  #clear(capacity: number): void {
    if (this.#heap.length !== capacity) {
      this.#heap = new Float64Array(capacity);
      this.#ids = new Int32Array(capacity);
    }
    this.#held = 0;
  }

  /** Whether entry `a` ranks after entry `b`. */
  #after(a: number, b: number): boolean {
    const difference = this.#heap[a]! - this.#heap[b]!;
    return difference > 0 || (difference === 0 && this.#ids[a]! > this.#ids[b]!);
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    const ids = this.#ids;
    const sum = heap[a]!;
    const id = ids[a]!;
    heap[a] = heap[b]!;
    ids[a] = ids[b]!;
    heap[b] = sum;
    ids[b] = id;
  }

  #push(sum: number, id: number): void {
    let at = this.#held++;
    this.#heap[at] = sum;
    this.#ids[at] = id;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#after(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Puts an entry in place of the worst. */
  #replace(sum: number, id: number): void {
    this.#heap[0] = sum;
    this.#ids[0] = id;
    this.#sink();
  }

  #sink(): void {
    for (let at = 0; ; ) {
      let worst = at;
      const left = 2 * at + 1;
      if (left < this.#held && this.#after(left, worst)) worst = left;
      if (left + 1 < this.#held && this.#after(left + 1, worst)) worst = left + 1;
      if (worst === at) return;
      this.#swap(at, worst);
      at = worst;
    }
  }

  /** Takes the worst out again and again: the list from its end to its start. */
  #drain(cosine: boolean): Match[] {
    const matches = new Array<Match>(this.#held);
    while (this.#held > 0) {
      const sum = this.#heap[0]!;
      matches[this.#held - 1] = { id: this.#ids[0]!, distance: cosine ? sum / 2 : Math.sqrt(sum) };
      this.#swap(0, --this.#held);
      this.#sink();
    }
    return matches;
  }
}

function allFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) return false;
  return true;
}

/** Scales a vector to length 1; false, and left as it is, where its length is 0. */
function normalise(values: Float32Array, start: number, size: number): boolean {
  let sum = 0;
  for (let i = start; i < start + size; i++) sum += values[i]! * values[i]!;
  if (sum === 0) return false;
  const scale = 1 / Math.sqrt(sum);
  for (let i = start; i < start + size; i++) values[i]! *= scale;
  return true;
}
