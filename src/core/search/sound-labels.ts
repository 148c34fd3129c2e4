/** What is known of a library's sounds, by which a search leaves some out: labels become numbers once, and a filter one byte a sound that the scan skips. */

import { FormatError } from "../errors.ts";
import type { ColumnValues } from "../presets/embedding-preset.ts";

/** Which sounds a search may find. */
export interface SoundFilter {
  /** Leaves out sounds whose column holds this value: *other techniques only*, *other instruments only* (the paper's pruned retrieval). */
  readonly otherThan?: Readonly<Record<string, string>>;
  /** Keeps only sounds whose column holds this value. */
  readonly only?: Readonly<Record<string, string>>;
  /** Sounds left out: excluded for good, or taboo for now. */
  readonly exclude?: readonly number[];
}

type Columns = ReadonlyMap<string, ColumnValues>;

/** A column's values as numbers, as far as they have been read. */
interface Coded {
  readonly codes: Map<string | number | null, number>;
  numbers: Uint32Array;
  /** Sounds and batches that have been read. */
  count: number;
  batches: number;
}

/** Columns of `[count]` values, which grow as the library does. */
export class SoundLabels {
  #count = 0;
  /** As they came: each holds the sounds from `start` on. */
  readonly #batches: { readonly start: number; readonly columns: Columns }[] = [];
  readonly #coded = new Map<string, Coded>();
  /** The rules that `#ruled` was worked out for. */
  #rules = "";
  #ruled = new Uint8Array(0);
  #mask = new Uint8Array(0);

  constructor(columns: Columns = new Map(), count = 0) {
    if (count > 0 || columns.size > 0) this.add(columns, count);
  }

  get count(): number {
    return this.#count;
  }

  get names(): readonly string[] {
    return [...(this.#batches[0]?.columns.keys() ?? [])];
  }

  /** Adds `count` sounds, at a cost that does not depend on how many there are. Throws FormatError where a column of the first sounds is missing, or one is of another length. */
  add(columns: Columns, count: number): void {
    for (const name of new Set([...this.names, ...columns.keys()])) {
      const got = columns.get(name)?.length;
      if (got !== count) throw new FormatError(`library: expected ${count} values in column ${name}, got ${got ?? "none"}; open the library again.`);
    }
    this.#batches.push({ start: this.#count, columns });
    this.#count += count;
  }

  /** A sound's value in a column; undefined where there is no such column or sound. */
  value(name: string, id: number): string | number | null | undefined {
    let [from, to] = [0, this.#batches.length - 1];
    while (from < to) {
      const middle = (from + to + 1) >> 1;
      if (this.#batches[middle]!.start <= id) from = middle;
      else to = middle - 1;
    }
    const batch = this.#batches[from];
    return batch?.columns.get(name)?.[id - batch.start];
  }

  /** `[count]`: 1 for sounds that the filter leaves out; undefined where it leaves out none. Good until the next call. Throws FormatError for a column that there is not. */
  mask({ otherThan = {}, only = {}, exclude = [] }: SoundFilter): Uint8Array | undefined {
    const rules = [...Object.entries(otherThan).map((rule) => [...rule, false] as const), ...Object.entries(only).map((rule) => [...rule, true] as const)];
    if (rules.length === 0 && exclude.length === 0) return undefined;
    const key = `${this.#count} ${JSON.stringify(rules)}`;
    if (key !== this.#rules) {
      this.#ruled = this.#ruled.length === this.#count ? this.#ruled.fill(0) : new Uint8Array(this.#count);
      for (const [name, value, kept] of rules) this.#rule(name, value, kept);
      this.#rules = key;
    }
    if (exclude.length === 0) return this.#ruled;
    if (this.#mask.length !== this.#count) this.#mask = new Uint8Array(this.#count);
    this.#mask.set(this.#ruled);
    for (const id of exclude) if (id >= 0 && id < this.#count) this.#mask[id] = 1;
    return this.#mask;
  }

  #rule(name: string, value: string, kept: boolean): void {
    const { codes, numbers } = this.#read(name);
    const wanted = codes.get(value) ?? -1;
    const mask = this.#ruled;
    for (let id = 0; id < mask.length; id++) if ((numbers[id] === wanted) !== kept) mask[id] = 1;
  }

  /** The column's numbers, brought up to the last sound. */
  #read(name: string): Coded {
    if (!this.#batches[0]?.columns.has(name)) throw new FormatError(`query: expected a column among ${this.names.join(", ") || "none"}, got ${name}; choose one of these.`);
    let coded = this.#coded.get(name);
    if (!coded) {
      coded = { codes: new Map(), numbers: new Uint32Array(this.#count), count: 0, batches: 0 };
      this.#coded.set(name, coded);
    }
    if (coded.numbers.length < this.#count) {
      const numbers = new Uint32Array(Math.max(this.#count, 2 * coded.numbers.length));
      numbers.set(coded.numbers);
      coded.numbers = numbers;
    }
    for (; coded.batches < this.#batches.length; coded.batches++) {
      for (const value of this.#batches[coded.batches]!.columns.get(name)!) {
        let code = coded.codes.get(value);
        if (code === undefined) {
          code = coded.codes.size;
          coded.codes.set(value, code);
        }
        coded.numbers[coded.count++] = code;
      }
    }
    return coded;
  }
}
