/** Ridge regression from the normal equations, by Cholesky's factorisation. */

/** R `[size, targets]` = (G + lambda I)^-1 C for G = XᵀX `[size, size]`, symmetric and positive, and C = XᵀT `[size, targets]`. */
export function solveRidge(gram: Float64Array, cross: Float64Array, size: number, targets: number, lambda: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = gram[i * size + j]! + (i === j ? lambda : 0);
      for (let k = 0; k < j; k++) sum -= factor[i * size + k]! * factor[j * size + k]!;
      factor[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / factor[j * size + j]!;
    }
  }
  const result = cross.slice();
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) {
      const weight = factor[i * size + k]!;
      for (let t = 0; t < targets; t++) result[i * targets + t]! -= weight * result[k * targets + t]!;
    }
    for (let t = 0; t < targets; t++) result[i * targets + t]! /= factor[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) {
      const weight = factor[k * size + i]!;
      for (let t = 0; t < targets; t++) result[i * targets + t]! -= weight * result[k * targets + t]!;
    }
    for (let t = 0; t < targets; t++) result[i * targets + t]! /= factor[i * size + i]!;
  }
  return result;
}
