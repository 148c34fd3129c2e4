/** Onsets of strung sounds with known beginnings: found, in time, and nothing else. */

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { analyse, SILENCE_DB } from "../../src/core/analysis.ts";
import { FormatError } from "../../src/core/errors.ts";
import { simile } from "../../src/core/features/simile.ts";
import { findOnset } from "../../src/core/onset/find-onset.ts";
import { OnsetDetector } from "../../src/core/onset/onset-detector.ts";
import { RunningPercentile } from "../../src/core/onset/running-percentile.ts";
import type { PlacedNote } from "../recorded-notes.ts";
import { createRandom, held, noise, pluck, sine, strung } from "../signals.ts";

const RATE = 48_000;

interface Found {
  readonly position: number;
  readonly detected: number;
}

function detect(sound: Float32Array, rate = RATE, sensitivity = 0.5, block = sound.length): Found[] {
  const detector = new OnsetDetector(rate, sensitivity);
  const found: Found[] = [];
  for (let start = 0; start < sound.length; start += block) {
    const end = Math.min(sound.length, start + block);
    for (let at = start; at < end; ) {
      at = detector.push(sound, at, end);
      if (detector.found) found.push({ ...detector.event });
    }
  }
  return found;
}

/** Noise of a room: `colour` 0 is white, towards 1 the low frequencies prevail. */
function room(seconds: number, db: number, colour: number, seed: number): Float32Array {
  const random = createRandom(seed);
  let state = 0;
  const sound = Float32Array.from({ length: seconds * RATE }, () => (state = colour * state + random() + random() + random() - 1.5));
  const level = Math.sqrt(sound.reduce((sum, v) => sum + v * v, 0) / sound.length);
  return sound.map((v) => (v * 10 ** (db / 20)) / level);
}

interface Score {
  readonly f: number;
  /** Median seconds from the true onset to its detection. */
  readonly delay: number;
}

/** Matches onsets to `truth` (from, to: where the sound begins and where it is clearly there), each at most once, within 20 ms. */
function score(found: readonly Found[], truth: readonly { readonly from: number; readonly to: number }[], rate = RATE): Score {
  // The room itself begins with the stream.
  found = found.filter(({ position }) => position > 0.1 * rate);
  const used = new Set<number>();
  const delays: number[] = [];
  for (const { from, to } of truth) {
    const hit = found.findIndex(({ position }, i) => !used.has(i) && position >= from - 0.02 * rate && position <= to + 0.02 * rate);
    if (hit < 0) continue;
    used.add(hit);
    delays.push((found[hit]!.detected - to) / rate);
  }
  delays.sort((a, b) => a - b);
  return { f: (2 * used.size) / (found.length + truth.length), delay: delays[delays.length >> 1] ?? Number.NaN };
}

const instants = (seconds: readonly number[]) => seconds.map((t) => ({ from: t * RATE, to: t * RATE }));

