/** The live path: what it remembers of what answered, in every mode and each answer once; and what it leaves out under load. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { changePlay, DEFAULT_PLAY, type PlaySettings } from "../../src/core/answer/play-settings.ts";
import type { Match } from "../../src/core/search/neighbours.ts";
import { DEFAULT_SETTINGS, type EngineSettings, LIBRARY_STRIDE } from "../../src/protocol/engine.ts";
import type { ListenerEvent } from "../../src/protocol/listener.ts";
import { GRAINS_BEHIND, REFINEMENT_MILLISECONDS, STALE_SECONDS, createLive } from "../../src/worker/live.ts";
import { createTaboo } from "../../src/worker/taboo.ts";

type Vector = Extract<ListenerEvent, { kind: "vector" }>;

/** A listener's port by which vectors are said. */
function createPort() {
  const port = { onmessage: null as ((event: MessageEvent<ListenerEvent>) => void) | null, close() {} };
  const say = (vector: Partial<Vector> & { readonly time: number }) =>
    port.onmessage!({ data: { kind: "vector", onset: 0, onsetTime: 0, contextSeconds: 0.25, loudnessDb: -20, lufs: -20, feature: "any", version: 1, values: new Float32Array(1), grain: false, recent: null, sampleRate: 48_000, ...vector } } as MessageEvent<ListenerEvent>);
  return { port: port as unknown as MessagePort, say };
}

/** Says vectors one by one, each ranked as it says; gives what was barred from each, the sounds of the voices, and what is barred from the next. */
async function say(play: Partial<PlaySettings>, vectors: readonly (Partial<Vector> & { readonly ids: readonly number[] })[], change: Partial<EngineSettings> = {}) {
  const settings: EngineSettings = { ...DEFAULT_SETTINGS, commitSeconds: 0.25, ...change, play: changePlay(DEFAULT_PLAY, play) };
  const taboo = createTaboo();
  const { port, say: tell } = createPort();
  const voices: number[] = [];
  const barred: (readonly number[])[] = [];
  let ranked: readonly Match[] = [];
  let told = 0;
  let retrievals = 0;
  const live = createLive({
    listener: port,
    player: { send: (message) => void (message.kind === "play" && voices.push(message.order.sounds[0]! % LIBRARY_STRIDE)), close() {} },
    feature: { name: "any", version: 1, size: 1 },
    settings: () => settings,
    async rank(_values, _contextSeconds, index) {
      barred.push(taboo.before(index, settings.taboo));
      return { matches: ranked, rejected: null, reasons: async () => null };
    },
    answered: taboo.answered,
    voiceOf: (id) => 3 * LIBRARY_STRIDE + id,
    nextIndex: () => retrievals++,
    report: ({ kind }) => void (kind === "retrieval" && told++),
  });
  for (const [i, { ids, ...vector }] of vectors.entries()) {
    ranked = ids.map((id, rank) => ({ id, distance: 1 + rank }));
    tell({ time: 0.05 * i, ...vector });
    await expect.poll(() => told).toBe(i + 1);
  }
  live.close();
  return { voices, barred, next: taboo.before(null, settings.taboo) };
}

describe("no sound again within so many answers", () => {
  test("bars the sound that took over, not the guess before it", async () => {
    const { voices, next } = await say({ mode: "progressive", continuity: 0 }, [{ contextSeconds: 0.006, ids: [1, 2] }, { contextSeconds: 0.05, ids: [2, 1] }, { contextSeconds: 0.25, ids: [2, 1] }, { onset: 1, contextSeconds: 0.006, ids: [4] }], { taboo: 2 });
    expect(voices).toEqual([1, 2, 4]);
    expect(next).toEqual([2, 4]);
  });

  test("bars the grain that was chosen, once however long it stays", async () => {
    // Continuity holds the sound of the first grain where another has come nearer.
    const { voices, barred, next } = await say({ mode: "mosaic", continuity: 0.9, taboo: 0 }, [[1, 2], [2, 1], [2, 1], [5]].map((ids) => ({ grain: true, ids })), { taboo: 2 });
    expect(voices).toEqual([1, 1, 1, 5]);
    expect(barred[3]).toEqual([]);
    expect(next).toEqual([1, 5]);
    // The first sound was left a moment ago: the nearest is passed over.
    const passed = await say({ mode: "mosaic", continuity: 0, taboo: 1 }, [[1], [2], [1, 3]].map((ids) => ({ grain: true, ids })), { taboo: 3 });
    expect(passed.voices).toEqual([1, 2, 3]);
    expect(passed.next).toEqual([1, 2, 3]);
  });

  test("counts the nearest where answers are only listed, and nothing where there was none", async () => {
    const vectors = [[1, 2], [], [3]].map((ids, onset) => ({ onset, ids }));
    expect((await say({}, vectors, { taboo: 3, answering: false })).next).toEqual([1, 3]);
    expect((await say({}, vectors, { taboo: 3 })).next).toEqual([1, 3]);
  });
});

