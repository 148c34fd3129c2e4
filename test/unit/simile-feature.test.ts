/** The simile feature: one vector at every sampling rate, cut and level, defined for whatever comes in, and each part tells what it claims to. */

import { describe, expect, test } from "vitest";
import { FormatError } from "../../src/core/errors.ts";
import { CONTEXTS } from "../../src/core/features/feature.ts";
import { offsetOf, PARTS, type PartName, simile, SimileStream, SIZE } from "../../src/core/features/simile.ts";
import { RATES, SCALES } from "../../src/core/features/simile/modulation.ts";
import { resample } from "../../src/core/signal/resample.ts";
import { held, noise, pluck, relativeError, sine } from "../signals.ts";

const RATE = 48_000;
const part = (values: Float32Array, name: PartName) => values.subarray(offsetOf(name), offsetOf(name) + PARTS.find(([part]) => part === name)![1]);
const vector = (sound: Float32Array, rate = RATE, context = 1.5) => simile.extract(sound, rate, context).values;

describe("one definition", () => {
  test("the vector has the size that it says, at most 512, and its parts fill it", () => {
    expect(SIZE).toBeLessThanOrEqual(512);
    expect(simile.size).toBe(SIZE);
    expect(vector(pluck(220, 1, RATE)).length).toBe(SIZE);
  });

  test.each([44_100, 88_200, 96_000, 192_000])("a band-limited sound at %i Hz gives the vector of 48 kHz within 1 %%", (rate) => {
    for (const sound of [(at: number) => pluck(196, 1.5, at), (at: number) => held(440, 1.5, at)]) {
      for (const context of CONTEXTS) expect(relativeError(vector(sound(rate), rate, context), vector(sound(RATE), RATE, context)), `${context} s`).toBeLessThan(0.01);
    }
  });

  test("so does noise that was resampled", () => {
    const sound = resample(noise(1.5, 22_050, 0.1, 3), 22_050, RATE);
    for (const rate of [44_100, 96_000, 192_000]) expect(relativeError(vector(resample(sound, RATE, rate), rate), vector(sound)), `${rate} Hz`).toBeLessThan(0.01);
  });

  test.each([1, 7, 128, 1000])("a stream in blocks of %i says at every context what extract says", (block) => {
    const sound = held(330, 1.6, RATE);
    const stream = new SimileStream(RATE);
    const values = new Float32Array(SIZE);
    let at = 0;
    for (const context of CONTEXTS) {
      const end = Math.round(context * RATE);
      while (at < end) {
        const to = Math.min(end, at + block);
        stream.push(sound, at, to);
        at = to;
      }
      stream.snapshot(values);
      expect(values).toEqual(vector(sound, RATE, context));
      expect(stream.heardSeconds).toBeCloseTo(context, 4);
    }
  });

  test("reset forgets the sound before", () => {
    const stream = new SimileStream(RATE);
    stream.push(noise(0.7, RATE, 0.5, 9));
    stream.reset();
    const sound = pluck(330, 0.5, RATE);
    stream.push(sound);
    const values = new Float32Array(SIZE);
    stream.snapshot(values);
    expect(values).toEqual(vector(sound, RATE, 0.5));
  });

  test("the level falls out over 80 dB", () => {
    const sound = held(330, 1, RATE);
    for (const gain of [1e-3, 0.1, 10]) expect(relativeError(vector(sound.map((v) => v * gain)), vector(sound))).toBeLessThan(1e-3);
  });

  test("a vector says how much it heard, and what comes after 1.5 s changes nothing", () => {
    const sound = pluck(220, 3, RATE);
    expect(simile.extract(sound, RATE, 0.05).contextSeconds).toBeCloseTo(0.05, 6);
    const whole = simile.extract(sound, RATE);
    expect(whole.contextSeconds).toBe(1.5);
    expect(simile.extract(sound.subarray(0, 1.5 * RATE), RATE, 5)).toEqual(whole);
  });

  test("a short sound is one with silence after it", () => {
    const sound = pluck(220, 0.2, RATE);
    const padded = new Float32Array(2 * RATE);
    padded.set(sound);
    expect(vector(sound)).toEqual(vector(padded));
  });
});

describe("whatever comes in", () => {
  test.each<[string, Float32Array]>([
    ["nothing", new Float32Array(0)],
    ["one sample", Float32Array.of(1)],
    ["less than a frame", noise(0.002, RATE, 0.1, 1)],
    ["digital silence", new Float32Array(RATE)],
    ["a constant", new Float32Array(RATE).fill(0.5)],
    ["clipping", sine(220, 1, RATE, 50).map((v) => Math.max(-1, Math.min(1, v)))],
    ["denormals", new Float32Array(RATE).fill(1e-42)],
    ["the loudest", new Float32Array(RATE).map((_, n) => (n % 2 ? 1e6 : -1e6))],
    ["an odd length", noise(0.123457, RATE, 0.1, 2)],
  ])("%s gives a defined vector at every context", (_name, sound) => {
    for (const context of CONTEXTS) expect(vector(sound, RATE, context).every(Number.isFinite)).toBe(true);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e30])("%d is refused with its place", (value) => {
    const sound = sine(220, 0.1, RATE);
    sound[77] = value;
    expect(() => simile.extract(sound, RATE)).toThrow(FormatError);
    expect(() => simile.extract(sound, RATE)).toThrow(Number.isFinite(value) ? /^simile: expected samples from -1000000 to 1000000, .* at sample 77; normalise/ : /^simile: expected finite samples, got .* at sample 77; /);
  });
});