describe("OnsetDetector", () => {
  const random = createRandom(11);
  const starts = Array.from({ length: 30 }, (_, i) => 0.3 + 0.45 * i + 0.1 * random());
  const length = 14.2;
  const withRoom = (sound: Float32Array) => {
    const hiss = room(length, -66, 0.9, 12);
    return sound.map((v, n) => v + hiss[n]!);
  };
  const plucks = withRoom(strung(starts.map((at, i) => ({ at, sound: pluck(110 * 2 ** (((i * 5) % 36) / 12), 1.2, RATE, 0.05 + 0.5 * random()) })), length, RATE));
  const holds = withRoom(strung(starts.map((at, i) => ({ at, sound: held(220 * 2 ** (((i * 7) % 24) / 12), 0.35, RATE, 0.1 + 0.2 * random(), 0.04) })), length, RATE));

  test("plucks over each other's tails: F at least 0.95, median delay at most 6 ms", () => {
    const { f, delay } = score(detect(plucks), instants(starts));
    expect(f).toBeGreaterThanOrEqual(0.95);
    expect(delay).toBeLessThanOrEqual(0.006);
  });

  test("held notes with vibrato: F at least 0.95, median delay at most 15 ms", () => {
    const { f, delay } = score(detect(holds), instants(starts));
    expect(f).toBeGreaterThanOrEqual(0.95);
    expect(delay).toBeLessThanOrEqual(0.015);
  });

  test("the position is sought back to within 2 ms of a sharp attack", () => {
    const errors = detect(plucks)
      .filter(({ position }) => position > 0.1 * RATE)
      .map(({ position }) => Math.min(...starts.map((at) => Math.abs(position / RATE - at))))
      .sort((a, b) => a - b);
    expect(errors[Math.floor(0.8 * errors.length)]!).toBeLessThan(0.002);
    expect(errors.at(-1)!).toBeLessThan(0.012);
  });

  test.each([1, 7, 128, 1000])("blocks of %i samples give the same onsets", (block) => {
    expect(detect(plucks.subarray(0, 4 * RATE), RATE, 0.5, block)).toEqual(detect(plucks.subarray(0, 4 * RATE)));
  });

  test.each([8000, 44_100, 96_000, 192_000])("at %i Hz onsets lie at the same times", (rate) => {
    const at = [0.2, 0.7, 1.4];
    const found = detect(strung(at.map((start) => ({ at: start, sound: pluck(220, 0.6, rate) })), 2, rate), rate);
    expect(found.length).toBe(3);
    found.forEach(({ position }, i) => expect(Math.abs(position / rate - at[i]!)).toBeLessThan(0.002));
  });

  test.each([
    ["white", -50, 0],
    ["pink", -45, 0.97],
    ["low", -40, 0.99],
  ] as const)("a minute of %s room noise at %i dB has at most one false onset", (_name, db, colour) => {
    expect(detect(room(61, db, colour, 21)).filter(({ position }) => position > RATE).length).toBeLessThanOrEqual(1);
  });

  test("a long tone, vibrato, tremolo of 3 dB and its end are one onset", () => {
    const steady = strung([{ at: 0.2, sound: held(330, 10, RATE, 0.3, 0.05, 50) }], 11, RATE).map((v, n) => v * (1 - 0.3 * Math.sin((2 * Math.PI * 6 * n) / RATE) ** 2));
    expect(detect(steady).length).toBe(1);
  });

  test("more sensitive finds no less", () => {
    const counts = [0, 0.5, 1].map((sensitivity) => detect(holds, RATE, sensitivity).length);
    expect(counts[1]!).toBeGreaterThanOrEqual(counts[0]!);
    expect(counts[2]!).toBeGreaterThanOrEqual(counts[1]!);
    // Plucks in a loud room, ever fainter: the sensitive ear hears more of them.
    const levels = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005];
    const hiss = room(9, -40, 0.9, 6);
    const plucked = strung(levels.map((level, i) => ({ at: 1 + i, sound: pluck(233, 0.5, RATE, level) })), 9, RATE).map((v, n) => v + hiss[n]!);
    const heard = (sensitivity: number) => levels.filter((_, i) => detect(plucked, RATE, sensitivity).some(({ position }) => Math.abs(position / RATE - 1 - i) < 0.02)).length;
    expect(heard(0)).toBeGreaterThan(0);
    expect(heard(1)).toBeGreaterThan(heard(0));
  });

  test("15 taps a second are 15 onsets", () => {
    const quick = Array.from({ length: 30 }, (_, i) => 0.2 + i / 15);
    const tap = (seed: number) => noise(0.1, RATE, 0.2, seed).map((v, n) => v * Math.exp(-n / (0.008 * RATE)));
    const { f } = score(detect(strung(quick.map((at, i) => ({ at, sound: tap(i) })), 3, RATE)), instants(quick));
    expect(f).toBeGreaterThan(0.9);
  });

  test("silence and zeros after sound say nothing", () => {
    expect(detect(new Float32Array(RATE))).toEqual([]);
    // A sound that is cut off dead, and two seconds of zeros: the one onset is the sound's own.
    const cut = strung([{ at: 0.3, sound: pluck(220, 0.2, RATE) }], 2.5, RATE);
    expect(detect(cut).map(({ position }) => Math.round(position / (0.01 * RATE)))).toEqual([30]);
  });
});

describe("RunningPercentile", () => {
  test("equals a sort of the last values", () => {
    const random = createRandom(3);
    const running = new RunningPercentile(25, 0.8);
    const all: number[] = Array.from({ length: 25 }, () => 0);
    for (let i = 0; i < 400; i++) {
      const value = Math.fround(Math.floor(20 * random()) / 4);
      running.push(value);
      all.push(value);
      expect(running.value).toBe(all.slice(-25).sort((a, b) => a - b)[20]);
    }
  });
});

describe("findOnset", () => {
  test("finds the first sample at any level, after any silence", () => {
    for (const silence of [0, 0.013, 0.5, 2]) {
      for (const gain of [1e-3, 1, 30]) {
        const sound = strung([{ at: silence, sound: pluck(220, 1, RATE) }], silence + 1, RATE).map((v) => v * gain);
        expect(Math.abs(findOnset(sound, RATE) / RATE - silence)).toBeLessThan(0.002);
      }
    }
  });

  test("passes over the noise of a room before the sound", () => {
    const sound = strung([{ at: 0.8, sound: pluck(220, 1, RATE) }], 1.8, RATE);
    const hiss = room(2, -70, 0.9, 5);
    expect(Math.abs(findOnset(sound.map((v, n) => v + hiss[n]!), RATE) / RATE - 0.8)).toBeLessThan(0.003);
  });

  test("is 0 where there is nothing to find", () => {
    for (const sound of [new Float32Array(0), new Float32Array(1000), Float32Array.of(0.5), new Float32Array(10).fill(Number.NaN)]) expect(findOnset(sound, RATE)).toBe(0);
  });

  test("takes damage for silence", () => {
    const sound = strung([{ at: 0.3, sound: pluck(220, 1, RATE) }], 1.3, RATE);
    const damaged = Float32Array.from(sound);
    damaged[100] = Number.NaN;
    damaged[200] = Number.POSITIVE_INFINITY;
    expect(findOnset(damaged, RATE)).toBe(findOnset(sound, RATE));
  });
});

