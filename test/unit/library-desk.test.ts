/** What the player holds of a library larger than its budget: sounds give way when they are silent, and sound to their end before they leave. */

import { expect, test } from "vitest";
import type { Graph } from "../../src/app/audio/graph.ts";
import { createFaultBoard } from "../../src/app/fault-board.ts";
import { createLibraryDesk } from "../../src/app/library/library-desk.ts";
import type { OpenLibrary } from "../../src/app/library/open-library.ts";
import type { Sound } from "../../src/core/library/sound.ts";

/** Bytes that a sound says it has: two of them fit the player, three do not. */
const BYTES = 160 * 2 ** 20;

function setUp() {
  /** What the player was told, in order. */
  const told: string[] = [];
  let flushes: (() => void)[] = [];
  const context = { sampleRate: 48_000, decodeAudioData: async () => ({ sampleRate: 48_000, length: BYTES / 4, numberOfChannels: 1, getChannelData: () => Float32Array.of(0.5, 0.25) }) };
  const player = {
    load: (sound: number) => void told.push(`load ${sound}`),
    unload: (sound: number) => void told.push(`unload ${sound}`),
    flush: () => new Promise<void>((resolve) => flushes.push(resolve)),
  };
  const graph = { host: { native: context }, player, loadWorklets: async () => {} } as unknown as Graph;
  const desk = createLibraryDesk({ faults: createFaultBoard(() => {}), graph: () => graph, engine: () => null, onLibrary: () => {}, onMore: () => {}, onStatus: () => {} });
  const sounds = ["a", "b", "c", "d"].map((name) => ({ name, file: name, key: name }) as Sound);
  desk.begin({ name: "large", title: "Large", sounds, source: { read: async () => new Blob(["none"]) }, rows: () => Promise.reject(new Error("unused")) } satisfies OpenLibrary);
  /** These sounds have come to be lent, and the player has read all that it was told. */
  const flush = async (...lent: readonly number[]) => {
    await expect.poll(() => desk.store!.lent()).toEqual(lent);
    await new Promise((resolve) => setTimeout(resolve));
    for (const resolve of flushes.splice(0)) resolve();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { desk, told, flush };
}

test("a sound that is pushed out while it sounds leaves at its end; a silent one at once", async () => {
  const { desk, told, flush } = setUp();
  await flush(2, 3);
  expect(told.filter((what) => what.startsWith("unload"))).toEqual(["unload 0", "unload 1"]);
  desk.started(2);
  told.length = 0;
  desk.store!.prefer([0]);
  await flush(3, 0);
  expect(told).toEqual(["load 0"]);
  desk.ended(2);
  expect(told).toEqual(["load 0", "unload 2"]);
});

test("a voice that began before the player was told, and a sound that is lent again, stay", async () => {
  const { desk, told, flush } = setUp();
  await flush(2, 3);
  told.length = 0;
  desk.store!.prefer([0]);
  await expect.poll(() => told).toEqual(["load 0"]);
  // Its start was under way when it was pushed out.
  desk.started(2);
  await flush(3, 0);
  expect(told).toEqual(["load 0"]);
  desk.store!.prefer([2]);
  await flush(0, 2);
  expect(told).toEqual(["load 0", "load 2", "unload 3"]);
  desk.ended(2);
  expect(told).not.toContain("unload 2");
});
