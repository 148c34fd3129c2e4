/** The round trip's arithmetic: a sweep that comes back late, soft, turned over and in noise is found at its very sample; and the WAV of floats reads back to the bit. */

import { describe, expect, test } from "vitest";
import { keepRoundTrip, recallRoundTrip, sweep } from "../../src/app/audio/loopback.ts";
import { findDelay } from "../../src/core/signal/round-trip.ts";
import { parseWav } from "../../src/core/signal/wav.ts";
import { floatWavHeader, floatWavPart } from "../../src/core/takes/float-wav.ts";
import { noise } from "../signals.ts";

const RATE = 48_000;

describe("findDelay", () => {
  const sent = sweep(RATE);
  test.each([
    [0, 1, 0],
    [2_417, 0.25, 0.001],
    [9_600, -0.1, 0.002],
    [20_000, 0.01, 0.001],
  ])("%d samples late, times %d, in noise of %d", (lag, gain, hiss) => {
    const heard = noise(1, RATE, hiss, 3);
    sent.forEach((v, i) => (heard[lag + i]! += gain * v));
    const found = findDelay(sent, heard, 28_800)!;
    expect(found.lag).toBe(lag);
    expect(found.levelDb).toBeCloseTo(20 * Math.log10(Math.abs(gain)), 0);
    expect(found.clarity).toBeGreaterThan(2);
  });

  test("noise alone is not clear, silence is nothing", () => {
    expect(findDelay(sent, noise(1, RATE, 0.1, 4), 28_800)!.clarity).toBeLessThan(2);
    expect(findDelay(new Float32Array(100), sent, 100)).toBeNull();
  });
});

test("a round trip is kept for its device, and storage that fails or lies does no harm", () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
  keepRoundTrip(storage, "a", { seconds: 0.021, levelDb: -3 });
  keepRoundTrip(storage, "b", { seconds: 0.05, levelDb: -9 });
  expect(recallRoundTrip(storage, "a")).toEqual({ seconds: 0.021, levelDb: -3 });
  expect(recallRoundTrip(storage, "c")).toBeNull();
  expect(recallRoundTrip(storage, "__proto__")).toBeNull();
  kept.set([...kept.keys()][0]!, "{nonsense");
  expect(recallRoundTrip(storage, "a")).toBeNull();
  expect(recallRoundTrip(null, "a")).toBeNull();
});

test("the parts of a float WAV are a file that reads back to the bit", () => {
  const channels = [noise(0.1, RATE, 0.3, 1), noise(0.1, RATE, 2, 2)];
  const frames = channels[0]!.length;
  const cut = 1_000;
  const parts = [floatWavHeader(frames, 2, RATE), floatWavPart(channels, cut), floatWavPart(channels.map((channel) => channel.subarray(cut)), frames - cut)];
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (bytes.set(part, at), at + part.length), 0);
  const read = parseWav(bytes, "take.wav");
  expect(read.sampleRate).toBe(RATE);
  expect(read.channels).toEqual(channels);
});
