/** Controls that MIDI can be learned for: each turns, switches or pushes what it says, over its whole range, and never leaves its bounds. */

import { describe, expect, test } from "vitest";
import { CONTROLS, createControls } from "../../src/app/controls.ts";
import { createBoard } from "../../src/app/pads/pad-board.ts";
import type { Simile } from "../../src/app/simile-state.ts";
import { PLAY_BOUNDS } from "../../src/core/answer/play-settings.ts";

/** Writes down what the controls ask of the instrument. */
function rig(answering = true) {
  const asked: unknown[] = [];
  const note = (name: string) => (...rest: readonly unknown[]) => void asked.push([name, ...rest]);
  const simile = {
    state: { settings: { answering, beat: { running: false } }, phase: "ready", input: null, guard: true, board: createBoard() },
    ...Object.fromEntries(["setVolume", "setSensitivity", "configure", "perform", "setBalance", "setGuard", "setBeat", "listen", "stopListening", "panic"].map((name) => [name, note(name)])),
    pads: { change: note("change"), like: note("like") },
  } as unknown as Simile;
  return { move: createControls(simile), asked: () => asked.splice(0) };
}

describe("controls", () => {
  test("have ids and titles of their own", () => {
    for (const key of ["id", "title"] as const) expect(new Set(CONTROLS.map((control) => control[key])).size).toBe(CONTROLS.length);
  });

  test("that turn reach both ends of their range, and do nothing when a key pushes them", () => {
    const { move, asked } = rig();
    for (const { id, kind } of CONTROLS) {
      if (kind !== "turn") continue;
      move(id, null);
      expect(asked()).toEqual([]);
      move(id, 0);
      move(id, 1);
      const [low, high] = asked();
      expect(low).not.toEqual(high);
    }
    move("volume", 0);
    move("volume", 1);
    expect(asked()).toEqual([["setVolume", -Infinity], ["setVolume", 6]]);
    for (const name of ["length", "polyphony", "pan"] as const) {
      move(`play-${name}`, 0);
      move(`play-${name}`, 1);
      expect(asked()).toEqual([["perform", { [name]: PLAY_BOUNDS[name].least }], ["perform", { [name]: PLAY_BOUNDS[name].most }]]);
    }
  });

  test("that push act once as their value rises, and at every key", () => {
    const { move, asked } = rig();
    for (const value of [0.2, 0.6, 0.9, 1, 0.1, 0.7, null, null]) move("undo", value);
    expect(asked()).toEqual(Array.from({ length: 4 }, () => ["change", { kind: "undo" }]));
  });

  test("that switch follow a value, and are turned over by a key", () => {
    const { move, asked } = rig(true);
    move("answering", null);
    move("answering", 1);
    move("answering", 0);
    expect(asked()).toEqual([false, true, false].map((answering) => ["configure", { answering }]));
  });

  test("of no known name move nothing", () => {
    const { move, asked } = rig();
    move("nothing", 1);
    expect(asked()).toEqual([]);
  });
});
