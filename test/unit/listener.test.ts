/** The listener against the offline way: any cut into blocks gives the same onsets and the very vectors that `extract` gives from the onset on. */

import { describe, expect, test } from "vitest";
import { decibels } from "../../src/core/analysis.ts";
import { FormatError } from "../../src/core/errors.ts";
import { CONTEXTS } from "../../src/core/features/feature.ts";
import { simile } from "../../src/core/features/simile.ts";
import { Listener } from "../../src/core/listener.ts";
import { held, noise, pluck, strung } from "../signals.ts";

interface Heard {
  onsets: number[];
  vectors: { onset: number; position: number; context: number; loudness: number; values: Float32Array }[];
}

function hear(sound: Float32Array, rate: number, block: number, contexts: readonly number[] = CONTEXTS): Heard {
  const heard: Heard = { onsets: [], vectors: [] };
  const listener = new Listener(rate, {
    onset: (onset, position) => {
      expect(onset).toBe(heard.onsets.length);
      heard.onsets.push(position);
    },
    vector: (onset, position, context, loudness, values) => heard.vectors.push({ onset, position, context, loudness, values }),
  });
  listener.setContexts(contexts);
  for (let at = 0; at < sound.length; at += block) listener.push(sound, at, Math.min(sound.length, at + block));
  return heard;
}

const RATE = 48_000;
const take = strung(
  [
    { at: 0.2, sound: pluck(330, 1.2, RATE) },
    { at: 1.9, sound: held(440, 1.4, RATE) },
    { at: 3.8, sound: pluck(147, 0.3, RATE, 0.1) },
  ],
  4.4,
  RATE,
);

describe("Listener", () => {
  const whole = hear(take, RATE, take.length);

  test("three sounds are three onsets, at their first samples", () => {
    expect(whole.onsets.length).toBe(3);
    expect(whole.onsets[0]! / RATE).toBeCloseTo(0.2, 2);
    expect(Math.abs(whole.onsets[1]! / RATE - 1.9)).toBeLessThan(0.02);
    expect(whole.onsets[2]! / RATE).toBeCloseTo(3.8, 2);
  });

  test("every context that the sound was long enough for has its vector, in order", () => {
    expect(whole.vectors.map(({ onset, context }) => [onset, context])).toEqual([0, 1, 2].flatMap((onset) => CONTEXTS.filter((context) => onset < 2 || context <= 0.5).map((context) => [onset, context])));
  });

  test("each vector is what extract gives from the onset on", () => {
    for (const { position, context, loudness, values } of whole.vectors) {
      const sound = take.subarray(position);
      expect(values).toEqual(simile.extract(sound, RATE, context).values);
      const count = Math.round(context * RATE);
      expect(loudness).toBeCloseTo(decibels(sound.subarray(0, count).reduce((sum, v) => sum + v * v, 0) / count), 6);
    }
  });

  test.each([1, 7, 128, 1000])("blocks of %i samples give the same", (block) => {
    expect(hear(take, RATE, block)).toEqual(whole);
  });

  test.each([44_100, 96_000, 192_000])("so does a stream at %i Hz", (rate) => {
    const sound = strung([{ at: 0.1, sound: pluck(330, 0.5, rate) }], 0.5, rate);
    const { onsets, vectors } = hear(sound, rate, 128, [0.006, 0.05, 0.25]);
    expect(onsets.length).toBe(1);
    for (const { position, context, values } of vectors) expect(values).toEqual(simile.extract(sound.subarray(position), rate, context).values);
    expect(vectors.length).toBe(3);
  });

  test("silence says nothing; a constant and steady noise say at most that they begin", () => {
    expect(hear(new Float32Array(RATE), RATE, 128).onsets).toEqual([]);
    for (const steady of [new Float32Array(5 * RATE).fill(0.3), noise(20, RATE, 0.001, 5)]) expect(hear(steady, RATE, 128).onsets.filter((position) => position > 0.1 * RATE)).toEqual([]);
  });

  test("contexts can change under way: those ahead are heard, those behind are not", () => {
    const contexts: number[] = [];
    const listener = new Listener(RATE, { onset: () => undefined, vector: (_onset, _position, context) => contexts.push(context) });
    listener.setContexts([0.025, 0.5]);
    const sound = strung([{ at: 0.1, sound: pluck(330, 1.5, RATE) }], 1.5, RATE);
    listener.push(sound, 0, 0.3 * RATE);
    listener.setContexts([0.05, 0.25, 1]);
    listener.push(sound, 0.3 * RATE);
    expect(contexts).toEqual([0.025, 0.25, 1]);
  });

  test("settings out of range are refused with what is allowed", () => {
    const listener = new Listener(RATE, { onset: () => undefined, vector: () => undefined });
    expect(() => listener.setContexts([0.3])).toThrow(FormatError);
    expect(() => listener.setContexts([0.3])).toThrow(/0\.006, .*got 0\.3/);
    for (const sensitivity of [-0.1, 1.1, Number.NaN]) {
      expect(() => listener.setSensitivity(sensitivity)).toThrow(FormatError);
      expect(() => listener.setSensitivity(sensitivity)).toThrow(new RegExp(`0 to 1.*got ${sensitivity}`));
    }
  });
});
