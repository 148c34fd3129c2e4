/**
 * AssemblyScript: the inner loops of scattering over 128-bit vectors, in the memory that PFFFT exports; compiled by `npm run build:simd`, not by tsc.
 *
 * Addresses are in bytes, sizes in elements; spectra and complex signals are interleaved float32; `n` and `m` are powers of two. Nothing is allocated.
 */

/**
 * out[k mod m] = sum x[k] h[k] over the support [lo, lo + count) of a real filter on the circle of n bins: filtering and subsampling by n / m at once.
 * `x` is the half spectrum `[n / 2 + 1]` of a real signal; the other half is its conjugate mirror image.
 */
export function fold(x: usize, n: i32, h: usize, lo: i32, count: i32, out: usize, m: i32): void {
  memory.fill(out, 0, <usize>m << 3);
  const half = n >> 1;
  let i = 0;
  while (i < count) {
    const k = (lo + i) & (n - 1);
    const j = k & (m - 1);
    if (k > half) {
      const from = x + (<usize>(n - k) << 3);
      const to = out + (<usize>j << 3);
      const gain = load<f32>(h + (<usize>i << 2));
      store<f32>(to, load<f32>(to) + gain * load<f32>(from));
      store<f32>(to, load<f32>(to, 4) - gain * load<f32>(from, 4), 4);
      i++;
      continue;
    }
    const run = min(count - i, min(half - k + 1, m - j));
    let from = x + (<usize>k << 3);
    let by = h + (<usize>i << 2);
    let to = out + (<usize>j << 3);
    let left = run;
    for (; left >= 4; left -= 4) {
      const gains = v128.load(by);
      v128.store(to, f32x4.add(v128.load(to), f32x4.mul(v128.load(from), v128.shuffle<f32>(gains, gains, 0, 0, 1, 1))));
      v128.store(to, f32x4.add(v128.load(to, 16), f32x4.mul(v128.load(from, 16), v128.shuffle<f32>(gains, gains, 2, 2, 3, 3))), 16);
      from += 32;
      by += 16;
      to += 32;
    }
    for (; left > 0; left--) {
      const gain = load<f32>(by);
      store<f32>(to, load<f32>(to) + gain * load<f32>(from));
      store<f32>(to, load<f32>(to, 4) + gain * load<f32>(from, 4), 4);
      from += 8;
      by += 4;
      to += 8;
    }
    i += run;
  }
}

/** u[t] = |z[t]|, z complex `[n]`. */
export function modulus(z: usize, u: usize, n: i32): void {
  let left = n;
  for (; left >= 4; left -= 4) {
    const a = v128.load(z);
    const b = v128.load(z, 16);
    v128.store(u, magnitude(v128.shuffle<f32>(a, b, 0, 2, 4, 6), v128.shuffle<f32>(a, b, 1, 3, 5, 7)));
    z += 32;
    u += 16;
  }
  for (; left > 0; left--) {
    const re = load<f32>(z);
    const im = load<f32>(z, 4);
    store<f32>(u, sqrt<f32>(re * re + im * im));
    z += 8;
    u += 4;
  }
}

/** sum a[t] b[t]: vectors of float32 over at most 1,024 products, the rest in float64. */
export function dot(a: usize, b: usize, n: i32): f64 {
  let total: f64 = 0;
  let left = n;
  while (left >= 16) {
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    const end = left - min(left & ~15, 1024);
    for (; left > end; left -= 16) {
      s0 = f32x4.add(s0, f32x4.mul(v128.load(a), v128.load(b)));
      s1 = f32x4.add(s1, f32x4.mul(v128.load(a, 16), v128.load(b, 16)));
      s2 = f32x4.add(s2, f32x4.mul(v128.load(a, 32), v128.load(b, 32)));
      s3 = f32x4.add(s3, f32x4.mul(v128.load(a, 48), v128.load(b, 48)));
      a += 64;
      b += 64;
    }
    const s = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
    total += <f64>(f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1)) + <f64>(f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3));
  }
  for (; left > 0; left--) {
    total += <f64>load<f32>(a) * <f64>load<f32>(b);
    a += 4;
    b += 4;
  }
  return total;
}

/**
 * One row of |Y| along log-frequency, `count` (a multiple of 4) moments at once:
 *
 *     plus[t] = |sum_i (c_i + i s_i) z_i[t]|,   minus[t] = |sum_i (c_i - i s_i) z_i[t]|,   i < taps
 *
 * `z` is the first of the rows, `stride` bytes apart; `taps` pairs (c_i, s_i) lie at `kernel`. A conjugate kernel is the wavelet of the other spin,
 * so both come from the same two sums. `minus` is left alone where `both` is 0; the kernel is taken to be real where it is -1.
 */
