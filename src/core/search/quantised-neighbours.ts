/** Finds nearest rows exactly among millions: an int8 scan in SIMD bounds every distance, and the few rows that the bounds cannot tell apart are measured in float32. */

import { FormatError, UnsupportedError } from "../errors.ts";
import type { Distance } from "../presets/model-manifest.ts";
import { WASM_PAGE, type WasmMemory, decodeBase64, wasm } from "../wasm.ts";
import type { Match } from "./neighbours.ts";
import { SCAN_BYTES } from "./scan-bytes.ts";

/** Where the float32 rows lie: in memory, in a file, in OPFS. */
export interface RowSource {
  /** Copies row `id` `[size]` to `into`. */
  read(id: number, into: Float32Array): void;
}

/** float32 values behind each row's int8 numbers: scale, |x|^2, |x|, |x - x^|. */
const TAIL_BYTES = 16;
/** Rows of one call of the scan, and so the most candidates that it can give. */
const CHUNK = 65_536;
/** Pages added at a time when rows are: some 7,000 rows of 128 numbers. */
const GROWTH_PAGES = 16;
/** 1.5 * 2^52: a number added to it and taken off again is rounded to a whole one. */
const ROUNDER = 6_755_399_441_055_744;
/** Most neighbours of one query. */
export const MOST_NEIGHBOURS = 1024;

type Scan = (
  records: number, stride: number, first: number, count: number, query: number, queryScale: number, querySquare: number, queryNorm: number, queryError: number, least: number, k: number, mask: number, ids: number, lows: number,
) => number;

/**
 * Rows of `size` numbers that can be added one by one. Memory: `size` (padded to 16) + 16 bytes a row; the float32 rows stay with the source.
 *
 * A row x is kept as scale * int8 = x^; for a query q likewise, d^2 = |q|^2 + |x|^2 - 2 q.x, and |q.x - q^.x^| <= |q - q^| |x| + |q^| |x - x^|. Rows whose least possible distance
 * is beyond the k-th least greatest-possible one are out; the rest are measured. So the answer is that of the plain search, distances included.
 */
export class QuantisedNeighbours {
  readonly size: number;
  readonly distance: Distance;
  #count = 0;
  /** Rows measured in float32 by the last query. */
  measured = 0;
  readonly #source: RowSource;
  readonly #stride: number;
  readonly #memory: WasmMemory;
  readonly #scan: Scan;
  readonly #query: number;
  readonly #least: number;
  readonly #mask: number;
  readonly #ids: number;
  readonly #lows: number;
  readonly #records: number;
  readonly #row: Float32Array;
  readonly #tail = new Float32Array(TAIL_BYTES / 4);
  #bytes!: Int8Array;
  #view!: DataView;

