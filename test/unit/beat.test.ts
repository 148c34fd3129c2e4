/** The beat: the next step is the least grid moment that is not past, at any phase; changes of tempo keep the phase; what does not beat holds nothing up. */

import { describe, expect, test } from "vitest";
import { type Beat, NO_BEAT, beatsAt, isBeating, nextStep, stepSeconds, withTempo } from "../../src/core/answer/beat.ts";
import { createRandom } from "../signals.ts";

const beat: Beat = { running: true, tempo: 120, originSeconds: 1 };

describe("nextStep", () => {
  test.each([
    [1, 1, 1],
    [1.01, 1, 1.5],
    [1.5, 1, 1.5],
    [0.2, 1, 0.5],
    [1.01, 4, 1.125],
    [100.3, 2, 100.5],
  ])("from %d s with %d steps a beat is %d s", (time, division, expected) => {
    expect(nextStep(beat, division, time)).toBeCloseTo(expected, 9);
  });

  test("is never before the time, less than a step after it, and on the grid", () => {
    const random = createRandom(1);
    for (let i = 0; i < 1000; i++) {
      const of: Beat = { running: true, tempo: 10 + 390 * random(), originSeconds: 50 * random() - 25 };
      const division = 1 + Math.floor(8 * random());
      const time = 1000 * random();
      const step = 60 / of.tempo / division;
      const found = nextStep(of, division, time);
      expect(found - time).toBeGreaterThanOrEqual(-1.1e-6);
      expect(found - time).toBeLessThan(step);
      expect(stepSeconds(of, division)).toBeCloseTo(step, 12);
      const steps = (found - of.originSeconds) / step;
      expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-6);
    }
  });

  test.each([
    ["no beat", NO_BEAT],
    ["a stopped one", { ...beat, running: false }],
    ["tempo 0", { ...beat, tempo: 0 }],
    ["an endless tempo", { ...beat, tempo: Number.POSITIVE_INFINITY }],
    ["a tempo that is none", { ...beat, tempo: Number.NaN }],
    ["an origin that is none", { ...beat, originSeconds: Number.NaN }],
  ])("%s: at once", (_name, of) => {
    expect(isBeating(of)).toBe(false);
    expect(nextStep(of, 4, 3.21)).toBe(3.21);
    expect(stepSeconds(of, 4)).toBe(0);
  });

  test("no division: at once", () => {
    expect(nextStep(beat, 0, 3.21)).toBe(3.21);
    expect(stepSeconds(beat, 0)).toBe(0);
  });
});

test("another tempo keeps the phase at the moment of the change", () => {
  const faster = withTempo(beat, 133, 17.3);
  expect(faster.tempo).toBe(133);
  expect(beatsAt(faster, 17.3)).toBeCloseTo(beatsAt(beat, 17.3), 9);
  const again = withTempo(withTempo(beat, 0, 5), 90, 6);
  expect([again.tempo, again.originSeconds]).toEqual([90, 6]);
});
