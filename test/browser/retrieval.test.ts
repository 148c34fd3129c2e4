/** What the player may ask of the answers, in the engine as it ships: each setting changes which sounds come, and every hit says why it is there. */

import { type Remote, proxy, transfer, wrap } from "comlink";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { simile } from "../../src/core/features/simile.ts";
import { DEFAULT_SETTINGS, type EngineEvent, type EngineSettings, type Retrieval } from "../../src/protocol/engine.ts";
import type { VoiceMessage } from "../../src/protocol/player.ts";
import type { LabApi } from "./engine-lab.worker.ts";
import { type PresetFixture, RATE, createPresetFixture } from "./preset-fixture.ts";

let fixture: PresetFixture;
let worker: Worker;
let engine: Remote<LabApi>;
const events: EngineEvent[] = [];

beforeAll(async () => {
  fixture = await createPresetFixture("retrieval");
  worker = new Worker(new URL("./engine-lab.worker.ts", import.meta.url), { type: "module" });
  engine = wrap<LabApi>(worker);
  await engine.only(["cpu"]);
  await engine.open(fixture.sources, proxy((event: EngineEvent) => void events.push(event)));
});
afterAll(() => worker.terminate());
beforeEach(() => engine.configure(DEFAULT_SETTINGS));

const row = (id: number) => fixture.embeddings.subarray(id * fixture.size, (id + 1) * fixture.size);
const distance = (a: number, b: number) => Math.hypot(...row(a).map((value, i) => value - row(b)[i]!));
/** Ids by distance from a sound of the library, itself left out. */
const ranked = (id: number) => fixture.sounds.map((_, other) => other).filter((other) => other !== id).sort((a, b) => distance(id, a) - distance(id, b));
const instrument = (id: number) => fixture.sounds[id]!.entry.instrument;
const near = async (id: number, change: Partial<EngineSettings>) => {
  await engine.configure(change);
  return (await engine.near(id)).map((match) => match.id);
};

describe("near", () => {
  test("gives as many as are wanted", async () => expect(await near(5, { count: 7 })).toEqual(ranked(5).slice(0, 7)));

  test("stays within the radius", async () => {
    const radius = (distance(5, ranked(5)[3]!) + distance(5, ranked(5)[4]!)) / 2;
    expect(await near(5, { radius })).toEqual(ranked(5).slice(0, 4));
  });

  test("leaves out sounds of the query's own instrument, or of the one that is said to be played", async () => {
    expect(await near(5, { otherInstruments: true })).toEqual(ranked(5).filter((id) => instrument(id) !== instrument(5)).slice(0, 16));
    expect(await near(5, { otherInstruments: true, ownInstrument: instrument(20) })).toEqual(ranked(5).filter((id) => instrument(id) !== instrument(20)).slice(0, 16));
  });

  test("leaves nothing over where every sound is of the query's technique", async () => expect(await near(5, { otherTechniques: true })).toEqual([]));

  test("leaves out what is excluded", async () => {
    const [first, second] = ranked(5) as [number, number];
    expect(await near(5, { excluded: [first] })).toEqual(ranked(5).filter((id) => id !== first).slice(0, 16));
    expect((await near(5, { excluded: [first, second] }))[0]).toBe(ranked(5)[2]);
  });

  test("is diverse where that is asked for: the nearest first, then others than without", async () => {
    const plain = await near(5, { count: 5 });
    const diverse = await near(5, { count: 5, diversity: 0.9 });
    expect(diverse[0]).toBe(plain[0]);
    expect(diverse).not.toEqual(plain);
    const spread = (ids: readonly number[]) => ids.reduce((sum, a) => sum + ids.reduce((inner, b) => inner + distance(a, b), 0), 0);
    expect(spread(diverse)).toBeGreaterThan(spread(plain));
  });

  test("gives none where the nearest is too far", async () => {
    const nearest = distance(5, ranked(5)[0]!);
    expect(await near(5, { rejectBeyond: nearest * 0.99 })).toEqual([]);
    expect((await near(5, { rejectBeyond: nearest * 1.01 })).length).toBe(16);
  });
});

