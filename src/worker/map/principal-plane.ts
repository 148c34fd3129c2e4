/** Projects rows on the plane in which they spread widest: what a layout begins with. */

import { symmetricEigen } from "../../model/symmetric-eigen.ts";

/**
 * Rows `[count, size]` about their mean on the two eigenvectors of the largest eigenvalues of their covariance (Pearson 1901): `[count * 2]`, x and y in turn. In exact arithmetic no other plane
 * keeps more of the squared distances.
 */
export function principalPlane(rows: Float32Array, count: number, size: number): Float64Array {
  const mean = new Float64Array(size);
  for (let row = 0; row < count; row++) for (let i = 0; i < size; i++) mean[i]! += rows[row * size + i]! / count;
  const covariance = new Float64Array(size * size);
  const centred = new Float64Array(size);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < size; i++) centred[i] = rows[row * size + i]! - mean[i]!;
    for (let i = 0; i < size; i++) for (let j = i; j < size; j++) covariance[i * size + j]! += (centred[i]! * centred[j]!) / count;
  }
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) covariance[i * size + j] = covariance[j * size + i]!;
  const { vectors } = symmetricEigen(covariance, size);
  const plane = new Float64Array(2 * count);
  for (let row = 0; row < count; row++) {
    for (let axis = 0; axis < Math.min(2, size); axis++) {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += (rows[row * size + i]! - mean[i]!) * vectors[axis * size + i]!;
      plane[2 * row + axis] = sum;
    }
  }
  return plane;
}
