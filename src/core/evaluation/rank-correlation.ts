/** Rank correlations of two lists: Spearman's rho and Kendall's tau-b, NaN where a list is constant or holds a NaN. */

/** Ranks from 1 on, equal values sharing the mean of their ranks; of values that are not NaN. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const result = new Float64Array(values.length);
  rank(levelsOf(values), () => 1, result);
  return result;
}

/** A correlation as a function of how often each entry of the lists counts (each once, by default). */
export type WeightedCorrelation = (weights?: ArrayLike<number>) => number;

/** Pearson's correlation of the ranks. */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return createSpearman(a, b)();
}

/** tau_b = (C - D) / sqrt((n0 - ties_a) (n0 - ties_b)), n0 = n (n - 1) / 2 (Kendall 1945). */
export function kendall(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return createKendall(a, b)();
}

/** Sorts once: weights cost one pass. An entry of weight w stands for w equal ones, whose ranks are shared as those of any ties. */
export function createSpearman(a: ArrayLike<number>, b: ArrayLike<number>): WeightedCorrelation {
  if (unordered(a) || unordered(b)) return () => Number.NaN;
  const sides = [levelsOf(a), levelsOf(b)] as const;
  const length = a.length;
  const placed = sides.map(() => new Float64Array(length));
  return (weights) => {
    const weight = (at: number) => (weights ? weights[at]! : 1);
    let total = 0;
    for (let at = 0; at < length; at++) total += weight(at);
    for (const [side, levels] of sides.entries()) rank(levels, weight, placed[side]!);
    const mean = (total + 1) / 2;
    const [x, y] = placed as [Float64Array, Float64Array];
    let [xy, xx, yy] = [0, 0, 0];
    for (let at = 0; at < length; at++) {
      const w = weight(at);
      xy += w * (x[at]! - mean) * (y[at]! - mean);
      xx += w * (x[at]! - mean) ** 2;
      yy += w * (y[at]! - mean) ** 2;
    }
    return xy / Math.sqrt(xx * yy);
  };
}

/** In n log n steps: entries in the order of a, counted into a binary indexed tree over the levels of b (Knight 1966, with Fenwick's tree in place of a merge sort). */
export function createKendall(a: ArrayLike<number>, b: ArrayLike<number>): WeightedCorrelation {
  if (unordered(a) || unordered(b)) return () => Number.NaN;
  const x = levelsOf(a);
  const y = levelsOf(b);
  const levels = y.starts.length - 1;
  const level = new Int32Array(b.length);
  for (let at = 0; at < levels; at++) for (let i = y.starts[at]!; i < y.starts[at + 1]!; i++) level[y.order[i]!] = at;
  const tree = new Float64Array(levels + 1);
  const upTo = (at: number) => {
    let sum = 0;
    for (let node = at; node > 0; node -= node & -node) sum += tree[node]!;
    return sum;
  };
  return (weights) => {
    const weight = (at: number) => (weights ? weights[at]! : 1);
    /** Pairs of unequal levels: (W^2 - sum W_level^2) / 2. */
    const untied = ({ order, starts }: Levels) => {
      let [total, squares] = [0, 0];
      for (let at = 0; at + 1 < starts.length; at++) {
        let within = 0;
        for (let i = starts[at]!; i < starts[at + 1]!; i++) within += weight(order[i]!);
        total += within;
        squares += within ** 2;
      }
      return (total ** 2 - squares) / 2;
    };
    tree.fill(0);
    let balance = 0;
    let seen = 0;
    for (let group = 0; group + 1 < x.starts.length; group++) {
      for (let i = x.starts[group]!; i < x.starts[group + 1]!; i++) {
        const entry = x.order[i]!;
        balance += weight(entry) * (upTo(level[entry]!) - (seen - upTo(level[entry]! + 1)));
      }
      for (let i = x.starts[group]!; i < x.starts[group + 1]!; i++) {
        const entry = x.order[i]!;
        seen += weight(entry);
        for (let node = level[entry]! + 1; node <= levels; node += node & -node) tree[node]! += weight(entry);
      }
    }
    return balance / Math.sqrt(untied(x) * untied(y));
  };
}

/** A NaN has no rank. */
function unordered(values: ArrayLike<number>): boolean {
  for (let at = 0; at < values.length; at++) if (Number.isNaN(values[at])) return true;
  return false;
}

/** Entries in ascending order, and where each run of equal ones begins (with the length at the end). */
interface Levels {
  readonly order: Int32Array;
  readonly starts: Int32Array;
}

/** Writes the rank of every entry where each counts `weight` times. */
function rank({ order, starts }: Levels, weight: (at: number) => number, ranks: Float64Array): void {
  let before = 0;
  for (let level = 0; level + 1 < starts.length; level++) {
    let within = 0;
    for (let at = starts[level]!; at < starts[level + 1]!; at++) within += weight(order[at]!);
    for (let at = starts[level]!; at < starts[level + 1]!; at++) ranks[order[at]!] = before + (within + 1) / 2;
    before += within;
  }
}

function levelsOf(values: ArrayLike<number>): Levels {
  const order = Int32Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const starts = [0];
  for (let at = 1; at < order.length; at++) if (values[order[at]!] !== values[order[at - 1]!]) starts.push(at);
  return { order, starts: Int32Array.from([...starts, order.length]) };
}
