/** Eigenvalues and eigenvectors of a symmetric matrix, by cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, section 8.5). */

const SWEEPS = 30;

/**
 * A = V diag(values) Vᵀ for `matrix [size, size]`; values descend, `vectors [size, size]` has one eigenvector a row, its largest entry positive so that the sign is settled.
 */
export function symmetricEigen(matrix: Float64Array, size: number): { readonly values: Float64Array; readonly vectors: Float64Array } {
  const a = matrix.slice();
  const v = new Float64Array(size * size);
  for (let i = 0; i < size; i++) v[i * size + i] = 1;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let off = 0;
    let diagonal = 0;
    for (let i = 0; i < size; i++) {
      diagonal += a[i * size + i]! ** 2;
      for (let j = i + 1; j < size; j++) off += a[i * size + j]! ** 2;
    }
    if (off <= 1e-18 * diagonal) break;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const apq = a[p * size + q]!;
        if (Math.abs(apq) < 1e-300) continue;
        const theta = (a[q * size + q]! - a[p * size + p]!) / (2 * apq);
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        rotateRows(a, size, p, q, c, t * c);
        rotateColumns(a, size, p, q, c, t * c);
        rotateRows(v, size, p, q, c, t * c);
      }
    }
  }
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => a[j * size + j]! - a[i * size + i]!);
  const values = Float64Array.from(order, (i) => a[i * size + i]!);
  const vectors = new Float64Array(size * size);
  for (const [row, from] of order.entries()) {
    let largest = 0;
    for (let k = 0; k < size; k++) if (Math.abs(v[from * size + k]!) > Math.abs(largest)) largest = v[from * size + k]!;
    for (let k = 0; k < size; k++) vectors[row * size + k] = v[from * size + k]! * (largest < 0 ? -1 : 1);
  }
  return { values, vectors };
}

function rotateRows(m: Float64Array, size: number, p: number, q: number, c: number, s: number): void {
  for (let k = 0, i = p * size, j = q * size; k < size; k++, i++, j++) {
    const x = m[i]!;
    const y = m[j]!;
    m[i] = c * x - s * y;
    m[j] = s * x + c * y;
  }
}

function rotateColumns(m: Float64Array, size: number, p: number, q: number, c: number, s: number): void {
  for (let k = 0, i = p, j = q; k < size; k++, i += size, j += size) {
    const x = m[i]!;
    const y = m[j]!;
    m[i] = c * x - s * y;
    m[j] = s * x + c * y;
  }
}