export function correlate(z: usize, stride: usize, kernel: usize, taps: i32, count: i32, plus: usize, minus: usize, both: i32): void {
  let left = count;
  if (both < 0) {
    for (; left > 0; left -= 4) {
      let a0 = f32x4.splat(0);
      let a1 = f32x4.splat(0);
      let row = z;
      const end = kernel + (<usize>taps << 3);
      for (let tap = kernel; tap < end; tap += 8) {
        const c = v128.load_splat<f32>(tap);
        a0 = f32x4.add(a0, f32x4.mul(c, v128.load(row)));
        a1 = f32x4.add(a1, f32x4.mul(c, v128.load(row, 16)));
        row += stride;
      }
      v128.store(plus, magnitude(v128.shuffle<f32>(a0, a1, 0, 2, 4, 6), v128.shuffle<f32>(a0, a1, 1, 3, 5, 7)));
      z += 32;
      plus += 16;
    }
    return;
  }
  for (; left >= 8; left -= 8) {
    let a0 = f32x4.splat(0);
    let a1 = f32x4.splat(0);
    let a2 = f32x4.splat(0);
    let a3 = f32x4.splat(0);
    let b0 = f32x4.splat(0);
    let b1 = f32x4.splat(0);
    let b2 = f32x4.splat(0);
    let b3 = f32x4.splat(0);
    let row = z;
    const end = kernel + (<usize>taps << 3);
    for (let tap = kernel; tap < end; tap += 8) {
      const c = v128.load_splat<f32>(tap);
      const s = v128.load_splat<f32>(tap, 4);
      const z0 = v128.load(row);
      const z1 = v128.load(row, 16);
      const z2 = v128.load(row, 32);
      const z3 = v128.load(row, 48);
      a0 = f32x4.add(a0, f32x4.mul(c, z0));
      a1 = f32x4.add(a1, f32x4.mul(c, z1));
      a2 = f32x4.add(a2, f32x4.mul(c, z2));
      a3 = f32x4.add(a3, f32x4.mul(c, z3));
      b0 = f32x4.add(b0, f32x4.mul(s, z0));
      b1 = f32x4.add(b1, f32x4.mul(s, z1));
      b2 = f32x4.add(b2, f32x4.mul(s, z2));
      b3 = f32x4.add(b3, f32x4.mul(s, z3));
      row += stride;
    }
    spins(a0, a1, b0, b1, plus, minus, both);
    spins(a2, a3, b2, b3, plus + 16, minus + 16, both);
    z += 64;
    plus += 32;
    minus += 32;
  }
  for (; left > 0; left -= 4) {
    let a0 = f32x4.splat(0);
    let a1 = f32x4.splat(0);
    let b0 = f32x4.splat(0);
    let b1 = f32x4.splat(0);
    let row = z;
    const end = kernel + (<usize>taps << 3);
    for (let tap = kernel; tap < end; tap += 8) {
      const c = v128.load_splat<f32>(tap);
      const s = v128.load_splat<f32>(tap, 4);
      const z0 = v128.load(row);
      const z1 = v128.load(row, 16);
      a0 = f32x4.add(a0, f32x4.mul(c, z0));
      a1 = f32x4.add(a1, f32x4.mul(c, z1));
      b0 = f32x4.add(b0, f32x4.mul(s, z0));
      b1 = f32x4.add(b1, f32x4.mul(s, z1));
      row += stride;
    }
    spins(a0, a1, b0, b1, plus, minus, both);
    z += 32;
    plus += 16;
    minus += 16;
  }
}

/** |a + i b| and |a - i b| of four complex numbers each. */
// @ts-ignore: decorator
@inline
function spins(a0: v128, a1: v128, b0: v128, b1: v128, plus: usize, minus: usize, both: i32): void {
  const ar = v128.shuffle<f32>(a0, a1, 0, 2, 4, 6);
  const ai = v128.shuffle<f32>(a0, a1, 1, 3, 5, 7);
  const br = v128.shuffle<f32>(b0, b1, 0, 2, 4, 6);
  const bi = v128.shuffle<f32>(b0, b1, 1, 3, 5, 7);
  v128.store(plus, magnitude(f32x4.sub(ar, bi), f32x4.add(ai, br)));
  if (both) v128.store(minus, magnitude(f32x4.add(ar, bi), f32x4.sub(ai, br)));
}

// @ts-ignore: decorator
@inline
function magnitude(re: v128, im: v128): v128 {
  return f32x4.sqrt(f32x4.add(f32x4.mul(re, re), f32x4.mul(im, im)));
}

/**
 * A block of moments of all rows of one pair of time wavelet and log-frequency wavelets: rows as `correlate`, averaged over time,
 *
 *     sums[column of a window + offset of a row] += sum_t w[t] |Y|[t]
 *
 * Rows at `rows`, `rowCount` records of six int32: first input row, taps, address of the kernel, offset of the plus sums, offset of the minus sums, -1 for none, -2 for none and a real kernel; 0.
 * Windows at `windows`, `windowCount` records of four int32: address of the weights, first moment in the block, moments, column.
 * `sums` is float64, `scratch` two blocks of float32.
 */
export function average(z: usize, stride: usize, rows: usize, rowCount: i32, count: i32, scratch: usize, windows: usize, windowCount: i32, sums: usize): void {
  const minus = scratch + (<usize>count << 2);
  for (let r = 0; r < rowCount; r++) {
    const record = rows + <usize>r * 24;
    const offset = load<i32>(record, 12);
    const other = load<i32>(record, 16);
    correlate(z + <usize>load<i32>(record) * stride, stride, <usize>load<i32>(record, 8), load<i32>(record, 4), count, scratch, minus, other >= 0 ? 1 : other == -2 ? -1 : 0);
    for (let w = 0; w < windowCount; w++) {
      const window = windows + <usize>w * 16;
      const weights = <usize>load<i32>(window);
      const start = <usize>load<i32>(window, 4) << 2;
      const length = load<i32>(window, 8);
      const column = load<i32>(window, 12);
      let to = sums + (<usize>(offset + column) << 3);
      store<f64>(to, load<f64>(to) + dot(scratch + start, weights, length));
      if (other >= 0) {
        to = sums + (<usize>(other + column) << 3);
        store<f64>(to, load<f64>(to) + dot(minus + start, weights, length));
      }
    }
  }
}
