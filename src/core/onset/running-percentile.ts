/** Keeps a percentile of the last values of a stream, by moving one value of a sorted list at a time. */

/** Real-time safe after construction: a push costs at most `size` moves. */
export class RunningPercentile {
  readonly #values: Float32Array;
  readonly #sorted: Float32Array;
  readonly #rank: number;
  #at = 0;

  /** Of the last `size` values (zeros before the first), the one below which `share` of them lie. */
  constructor(size: number, share: number) {
    this.#values = new Float32Array(size);
    this.#sorted = new Float32Array(size);
    this.#rank = Math.min(size - 1, Math.floor(share * size));
  }

  get value(): number {
    return this.#sorted[this.#rank]!;
  }

  reset(): void {
    this.#values.fill(0);
    this.#sorted.fill(0);
    this.#at = 0;
  }

  /** Takes a finite value in the place of the oldest. */
  push(value: number): void {
    const old = this.#values[this.#at]!;
    this.#values[this.#at] = value;
    const next = this.#values[this.#at]!;
    this.#at = (this.#at + 1) % this.#values.length;
    const sorted = this.#sorted;
    let i = 0;
    while (sorted[i] !== old) i++;
    for (; i + 1 < sorted.length && sorted[i + 1]! < next; i++) sorted[i] = sorted[i + 1]!;
    for (; i > 0 && sorted[i - 1]! > next; i--) sorted[i] = sorted[i - 1]!;
    sorted[i] = next;
  }
}
