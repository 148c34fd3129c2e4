/** Packs numbers as IEEE 754 binary16 (float16) and back, rounding to the nearest, ties to even. */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Bits of the float16 nearest to `value`; beyond ±65504 it is an infinity. */
export function toHalf(value: number): number {
  float[0] = value;
  const word = bits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const exponent = (word >>> 23) & 0xff;
  const mantissa = word & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (mantissa === 0 ? 0 : 0x200);
  const half = exponent - 112;
  if (half >= 31) return sign | 0x7c00;
  if (half >= 1) return sign | roundEven(((half << 23) | mantissa) >>> 0, 13);
  if (half < -10) return sign;
  return sign | roundEven(mantissa | 0x800000, 14 - half);
}

/** `word / 2^shift`, rounded to the nearest, ties to even. */
function roundEven(word: number, shift: number): number {
  const kept = word >>> shift;
  const rest = word - kept * 2 ** shift;
  const tie = 2 ** (shift - 1);
  return rest > tie || (rest === tie && (kept & 1) === 1) ? kept + 1 : kept;
}

/** The number that 16 bits of float16 stand for. */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
