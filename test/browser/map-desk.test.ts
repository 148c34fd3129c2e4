/** Map and reasons on the whole instrument: laid out beside it, kept between sessions, extended without a move, and a query that is really kept. */

import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { makeMapWorker } from "../../src/app/map/map-client.ts";
import { createLibraryMap, type LibraryMap } from "../../src/app/map/map-desk.ts";
import { createSimile } from "../../src/app/simile.ts";
import type { Simile } from "../../src/app/simile-state.ts";
import { createWhy } from "../../src/app/why-desk.ts";
import { writeWav } from "../../src/core/kits/wav.ts";
import { columnsOf } from "../../src/core/library/sound.ts";
import { createRandom } from "../../src/model/random.ts";
import { type PresetFixture, RATE, createPresetFixture } from "./preset-fixture.ts";

let fixture: PresetFixture;
const open: { dispose(): unknown }[] = [];

beforeAll(async () => {
  fixture = await createPresetFixture("map");
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.dispose();
  await new Promise((resolve) => {
    const request = indexedDB.deleteDatabase("simile-map");
    request.onsuccess = request.onerror = resolve;
  });
});

function until<Target extends EventTarget>(target: Target, wanted: (target: Target) => boolean): Promise<Target> {
  return new Promise((resolve) => {
    const look = () => {
      if (!wanted(target)) return;
      target.removeEventListener("change", look);
      resolve(target);
    };
    target.addEventListener("change", look);
    look();
  });
}

async function start(): Promise<Simile> {
  const simile = createSimile(fixture.sources);
  open.push(simile);
  await simile.start();
  return simile;
}

function mapOf(simile: Simile): LibraryMap {
  const map = createLibraryMap({ simile });
  open.push(map);
  return map;
}

const laid = (count: number) => (map: LibraryMap) => (map.state.places?.length ?? 0) === 2 * count && map.state.progress === null;

