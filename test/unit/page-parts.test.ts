/** The page's pure parts: pads, waveforms, limiter, input health, the two clocks, addresses and the demo's arrangement. */

import { describe, expect, test, vi } from "vitest";
import { arrangeDemo } from "../../src/app/audio/demo-take.ts";
import { OFFSET_SECONDS, SILENCE_SECONDS, createInputHealth } from "../../src/app/audio/input-health.ts";
import { createOutputClock } from "../../src/app/audio/output-clock.ts";
import { createFaultBoard } from "../../src/app/fault-board.ts";
import { listOf } from "../../src/app/library/file-access.ts";
import { fileIn } from "../../src/core/library/folder.ts";
import { coarser, waveform } from "../../src/app/library/waveform.ts";
import { answerNote, lightsOf } from "../../src/app/pads/pad-notes.ts";
import type { PadFace } from "../../src/app/pads/pad-faces.ts";
import type { SoundEntry } from "../../src/core/presets/library-manifest.ts";
import { createRandom, noise, sine } from "../signals.ts";

describe("waveform", () => {
  test("gives the extremes of each stretch", () => {
    expect([...waveform([Float32Array.of(0, 1, -1, 0.5, 0.25, -0.25)], 3)]).toEqual([0, 1, -1, 0.5, -0.25, 0.25]);
    expect([...waveform([Float32Array.of(0.5, 0.5), Float32Array.of(-0.25, 1)], 1)]).toEqual([-0.25, 1]);
    expect([...waveform([], 2)]).toEqual([0, 0, 0, 0]);
    expect([...waveform([Float32Array.of(0.5)], 2)]).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  test("made coarser equals made coarse", () => {
    const signal = noise(0.5, 8_192, 0.3, 3);
    expect(coarser(waveform([signal], 512), 64)).toEqual(waveform([signal], 64));
  });
});

describe("input health", () => {
  const judgeFor = (frames: Float32Array, seconds: number) => {
    const health = createInputHealth();
    return Array.from({ length: seconds * 4 + 1 }, (_, i) => health.judge(frames, i / 4));
  };

  test("tells silence after its time, and its end at once", () => {
    const silence = new Float32Array(2_048);
    const told = judgeFor(silence, SILENCE_SECONDS);
    expect(told.slice(0, -1).every((condition) => condition === "fine")).toBe(true);
    expect(told.at(-1)).toBe("silent");
    const health = createInputHealth();
    health.judge(silence, 0);
    expect(health.judge(silence, SILENCE_SECONDS)).toBe("silent");
    expect(health.judge(noise(0.05, 44_100, 1e-4, 1), SILENCE_SECONDS + 1)).toBe("fine");
    expect(health.judge(silence, SILENCE_SECONDS + 2)).toBe("fine");
  });

  test("an input that has carried sound may rest as long as it likes", () => {
    const health = createInputHealth();
    health.judge(noise(0.05, 44_100, 1e-4, 1), 0);
    for (const time of [1, SILENCE_SECONDS + 1, 10 * SILENCE_SECONDS]) expect(health.judge(new Float32Array(2_048), time)).toBe("fine");
  });

  test("tells a constant offset, but no sound that carries a small one", () => {
    expect(judgeFor(new Float32Array(2_048).fill(0.4), OFFSET_SECONDS).at(-1)).toBe("offset");
    expect(judgeFor(sine(440, 0.05, 44_100, 0.3).map((sample) => sample + 0.1), 5).at(-1)).toBe("fine");
  });

  test("tells numbers that are none at once", () => {
    expect(createInputHealth().judge(Float32Array.of(0, Number.NaN), 0)).toBe("broken");
  });
});

describe("output clock", () => {
  /** Readings of a device that is served in periods of 10 ms, on a busy machine: its page time is late by a jitter that is never negative. */
  function jittery(seed: number) {
    const random = createRandom(seed);
    let time = 0;
    return { currentTime: 0, getOutputTimestamp: () => ({ contextTime: (time += 0.05), performanceTime: 5_000 + 1000 * time + 8 * random() }) };
  }

  test("says when a moment is heard, the same within 2 ms however single readings jitter", () => {
    const offsets: number[] = [];
    const clock = createOutputClock(jittery(3));
    for (let i = 0; i < 256; i++) clock.look();
    for (let answer = 0; answer < 200; answer++) {
      clock.look();
      offsets.push(clock.heardAt(answer) - 1000 * answer);
    }
    expect(Math.max(...offsets) - Math.min(...offsets)).toBeLessThan(2);
    expect(offsets[0]).toBeGreaterThan(5_000);
    expect(offsets[0]).toBeLessThan(5_008);
  });

  test("and the reverse", () => {
    const clock = createOutputClock({ currentTime: 10, getOutputTimestamp: () => ({ contextTime: 9.9, performanceTime: 5_000 }) });
    expect(clock.heardAt(10.1)).toBeCloseTo(5_200, 6);
    expect(clock.soundingAt(5_200)).toBeCloseTo(10.1, 9);
  });

  test("follows a clock that has jumped, as another device's does", () => {
    let jump = 0;
    let time = 0;
    const clock = createOutputClock({ currentTime: 0, getOutputTimestamp: () => ({ contextTime: (time += 0.1), performanceTime: 1000 * time + jump }) });
    for (let i = 0; i < 300; i++) clock.look();
    jump = 3_000;
    expect(clock.heardAt(1)).toBeCloseTo(4_000, 6);
  });

  test("adds the latency where the browser is mute", () => {
    vi.spyOn(performance, "now").mockReturnValue(1_000);
    expect(createOutputClock({ currentTime: 2, outputLatency: 0.03, getOutputTimestamp: () => ({ contextTime: 0, performanceTime: 0 }) }).heardAt(2.01)).toBeCloseTo(1_040, 6);
    vi.restoreAllMocks();
  });
});

describe("notes and lights of pads", () => {
  const face = (pad: number, id: number | null, more: Partial<PadFace> = {}): PadFace => ({ key: id === null ? null : `s${id}`, id, sound: null, note: 36 + pad, distance: null, share: null, locked: false, struck: false, ...more });
  const faces = [face(0, 7), face(1, null), face(2, 4, { share: 0.5, struck: true })];
  const match = (id: number) => ({ id, distance: 0 });

  test("an answer's note is its pad's, else that of the nearest that is on a pad, else the first; or its own pitch", () => {
    const pitch = (id: number) => ["", "C4", "F#2", "Bb3", "x", "C10"][id] ?? "";
    expect(answerNote([match(4)], faces, "pad", pitch)).toBe(38);
    expect(answerNote([match(9), match(7), match(4)], faces, "pad", pitch)).toBe(36);
    expect(answerNote([match(9)], faces, "pad", pitch)).toBe(36);
    expect([1, 2, 3, 5, 4].map((id) => answerNote([match(id)], faces, "pitch", pitch))).toEqual([60, 42, 58, 36, 38]);
  });

  test("lights tell family, or distance, and what sounds", () => {
    expect(lightsOf(faces, new Set([7]), "family")).toEqual([{ family: "other", share: null, sounding: true }, { family: null, share: null, sounding: false }, { family: "other", share: null, sounding: true }]);
    expect(lightsOf(faces, new Set(), "distance")[2]).toEqual({ family: "other", share: 0.5, sounding: true });
  });
});

test("addresses keep names whole", () => {
  expect(fileIn("http://host/lib/", "audio/50% loud #2 ä.wav")).toBe("http://host/lib/audio/50%25%20loud%20%232%20%C3%A4.wav");
});

test("a chosen folder's files lie below it, dropped ones beside each other", () => {
  const file = (path: string) => Object.assign(new File(["x"], path.split("/").pop()!), { webkitRelativePath: path.includes("/") ? path : "" });
  const folder = listOf([file("Drums/kick.wav"), file("Drums/more/snare.wav")]);
  expect([folder.title, folder.files.map(({ path }) => path)]).toEqual(["Drums", ["kick.wav", "more/snare.wav"]]);
  const dropped = listOf([file("kick.wav"), file("snare.wav")]);
  expect([dropped.title, dropped.files.map(({ path }) => path)]).toEqual(["Dropped files", ["kick.wav", "snare.wav"]]);
  expect(listOf([])).toEqual({ title: "", files: [] });
});

describe("demo take", () => {
  const sound = (family: string, technique: string): SoundEntry => ({ file: "", name: "", family, instrument: "", technique, mute: "none", pitch: "", dynamics: "", durationSeconds: 1 });
  const sounds = ["plucked", "bowed", "blown", "struck"].flatMap((family) => ["ordinario", "muted", "harmonic"].flatMap((technique) => Array.from({ length: 10 }, () => sound(family, technique))));

  test("takes families in turn, comes back to a technique last, and no sound twice", () => {
    const notes = arrangeDemo(sounds, 7);
    expect(notes).toHaveLength(16);
    expect(new Set(notes.map((note) => note.sound)).size).toBe(16);
    for (let bar = 0; bar < 16; bar += 4) expect(new Set(notes.slice(bar, bar + 4).map((note) => sounds[note.sound]!.family)).size).toBe(4);
    expect(new Set(notes.slice(0, 12).map((note) => `${sounds[note.sound]!.family} ${sounds[note.sound]!.technique}`)).size).toBe(12);
    expect(notes.every(({ cents }) => Math.abs(cents) >= 100 && Math.abs(cents) <= 200)).toBe(true);
  });

  test("is the same for the same seed, another for another, and none for no sounds", () => {
    expect(arrangeDemo(sounds, 7)).toEqual(arrangeDemo(sounds, 7));
    expect(arrangeDemo(sounds, 8)).not.toEqual(arrangeDemo(sounds, 7));
    expect(arrangeDemo([], 7)).toEqual([]);
    expect(arrangeDemo(sounds.slice(0, 1), 7)).toHaveLength(16);
  });
});

test("a fault board shows one fault a cause, and forgets its remedy with it", async () => {
  const board = createFaultBoard(() => {});
  const run = vi.fn();
  board.raise("a", new Error("first"));
  board.raise("b", new RangeError("second"), { label: "Mend", run });
  board.raise("a", "third");
  expect(board.faults).toEqual([{ key: "a", name: "Error", message: "third" }, { key: "b", name: "RangeError", message: "second", remedy: "Mend" }]);
  await board.retry("a");
  await board.retry("b");
  expect(run).toHaveBeenCalledTimes(1);
  board.clear("b");
  await board.retry("b");
  expect(run).toHaveBeenCalledTimes(1);
  expect(board.faults).toHaveLength(1);
});
