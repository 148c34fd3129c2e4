/** MFCC against a naive recomputation by the formula alone, and against what must hold of it. */

import { describe, expect, test } from "vitest";
import { FormatError } from "../../src/core/errors.ts";
import { mfcc } from "../../src/core/features/mfcc.ts";
import { noise, pluck, relativeError, sine } from "../signals.ts";

const RATE = 44_100;

/** The definition with plain sums: direct Fourier transforms, full filter rows, a direct DCT. */
function naive(sound: Float32Array, frames: readonly number[]): Float64Array {
  const size = 2048;
  const mel = (f: number) => (f < 1000 ? f / (200 / 3) : 15 + Math.log(f / 1000) / (Math.log(6.4) / 27));
  const hertz = (m: number) => (m < 15 ? m * (200 / 3) : 1000 * Math.exp((m - 15) * (Math.log(6.4) / 27)));
  const corner = Array.from({ length: 130 }, (_, i) => hertz((mel(RATE / 2) * i) / 129));
  const rows = frames.map((t) => {
    const frame = Array.from({ length: size }, (_, n) => (sound[t * 512 + n - 1024] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size)));
    const power = Array.from({ length: 1025 }, (_, k) => {
      let [re, im] = [0, 0];
      for (let n = 0; n < size; n++) {
        re += frame[n]! * Math.cos((2 * Math.PI * k * n) / size);
        im -= frame[n]! * Math.sin((2 * Math.PI * k * n) / size);
      }
      return re * re + im * im;
    });
    return Array.from({ length: 128 }, (_, m) => {
      const [a, b, c] = [corner[m]!, corner[m + 1]!, corner[m + 2]!];
      const energy = power.reduce((sum, p, k) => {
        const f = (k * RATE) / size;
        return sum + p * (2 / (c - a)) * Math.max(0, Math.min((f - a) / (b - a), (c - f) / (c - b)));
      }, 0);
      return 10 * Math.log10(Math.max(1e-10, energy));
    });
  });
  const top = Math.max(...rows.flat());
  return Float64Array.from({ length: 40 }, (_, k) => {
    const scale = Math.sqrt((k === 0 ? 1 : 2) / 128);
    return rows.reduce((sum, row) => sum + row.reduce((s, db, m) => s + scale * Math.max(db, top - 80) * Math.cos((Math.PI * k * (2 * m + 1)) / 256), 0), 0) / rows.length;
  });
}

describe("mfcc", () => {
  test("equals the naive recomputation", () => {
    const sound = pluck(330, 0.05, RATE);
    const frames = 1 + Math.floor(sound.length / 512);
    expect(relativeError(mfcc.extract(sound, RATE, 0.05).values, naive(sound, Array.from({ length: frames }, (_, t) => t)))).toBeLessThan(1e-4);
  });

  test("gain moves the first coefficient alone: by its decibels times the root of 128", () => {
    const sound = noise(1, RATE, 0.1, 1);
    const [plain, louder] = [mfcc.extract(sound, RATE).values, mfcc.extract(sound.map((v) => v * 2), RATE).values];
    expect(louder[0]! - plain[0]!).toBeCloseTo(20 * Math.log10(2) * Math.sqrt(128), 2);
    for (let k = 1; k < 40; k++) expect(louder[k]!).toBeCloseTo(plain[k]!, 2);
  });

  test("another rate gives the same sound's coefficients", () => {
    const at = (rate: number) => mfcc.extract(pluck(220, 1, rate), rate).values;
    expect(relativeError(at(96_000), at(RATE))).toBeLessThan(0.02);
  });

  test("hears one second at most and says so", () => {
    const sound = pluck(220, 2, RATE);
    const whole = mfcc.extract(sound, RATE);
    expect(whole.contextSeconds).toBe(1);
    expect(mfcc.extract(sound, RATE, 1.5)).toEqual(whole);
    expect(mfcc.extract(sound, RATE, 0.1).contextSeconds).toBe(0.1);
  });

  test("what is no sound is defined or refused", () => {
    for (const sound of [new Float32Array(0), new Float32Array(RATE), Float32Array.of(1), new Float32Array(RATE).fill(1)]) expect(mfcc.extract(sound, RATE).values.every(Number.isFinite)).toBe(true);
    const damaged = sine(220, 1, RATE);
    damaged[5] = Number.NaN;
    expect(() => mfcc.extract(damaged, RATE)).toThrow(FormatError);
  });
});
