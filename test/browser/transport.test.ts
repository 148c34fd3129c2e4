/** The transport on a real context: Tone's transport stands in the beat's phase, follows an outside clock, and stops with it. */

import * as Tone from "tone";
import { afterEach, expect, test } from "vitest";
import { type Transport, createTransport } from "../../src/app/audio/transport.ts";
import { type PerformingState, createPerforming } from "../../src/app/performing.ts";
import { type Beat, nextStep } from "../../src/core/answer/beat.ts";
import { DEFAULT_SETTINGS } from "../../src/protocol/engine.ts";

const open: (() => void)[] = [];
afterEach(() => open.splice(0).forEach((close) => close()));

/** Offline contexts keep their clock still, so that phases can be read exactly. */
function make(): { transport: Transport; tone: Tone.OfflineContext; told: Beat[] } {
  const tone = new Tone.OfflineContext(1, 10, 48_000);
  const told: Beat[] = [];
  const transport = createTransport(tone as unknown as Tone.Context, (beat) => told.push(beat));
  open.push(() => transport.dispose());
  return { transport, tone, told };
}

test("stands at 120 beats a minute until it is started, and tells each change once", () => {
  const { transport, tone, told } = make();
  expect(transport.beat).toMatchObject({ running: false, tempo: 120 });
  transport.stop();
  expect(told).toEqual([]);
  transport.start(0);
  expect(told).toEqual([{ running: true, tempo: 120, originSeconds: 0 }]);
  expect(tone.transport.state).toBe("started");
  transport.stop();
  expect(tone.transport.state).toBe("stopped");
  expect(told).toHaveLength(2);
});

test("Tone's transport runs at the tempo and in the phase of the outside clock", () => {
  const { transport, tone } = make();
  transport.follow(90, -0.25);
  expect(tone.transport.bpm.value).toBeCloseTo(90, 4);
  const beatSeconds = 60 / 90;
  expect(tone.transport.getSecondsAtTime(0.3) % beatSeconds).toBeCloseTo(0.55, 2);
});

test("an outside clock that jumps, stops at 0 or tells nonsense does no harm", () => {
  const { transport, tone, told } = make();
  transport.follow(120, 0);
  transport.follow(Number.NaN, 1);
  transport.follow(100, Number.POSITIVE_INFINITY);
  expect(told).toHaveLength(1);
  transport.follow(60, 0.5);
  expect(transport.beat).toEqual({ running: true, tempo: 60, originSeconds: 0.5 });
  transport.setTempo(0);
  expect(tone.transport.state).toBe("stopped");
  transport.setTempo(140);
  expect(tone.transport.state).toBe("started");
});

test("a host's beat, told by the bar, is the beat that answers are held to", () => {
  const tone = new Tone.OfflineContext(1, 10, 48_000);
  let state: PerformingState = { settings: DEFAULT_SETTINGS, sensitivity: 0.5, balance: { mix: 0.5, monitor: false }, guard: true };
  const performing = createPerforming({
    state: () => state,
    set: (change) => (state = { ...state, ...change }),
    graph: () => ({ tone, setBalance: () => {}, listener: null }) as never,
    listensToDevice: () => false,
    tellEngine: () => {},
  });
  performing.joinGraph();
  performing.setBeat({ tempo: 100, running: true, at: 7.3 });
  expect(state.settings.beat).toEqual({ running: true, tempo: 100, originSeconds: 7.3 });
  expect(nextStep(state.settings.beat, 1, 7.5)).toBeCloseTo(7.9, 9);
  performing.setBeat({ tempo: 100, running: true, at: 9.7 });
  expect(state.settings.beat.originSeconds).toBe(9.7);
  // What runs already keeps its phase.
  for (const change of [{ running: true }, { tempo: 100, running: true, at: Number.NaN }]) performing.setBeat(change);
  expect(state.settings.beat).toMatchObject({ running: true, tempo: 100 });
  expect(state.settings.beat.originSeconds).toBeCloseTo(9.7, 9);
  performing.setBeat({ tempo: 100, running: false, at: 9.7 });
  expect(state.settings.beat.running).toBe(false);
  tone.transport.stop(0);
});
