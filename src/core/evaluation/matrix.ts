/** A square table of numbers, such as the distances between sounds. */

/** `[size, size]`, row-major. */
export interface SquareMatrix {
  readonly size: number;
  readonly values: Float64Array;
}

export function createMatrix(size: number): SquareMatrix {
  return { size, values: new Float64Array(size * size) };
}

/** The rows and columns of `indices`, in that order. */
export function submatrix(matrix: SquareMatrix, indices: readonly number[]): SquareMatrix {
  const part = createMatrix(indices.length);
  for (let i = 0; i < indices.length; i++) {
    for (let j = 0; j < indices.length; j++) part.values[i * indices.length + j] = matrix.values[indices[i]! * matrix.size + indices[j]!]!;
  }
  return part;
}

/** The cells above the diagonal, row by row: each pair once. */
export function pairs(matrix: SquareMatrix): Float64Array {
  const { size, values } = matrix;
  const list = new Float64Array((size * (size - 1)) / 2);
  let at = 0;
  for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) list[at++] = values[i * size + j]!;
  return list;
}

/** Euclidean distances between `rows` vectors of `[rows, columns]` row-major values. */
export function euclideanDistances(values: ArrayLike<number>, rows: number, columns: number): SquareMatrix {
  const matrix = createMatrix(rows);
  for (let i = 0; i < rows; i++) {
    for (let j = i + 1; j < rows; j++) {
      let sum = 0;
      for (let c = 0; c < columns; c++) sum += (values[i * columns + c]! - values[j * columns + c]!) ** 2;
      matrix.values[i * rows + j] = matrix.values[j * rows + i] = Math.sqrt(sum);
    }
  }
  return matrix;
}

/** Mean distance between the members of every two groups, members themselves left out of their own group's mean: `groups[row]` is the group of a row, below `count`. NaN where a group has no pair. */
export function groupDistances(distances: SquareMatrix, groups: readonly number[], count: number): SquareMatrix {
  const sums = createMatrix(count);
  const counts = createMatrix(count);
  for (let i = 0; i < distances.size; i++) {
    for (let j = 0; j < distances.size; j++) {
      if (i === j) continue;
      const at = groups[i]! * count + groups[j]!;
      sums.values[at]! += distances.values[i * distances.size + j]!;
      counts.values[at]!++;
    }
  }
  for (let at = 0; at < sums.values.length; at++) sums.values[at]! /= counts.values[at]!;
  return sums;
}

/** Brings every column of `[rows, columns]` values to mean 0 and deviation 1 over the rows, a constant one to 0; gives a copy. */
export function standardised(values: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let c = 0; c < columns; c++) {
    let mean = 0;
    for (let r = 0; r < rows; r++) mean += values[r * columns + c]! / rows;
    let variance = 0;
    for (let r = 0; r < rows; r++) variance += (values[r * columns + c]! - mean) ** 2 / rows;
    const deviation = Math.sqrt(variance);
    if (deviation < 1e-9) continue;
    for (let r = 0; r < rows; r++) result[r * columns + c] = (values[r * columns + c]! - mean) / deviation;
  }
  return result;
}
