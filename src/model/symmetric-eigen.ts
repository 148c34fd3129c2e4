/** Eigenvalues and eigenvectors of a symmetric matrix, in a settled order and with settled signs. */

import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/**
 * A = V diag(values) Vᵀ for `matrix [size, size]`; values descend, `vectors [size, size]` has one eigenvector a row, its largest entry positive so that the sign is settled.
 */
export function symmetricEigen(matrix: Float64Array, size: number): { readonly values: Float64Array; readonly vectors: Float64Array } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(Matrix.from1DArray(size, size, matrix), { assumeSymmetric: true });
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => realEigenvalues[j]! - realEigenvalues[i]!);
  const vectors = new Float64Array(size * size);
  for (const [row, column] of order.entries()) {
    const vector = eigenvectorMatrix.getColumn(column);
    const largest = vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    for (const [k, value] of vector.entries()) vectors[row * size + k] = largest < 0 ? -value : value;
  }
  return { values: Float64Array.from(order, (i) => realEigenvalues[i]!), vectors };
}