/** Holds the first ranking for so long while the other vectors come in; gives the contexts or grains that were ranked, by their time, and what was left out. */
async function overload(play: Partial<PlaySettings>, milliseconds: number, vectors: readonly (Partial<Vector> & { readonly time: number })[]) {
  const settings: EngineSettings = { ...DEFAULT_SETTINGS, commitSeconds: 0.25, play: changePlay(DEFAULT_PLAY, play) };
  const { port, say: tell } = createPort();
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const ranked: number[] = [];
  const reports: object[] = [];
  let retrievals = 0;
  const live = createLive({
    listener: port,
    player: { send() {}, close() {} },
    feature: { name: "any", version: 1, size: 1 },
    settings: () => settings,
    async rank(values) {
      ranked.push(values[0]!);
      await held;
      return { matches: [{ id: 1, distance: 1 }], rejected: null, reasons: async () => null };
    },
    answered() {},
    voiceOf: (id) => id,
    nextIndex: () => retrievals++,
    report: (event) => void (event.kind === "shed" && reports.push(event)),
  });
  for (const [i, vector] of vectors.entries()) tell({ values: Float32Array.of(i), ...vector });
  await vi.advanceTimersByTimeAsync(milliseconds);
  release();
  await vi.advanceTimersByTimeAsync(1000);
  live.close();
  return { ranked, shed: reports.at(-1) };
}

describe("under load", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  const note = { onset: 0, onsetTime: 0, time: 0 };

  test("refinements that have waited too long are left out, the last one never", async () => {
    const vectors = [0.006, 0.012, 0.05, 0.1].map((contextSeconds) => ({ ...note, contextSeconds }));
    const late = await overload({ mode: "progressive" }, REFINEMENT_MILLISECONDS + 20, vectors);
    expect(late).toEqual({ ranked: [0, 3], shed: { kind: "shed", refinements: 2, grains: 0 } });
    expect(await overload({ mode: "progressive" }, 0, vectors)).toEqual({ ranked: [0, 1, 2, 3], shed: undefined });
  });

  test("so are grains, by their own length", async () => {
    const vectors = [0, 0.05, 0.1, 0.15].map((time) => ({ onset: -1, time, grain: true }));
    const late = await overload({ mode: "mosaic", grain: 0.05 }, GRAINS_BEHIND * 50 + 20, vectors);
    expect(late).toEqual({ ranked: [0, 3], shed: { kind: "shed", refinements: 0, grains: 2 } });
    expect((await overload({ mode: "mosaic", grain: 1 }, GRAINS_BEHIND * 50 + 20, vectors)).ranked).toEqual([0, 1, 2, 3]);
  });

  test("a note is answered though it waited, until another has come too long after it", async () => {
    const notes = [0, 1, 2].map((onset) => ({ onset, onsetTime: 0.08 * onset, time: 0.08 * onset }));
    expect(await overload({}, REFINEMENT_MILLISECONDS + 20, notes)).toEqual({ ranked: [0, 1, 2], shed: undefined });
    const apart = notes.map(({ onset }) => ({ onset, onsetTime: 2 * STALE_SECONDS * onset, time: 2 * STALE_SECONDS * onset }));
    expect((await overload({}, 0, apart)).ranked).toEqual([0, 2]);
  });
});