describe("each part tells what it claims to", () => {
  test("segments and spectrum: a tone's energy stands in its own octave", () => {
    for (const octave of [2, 3, 4, 5, 6]) {
      const values = vector(sine(50 * 2 ** (octave + 0.46), 1.5, RATE));
      const last = part(values, "segments").subarray(-8);
      expect(last.indexOf(Math.max(...last))).toBe(octave);
      const spectrum = part(values, "spectrum");
      expect(Math.floor(spectrum.indexOf(Math.max(...spectrum)) / 3)).toBe(octave);
    }
  });

  test("stays: a pluck of a slower decay stays longer at every depth", () => {
    const decay = (seconds: number) => part(vector(sine(440, 1.5, RATE).map((v, n) => v * Math.exp(-n / RATE / seconds))), "stays").subarray(0, 8);
    const [short, long] = [decay(0.05), decay(0.2)];
    for (let d = 0; d < 8; d++) expect(long[d]!).toBeGreaterThan(short[d]! + 0.3);
    // An energy of exp(-2 t / tau) is within d dB of its peak for d ln(10) tau / 20 seconds.
    for (const [d, depth] of [10, 20, 30].map((depth) => [[3, 6, 10, 15, 20, 25, 30, 40].indexOf(depth), depth] as const)) {
      expect((Math.exp(long[d]!) - 1) / 200).toBeCloseTo((depth * Math.LN10 * 0.2) / 20, 1);
    }
  });

  test("rises: a slower attack crosses later", () => {
    const rise = (seconds: number) => part(vector(held(440, 1.5, RATE, 0.3, seconds)), "rises");
    const [quick, slow] = [rise(0.01), rise(0.3)];
    // A linear rise is 3 dB below its end at 0.71 of it.
    expect((Math.exp(slow[2]!) - 1) / 200).toBeCloseTo(0.21, 1);
    expect(quick[2]!).toBeLessThan(slow[2]! - 1);
  });

  test("centroids: of two equal bursts the later has the later centroid", () => {
    const burst = (at: number) => sine(440, 1.5, RATE).map((v, n) => (Math.abs(n / RATE - at) < 0.05 ? v : 0));
    for (const at of [0.2, 0.6, 1]) expect((Math.exp(part(vector(burst(at)), "centroids")[0]!) - 1) / 200).toBeCloseTo(at, 1);
  });

  test("modulation: a tremolo's rate is the rate that stands out", () => {
    RATES.slice(1, -1).forEach((rate, index) => {
      const values = part(vector(noise(1.5, RATE, 0.1, 4).map((v, n) => v * (1 + 0.9 * Math.sin((2 * Math.PI * rate * n) / RATE)))), "modulation");
      const still = part(vector(noise(1.5, RATE, 0.1, 4)), "modulation");
      const gain = Array.from({ length: RATES.length }, (_, r) => values[SCALES * RATES.length * 2 + r]! - still[SCALES * RATES.length * 2 + r]!);
      expect(gain.indexOf(Math.max(...gain))).toBe(index + 1);
    });
  });

  test("modulation: a chirp up and its mirror down differ by direction", () => {
    const chirp = (up: boolean) => {
      const phase = (t: number) => (2 * Math.PI * 200 * (2 ** (3 * t) - 1)) / (3 * Math.LN2);
      return Float32Array.from({ length: 1.5 * RATE }, (_, n) => 0.3 * Math.sin(up ? phase(n / RATE) : -phase(1.5 - n / RATE)));
    };
    const balance = (sound: Float32Array) => {
      const values = part(vector(sound), "modulation");
      let sum = 0;
      for (let m = 0; m < SCALES * RATES.length * 2; m += 2) sum += values[m]! - values[m + 1]!;
      return sum;
    };
    expect(Math.sign(balance(chirp(true)))).toBe(-Math.sign(balance(chirp(false))));
    expect(Math.abs(balance(chirp(true)))).toBeGreaterThan(3);
  });

  test("flatness: noise is flat, a tone is not", () => {
    const flat = part(vector(noise(1.5, RATE, 0.1, 6)), "flatness");
    const tonal = part(vector(held(220, 1.5, RATE)), "flatness");
    // Of exponentially distributed bins the mean logarithm lies Euler's 0.577 below the logarithm of the mean.
    for (const value of flat.subarray(6)) expect(value).toBeCloseTo(-0.577, 0);
    for (let octave = 1; octave < 4; octave++) expect(tonal[6 + octave]!).toBeLessThan(flat[6 + octave]! - 1.2);
  });
});
