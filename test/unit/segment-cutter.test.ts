/** Long recordings cut at their onsets: where the notes were put, whatever the blocks, within the set lengths, and nothing of silence. */

import { describe, expect, test } from "vitest";
import type { Segment } from "../../src/core/library/sound.ts";
import { type CutSettings, DEFAULT_CUT, SegmentCutter } from "../../src/core/onset/segment-cutter.ts";
import { noise, pluck } from "../signals.ts";

const RATE = 44_100;

/** Plucked notes at those seconds, over a floor of noise. */
function recording(starts: readonly number[], seconds: number, level = 0.5): Float32Array {
  const samples = noise(seconds, RATE, 1e-5, 9);
  for (const [i, start] of starts.entries()) {
    const note = pluck(150 + 40 * i, Math.min(1.5, seconds - start), RATE);
    const at = Math.round(start * RATE);
    for (let k = 0; k < note.length && at + k < samples.length; k++) samples[at + k]! += level * note[k]!;
  }
  return samples;
}

function cut(samples: Float32Array, block: number, settings: CutSettings = DEFAULT_CUT): Segment[] {
  const cutter = new SegmentCutter(RATE, settings);
  const segments: Segment[] = [];
  for (let at = 0; at < samples.length; at += block) segments.push(...cutter.push(samples.subarray(at, at + block)));
  return [...segments, ...cutter.end()];
}

describe("segments", () => {
  const starts = [0.5, 1.25, 2.5, 4, 5.75];
  const samples = recording(starts, 8);

  test("begin where the notes do, and end where the next begins or the recording ends", () => {
    const segments = cut(samples, 4096);
    expect(segments).toHaveLength(starts.length);
    for (const [i, { startSeconds, endSeconds }] of segments.entries()) {
      expect(Math.abs(startSeconds - starts[i]!)).toBeLessThan(0.01);
      expect(endSeconds).toBe(segments[i + 1]?.startSeconds ?? 8);
    }
  });

  test("are the same whatever the blocks", () => {
    const whole = cut(samples, samples.length);
    for (const block of [1000, 44_100, 65_536]) expect(cut(samples, block)).toEqual(whole);
  });

  test("keep to the set lengths", () => {
    const short = cut(samples, 4096, { ...DEFAULT_CUT, mostSeconds: 0.5 });
    expect(short).toHaveLength(starts.length);
    expect(short.every(({ startSeconds, endSeconds }) => endSeconds - startSeconds <= 0.5 + 1 / RATE)).toBe(true);
    const merged = cut(samples, 4096, { ...DEFAULT_CUT, leastSeconds: 1 });
    expect(merged).toHaveLength(4);
    for (const [i, { startSeconds }] of merged.entries()) if (i > 0) expect(startSeconds - merged[i - 1]!.startSeconds).toBeGreaterThanOrEqual(1);
  });

  test("of more sensitivity are more, where notes are soft beside the room", () => {
    const room = noise(6, RATE, 0.01, 6);
    for (const [i, level] of [0.5, 0.1, 0.05, 0.02, 0.01].entries()) for (const [k, v] of pluck(233, 0.5, RATE, level).entries()) room[Math.round((0.5 + i) * RATE) + k]! += v;
    const [low, high] = [0, 1].map((sensitivity) => cut(room, 4096, { ...DEFAULT_CUT, sensitivity }).length);
    expect(low!).toBeGreaterThan(0);
    expect(high!).toBeGreaterThan(low!);
  });

  test("of silence and of noise below hearing are none", () => {
    expect(cut(new Float32Array(10 * RATE), 4096)).toEqual([]);
    expect(cut(noise(10, RATE, 1e-6, 2), 4096)).toEqual([]);
    expect(cut(new Float32Array(0), 4096)).toEqual([]);
  });
});