  /** `source` must give each row that has been added. Throws UnsupportedError where the host has no SIMD WebAssembly. */
  constructor(source: RowSource, size: number, distance: Distance) {
    this.size = size;
    this.distance = distance;
    this.#source = source;
    this.#stride = Math.ceil(size / 16) * 16;
    this.#row = new Float32Array(size);
    this.#query = 0;
    this.#least = this.#query + this.#stride;
    this.#mask = this.#least + 4 * MOST_NEIGHBOURS;
    this.#ids = this.#mask + CHUNK;
    this.#lows = this.#ids + 4 * CHUNK;
    this.#records = this.#lows + 4 * CHUNK;
    this.#memory = new wasm.Memory({ initial: Math.ceil(this.#records / WASM_PAGE) });
    this.#rebind();
    try {
      this.#scan = new wasm.Instance(new wasm.Module(decodeBase64(SCAN_BYTES)), { env: { memory: this.#memory } }).exports["scan"] as Scan;
    } catch {
      throw new UnsupportedError("search: expected a host with SIMD WebAssembly, got one without; use Chrome 91, Firefox 89, Safari 16.4 or later.");
    }
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes held, rows and workspace together. */
  get bytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Adds a row `[size]`; its id is the count before. Throws FormatError for a row that does not fit or is not finite. */
  add(row: Float32Array): number {
    if (row.length !== this.size) this.#check(row, "row");
    const at = this.#records + this.#count * (this.#stride + TAIL_BYTES);
    const missing = at + this.#stride + TAIL_BYTES - this.#memory.buffer.byteLength;
    if (missing > 0) {
      this.#memory.grow(Math.max(GROWTH_PAGES, Math.ceil(missing / WASM_PAGE)));
      this.#rebind();
    }
    this.#quantise(row, at);
    // A row that is not finite has no finite length.
    if (!Number.isFinite(this.#tail[2])) this.#check(row, "row");
    for (let i = 0; i < 4; i++) this.#view.setFloat32(at + this.#stride + 4 * i, this.#tail[i]!, true);
    return this.#count++;
  }

  /** The `k` rows (all where there are fewer) nearest to `query` `[size]`, nearest first, equal distances by index. `mask` `[count]` holds 1 for each row to leave out. */
  nearest(query: Float32Array, k: number, mask?: Uint8Array): Match[] {
    this.#check(query, "query");
    const wanted = Math.max(0, Math.min(k, this.#count));
    if (wanted > MOST_NEIGHBOURS) throw new FormatError(`search: expected at most ${MOST_NEIGHBOURS} neighbours, got ${wanted}; ask for fewer.`);
    if (wanted === 0) return [];
    const candidates = this.#candidates(query, wanted, mask);
    this.measured = candidates.length;
    const unit = this.distance === "cosine" ? inverseNorm(query) : 1;
    const matches = candidates.map((id) => ({ id, distance: this.#measure(query, unit, id) }));
    return matches.sort((a, b) => a.distance - b.distance || a.id - b.id).slice(0, wanted);
  }

  /** Ids of all rows that may be among the `k` nearest. */
  #candidates(query: Float32Array, k: number, mask: Uint8Array | undefined): number[] {
    this.#quantise(query, this.#query);
    const [scale, square, norm, error] = this.#tail;
    const estimate = Math.sqrt(square!) + error!; // at least |q^|
    const least = new Float32Array(this.#memory.buffer, this.#least, k).fill(Number.POSITIVE_INFINITY);
    let ids: number[] = [];
    let lows: number[] = [];
    for (let first = 0; first < this.#count; first += CHUNK) {
      const count = Math.min(CHUNK, this.#count - first);
      if (mask) new Uint8Array(this.#memory.buffer, this.#mask, count).set(mask.subarray(first, first + count));
      const found = this.#scan(this.#records, this.#stride, first, count, this.#query, scale!, square!, Math.max(estimate, norm!), error!, this.#least, k, mask ? this.#mask : 0, this.#ids, this.#lows);
      const foundIds = new Int32Array(this.#memory.buffer, this.#ids, found);
      const foundLows = new Float32Array(this.#memory.buffer, this.#lows, found);
      for (let i = 0; i < found; i++) {
        ids.push(foundIds[i]!);
        lows.push(foundLows[i]!);
      }
      const bound = least[k - 1]!;
      ids = ids.filter((_, i) => lows[i]! <= bound);
      lows = lows.filter((low) => low <= bound);
    }
    return ids;
  }

  /** Distance of the definition, in float32 rows and float64 sums. */
  #measure(query: Float32Array, unit: number, id: number): number {
    const row = this.#row;
    this.#source.read(id, row);
    let sum = 0;
    if (this.distance === "euclidean") {
      for (let i = 0; i < row.length; i++) sum += (query[i]! - row[i]!) ** 2;
      return Math.sqrt(sum);
    }
    for (let i = 0; i < row.length; i++) sum += query[i]! * row[i]!;
    return 1 - sum * unit * inverseNorm(row);
  }

  /** Writes int8 numbers at `at`, and scale, |x|^2, |x| and |x - x^| to the tail; of the unit vector where distances are of angles. */
  #quantise(row: Float32Array, at: number): void {
    const unit = this.distance === "cosine" ? inverseNorm(row) : 1;
    const bytes = this.#bytes;
    const size = row.length;
    let most = 0;
    for (let i = 0; i < size; i++) {
      const value = row[i]!;
      if (value > most) most = value;
      else if (-value > most) most = -value;
    }
    most *= unit;
    const scale = most / 127;
    const inverse = scale === 0 ? 0 : unit / scale;
    let square = 0;
    let error = 0;
    for (let i = 0; i < size; i++) {
      const value = row[i]! * unit;
      const rounded = row[i]! * inverse + ROUNDER - ROUNDER;
      bytes[at + i] = rounded;
      const off = value - rounded * scale;
      square += value * value;
      error += off * off;
    }
    this.#tail[0] = scale;
    this.#tail[1] = unit === 0 ? 1 : square; // an angle to nothing counts as a right one: |q|^2 + |x|^2 - 0 = 2
    this.#tail[2] = Math.sqrt(square);
    this.#tail[3] = Math.sqrt(error);
  }

  #check(row: Float32Array, what: string): void {
    if (row.length !== this.size) throw new FormatError(`search: expected a ${what} of ${this.size} numbers, got ${row.length}; embed it with the model of the library.`);
    for (let i = 0; i < row.length; i++) if (!Number.isFinite(row[i])) throw new FormatError(`search: expected a finite ${what}, got ${row[i]}; embed the sound again.`);
  }

  #rebind(): void {
    this.#bytes = new Int8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
  }
}

/** 1 / |x|; 0 for a vector of length 0, which is then at distance 1 from everything. */
function inverseNorm(x: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * x[i]!;
  return sum === 0 ? 0 : 1 / Math.sqrt(sum);
}