describe("analyse", () => {
  const sound = pluck(220, 1.5, RATE);

  test("silence before a sound changes nothing but its place", () => {
    const late = strung([{ at: 0.4, sound }], 2, RATE);
    const [plain, delayed] = [analyse({ sampleRate: RATE, channels: [sound] }, simile), analyse({ sampleRate: RATE, channels: [late] }, simile)];
    expect(delayed.onsetSeconds - plain.onsetSeconds).toBeCloseTo(0.4, 3);
    const difference = Math.hypot(...delayed.values.map((v, i) => v - plain.values[i]!)) / Math.hypot(...plain.values);
    expect(difference).toBeLessThan(0.01);
    expect(delayed.loudnessDb).toBeCloseTo(plain.loudnessDb, 1);
  });

  test("loudness is the level of the context: 6.02 dB for twice, and of a full sine -3.01 dB", () => {
    const loudness = (channel: Float32Array, context?: number) => analyse({ sampleRate: RATE, channels: [channel] }, simile, context).loudnessDb;
    expect(loudness(sound.map((v) => v / 2)) - loudness(sound)).toBeCloseTo(-6.02, 2);
    expect(loudness(sine(1000, 1, RATE, 1), 0.5)).toBeCloseTo(-3.01, 1);
  });

  test("channels are mixed, silence is said, and what is no sound is refused", () => {
    const silent = new Float32Array(sound.length);
    expect(analyse({ sampleRate: RATE, channels: [sound, silent] }, simile).values).toEqual(analyse({ sampleRate: RATE, channels: [sound.map((v) => v / 2)] }, simile).values);
    expect(analyse({ sampleRate: RATE, channels: [silent] }, simile).loudnessDb).toBe(SILENCE_DB);
    expect(() => analyse({ sampleRate: RATE, channels: [] }, simile)).toThrow(FormatError);
    expect(() => analyse({ sampleRate: RATE, channels: [Float32Array.of(1, Number.NaN)] }, simile)).toThrow(FormatError);
  });
});

const shared = resolve(import.meta.dirname, "../../../shared");

describe.skipIf(!existsSync(shared))("recorded notes strung together (need ../shared)", async () => {
  const { isOf, placeNote, singleNotes } = await import("../recorded-notes.ts");
  const PLUCKED = ["guitar/ordinario", "banjo/ordinario", "mandolin/ordinario", "harp/ordinario", "sitar/ordinario", "xylophone/ordinario", "vibraphone/ordinario", "celesta/ordinario", "double-bass/pizzicato", "violin-section/pizzicato", "archtop-guitar-mic/ordinario", "electric-bass/finger"];
  const HELD = ["flute/ordinario", "clarinet/ordinario", "bassoon/ordinario", "saxophone/ordinario", "horn/ordinario", "trombone/ordinario", "tuba/ordinario", "cello/ordinario", "violin-section/staccato", "viola-section/spiccato", "contrabassoon/ordinario", "horn-section/ordinario"];

  /** Four notes of each cell, at most 1 s of each, after pauses of 0.1 to 0.3 s, in a quiet room. */
  async function take(cells: readonly string[], seed: number) {
    const random = createRandom(seed);
    const notes = singleNotes(shared);
    const chosen = cells.flatMap((cell) => {
      const all = notes.filter(isOf(cell));
      return Array.from({ length: 4 }, (_, i) => all[Math.floor(((i + random()) * all.length) / 4)]!);
    });
    const truth: PlacedNote[] = [];
    let at = 0.5;
    for (const note of chosen) {
      const placed = await placeNote(note, at, random);
      truth.push(placed);
      at += placed.sound.length / RATE + 0.1 + 0.2 * random();
    }
    const sound = strung(truth.map(({ from, sound }) => ({ at: from / RATE, sound })), at + 0.2, RATE);
    const hiss = room(Math.ceil(at + 1), -66, 0.9, seed);
    return { sound: sound.map((v, n) => v + hiss[n]!), truth };
  }

  test("F is at least 0.95 over plucked, struck, bowed and blown notes; the median delay at most 6 ms of the sharp, 15 ms of the soft", async () => {
    const [sharp, soft] = [await take(PLUCKED, 31), await take(HELD, 32)];
    const [first, second] = [score(detect(sharp.sound), sharp.truth), score(detect(soft.sound), soft.truth)];
    expect((first.f + second.f) / 2).toBeGreaterThanOrEqual(0.95);
    expect(first.delay).toBeLessThanOrEqual(0.006);
    expect(second.delay).toBeLessThanOrEqual(0.015);
  });
});
