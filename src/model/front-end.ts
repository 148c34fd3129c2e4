/**
 * What a model does before anything is learned by gradients: each context's standardisation, then a linear map to the principal coordinates that the sound is expected to have at full context.
 *
 * At the longest context the map is that of the principal axes. At a shorter one it is the ridge regression of the full-context coordinates on what has been heard so far, so that a sound lies near
 * its own later self. With altered copies among the rows, the map is at every context, the longest included, the regression of the unaltered recording's coordinates: what noise, rooms and coders
 * disturb is shrunk (a Wiener filter), and a copy lies near its own clean self. All of it is fitted on the rows that are handed in: the training part alone.
 */

import * as tf from "@tensorflow/tfjs-core";
import { FormatError } from "../core/errors.ts";
import type { Feature } from "../core/features/feature.ts";
import { compressRows, meansOfEnergies } from "../core/scattering/compression.ts";
import { solveRidge } from "./ridge.ts";
import { standardise } from "./standardise.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

/** How energies among the raw values are bent before statistics are taken: "log" as `core/scattering/compression.ts`. */
export type Compression = "log";

export interface FrontEndOptions {
  /** Columns that are compressed, see `core/features/feature.ts`; absent where the values are taken as they are. */
  readonly energies?: NonNullable<Feature["energies"]>;
  /** `[rows]`: the row of each sound's unaltered recording, itself for those; absent where no row is an altered copy. */
  readonly cleanRows?: Int32Array;
}

/** Rows of `[rows, width]` in another order. */
function gathered(values: Float32Array, order: Int32Array, width: number): Float32Array {
  const result = new Float32Array(order.length * width);
  for (const [at, row] of order.entries()) result.set(values.subarray(row * width, (row + 1) * width), at * width);
  return result;
}

export interface FrontEnd {
  readonly size: number;
  readonly coordinates: number;
  /** Per context, `[size]`: means by which the logarithm scales energies (`meansOfEnergies`); absent where all values are taken as they are. */
  readonly scale?: readonly Float32Array[];
  /** Per context, `[size]`. */
  readonly mean: readonly Float32Array[];
  readonly inverse: readonly Float32Array[];
  /** Per context, `[size, coordinates]`. */
  readonly projection: readonly Float32Array[];
}

/** Deviations below this are taken for a constant, which says nothing. */
const CONSTANT = 1e-6;
/** Ridge per training row. */
const RIDGE = 0.05;

/**
 * `raw` values per context, shortest first, `[rows, size]`; energies are compressed by the logarithm first. Coordinates are divided by one number so that their mean square is 1.
 * Throws FormatError where there are fewer rows than 2 or nothing varies.
 */
export function fitFrontEnd(raw: readonly Float32Array[], rows: number, size: number, coordinates: number, { energies, cleanRows }: FrontEndOptions = {}): FrontEnd {
  if (rows < 2) throw new FormatError(`front end: expected at least 2 sounds to take statistics of, got ${rows}; give more training data.`);
  const scale = energies && raw.map((context) => meansOfEnergies(context, size, energies));
  const values = scale ? raw.map((context, index) => compressRows(context, scale[index]!)) : raw;
  const statistics = values.map((context) => momentsOf(context, rows, size));
  const mean = statistics.map((moments) => moments.mean);
  const inverse = statistics.map((moments) => moments.inverse);
  const last = values.length - 1;
  if (inverse[last]!.every((value) => value === 0)) throw new FormatError("front end: expected features that vary, got constant ones; check the recordings.");
  const kept = Math.min(coordinates, size);
  const full = standardise(values[last]!, mean[last]!, inverse[last]!, "front end");
  const { values: spread, vectors } = symmetricEigen(product(full, full, rows, size, size), size);
  const total = spread.slice(0, kept).reduce((sum, value) => sum + Math.max(0, value), 0) / rows / coordinates;
  const axes = new Float32Array(size * coordinates);
  for (let i = 0; i < size; i++) for (let c = 0; c < kept; c++) axes[i * coordinates + c] = vectors[c * size + i]! / Math.sqrt(total);
  const own = multiply(full, axes, rows, size, coordinates);
  const targets = cleanRows ? gathered(own, cleanRows, coordinates) : own;
  const projection = values.map((context, index) => {
    if (index === last && !cleanRows) return axes;
    const heard = standardise(context, mean[index]!, inverse[index]!, "front end");
    return Float32Array.from(solveRidge(product(heard, heard, rows, size, size), product(heard, targets, rows, size, coordinates), size, coordinates, RIDGE * rows));
  });
  return { size, coordinates, ...(scale ? { scale } : {}), mean, inverse, projection };
}

/** Coordinates `[rows, coordinates]` of raw features of one context. */
export function coordinatesOf(frontEnd: FrontEnd, context: number, values: Float32Array, rows: number): Float32Array {
  const { scale, mean, inverse, projection, size, coordinates } = frontEnd;
  const heard = scale ? compressRows(values, scale[context]!) : values;
  return multiply(standardise(heard, mean[context]!, inverse[context]!, "front end"), projection[context]!, rows, size, coordinates);
}

function momentsOf(values: Float32Array, rows: number, size: number): { mean: Float32Array; inverse: Float32Array } {
  const sums = new Float64Array(size);
  const squares = new Float64Array(size);
  for (let i = 0; i < rows * size; i++) sums[i % size]! += values[i]! / rows;
  for (let i = 0; i < rows * size; i++) squares[i % size]! += (values[i]! - sums[i % size]!) ** 2 / rows;
  return { mean: Float32Array.from(sums), inverse: Float32Array.from(squares, (variance) => (Math.sqrt(variance) < CONSTANT ? 0 : 1 / Math.sqrt(variance))) };
}

/** XᵀY `[a, b]` for X `[rows, a]` and Y `[rows, b]`. */
function product(x: Float32Array, y: Float32Array, rows: number, a: number, b: number): Float64Array {
  return Float64Array.from(tf.tidy(() => tf.matMul(tf.transpose(tf.tensor2d(x, [rows, a])), tf.tensor2d(y, [rows, b])).dataSync<"float32">().slice()));
}

/** XY `[rows, b]`. */
function multiply(x: Float32Array, y: Float32Array, rows: number, a: number, b: number): Float32Array {
  return tf.tidy(() => tf.matMul(tf.tensor2d(x, [rows, a]), tf.tensor2d(y, [a, b])).dataSync<"float32">().slice());
}
