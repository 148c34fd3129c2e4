/** The notes of answers: one a retrieval, with its first telling; where nothing was like it then, with the first context that is answered. */

import { afterEach, expect, test, vi } from "vitest";
import { createFaultBoard } from "../../src/app/fault-board.ts";
import { type Hands, createHands } from "../../src/app/hands.ts";
import type { Simile } from "../../src/app/simile-state.ts";
import { changePlay, DEFAULT_PLAY, type PlaySettings } from "../../src/core/answer/play-settings.ts";
import { DEFAULT_SETTINGS, type Retrieval } from "../../src/protocol/engine.ts";

const opened: Hands[] = [];
afterEach(async () => {
  for (const hands of opened.splice(0)) await hands.midi.dispose();
});

/** `told` gets the velocities of notes, as they are sent. */
function make(mode: PlaySettings["mode"]): { readonly hands: Hands; readonly told: number[] } {
  const told: number[] = [];
  const settings = { ...DEFAULT_SETTINGS, commitSeconds: 0.1, play: changePlay(DEFAULT_PLAY, { mode }) };
  const simile = { state: { sounds: [], settings, playing: new Set<number>(), midi: { clockBpm: null } }, ask: async () => [], configure: () => {} } as unknown as Simile;
  const hands = createHands({
    simile,
    faults: createFaultBoard(() => {}),
    set: () => {},
    graph: () => null,
    store: () => null,
    sounding: () => () => {},
    playNote: ({ velocity }) => {
      told.push(velocity);
      return () => {};
    },
    remember: false,
    transport: vi.fn(),
    storage: null,
  });
  opened.push(hands);
  return { hands, told };
}

const retrieval = (index: number, contextSeconds: number, ids: readonly number[]): Retrieval => ({ index, onsetTime: 0, contextSeconds, loudnessDb: -20, milliseconds: 1, rejected: null, matches: ids.map((id) => ({ id, distance: 1 })) });

/** Tells a retrieval context by context, and that its voice sounds. */
function tell({ hands, told }: ReturnType<typeof make>, contexts: readonly (readonly [number, readonly number[]])[], index = 0): number {
  contexts.forEach(([contextSeconds, ids], i) => hands.retrieved(retrieval(index, contextSeconds, ids), i === 0));
  hands.notes.started(index, performance.now());
  return told.length;
}

test("an answer is one note, however often it is told", () => {
  for (const mode of ["hit", "progressive"] as const) expect(tell(make(mode), [[0.05, [1]], [0.1, [2]], [0.25, [2]]])).toBe(1);
});

test("an answer that comes with a later context has its note as well, once", () => {
  const made = make("progressive");
  expect(tell(made, [[0.006, []], [0.025, [1]], [0.05, [2]]])).toBe(1);
  expect(tell(made, [[0.006, []], [0.025, [1]]], 1)).toBe(2);
});

test("what is listed and not answered has none", () => {
  expect(tell(make("progressive"), [[0.006, []], [0.25, [1]]])).toBe(0);
  expect(tell(make("hit"), [[0.1, []], [0.25, [1]]])).toBe(0);
});
