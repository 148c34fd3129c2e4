/** The ear over long times: what lasts is not answered again, and what comes after a long rest is heard as after a short one. */

import { describe, expect, test } from "vitest";
import { Listener } from "../../src/core/listener.ts";
import { pluck } from "../signals.ts";

const RATE = 16_000;

/** Onsets, in seconds, of what `sample` gives over so many seconds; grains are counted. */
function listen(seconds: number, sample: (n: number) => number, grains = false) {
  const onsets: number[] = [];
  let pieces = 0;
  const listener = new Listener(RATE, { onset: (_onset, position) => onsets.push(position / RATE), vector: () => undefined, grain: () => pieces++ });
  if (grains) listener.setGrains(0.2);
  const block = new Float32Array(RATE);
  for (let second = 0; second < seconds; second++) {
    for (let i = 0; i < RATE; i++) block[i] = sample(second * RATE + i);
    listener.push(block);
  }
  return { onsets, pieces };
}

describe("long times", () => {
  test("a tone held for ten minutes is one onset", () => {
    const tone = (n: number) => 0.3 * Math.min(1, n / 800) * Math.sin((2 * Math.PI * 330 * n) / RATE + 0.3 * Math.sin((2 * Math.PI * 5 * n) / RATE));
    expect(listen(600, tone).onsets).toHaveLength(1);
  });

  test("a note after an hour of silence is heard where it is, and no grain before it", () => {
    const note = pluck(220, 1, RATE);
    const at = 3599 * RATE;
    const { onsets, pieces } = listen(3600, (n) => note[n - at] ?? 0, true);
    expect(onsets).toHaveLength(1);
    expect(Math.abs(onsets[0]! - 3599)).toBeLessThan(0.002);
    expect(pieces).toBeLessThanOrEqual(5);
  }, 240_000);
});
