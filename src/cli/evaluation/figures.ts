/** Figures by name: what one measurement of a model says, and the mean of several. */

import { type Figure, intervalOf, meanOfFigures } from "../../core/evaluation/bootstrap.ts";

/** Names such as "triplets", "precision@5/pruned", "ratings/grey1977"; `at` and `within` below make those that depend on the context. */
export type Figures = ReadonlyMap<string, Figure>;

/** A figure of sounds heard for so long, in a library heard in full. */
export function at(name: string, seconds: number): string {
  return `${name}/${Math.round(seconds * 1000)}ms`;
}

/** The same in a library that was heard for as long as the query. */
export function within(name: string, seconds: number): string {
  return `${at(name, seconds)}/same-context`;
}

/** Means by name, over those that have the name. */
export function meanOf(measured: readonly Figures[]): Map<string, Figure> {
  const names = new Set(measured.flatMap((figures) => [...figures.keys()]));
  return new Map([...names].map((name) => [name, meanOfFigures(measured.flatMap((figures) => figures.get(name) ?? []))]));
}

export interface Spread {
  readonly mean: number;
  /** Standard deviation of a sample, n - 1 below; NaN for one value. */
  readonly deviation: number;
  readonly least: number;
  readonly most: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const known = values.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return { mean, deviation: Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1)), least: Math.min(...known), most: Math.max(...known) };
}

export interface PlainFigure {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly units: number | null;
}

/** As JSON holds it: what is not known is null. */
export function plainFigure(figure: Figure): PlainFigure {
  const { low, high } = intervalOf(figure);
  const known = (value: number) => (Number.isFinite(value) ? value : null);
  return { value: known(figure.value), low: known(low), high: known(high), units: known(figure.units) };
}

export function plainFigures(figures: Figures): Record<string, PlainFigure> {
  return Object.fromEntries([...figures].map(([name, figure]) => [name, plainFigure(figure)]));
}
