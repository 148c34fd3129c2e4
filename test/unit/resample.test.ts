/** The resampler against closed forms: sines stay sines, constants constants, what lies above the new Nyquist frequency goes, and a stream equals the whole. */

import { describe, expect, test } from "vitest";
import { UnsupportedError } from "../../src/core/errors.ts";
import { resample, Resampler } from "../../src/core/signal/resample.ts";
import { noise, relativeError, sine } from "../signals.ts";

const RATES = [8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000];

describe("resample", () => {
  test.each(RATES)("a sine at %i Hz comes out as the same sine at 32 kHz, unshifted", (rate) => {
    const frequency = Math.min(rate, 32_000) * 0.35;
    const out = resample(sine(frequency, 0.2, rate), rate, 32_000);
    const exact = sine(frequency, 0.2, 32_000);
    expect(out.length).toBe(exact.length);
    expect(relativeError(out.subarray(800, 5600), exact.subarray(800, 5600))).toBeLessThan(1e-3);
  });

  test("what the new rate cannot carry is 75 dB down", () => {
    for (const frequency of [16_500, 20_000, 23_000, 40_000]) {
      const out = resample(sine(frequency, 0.2, 96_000, 1), 96_000, 32_000).subarray(800, 5600);
      expect(10 * Math.log10(out.reduce((sum, v) => sum + v * v, 0) / out.length / 0.5)).toBeLessThan(-75);
    }
  });

  test("a constant stays that constant", () => {
    const out = resample(new Float32Array(4410).fill(0.25), 44_100, 32_000).subarray(200, 3000);
    for (const value of out) expect(value).toBeCloseTo(0.25, 5);
  });

  test("equal rates pass unchanged", () => {
    const sound = noise(0.01, 48_000, 0.1, 1);
    expect(resample(sound, 48_000, 48_000)).toEqual(sound);
  });

  test("nothing in, nothing out", () => {
    expect(resample(new Float32Array(0), 44_100, 32_000)).toEqual(new Float32Array(0));
  });
});

describe("Resampler", () => {
  test.each([1, 7, 128, 1000])("blocks of %i give the same stream as one", (block) => {
    const sound = noise(0.1, 44_100, 0.1, 2);
    const whole = new Resampler(44_100, 32_000);
    const out = new Float32Array(whole.capacity(sound.length));
    const count = whole.push(sound, out);
    const cut = new Resampler(44_100, 32_000);
    const piece = new Float32Array(cut.capacity(block));
    const joined: number[] = [];
    for (let at = 0; at < sound.length; at += block) {
      const known = cut.push(sound, piece, at, Math.min(sound.length, at + block));
      expect(known).toBeLessThanOrEqual(piece.length);
      joined.push(...piece.subarray(0, known));
    }
    expect(Float32Array.from(joined)).toEqual(out.subarray(0, count));
  });

  test("an impulse is known `delaySamples` after it, and not before", () => {
    const resampler = new Resampler(96_000, 32_000);
    const out = new Float32Array(4);
    expect(resampler.push(Float32Array.of(1), out)).toBe(0);
    expect(resampler.push(new Float32Array(resampler.delaySamples - 1), out)).toBe(0);
    expect(resampler.push(new Float32Array(1), out)).toBe(1);
    expect(out[0]).toBeGreaterThan(0.2);
  });

  test("reset forgets the past", () => {
    const resampler = new Resampler(48_000, 32_000);
    const first = new Float32Array(200);
    const again = new Float32Array(200);
    const sound = noise(0.005, 48_000, 0.1, 3);
    const count = resampler.push(sound, first);
    resampler.reset();
    expect(resampler.push(sound, again)).toBe(count);
    expect(again).toEqual(first);
  });

  test("rates that no filter can serve are named", () => {
    for (const [from, to] of [[44_100.5, 32_000], [0, 32_000], [48_000, 999], [1e6, 32_000], [767_999, 32_000]] as const) {
      expect(() => new Resampler(from, to)).toThrow(UnsupportedError);
      expect(() => new Resampler(from, to)).toThrow(/expected .* got .*; /);
    }
  });
});
