/** Qualities of sounds are those of the formulas: tones, noise, ramps and beats of known size. */

import { describe, expect, test } from "vitest";
import { compareQualities } from "../../src/core/answer/compare-qualities.ts";
import { qualitiesOf } from "../../src/core/signal/sound-qualities.ts";
import { createRandom } from "../../src/model/random.ts";

const RATE = 48_000;
const make = (seconds: number, at: (t: number) => number, rate = RATE) => Float32Array.from({ length: Math.round(seconds * rate) }, (_, i) => at(i / rate));
const tone = (hertz: number) => (t: number) => 0.5 * Math.sin(2 * Math.PI * hertz * t);
const random = createRandom(1);
const noise = make(1.5, () => 0.2 * random.normal());

describe("qualities of a sound", () => {
  test.each([44_100, 48_000, 96_000])("a tone is as bright as its frequency and not noisy, at %i Hz", (rate) => {
    const { brightness, noisiness, pitch } = qualitiesOf(make(1.5, tone(1000), rate), rate)!;
    expect(brightness).toBeGreaterThan(980);
    expect(brightness).toBeLessThan(1060);
    expect(noisiness).toBeLessThan(0.05);
    expect(pitch).toBeCloseTo(1000, -1);
  });

  test("white noise is noisy, has no pitch, and its centroid lies in the middle of what is looked at", () => {
    const { brightness, noisiness, pitch } = qualitiesOf(noise, RATE)!;
    expect(noisiness).toBeGreaterThan(0.93);
    expect(pitch).toBeNull();
    expect(brightness).toBeGreaterThan(7700);
    expect(brightness).toBeLessThan(8300);
  });

  test("a straight rise of 100 ms attacks in 60, a click or steady noise at once, wherever the sound begins", () => {
    for (const lead of [0, 0.005, 0.03]) {
      const late = (at: (t: number) => number) => make(1.2, (t) => (t < lead ? 0 : at(t - lead)));
      expect(qualitiesOf(late((t) => Math.min(1, t / 0.1) * tone(2000)(t)), RATE)!.attack).toBeCloseTo(0.06, 2);
      expect(qualitiesOf(late((t) => Math.exp(-t / 0.05) * tone(2000)(t)), RATE)!.attack).toBeLessThan(0.008);
      expect(qualitiesOf(late((t) => Math.exp(-t / 0.3) * tone(110)(t)), RATE)!.attack).toBeLessThan(0.012);
      expect(qualitiesOf(late((t) => noise[Math.round(t * RATE)]!), RATE)!.attack).toBeLessThan(0.012);
    }
  });

  test("a beat of 6 Hz and 20 % is one of 6 Hz and 0.2, on a decay as well; a steady tone has none; a short one cannot tell", () => {
    const beat = (t: number) => 1 + 0.2 * Math.sin(2 * Math.PI * 6 * t);
    for (const decay of [Infinity, 0.6]) {
      const { modulation } = qualitiesOf(make(1.5, (t) => Math.exp(-t / decay) * beat(t) * tone(880)(t)), RATE)!;
      expect(modulation!.rate).toBeCloseTo(6, 0);
      expect(modulation!.depth).toBeGreaterThan(0.16);
      expect(modulation!.depth).toBeLessThan(0.23);
    }
    expect(qualitiesOf(make(1.5, tone(880)), RATE)!.modulation!.depth).toBeLessThan(0.01);
    expect(qualitiesOf(make(1.5, (t) => Math.exp(-t / 0.3) * tone(880)(t)), RATE)!.modulation!.depth).toBeLessThan(0.02);
    expect(qualitiesOf(make(0.2, tone(880)), RATE)!.modulation).toBeNull();
  });

  test("the level changes nothing; silence and nothing have no qualities; a few samples have", () => {
    const loud = qualitiesOf(noise, RATE)!;
    const soft = qualitiesOf(noise.map((sample) => sample / 64), RATE)!;
    expect(soft.brightness).toBeCloseTo(loud.brightness, 0);
    expect(soft.attack).toBe(loud.attack);
    expect(soft.noisiness).toBeCloseTo(loud.noisiness, 4);
    expect(qualitiesOf(new Float32Array(RATE), RATE)).toBeNull();
    expect(qualitiesOf(new Float32Array(0), RATE)).toBeNull();
    const few = qualitiesOf(noise.subarray(0, 64), RATE)!;
    expect([few.brightness, few.attack, few.noisiness].every(Number.isFinite)).toBe(true);
  });
});

describe("two sounds side by side", () => {
  const plain = { brightness: 1000, attack: 0.01, noisiness: 0.2, modulation: { rate: 5, depth: 0.1 }, pitch: 220 };

  test("are wholly alike to themselves", () => {
    for (const { likeness, queryPlace, hitPlace } of compareQualities(plain, plain)) {
      expect(likeness).toBe(1);
      expect(queryPlace).toBe(hitPlace);
    }
  });

  test("lose likeness evenly with octaves or shares, and say nothing where one has none", () => {
    const other = { brightness: 2000, attack: 0.02, noisiness: 0.7, modulation: null, pitch: 440 };
    const rows = Object.fromEntries(compareQualities(plain, other).map((row) => [row.name, row]));
    expect(rows["brightness"]!.likeness).toBeCloseTo(0.5, 12);
    expect(rows["attack"]!.likeness).toBeCloseTo(0.8, 12);
    expect(rows["noisiness"]!.likeness).toBeCloseTo(0.5, 12);
    expect(rows["pitch"]!.likeness).toBeCloseTo(0.5, 12);
    expect(rows["modulation"]).toMatchObject({ query: 0.1, hit: null, hitPlace: null, likeness: null });
    expect(compareQualities(null, plain).every(({ likeness, query }) => likeness === null && query === null)).toBe(true);
    // The octave below and the octave above are as far.
    expect(compareQualities(other, plain)[0]!.likeness).toBeCloseTo(0.5, 12);
  });
});
