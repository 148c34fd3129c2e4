/** Pitch estimates against notes by formula, over the range of instruments, rates and levels; and sounds that have none. */

import { describe, expect, test } from "vitest";
import { noteName } from "../../src/core/metadata/note-name.ts";
import { estimatePitch } from "../../src/core/metadata/pitch.ts";
import { held, noise, pluck, sine } from "../signals.ts";

const hertzOf = (note: number) => 440 * 2 ** ((note - 69) / 12);

describe("pitch", () => {
  test.each([31, 36, 45, 52, 60, 69, 76, 84, 93])("of note %d, plucked and held, at three rates", (note) => {
    for (const rate of [22_050, 44_100, 96_000]) {
      for (const sound of [pluck(hertzOf(note), 1.2, rate), held(hertzOf(note), 1.2, rate)]) {
        const estimate = estimatePitch(sound, rate);
        expect(estimate?.name, `${note} at ${rate}`).toBe(noteName(note));
        expect(Math.abs(estimate!.cents)).toBeLessThan(15);
      }
    }
  });

  test("does not depend on the level, and tells cents", () => {
    const sound = sine(440 * 2 ** (30 / 1200), 1, 44_100, 1e-4);
    expect(estimatePitch(sound, 44_100)).toMatchObject({ name: "A4", cents: expect.closeTo(30, 0), hertz: expect.closeTo(447.7, 0) });
  });

  test("is none of noise, silence, a glide, or nothing", () => {
    const glide = Float32Array.from({ length: 44_100 }, (_, i) => Math.sin(2 * Math.PI * (200 * (i / 44_100) + 400 * (i / 44_100) ** 2)));
    for (const sound of [noise(1, 44_100, 0.5, 3), new Float32Array(44_100), glide, new Float32Array(0), Float32Array.of(1)]) expect(estimatePitch(sound, 44_100)).toBeUndefined();
  });

  test("names notes", () => {
    expect([60, 69, 61, 21, 0, 127].map(noteName)).toEqual(["C4", "A4", "C#4", "A0", "C-1", "G9"]);
  });
});