describe("a reason", () => {
  test("is there for every hit: anchors in common, and parts in order of likeness", async () => {
    const matches = await engine.match(fixture.sounds[3]!.samples, RATE);
    expect(matches[0]!.id).toBe(3);
    for (const { reason } of matches) {
      expect(reason!.shared).toBeGreaterThanOrEqual(0);
      expect(reason!.shared).toBeLessThanOrEqual(1.0001);
      expect(reason!.anchors.length).toBeLessThanOrEqual(3);
      expect(reason!.anchors.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(reason!.shared + 1e-6);
      for (const { anchor, sound } of reason!.anchors) {
        expect(anchor).toBeLessThan(24);
        expect(fixture.sounds[sound]).toBeDefined();
      }
      expect(reason!.aspects.map(({ name }) => name).sort()).toEqual(simile.parts!.map(([name]) => name).sort());
      const likenesses = reason!.aspects.map((aspect) => aspect.likeness);
      expect(likenesses).toEqual([...likenesses].sort((a, b) => b - a));
    }
  });

  test("of the sound itself is that all is alike", async () => {
    const [self] = await engine.match(fixture.sounds[3]!.samples, RATE);
    expect(self!.reason!.shared).toBeGreaterThan(0.99);
    for (const { likeness } of self!.reason!.aspects) expect(likeness).toBeGreaterThan(0.98);
  });
});

test("the scale of distances lies where those of the library do", async () => {
  const { library } = await engine.status();
  const nearest = fixture.sounds.map((_, id) => distance(id, ranked(id)[0]!)).sort((a, b) => a - b);
  expect(library.scale.nearest).toBeCloseTo(nearest[12]!, 4);
  expect(library.scale.random).toBeGreaterThan(library.scale.nearest);
});

describe("live answers", () => {
  async function play(change: Partial<EngineSettings>, ids: readonly number[]): Promise<{ retrievals: Retrieval[]; voices: number[] }> {
    await engine.configure({ commitSeconds: 1.5, ...change });
    events.length = 0;
    const { port1: listener, port2: hears } = new MessageChannel();
    const { port1: player, port2: answers } = new MessageChannel();
    const voices: number[] = [];
    player.onmessage = ({ data }: MessageEvent<VoiceMessage>) => {
      if (data.kind === "play") voices.push(data.order.sounds[0]!);
    };
    await engine.attach(transfer(hears, [hears]), transfer(answers, [answers]));
    const told = () => events.flatMap((event) => (event.kind === "retrieval" ? [event.retrieval] : []));
    for (const [i, id] of ids.entries()) {
      const { values } = simile.extract(fixture.sounds[id]!.samples, RATE);
      listener.postMessage({ kind: "vector", index: i, onset: i, onsetTime: i, time: i, contextSeconds: 1.5, loudnessDb: -20, lufs: -20, feature: simile.name, version: simile.version, values, grain: false, recent: null, sampleRate: RATE });
      await expect.poll(() => told().length).toBe(i + 1);
    }
    return { retrievals: told(), voices };
  }

  test("do not repeat a sound within so many answers", async () => {
    const { voices } = await play({ taboo: 2 }, [4, 4, 4, 4]);
    // They come by a port of their own, which nothing orders among the retrievals.
    await expect.poll(() => voices).toEqual([4, ...ranked(4).slice(0, 2), 4]);
    const { voices: repeated } = await play({ taboo: 0 }, [4, 4]);
    await expect.poll(() => repeated).toEqual([4, 4]);
  });

  test("are none where nothing is like the sound, and how far the nearest is, is told", async () => {
    const { retrievals, voices } = await play({ excluded: [7], rejectBeyond: 1e-6 }, [7]);
    expect(voices).toEqual([]);
    expect(retrievals[0]!.matches).toEqual([]);
    expect(retrievals[0]!.rejected).toBeCloseTo(distance(7, ranked(7)[0]!), 3);
    const beyondRadius = (await play({ excluded: [7], radius: 1e-6 }, [7])).retrievals[0]!;
    expect([beyondRadius.matches, beyondRadius.rejected]).toEqual([[], retrievals[0]!.rejected]);
  });

  test("are followed by their reasons", async () => {
    const { retrievals } = await play({ count: 4 }, [11]);
    const reasons = () => events.find((event) => event.kind === "reasons");
    await expect.poll(reasons).toBeDefined();
    expect(reasons()).toMatchObject({ index: retrievals[0]!.index, contextSeconds: 1.5, reasons: { length: 4 } });
    expect(reasons()!.reasons[0]!.shared).toBeGreaterThan(0.99);
  });
});

test("a library too large for memory answers from its file, as a plain search would, and grows", async () => {
  const worker2 = new Worker(new URL("./engine-lab.worker.ts", import.meta.url), { type: "module" });
  const large = wrap<LabApi>(worker2);
  await large.only(["cpu"]);
  await large.open(fixture.sources, proxy(() => {}));
  const { size } = fixture;
  const count = 70_000;
  const at = (id: number, i: number) => Math.sin(id * 0.7 + i * (1 + (id % 31))) + 0.001 * (id % 97);
  const embeddings = Float32Array.from({ length: count * size }, (_, k) => at(Math.floor(k / size), k % size));
  const { name, version, weights } = fixture.manifests.model;
  const origin = { model: name, modelVersion: version, weightsSha256: weights.sha256 };
  const technique = (id: number) => ["ordinario", "slap", "flutter"][id % 3]!;
  const columns = (from: number, length: number) => new Map([["technique", Array.from({ length }, (_, i) => technique(from + i))]]);
  await large.setLibrary(1, { kind: "rows", name: "large", title: "Large", count, origin, embeddings, columns: columns(0, count) });
  const square = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
  const plain = (id: number, keep: (other: number) => boolean) => {
    const own = embeddings.subarray(id * size, (id + 1) * size);
    const all = Array.from({ length: count }, (_, other) => other).filter((other) => other !== id && keep(other));
    return all.map((other) => square(own, embeddings.subarray(other * size, (other + 1) * size))).sort((a, b) => a - b).slice(0, 8);
  };
  const distances = async (id: number) => (await large.near(id, 8)).map((match) => match.distance ** 2);
  for (const id of [0, 65_535, 65_536, 69_999]) (await distances(id)).forEach((found, i) => expect(found).toBeCloseTo(plain(id, () => true)[i]!, 4));
  await large.configure({ otherTechniques: true });
  (await distances(65_536)).forEach((found, i) => expect(found).toBeCloseTo(plain(65_536, (other) => technique(other) !== technique(65_536))[i]!, 4));
  await large.configure(DEFAULT_SETTINGS);
  await large.addSounds(1, { embeddings: embeddings.slice(0, size), columns: columns(0, 1) });
  expect((await large.near(0, 1)).map((match) => [match.id, match.distance])).toEqual([[count, 0]]);
  expect(await large.rows([count])).toEqual(embeddings.slice(0, size));
  await large.close();
  worker2.terminate();
});

test("rows in a file are read as they were written, and go when the file is closed", async () => {
  const result = await new Promise<unknown>((resolve, reject) => {
    const lab = new Worker(new URL("./row-file-lab.worker.ts", import.meta.url), { type: "module" });
    lab.onmessage = ({ data }) => resolve(data);
    lab.onerror = ({ message }) => reject(new Error(message));
  });
  expect(result).toEqual({ rows: [[0, 1, 2, 3], [40_000, 40_001, 40_002, 40_003], [79_996, 79_997, 79_998, 79_999]], files: 0 });
});
