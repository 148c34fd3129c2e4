/**
 * AssemblyScript: the scan over int8 rows, 16 products an instruction; compiled by `npm run build:simd`, not by tsc.
 *
 * A record is `stride` int8 numbers (padded with zeros to a multiple of 16), then four float32: scale, |x|^2, |x|, |x - x^| (x^ being what the int8 numbers stand for).
 * Addresses are in bytes. Nothing is allocated.
 */

/** Share of the squares that float32 arithmetic may have lost. */
const ROUNDING: f32 = 1e-6;

/** Sum of products of `stride` int8 numbers at `a` and `b`. Two products of at most 127^2 each fit 16 bits. */
function dot(a: usize, b: usize, stride: i32): i32 {
  let sum = i32x4.splat(0);
  for (let i = 0; i < stride; i += 16) {
    const x = v128.load(a + i);
    const y = v128.load(b + i);
    sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_s(i16x8.add(i16x8.extmul_low_i8x16_s(x, y), i16x8.extmul_high_i8x16_s(x, y))));
  }
  return i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
}

/** Puts `value` into the ascending list of the `k` least at `least`, which holds +infinity where it is not full; gives the k-th. */
function insert(least: usize, k: i32, value: f32): f32 {
  let at = k - 1;
  while (at > 0 && load<f32>(least + (<usize>(at - 1) << 2)) > value) {
    store<f32>(least + (<usize>at << 2), load<f32>(least + (<usize>(at - 1) << 2)));
    at--;
  }
  store<f32>(least + (<usize>at << 2), value);
  return load<f32>(least + (<usize>(k - 1) << 2));
}

/**
 * Scans records `first` to `first + count`. For each, the squared distance to the query lies within
 *
 *     |q|^2 + |x|^2 - 2 q^.x^  ±  2 (|q - q^| |x| + |q^| |x - x^|)      (Cauchy-Schwarz),
 *
 * and a little more for the rounding of float32.
 *
 * `least` keeps the k least upper bounds so far; a row whose lower bound is at most the k-th becomes a candidate: its id at `ids`, its lower bound at `lows`.
 * Rows with 1 in `mask` (0: no mask; else the address of one byte a record, of this scan) are left out. Returns how many candidates were written, at most `count`.
 */
export function scan(
  records: usize, stride: i32, first: i32, count: i32, query: usize, queryScale: f32, querySquare: f32, queryNorm: f32, queryError: f32, least: usize, k: i32, mask: usize, ids: usize, lows: usize,
): i32 {
  const size = <usize>stride + 16;
  let bound = load<f32>(least + (<usize>(k - 1) << 2));
  let found = 0;
  let record = records + <usize>first * size;
  for (let i = 0; i < count; i++, record += size) {
    if (mask !== 0 && load<u8>(mask + i) !== 0) continue;
    const tail = record + stride;
    const squares: f32 = querySquare + load<f32>(tail, 4);
    const middle: f32 = squares - <f32>2 * queryScale * load<f32>(tail) * <f32>dot(query, record, stride);
    const error: f32 = <f32>2 * (queryError * load<f32>(tail, 8) + queryNorm * load<f32>(tail, 12)) + ROUNDING * squares;
    const low: f32 = middle - error;
    if (low > bound) continue;
    store<i32>(ids + (<usize>found << 2), first + i);
    store<f32>(lows + (<usize>found << 2), low);
    found++;
    const high: f32 = middle + error;
    if (high < bound) bound = insert(least, k, high);
  }
  return found;
}
