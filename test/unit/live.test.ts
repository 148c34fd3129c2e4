/** The live path's memory of what answered: the sound that is heard in the end, in every mode, and each answer once. */

import { describe, expect, test } from "vitest";
import { changePlay, DEFAULT_PLAY, type PlaySettings } from "../../src/core/answer/play-settings.ts";
import type { Match } from "../../src/core/search/neighbours.ts";
import { DEFAULT_SETTINGS, type EngineSettings, LIBRARY_STRIDE } from "../../src/protocol/engine.ts";
import type { ListenerEvent } from "../../src/protocol/listener.ts";
import { createLive } from "../../src/worker/live.ts";
import { createTaboo } from "../../src/worker/taboo.ts";

type Vector = Extract<ListenerEvent, { kind: "vector" }>;

/** Says vectors one by one, each ranked as it says; gives what was barred from each, the sounds of the voices, and what is barred from the next. */
async function say(play: Partial<PlaySettings>, vectors: readonly (Partial<Vector> & { readonly ids: readonly number[] })[], change: Partial<EngineSettings> = {}) {
  const settings: EngineSettings = { ...DEFAULT_SETTINGS, commitSeconds: 0.25, ...change, play: changePlay(DEFAULT_PLAY, play) };
  const taboo = createTaboo();
  const port = { onmessage: null as ((event: MessageEvent<ListenerEvent>) => void) | null, close() {} };
  const voices: number[] = [];
  const barred: (readonly number[])[] = [];
  let ranked: readonly Match[] = [];
  let told = 0;
  let retrievals = 0;
  const live = createLive({
    listener: port as unknown as MessagePort,
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
    port.onmessage!({ data: { kind: "vector", index: i, onset: 0, onsetTime: 0, time: 0.05 * i, contextSeconds: 0.25, loudnessDb: -20, lufs: -20, feature: "any", version: 1, values: new Float32Array(1), grain: false, recent: null, sampleRate: 48_000, ...vector } } as MessageEvent<ListenerEvent>);
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
