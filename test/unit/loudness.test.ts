/** Loudness in LUFS against the closed form and the cases of EBU Tech 3341, and the K weighting against the tables of BS.1770-4. */

import { describe, expect, test } from "vitest";
import { joined } from "../../src/core/joined.ts";
import { kWeighting } from "../../src/core/signal/k-weighting.ts";
import { SILENCE_LUFS, integratedLoudness } from "../../src/core/signal/loudness.ts";
import { noise, sine } from "../signals.ts";

const RATE = 48_000;
const scaled = (samples: Float32Array, db: number) => samples.map((sample) => sample * 10 ** (db / 20));
const tone = (seconds: number, db: number, rate = RATE) => scaled(sine(997, seconds, rate, 1), db);
const inTurn = (...parts: Float32Array[]) => joined(parts, Float32Array);

describe("K weighting", () => {
  test("at 48 kHz is that of tables 1 and 2", () => {
    const [shelf, highPass] = kWeighting(48_000);
    const table = { b0: 1.53512485958697, b1: -2.69169618940638, b2: 1.19839281085285, a1: -1.69065929318241, a2: 0.73248077421585 };
    for (const [name, value] of Object.entries(table)) expect(shelf[name as keyof typeof shelf]).toBeCloseTo(value, 10);
    expect(highPass).toMatchObject({ b0: 1, b1: -2, b2: 1 });
    expect(highPass.a1).toBeCloseTo(-1.99004745483398, 10);
    expect(highPass.a2).toBeCloseTo(0.99007225036621, 10);
  });
});

describe("integrated loudness", () => {
  test.each([8_000, 22_050, 44_100, 48_000, 96_000, 192_000])("of a 997 Hz sine of full scale in one channel is -3.01 at %d Hz", (sampleRate) => {
    expect(integratedLoudness({ sampleRate, channels: [tone(5, 0, sampleRate)] })).toBeCloseTo(-3.01, sampleRate < 20_000 ? 0 : 1);
  });

  test("falls by what the level falls, and rises by 3.01 with a second channel", () => {
    const one = integratedLoudness({ sampleRate: RATE, channels: [tone(3, -20)] });
    expect(integratedLoudness({ sampleRate: RATE, channels: [tone(3, -33)] }) - one).toBeCloseTo(-13, 3);
    expect(integratedLoudness({ sampleRate: RATE, channels: [tone(3, -20), tone(3, -20)] }) - one).toBeCloseTo(3.0103, 3);
  });

  test("passes over what the gates leave out (EBU Tech 3341, cases 3 and 5)", () => {
    const third = inTurn(tone(10, -36), tone(60, -23), tone(10, -36));
    expect(integratedLoudness({ sampleRate: RATE, channels: [third, third] })).toBeCloseTo(-23, 1);
    const fifth = inTurn(tone(20, -26), tone(20.1, -20), tone(20, -26));
    expect(integratedLoudness({ sampleRate: RATE, channels: [fifth, fifth] })).toBeCloseTo(-23, 1);
  });

  test("weighs surround channels by 1.41 and leaves the low-frequency one out", () => {
    const quiet = new Float32Array(RATE);
    const sound = tone(1, -20);
    const at = (channel: number, channels: number) => integratedLoudness({ sampleRate: RATE, channels: Array.from({ length: channels }, (_, i) => (i === channel ? sound : quiet)) });
    expect(at(4, 6) - at(0, 6)).toBeCloseTo(10 * Math.log10(1.41), 6);
    expect(at(3, 5) - at(0, 5)).toBeCloseTo(10 * Math.log10(1.41), 6);
    expect(at(3, 6)).toBe(SILENCE_LUFS);
  });

  test("of a sound shorter than a block is that of the sound alone; of silence and of nothing the least", () => {
    expect(integratedLoudness({ sampleRate: RATE, channels: [tone(0.2, -10)] })).toBeCloseTo(-13.01, 0);
    const burst = noise(0.05, RATE, 0.5, 4);
    const padded = new Float32Array(RATE / 5);
    padded.set(burst);
    expect(integratedLoudness({ sampleRate: RATE, channels: [burst] })).toBeGreaterThan(integratedLoudness({ sampleRate: RATE, channels: [padded] }) + 5);
    expect(integratedLoudness({ sampleRate: RATE, channels: [new Float32Array(RATE)] })).toBe(SILENCE_LUFS);
    expect(integratedLoudness({ sampleRate: RATE, channels: [Float32Array.of(1e-9)] })).toBe(SILENCE_LUFS);
    expect(integratedLoudness({ sampleRate: RATE, channels: [] })).toBe(SILENCE_LUFS);
  });
});
