/** A take answered offline: the same bytes for the same settings, answers where the settings say, and sense made of every kind of bad take and library. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { NO_BEAT } from "../../src/core/answer/beat.ts";
import { FADE_SECONDS } from "../../src/core/answer/mixer.ts";
import { changePlay, DEFAULT_PLAY, PLAY_MODES, type PlaySettings } from "../../src/core/answer/play-settings.ts";
import { simile } from "../../src/core/features/simile.ts";
import { writeWav } from "../../src/core/kits/wav.ts";
import { Neighbours } from "../../src/core/search/neighbours.ts";
import { type RenderOptions, type RenderedTake, renderTake } from "../../src/core/takes/render-take.ts";
import { formatTakeCsv, takeNotes } from "../../src/core/takes/take-log.ts";
import { held, noise, pluck, strung } from "../signals.ts";

const RATE = 44_100;
const QUANTUM = 128;
const SOUNDS = [pluck(110, 0.6, RATE), pluck(220, 0.6, RATE), pluck(440, 0.6, RATE), held(220, 0.8, RATE), held(330, 0.8, RATE), noise(0.3, RATE, 0.2, 1).map((v, i) => v * Math.exp(-i / 2000))];
const rows = Float32Array.from(SOUNDS.flatMap((sound) => [...simile.extract(sound, RATE).values]));
const neighbours = new Neighbours(rows, SOUNDS.length, simile.size, "euclidean");
const take = strung([{ at: 0.2, sound: pluck(220, 0.8, RATE, 0.3) }, { at: 1.1, sound: held(330, 0.9, RATE, 0.2) }, { at: 2.2, sound: pluck(110, 0.8, RATE) }], 3.2, RATE);

function render(samples: Float32Array, play: Partial<PlaySettings> = {}, change: Partial<RenderOptions> = {}, commitSeconds = 0.1): Promise<RenderedTake> {
  return renderTake(
    { sampleRate: RATE, channels: [samples] },
    {
      settings: { commitSeconds, answering: true, play: changePlay(DEFAULT_PLAY, play) },
      sensitivity: 0.5,
      beat: NO_BEAT,
      rank: async (values) => neighbours.nearest(values, 16),
      sound: async (id) => ({ audio: { sampleRate: RATE, channels: [SOUNDS[id]!] }, group: 0 }),
      ...change,
    },
  );
}

describe("renderTake", () => {
  test.each(PLAY_MODES)("%s: the same take and settings give the same samples and answers; other settings others", async (mode) => {
    const [first, second, other] = [await render(take, { mode }), await render(take, { mode }), await render(take, { mode, pan: 0.5 })];
    expect(second).toEqual(first);
    expect(other.channels[0]).not.toEqual(first.channels[0]);
    expect(first.answers.length).toBeGreaterThanOrEqual(3);
    expect(first.channels[0].some((v) => v > 0.05)).toBe(true);
  });

  test("hit: each onset is answered once, at the block after its context was heard", async () => {
    const { answers } = await render(take);
    expect(answers.map(({ onsetSeconds }) => [0.2, 1.1, 2.2].findIndex((at) => Math.abs(at - onsetSeconds) < 0.03))).toEqual([0, 1, 2]);
    for (const { onsetSeconds, startSeconds, endSeconds, contextSeconds } of answers) {
      expect(contextSeconds).toBe(0.1);
      expect(startSeconds! - onsetSeconds - 0.1).toBeGreaterThanOrEqual(0);
      expect(startSeconds! - onsetSeconds - 0.1).toBeLessThanOrEqual((2 * QUANTUM) / RATE);
      expect(endSeconds!).toBeGreaterThan(startSeconds!);
    }
  });

  test("hit: the output is the answers' own samples, as loud as the input asks for, and nothing else", async () => {
    const { answers, channels } = await render(take, { match: 0, align: 0 });
    const expected = new Float32Array(channels[0].length);
    for (const { sound, startSeconds } of answers) SOUNDS[sound]!.forEach((v, i) => (expected[Math.round(startSeconds! * RATE) + i]! += v));
    expect(channels[0]).toEqual(expected);
    expect(channels[1]).toEqual(expected);
  });

  test("progressive: sounds sooner than its last context", async () => {
    const { answers } = await render(take, { mode: "progressive" });
    for (const { onsetSeconds, startSeconds } of answers) expect(startSeconds! - onsetSeconds).toBeLessThan(0.04);
  });

  test("mosaic: sounds while the take does, and is silent in its silence", async () => {
    const quiet = strung([{ at: 0.5, sound: held(220, 1, RATE, 0.3, 0.06, 0) }], 3, RATE);
    const { channels } = await render(quiet, { mode: "mosaic", grain: 0.04 });
    const level = (from: number, to: number) => Math.sqrt(channels[0].subarray(from * RATE, to * RATE).reduce((sum, v) => sum + v * v, 0) / ((to - from) * RATE));
    expect(level(0.9, 1.4)).toBeGreaterThan(0.02);
    expect(level(2, 3)).toBe(0);
    expect(level(0, 0.5)).toBe(0);
  });

  test("held to a beat, every answer begins on a step of it", async () => {
    const { answers } = await render(take, { quantise: 2 }, { beat: { running: true, tempo: 100, originSeconds: 0 } });
    for (const { startSeconds } of answers) expect(Math.abs((startSeconds! / 0.3) % 1 - 0.5)).toBeGreaterThan(0.5 - 2e-4);
  });

  test("a sound that cannot be read gives way to the next nearest; where none can, the take is answered by silence", async () => {
    const best = (await render(take)).answers.map(({ sound }) => sound);
    const sound = (bad: (id: number) => boolean): RenderOptions["sound"] => async (id) => {
      if (bad(id)) throw new Error("gone");
      return { audio: { sampleRate: RATE, channels: [SOUNDS[id]!] }, group: 0 };
    };
    const without = await render(take, {}, { sound: sound((id) => id === best[0]) });
    expect(without.answers.map(({ sound: id }) => id)).not.toContain(best[0]);
    expect(without.answers.every(({ startSeconds }) => startSeconds !== undefined)).toBe(true);
    const none = await render(take, {}, { sound: sound(() => true) });
    expect(none.channels[0].every((v) => v === 0)).toBe(true);
    expect(none.answers).toHaveLength(3);
  });

  test.each([
    ["an empty library", async () => []],
    ["a library of one sound", async () => [{ id: 0, distance: 3 }]],
  ] as const)("%s", async (_name, rank) => {
    for (const mode of PLAY_MODES) {
      const { answers, channels } = await render(take, { mode }, { rank });
      const sounding = channels[0].some((v) => v !== 0);
      expect(sounding).toBe((await rank()).length > 0);
      expect(answers.every(({ sound }) => sound === (sounding ? 0 : -1))).toBe(true);
    }
  });

  test.each([
    ["silence", new Float32Array(2 * RATE)],
    ["constant noise", noise(3, RATE, 0.01, 4)],
    ["a take of one sample", Float32Array.of(0.5)],
    ["nothing at all", new Float32Array(0)],
  ])("%s is not answered by more than its beginning", async (_name, samples) => {
    expect((await render(samples)).answers.length).toBeLessThanOrEqual(1);
  });

  test("clipping and an input that stops in the midst of a note are answered like any other", async () => {
    const clipped = take.map((v) => Math.max(-0.2, Math.min(0.2, 4 * v)));
    expect((await render(clipped)).answers.length).toBeGreaterThanOrEqual(3);
    expect((await render(take.subarray(0, Math.round(1.5 * RATE)))).answers.length).toBe(2);
  });

  test("fifty onsets a second: no number that is none", async () => {
    const tap = (seed: number) => noise(0.015, RATE, 0.3, seed).map((v, i) => v * Math.exp(-i / 150));
    const storm = strung(Array.from({ length: 100 }, (_, i) => ({ at: 0.1 + i / 50, sound: tap(i) })), 2.3, RATE);
    const { answers, channels } = await render(storm, {}, {}, 0.012);
    expect(answers.length).toBeGreaterThan(0);
    expect(channels[0].every(Number.isFinite)).toBe(true);
  });

  test.each([1, 2, 3])("where %i voices may sound, the oldest gives way to a new one", async (polyphony) => {
    const notes = strung(Array.from({ length: 12 }, (_, i) => ({ at: 0.2 + 0.15 * i, sound: pluck(220 + 20 * i, 0.14, RATE, 0.4) })), 2.4, RATE);
    const { answers } = await render(notes, { polyphony });
    const sounding = answers.filter(({ startSeconds }) => startSeconds !== undefined);
    const voices = (at: number) => sounding.filter(({ startSeconds, endSeconds }) => startSeconds! <= at && at < endSeconds!).length;
    // Once the 5 ms are over in which a voice that gives way fades.
    expect(Math.max(...sounding.map(({ startSeconds }) => voices(startSeconds! + FADE_SECONDS + (2 * QUANTUM) / RATE)))).toBe(polyphony);
    const ends = sounding.map(({ endSeconds }) => endSeconds!);
    expect(ends).toEqual(ends.toSorted((x, y) => x - y));
  });
});

describe("the log of a take", () => {
  test("is a table with a row an answer, and a note an answer that sounded", async () => {
    const { answers } = await render(take);
    const csv = formatTakeCsv([...answers, { index: 9, onsetSeconds: 3, contextSeconds: 0.1, loudnessDb: -20, lufs: -20, sound: -1, distance: Number.NaN }], ({ sound }) => (sound < 0 ? undefined : { file: `${sound}.wav`, name: `a "sound", ${sound}` }));
    const lines = csv.trimEnd().split("\n");
    expect(lines).toHaveLength(5);
    expect(lines[1]!.split(",").slice(0, 2)).toEqual(["0", answers[0]!.onsetSeconds.toFixed(6)]);
    expect(lines[1]).toContain('"a ""sound"", ');
    expect(lines[4]).toBe("9,3.000000,0.1,-20.00,-20.00,,,,,,");
    const notes = takeNotes(answers, ({ sound }) => 60 + sound, 5);
    expect(notes.map(({ note, startSeconds }) => [note, startSeconds])).toEqual(answers.map(({ sound, startSeconds }) => [60 + sound, startSeconds]));
    for (const { velocity, durationSeconds } of notes) {
      expect(velocity).toBeGreaterThan(0);
      expect(durationSeconds).toBeGreaterThan(0);
    }
    // What sounds on at the end ends with the take.
    const { endSeconds: _, ...open } = answers[0]!;
    expect(takeNotes([open], () => null, open.startSeconds! + 1.5)[0]!.durationSeconds).toBeCloseTo(1.5, 9);
  });
});

describe("simile render", () => {
  const folder = mkdtempSync(join(tmpdir(), "simile-render-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const run = (...args: string[]) => execFileSync(process.execPath, [resolve(import.meta.dirname, "../../src/cli/simile.js"), "render", ...args], { encoding: "utf8", stdio: "pipe" });

  test("writes answers, mix, table and notes from the built-in library, and the same bytes again", () => {
    const path = join(folder, "take.wav");
    writeFileSync(path, writeWav({ sampleRate: RATE, channels: [take] }, 24));
    const at = (name: string) => join(folder, name);
    const told = run(path, "--out", at("a.wav"), "--mix", at("mix.wav"), "--csv", at("a.csv"), "--midi", at("a.mid"), "--mode", "progressive", "--commit", "0.1", "--set", "transpose=7");
    expect(told).toMatch(/3 answers, 3 of them sounding/);
    run(path, "--out", at("b.wav"), "--mode", "progressive", "--commit", "0.1", "--set", "transpose=7");
    expect(readFileSync(at("b.wav")).equals(readFileSync(at("a.wav")))).toBe(true);
    expect(readFileSync(at("a.csv"), "utf8").trimEnd().split("\n")).toHaveLength(4);
    expect(readFileSync(at("a.mid")).subarray(0, 4).toString()).toBe("MThd");
  });

  test.each([
    [["--out", "x.wav"], /expected one take/],
    [["t.wav"], /--out, --mix, --csv or --midi/],
    [["t.wav", "--out", "x.wav", "--mode", "loud"], /hit, progressive, mosaic/],
    [["t.wav", "--out", "x.wav", "--set", "volume=3"], /expected NAME=VALUE with a name of crossfade/],
    [["t.wav", "--out", "x.wav", "--set", "grain=3"], /expected 0.02 to 0.2/],
  ])("tells what is wrong with %j", (args, words) => {
    try {
      run(...args);
      expect.unreachable();
    } catch (cause) {
      expect((cause as { status: number }).status).toBe(2);
      expect((cause as { stderr: string }).stderr).toMatch(words);
    }
  });
});