describe("the map of a library", () => {
  test("is laid out once it is looked at, kept for the next session, and extended without moving what is there", async () => {
    const simile = await start();
    const map = mapOf(simile);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(map.state.places).toBeNull();
    const stages = new Set<string>();
    map.addEventListener("change", () => map.state.progress && stages.add(map.state.progress.stage));
    map.act({ kind: "show" });
    const places = (await until(map, laid(24))).state.places!;
    expect(stages).toContain("layout");
    expect(map.state).toMatchObject({ original: 24, fault: null });
    // The three kinds of notes lie apart: the nearest of each is of its kind.
    const nearest = Array.from({ length: 24 }, (_, id) => Array.from({ length: 24 }, (_, other) => other).filter((other) => other !== id).sort((a, b) => Math.hypot(places[2 * a]! - places[2 * id]!, places[2 * a + 1]! - places[2 * id + 1]!) - Math.hypot(places[2 * b]! - places[2 * id]!, places[2 * b + 1]! - places[2 * id + 1]!))[0]!);
    expect(nearest.filter((other, id) => Math.floor(other / 8) === Math.floor(id / 8)).length).toBeGreaterThan(18);

    const again = mapOf(simile);
    const second = new Set<string>();
    again.addEventListener("change", () => again.state.progress && again.state.progress.done > 0 && second.add(again.state.progress.stage));
    again.act({ kind: "show" });
    expect((await until(again, laid(24))).state.places).toEqual(places);
    expect(second).toEqual(new Set());

    // A sound more, the same as number 9 but for its name.
    const row = fixture.embeddings.slice(9 * fixture.size, 10 * fixture.size);
    const more = { ...simile.state.sounds[9]!, key: "one more", name: "one more" };
    await simile.addSounds([more], { embeddings: row, columns: columnsOf([more]) });
    const longer = (await until(map, laid(25))).state.places!;
    expect(longer.slice(0, 48)).toEqual(places);
    expect(Math.hypot(longer[48]! - places[18]!, longer[49]! - places[19]!)).toBeLessThan(0.8);
    expect(map.state.original).toBe(24);

    map.act({ kind: "anew" });
    await until(map, ({ state }) => state.original === 25);
    expect(map.state.places).toHaveLength(50);
  });

  test("puts what is chosen on a bank that is free, as one step that can be taken back", async () => {
    const simile = await start();
    const map = mapOf(simile);
    map.act({ kind: "pads", ids: [3, 5, 7] });
    const { board, sounds } = simile.state;
    expect(board.bank).toBe(3);
    expect(board.banks[3]!.pads.slice(0, 4).map(({ sound }) => sound)).toEqual([sounds[3]!.key, sounds[5]!.key, sounds[7]!.key, null]);
    simile.pads.change({ kind: "undo" });
    expect(simile.state.board.banks[3]!.pads.every(({ sound }) => sound === null)).toBe(true);
  });

  test("tells the distances of all sounds from the last query where they are wanted, and why each lies there", async () => {
    const simile = await start();
    const map = mapOf(simile);
    const why = createWhy({ simile });
    const explained = () => why.state!;
    // Before anything was played there is nothing to set a sound beside.
    why.act({ kind: "open", id: 4 });
    await until(why, ({ state }) => state?.hit === "there");
    expect(explained()).toMatchObject({ distance: null, rank: null, query: "gone" });
    why.act({ kind: "close" });
    expect(why.state).toBeNull();

    simile.configure({ commitSeconds: 1, answering: false });
    map.act({ kind: "distances", wanted: true });
    const { samples } = fixture.sounds[2]!;
    const played = Float32Array.from({ length: 3 * RATE }, (_, i) => 0.5 * (samples[i - RATE / 2] ?? 0));
    await simile.listen({ kind: "file", file: new File([writeWav({ sampleRate: RATE, channels: [played] }, 24) as Uint8Array<ArrayBuffer>], "one.wav") });
    await until(simile, ({ state }) => state.phase === "ready" && state.retrieval !== null);
    // They are asked for when a list is mended: those of the last one come after it.
    const last = ({ state }: LibraryMap) => state.distances !== null && simile.state.retrieval!.matches.every(({ id, distance }) => Math.abs(state.distances![id]! - distance) < 5e-5);
    const distances = (await until(map, last)).state.distances!;
    const { matches } = simile.state.retrieval!;
    for (const { id, distance } of matches) expect(distances[id]).toBeCloseTo(distance, 4);
    expect(distances).toHaveLength(24);

    const farthest = Array.from(distances.keys()).sort((a, b) => distances[b]! - distances[a]!)[0]!;
    why.act({ kind: "open", id: farthest });
    await until(why, ({ state }) => state?.rank === 24 && state.query === "there" && state.hit === "there");
    expect(explained().distance).toBeCloseTo(distances[farthest]!, 5);
    expect(explained().reason!.aspects.length).toBeGreaterThan(3);

    // The very sound that was played: its likeness to itself is whole, and what is kept of it is what went in.
    why.act({ kind: "open", id: 2 });
    await until(why, ({ state }) => state?.id === 2 && state.query === "there" && state.hit === "there");
    for (const { name, likeness } of explained().qualities) if (likeness !== null) expect(likeness, name).toBeGreaterThan(0.9);
    expect(explained().qualities.find(({ name }) => name === "pitch")!.query).toBeGreaterThan(100);
    const heard = (await simile.heard(simile.state.retrieval!.index))!;
    expect(heard.channels[0]!.length / heard.sampleRate).toBeCloseTo(2, 1);
    const loudest = heard.channels[0]!.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(loudest).toBeCloseTo(played.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0), 1);

    why.act({ kind: "switch" });
    expect(explained().playing).toBe("query");
    why.act({ kind: "switch" });
    expect(explained().playing).toBe("hit");
    await until(why, ({ state }) => state?.playing === null);
    why.act({ kind: "play", side: "query" });
    why.act({ kind: "close" });
    expect(why.state).toBeNull();
    expect(simile.state.faults).toEqual([]);
  });

  test("a worker that dies while it lays out is told, and another lays out when it is asked to", async () => {
    const simile = await start();
    // So many that the layout is under way for long after its first word.
    const more = Array.from({ length: 2000 }, (_, i) => ({ ...simile.state.sounds[i % 24]!, key: `more ${i}`, name: `more ${i}` }));
    const random = createRandom(8);
    await simile.addSounds(more, { embeddings: Float32Array.from({ length: more.length * fixture.size }, () => random.normal()), columns: columnsOf(more) });
    const workers: Worker[] = [];
    const map = createLibraryMap({
      simile,
      makeWorker(name) {
        workers.push(makeMapWorker(name));
        return workers.at(-1)!;
      },
    });
    open.push(map);
    map.act({ kind: "show" });
    const asked = (await until(map, ({ state }) => state.progress !== null)).state.progress;
    await until(map, ({ state }) => state.progress !== null && state.progress !== asked);
    workers[0]!.terminate();
    await until(map, ({ state }) => state.fault !== null);
    expect(map.state).toMatchObject({ places: null, progress: null, fault: "Map: expected its worker to keep running, got its end; lay it out again." });
    map.act({ kind: "anew" });
    await until(map, ({ state }) => state.progress?.stage === "layout");
    expect(map.state.fault).toBeNull();
    expect(workers).toHaveLength(2);
  });

  test("an engine that dies takes the layout under way with it, and the next one lends anew", async () => {
    const workers: Worker[] = [];
    const simile = createSimile({
      ...fixture.sources,
      makeWorker: (name) => {
        const worker = new Worker(new URL("../../src/worker/engine.worker.ts", import.meta.url), { type: "module", name });
        workers.push(worker);
        return worker;
      },
    });
    open.push(simile);
    await simile.start();
    const map = mapOf(simile);
    map.act({ kind: "show" });
    await until(map, ({ state }) => state.progress !== null);
    workers[0]!.terminate();
    await until(map, laid(24));
    expect(map.state.fault).toBeNull();
  });
});
