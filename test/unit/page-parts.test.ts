/** The page's pure parts: pads, waveforms, limiter, input health, the two clocks, addresses and the demo's arrangement. */

import { describe, expect, test, vi } from "vitest";
import { arrangeDemo } from "../../src/app/audio/demo-take.ts";
import { OFFSET_SECONDS, SILENCE_SECONDS, createInputHealth } from "../../src/app/audio/input-health.ts";
import { heardAt } from "../../src/app/audio/output-clock.ts";
import { createFaultBoard } from "../../src/app/fault-board.ts";
import { soundAddress } from "../../src/app/library/sound-address.ts";
import { coarser, waveform } from "../../src/app/library/waveform.ts";
import { emptyPads, fillPads, noteOfPad, padOfNote } from "../../src/app/pads.ts";
import type { SoundEntry } from "../../src/core/presets/library-manifest.ts";
import { createRandom, noise, sine } from "../signals.ts";

describe("pads", () => {
  test("fill from the bottom left, nearest first", () => {
    const nearest = Array.from({ length: 20 }, (_, i) => 100 - i);
    expect(fillPads(emptyPads(), nearest)).toEqual(nearest.slice(0, 16));
    expect(fillPads(emptyPads(), [7, 0])).toEqual([7, 0, ...Array.from({ length: 14 }, () => null)]);
  });

  test("hold exactly the sixteen nearest after any retrieval, and each that stays keeps its pad", () => {
    const random = createRandom(5);
    let pads = emptyPads();
    for (let turn = 0; turn < 300; turn++) {
      const nearest = Array.from({ length: 40 }, (_, id) => ({ id, order: random() })).sort((a, b) => a.order - b.order).map(({ id }) => id).slice(0, 16);
      const next = fillPads(pads, nearest);
      expect([...next].sort()).toEqual([...nearest].sort());
      pads.forEach((id, pad) => {
        if (id !== null && nearest.includes(id)) expect(next[pad]).toBe(id);
      });
      pads = next;
    }
  });

  test("are MIDI notes 36 to 51", () => {
    expect([0, 15].map(noteOfPad)).toEqual([36, 51]);
    expect([35, 36, 51, 52].map(padOfNote)).toEqual([null, 0, 15, null]);
  });
});

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

  test("tells a constant offset, but no sound that carries a small one", () => {
    expect(judgeFor(new Float32Array(2_048).fill(0.4), OFFSET_SECONDS).at(-1)).toBe("offset");
    expect(judgeFor(sine(440, 0.05, 44_100, 0.3).map((sample) => sample + 0.1), 5).at(-1)).toBe("fine");
  });

  test("tells numbers that are none at once", () => {
    expect(createInputHealth().judge(Float32Array.of(0, Number.NaN), 0)).toBe("broken");
  });
});

test("an answer is heard where the output's clocks say, or after the latency where they are mute", () => {
  expect(heardAt({ currentTime: 10, getOutputTimestamp: () => ({ contextTime: 9.9, performanceTime: 5_000 }) }, 10.1)).toBeCloseTo(5_200, 6);
  vi.spyOn(performance, "now").mockReturnValue(1_000);
  expect(heardAt({ currentTime: 2, outputLatency: 0.03, getOutputTimestamp: () => ({ contextTime: 0, performanceTime: 0 }) }, 2.01)).toBeCloseTo(1_040, 6);
  vi.restoreAllMocks();
});

test("addresses keep names whole", () => {
  expect(soundAddress("http://host/lib/", "audio/50% loud #2 ä.wav")).toBe("http://host/lib/audio/50%25%20loud%20%232%20%C3%A4.wav");
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
