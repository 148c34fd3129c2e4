/**
 * How sure a figure is: the Poisson bootstrap over its units (queries, techniques, sounds), whose multiplicities hang on nothing but seed, replicate and unit.
 *
 * In replicate b unit u counts w_bu ~ Poisson(1) times, and the figure is worked out with these weights; 2.5 and 97.5 % of the replicates bound the interval. Since w_bu is the same
 * wherever unit u turns up, replicates of several folds, seeds or models may be averaged or subtracted one by one: the interval of a mean, or of a lead, comes out right.
 * Source: Efron and Tibshirani 1993, chapter 13 (percentile interval); Hanley and MacGibbon 2006, "Creating non-parametric bootstrap samples using Poisson frequencies".
 */

export interface Figure {
  /** Over all units, each once. */
  readonly value: number;
  /** The same with the units of each replicate; empty where none was asked for. */
  readonly replicates: Float64Array;
  /** Queries, techniques or sounds that it rests on; in a mean, their mean. */
  readonly units: number;
}

export interface Resampling {
  readonly replicates: number;
  readonly seed: number;
}

/** P(Poisson(1) <= n) for n = 0, 1, …; beyond, the chance is below 2^-32. */
const CUMULATED = (() => {
  let term = Math.exp(-1);
  let sum = term;
  return Float64Array.from({ length: 12 }, (_, n) => {
    const before = sum;
    term /= n + 1;
    sum += term;
    return before;
  });
})();

/** Bits of a and b stirred into 32 others (the finaliser of MurmurHash3). */
function stir(a: number, b: number): number {
  let h = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b + 0x7f4a7c15, 0x85ebca6b)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** How often a unit counts in a replicate. */
export function multiplicity(seed: number, replicate: number, unit: number): number {
  const uniform = stir(stir(seed, replicate), unit) / 2 ** 32;
  let n = 0;
  while (n < CUMULATED.length && uniform >= CUMULATED[n]!) n++;
  return n;
}

/** The figure that `statistic` gives for weights of the units, with its replicates; `units` are numbers that name them. */
export function bootstrapped(units: ArrayLike<number>, statistic: (weights: Float64Array) => number, { replicates, seed }: Resampling): Figure {
  const weights = new Float64Array(units.length);
  const draws = Float64Array.from({ length: replicates }, (_, replicate) => {
    for (let at = 0; at < units.length; at++) weights[at] = multiplicity(seed, replicate, units[at]!);
    return statistic(weights);
  });
  return { value: statistic(weights.fill(1)), replicates: draws, units: units.length };
}

/** sum w v / sum w over the values that are not NaN. */
export function weightedMean(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  let sum = 0;
  let total = 0;
  for (let at = 0; at < values.length; at++) {
    if (Number.isNaN(values[at])) continue;
    sum += weights[at]! * values[at]!;
    total += weights[at]!;
  }
  return sum / total;
}

/** The mean of a value per unit; units of NaN are left out. */
export function meanFigure(units: ArrayLike<number>, values: ArrayLike<number>, resampling: Resampling): Figure {
  const known = Array.from({ length: units.length }, (_, at) => at).filter((at) => !Number.isNaN(values[at]));
  const kept = Float64Array.from(known, (at) => values[at]!);
  return bootstrapped(known.map((at) => units[at]!), (weights) => weightedMean(kept, weights), resampling);
}

/** Mean of figures, replicate by replicate; those that are NaN are left out. */
export function meanOfFigures(figures: readonly Figure[]): Figure {
  const known = figures.filter(({ value }) => !Number.isNaN(value));
  const mean = (valueOf: (figure: Figure) => number) => {
    const values = known.map(valueOf).filter((value) => !Number.isNaN(value));
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const replicates = known.length === 0 ? 0 : Math.min(...known.map((figure) => figure.replicates.length));
  return { value: mean(({ value }) => value), replicates: Float64Array.from({ length: replicates }, (_, b) => mean((figure) => figure.replicates[b]!)), units: mean(({ units }) => units) };
}

/** What `combine` makes of two figures over the same units, such as a difference or a ratio, replicate by replicate. */
export function combinedFigure(a: Figure, b: Figure, combine: (a: number, b: number) => number): Figure {
  const count = Math.min(a.replicates.length, b.replicates.length);
  return { value: combine(a.value, b.value), replicates: Float64Array.from({ length: count }, (_, at) => combine(a.replicates[at]!, b.replicates[at]!)), units: Math.min(a.units, b.units) };
}

/** The central 95 % of the replicates; NaN without any. */
export function intervalOf({ replicates }: Figure): { readonly low: number; readonly high: number } {
  const sorted = replicates.filter((value) => !Number.isNaN(value)).sort();
  const quantile = (share: number) => {
    if (sorted.length === 0) return Number.NaN;
    const at = share * (sorted.length - 1);
    const below = Math.floor(at);
    return sorted[below]! + (at - below) * (sorted[Math.min(below + 1, sorted.length - 1)]! - sorted[below]!);
  };
  return { low: quantile(0.025), high: quantile(0.975) };
}
