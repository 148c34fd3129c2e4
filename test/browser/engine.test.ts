/** The engine in a worker, on each backend: the same answers, no tensor left behind, and a named fault for everything that can be wrong with its files. */

import { type Remote, proxy, transfer, wrap } from "comlink";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { simile } from "../../src/core/features/simile.ts";
import type { BackendName, EngineEvent, EngineSources, Retrieval } from "../../src/protocol/engine.ts";
import type { ListenerEvent } from "../../src/protocol/listener.ts";
import { type PlaySettings, changePlay, DEFAULT_PLAY } from "../../src/core/answer/play-settings.ts";
import type { VoiceOrder } from "../../src/core/answer/voice-order.ts";
import type { VoiceMessage } from "../../src/protocol/player.ts";
import type { LabApi } from "./engine-lab.worker.ts";
import { type PresetFixture, RATE, createPresetFixture } from "./preset-fixture.ts";

/** As in `live.ts`: an answer this late would sound out of place, and a refinement that has waited this long is left out. */
const STALE_SECONDS = 0.25;
const REFINEMENT_MILLISECONDS = 100;

interface Lab {
  readonly engine: Remote<LabApi>;
  readonly events: EngineEvent[];
  open(sources?: EngineSources): ReturnType<Remote<LabApi>["open"]>;
  close(): void;
}

let fixture: PresetFixture;
const labs: Lab[] = [];

beforeAll(async () => {
  fixture = await createPresetFixture("engine");
});
afterAll(() => labs.forEach((lab) => lab.close()));

async function lab(...backends: readonly BackendName[]): Promise<Lab> {
  const worker = new Worker(new URL("./engine-lab.worker.ts", import.meta.url), { type: "module" });
  const engine = wrap<LabApi>(worker);
  if (backends.length > 0) await engine.only(backends);
  const events: EngineEvent[] = [];
  const made: Lab = { engine, events, open: (sources = fixture.sources) => engine.open(sources, proxy((event: EngineEvent) => void events.push(event))), close: () => worker.terminate() };
  labs.push(made);
  return made;
}

/** What a microphone five decibels further off would give. */
const softer = (samples: Float32Array): Float32Array => samples.map((sample) => sample * 10 ** (-5 / 20));

describe("engine", () => {
  test("measures backends until one answers within 10 ms, takes the soonest, and says so of the others", async () => {
    const { open, events, close } = await lab();
    const status = await open();
    expect(status.trials.map(({ name }) => name)).toEqual(["wasm", "cpu", "webgl"]);
    const measured = status.trials.flatMap(({ name, milliseconds }) => (milliseconds === null ? [] : [{ name, milliseconds }]));
    expect(status.backend).toBe(measured.reduce((best, trial) => (trial.milliseconds < best.milliseconds ? trial : best)).name);
    // Those after the first that was soon enough were left alone, beside it; those before it were too slow, or did not come up.
    const tried = status.trials.findLastIndex(({ reason }) => !reason?.startsWith("not needed")) + 1;
    expect(status.trials.slice(tried).map(({ reason }) => reason)).toEqual(status.trials.slice(tried).map(() => `not needed beside ${status.backend}`));
    // The quickest measurement counts, the median is told: one that is left behind by another has a median beyond the bound, too.
    for (const { name, milliseconds } of status.trials.slice(0, tried - 1)) expect(milliseconds ?? Number.POSITIVE_INFINITY, name).toBeGreaterThan(10);
    expect(tried === 3 || status.trials[tried - 1]!.milliseconds !== null).toBe(true);
    for (const { milliseconds, reason } of status.trials) expect(milliseconds === null ? reason : milliseconds).toBeTruthy();
    expect(status).toMatchObject({ model: { name: "fixture", anchors: 24, embeddingSize: fixture.size }, library: { title: "Fixture", sounds: 24 } });
    expect(events.some((event) => event.kind === "progress" && event.stage === "warm-up" && event.done === event.all)).toBe(true);
    close();
  });

  test.each(["cpu", "wasm", "webgl"] as const)("on %s, embeds within 1e-4 of the reference and finds every sound again", async (backend) => {
    const { open, engine, close } = await lab(backend);
    expect((await open()).backend).toBe(backend);
    for (const [id, { samples }] of fixture.sounds.entries()) {
      const embedding = await engine.embed(samples, RATE);
      const reference = fixture.embeddings.subarray(id * fixture.size, (id + 1) * fixture.size);
      expect(Math.max(...embedding.map((value, i) => Math.abs(value - reference[i]!)))).toBeLessThan(1e-4);
      const [best] = await engine.match(softer(samples), RATE, 1);
      expect(best!.id).toBe(id);
    }
    close();
  });

  test("holds as many tensors after 1,000 queries as before", async () => {
    const { open, engine, close } = await lab("wasm", "cpu");
    await open();
    const { samples } = fixture.sounds[0]!;
    await engine.embed(samples, RATE);
    await engine.configure({ commitSeconds: 0.1 });
    const before = await engine.tensors();
    const { values } = simile.extract(samples, RATE);
    const { port1: toEngine, port2 } = new MessageChannel();
    const { port1: player, port2: fromEngine } = new MessageChannel();
    await engine.attach(transfer(port2, [port2]), transfer(fromEngine, [fromEngine]));
    let voices = 0;
    const all = new Promise<void>((resolve) => {
      player.onmessage = ({ data }: MessageEvent<VoiceMessage>) => {
        if (data.kind === "play" && ++voices === 1_000) resolve();
      };
    });
    // All at one moment: none is too late.
    for (let i = 0; i < 1_000; i++) toEngine.postMessage(vectorEvent(i, values, 0.1, 0));
    await all;
    expect(await engine.tensors()).toBe(before);
    close();
  });

  test("near: the sounds nearest to one of the library's own, as a plain sort has them", async () => {
    const { open, engine, close } = await lab("cpu");
    await open();
    const row = (id: number) => fixture.embeddings.subarray(id * fixture.size, (id + 1) * fixture.size);
    const distances = fixture.sounds.map((_, id) => ({ id, distance: Math.hypot(...row(5).map((value, i) => value - row(id)[i]!)) })).filter(({ id }) => id !== 5);
    distances.sort((a, b) => a.distance - b.distance);
    const near = await engine.near(5, 4);
    expect(near.map(({ id }) => id)).toEqual(distances.slice(0, 4).map(({ id }) => id));
    near.forEach(({ distance }, i) => expect(distance).toBeCloseTo(distances[i]!.distance, 4));
    close();
  });
});

function vectorEvent(index: number, values: Float32Array, contextSeconds: number, time = index / 1_000): ListenerEvent {
  return { kind: "vector", index, onset: index, onsetTime: time, time, contextSeconds, loudnessDb: -20, lufs: -20, feature: simile.name, version: simile.version, values, grain: false, recent: null, sampleRate: RATE };
}

interface Live {
  /** By a port of their own, which nothing orders among the retrievals: they are waited for. */
  readonly voices: VoiceOrder[];
  /** Play settings that the player got. */
  readonly configured: PlaySettings[];
  say(event: ListenerEvent): void;
  /** The retrievals so far, once there are so many. */
  retrievals(count: number): Promise<readonly Retrieval[]>;
}

async function attach({ engine, events }: Lab): Promise<Live> {
  const { port1: listener, port2: hears } = new MessageChannel();
  const { port1: player, port2: answers } = new MessageChannel();
  const voices: VoiceOrder[] = [];
  const configured: PlaySettings[] = [];
  player.onmessage = ({ data }: MessageEvent<VoiceMessage>) => void (data.kind === "play" ? voices.push(data.order) : configured.push(data.play));
  await engine.attach(transfer(hears, [hears]), transfer(answers, [answers]));
  const heard = () => events.flatMap((event) => (event.kind === "retrieval" ? [event.retrieval] : []));
  return {
    voices,
    configured,
    say: (event) => listener.postMessage(event),
    async retrievals(count) {
      await expect.poll(() => heard().length).toBeGreaterThanOrEqual(count);
      return heard();
    },
  };
}

describe("live path", () => {
  const vectorOf = (id: number) => simile.extract(fixture.sounds[id]!.samples, RATE).values;

  test("mends the list of an answer as more is heard, without a second voice, and of the last onset alone", async () => {
    const made = await lab("cpu");
    await made.open();
    await made.engine.configure({ commitSeconds: 0.5, count: 1 });
    const live = await attach(made);
    const say = (index: number, onset: number, id: number, contextSeconds: number) => live.say({ ...(vectorEvent(index, vectorOf(id), contextSeconds) as Extract<ListenerEvent, { kind: "vector" }>), onset });
    // One by one: what mends is left out where it has waited for others.
    say(0, 0, 3, 0.25);
    say(1, 0, 4, 0.5);
    await live.retrievals(1);
    say(2, 0, 5, 1);
    await live.retrievals(2);
    say(3, 1, 6, 0.5);
    await live.retrievals(3);
    say(4, 0, 7, 1.5);
    say(5, 1, 8, 1.5);
    const retrievals = await live.retrievals(4);
    expect(retrievals.map(({ index, contextSeconds, matches }) => [index, contextSeconds, matches[0]!.id])).toEqual([[0, 0.5, 4], [0, 1, 5], [1, 0.5, 6], [1, 1.5, 8]]);
    await expect.poll(() => live.voices.map(({ index, sounds }) => [index, sounds[0]])).toEqual([[0, 4], [1, 6]]);
    made.close();
  });

  test("progressive: answers the first context at once, and lets another sound take over where a later one changes the choice", async () => {
    const made = await lab("cpu");
    await made.open();
    await made.engine.configure({ commitSeconds: 0.5, count: 1, play: changePlay(DEFAULT_PLAY, { mode: "progressive", continuity: 0 }) });
    const live = await attach(made);
    const say = (index: number, id: number, contextSeconds: number) => live.say({ ...(vectorEvent(index, vectorOf(id), contextSeconds) as Extract<ListenerEvent, { kind: "vector" }>), onset: 0 });
    for (const [i, [id, context]] of ([[3, 0.006], [3, 0.05], [4, 0.25], [4, 0.5], [5, 1]] as const).entries()) {
      say(i, id, context);
      await live.retrievals(i + 1);
    }
    await expect.poll(() => live.voices.map(({ as, index, sounds }) => [as, index, sounds[0]])).toEqual([["hit", 0, 3], ["mend", 0, 4]]);
    await expect.poll(() => live.configured.map(({ mode }) => mode)).toEqual(["progressive"]);
    made.close();
  });

  test("mosaic: a grain for each piece of the input, under one retrieval while the sound stays", async () => {
    const made = await lab("cpu");
    await made.open();
    await made.engine.configure({ play: changePlay(DEFAULT_PLAY, { mode: "mosaic", continuity: 0, taboo: 0 }) });
    const live = await attach(made);
    const ids = [3, 3, 4, 4, 4, 3];
    for (const [i, id] of ids.entries()) {
      live.say({ ...(vectorEvent(i, vectorOf(id), 0.1, 0.05 * i) as Extract<ListenerEvent, { kind: "vector" }>), onset: -1, grain: true });
      await live.retrievals(i + 1);
    }
    // Sounds are heard for longer than grains are: that a grain of a sound finds it again is for the embedding; here only the order counts.
    await expect.poll(() => live.voices.map(({ as }) => as)).toEqual(ids.map(() => "grain"));
    const phrases = live.voices.map(({ index, sounds }) => [index, sounds[0]]);
    for (let i = 1; i < phrases.length; i++) expect(phrases[i]![0] === phrases[i - 1]![0]).toBe(phrases[i]![1] === phrases[i - 1]![1]);
    for (let i = 1; i < ids.length; i++) if (ids[i] === ids[i - 1]) expect(live.voices[i]!.into - live.voices[i - 1]!.into).toBeCloseTo(0.05, 6);
    made.close();
  });

  test("held to a beat, an answer waits for its moment", async () => {
    const made = await lab("cpu");
    await made.open();
    await made.engine.configure({ commitSeconds: 1.5, play: changePlay(DEFAULT_PLAY, { quantise: 2 }), beat: { running: true, tempo: 60, originSeconds: 0.25 } });
    const live = await attach(made);
    live.say(vectorEvent(0, vectorOf(1), 1.5, 10.3));
    live.say(vectorEvent(1, vectorOf(1), 1.5, 10.75));
    await live.retrievals(2);
    await expect.poll(() => live.voices.map(({ at }) => at)).toEqual([10.75, 10.75]);
    await made.engine.configure({ beat: { running: false, tempo: 60, originSeconds: 0 } });
    live.say(vectorEvent(2, vectorOf(1), 1.5, 10.8));
    await live.retrievals(3);
    // A moment that is past means at once.
    await expect.poll(() => live.voices.length).toBe(3);
    expect(live.voices[2]!.at).toBeLessThanOrEqual(10.8);
    made.close();
  });

  test("under load refinements are left out and counted, answers are not left out", async () => {
    const made = await lab("cpu");
    await made.open();
    await made.engine.configure({ commitSeconds: 0.05 });
    const live = await attach(made);
    // Heard beforehand: what is said below is said at once.
    const vectors = fixture.sounds.map((_, id) => vectorOf(id));
    const say = (index: number, onset: number, contextSeconds: number) => live.say({ ...(vectorEvent(index, vectors[onset]!, contextSeconds, 0.001 * index) as Extract<ListenerEvent, { kind: "vector" }>), onset });
    say(0, 0, 0.05);
    await live.retrievals(1);
    // Held up, the worker finds the first late, and reads the rest while that one settles, which takes long: all of them have waited then.
    const REFINED = 10;
    await made.engine.delayTimers(4 * REFINEMENT_MILLISECONDS);
    let held = Promise.resolve();
    await new Promise<void>((begun) => (held = made.engine.block(STALE_SECONDS * 1000 + 200, proxy(begun))));
    for (let i = 1; i <= REFINED; i++) {
      say(2 * i - 1, i, 0.05);
      say(2 * i, i, 0.1);
    }
    say(2 * REFINED + 1, REFINED + 1, 0.05);
    await held;
    const told = (seconds: number) => made.events.filter((event) => event.kind === "retrieval" && event.retrieval.contextSeconds === seconds).length;
    await expect.poll(() => told(0.05)).toBe(REFINED + 2);
    const shed = made.events.flatMap((event) => (event.kind === "shed" ? [event] : []));
    expect(shed.length).toBeGreaterThan(0);
    expect(shed.at(-1)).toEqual({ kind: "shed", refinements: REFINED - told(0.1), grains: 0 });
    await expect.poll(() => new Set(live.voices.map(({ index }) => index)).size).toBe(REFINED + 2);
    made.close();
  });

  test("answers a sound that the next one cuts short by what was heard of it", async () => {
    const made = await lab("cpu");
    await made.open();
    await made.engine.configure({ commitSeconds: 0.5, count: 1 });
    const live = await attach(made);
    const say = (index: number, onset: number, id: number, contextSeconds: number) => live.say({ ...(vectorEvent(index, vectorOf(id), contextSeconds) as Extract<ListenerEvent, { kind: "vector" }>), onset });
    live.say({ kind: "onset", index: 0, onset: 0, time: 0, detectedTime: 0 });
    say(1, 0, 2, 0.05);
    say(2, 0, 3, 0.1);
    live.say({ kind: "onset", index: 3, onset: 1, time: 0.12, detectedTime: 0.12 });
    live.say({ kind: "onset", index: 4, onset: 2, time: 0.2, detectedTime: 0.2 });
    say(5, 2, 9, 0.25);
    say(6, 2, 10, 0.5);
    live.say({ kind: "onset", index: 7, onset: 3, time: 0.9, detectedTime: 0.9 });
    const retrievals = await live.retrievals(2);
    expect(retrievals.map(({ index, contextSeconds, matches }) => [index, contextSeconds, matches[0]!.id])).toEqual([[0, 0.1, 3], [1, 0.5, 10]]);
    await expect.poll(() => live.voices.map(({ sounds }) => sounds[0])).toEqual([3, 10]);
    made.close();
  });

  test("answers the vector of the commit time with the nearest sound, in order", async () => {
    const made = await lab("wasm");
    await made.open();
    await made.engine.configure({ commitSeconds: 1.5, count: 5 });
    const live = await attach(made);
    live.say({ kind: "onset", index: 0, onset: 0, time: 1, detectedTime: 1 });
    live.say(vectorEvent(1, vectorOf(3), 0.1));
    for (const [i, id] of [3, 11, 19].entries()) live.say(vectorEvent(2 + i, vectorOf(id), 1.5));
    const retrievals = await live.retrievals(3);
    expect(retrievals.map(({ index, matches }) => [index, matches[0]!.id, matches.length])).toEqual([[0, 3, 5], [1, 11, 5], [2, 19, 5]]);
    await expect.poll(() => live.voices.map(({ index, sounds, lufs, as }) => [index, sounds[0], lufs, as])).toEqual([[0, 3, -20, "hit"], [1, 11, -20, "hit"], [2, 19, -20, "hit"]]);
    expect(made.events.filter(({ kind }) => kind === "onset")).toEqual([{ kind: "onset", index: 0, time: 1 }]);
    made.close();
  });

  test("lists without a voice where it shall not answer", async () => {
    const made = await lab("cpu");
    await made.open();
    await made.engine.configure({ commitSeconds: 1.5, answering: false });
    const live = await attach(made);
    live.say(vectorEvent(0, vectorOf(7), 1.5));
    const [retrieval] = await live.retrievals(1);
    expect(retrieval!.matches[0]!.id).toBe(7);
    expect(live.voices).toEqual([]);
    made.close();
  });

  test("tells one fault of a vector of another version, and answers the next good one", async () => {
    const made = await lab("cpu");
    await made.open();
    await made.engine.configure({ commitSeconds: 1.5 });
    const live = await attach(made);
    const good = vectorEvent(2, vectorOf(7), 1.5);
    live.say({ ...(vectorEvent(0, vectorOf(7), 1.5) as Extract<ListenerEvent, { kind: "vector" }>), version: 99 });
    live.say({ ...(vectorEvent(1, vectorOf(7), 1.5) as Extract<ListenerEvent, { kind: "vector" }>), version: 99 });
    live.say(good);
    expect((await live.retrievals(1))[0]!.index).toBe(0);
    const faults = made.events.filter((event) => event.kind === "fault");
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({ name: "FormatError", message: expect.stringMatching(/expected feature simile .* got simile 99/) });
    made.close();
  });

  test("a lost graphics context costs no answer: the next backend gives it, and the page is told", async () => {
    const made = await lab("webgl", "cpu");
    const status = await made.open();
    await made.engine.configure({ commitSeconds: 1.5 });
    const live = await attach(made);
    live.say(vectorEvent(0, vectorOf(0), 1.5));
    await live.retrievals(1);
    await made.engine.loseContext();
    for (let i = 1; i < 24; i++) live.say(vectorEvent(i, vectorOf(i), 1.5));
    const retrievals = await live.retrievals(24);
    expect(retrievals.map(({ matches }) => matches[0]!.id)).toEqual(Array.from({ length: 24 }, (_, i) => i));
    const after = await made.engine.status();
    expect(after.backend).toBe("cpu");
    expect(after.trials.find(({ name }) => name === "webgl")).toMatchObject({ milliseconds: null, reason: expect.stringContaining("graphics context") });
    if (status.backend === "webgl") await expect.poll(() => made.events.filter(({ kind }) => kind === "backend")).toHaveLength(1);
    made.close();
  });

  test("drops what has waited too long behind newer ones, after it was held up", async () => {
    const made = await lab("cpu");
    await made.open();
    await made.engine.configure({ commitSeconds: 1.5 });
    const live = await attach(made);
    const now = () => performance.now() / 1000;
    live.say(vectorEvent(0, vectorOf(0), 1.5, now()));
    await live.retrievals(1);
    let held: Promise<void> = Promise.resolve();
    await new Promise<void>((begun) => (held = made.engine.block(1_000, proxy(() => begun()))));
    const start = now();
    for (let i = 0; i < 10; i++) live.say(vectorEvent(1 + i, vectorOf(1), 1.5, start + 0.01 * i));
    live.say(vectorEvent(11, vectorOf(2), 1.5, start + 0.5));
    live.say(vectorEvent(12, vectorOf(3), 1.5, start + 0.5 + 0.9 * STALE_SECONDS));
    await held;
    const retrievals = await live.retrievals(3);
    expect(retrievals.map(({ index, matches }) => [index, matches[0]!.id])).toEqual([[0, 0], [1, 2], [2, 3]]);
    await expect.poll(() => live.voices.map(({ sounds }) => sounds[0])).toEqual([0, 2, 3]);
    made.close();
  });

  test("answers on after the audio clock stood still", async () => {
    const made = await lab("cpu");
    await made.open();
    await made.engine.configure({ commitSeconds: 1.5 });
    const live = await attach(made);
    live.say(vectorEvent(0, vectorOf(0), 1.5, 5));
    await live.retrievals(1);
    await new Promise((resolve) => setTimeout(resolve, 2_000 * STALE_SECONDS));
    for (const id of [1, 2, 3]) live.say(vectorEvent(id, vectorOf(id), 1.5, 5 + 0.01 * id));
    expect((await live.retrievals(4)).map(({ matches }) => matches[0]!.id)).toEqual([0, 1, 2, 3]);
    made.close();
  });
});

describe("bad files", () => {
  /** Spoils files, opens, gives the fault, and mends them. */
  async function faultOf(spoil: () => Promise<void>): Promise<{ name: string; message: string }> {
    const { open, close } = await lab("cpu");
    await spoil();
    const fault = await open().then(
      () => ({ name: "none", message: "" }),
      (cause: Error) => ({ name: cause.name, message: cause.message }),
    );
    await mend();
    // What was wrong is gone, and so is the fault.
    expect((await open()).backend).toBe("cpu");
    close();
    return fault;
  }
  async function mend(): Promise<void> {
    const { files, manifests } = fixture;
    await fixture.write(files.model, JSON.stringify(manifests.model));
    await fixture.write(files.weights, fixture.weights);
    await fixture.write(files.library, JSON.stringify(manifests.library));
    await fixture.write(files.embeddings, JSON.stringify(manifests.embeddings));
    await fixture.write(files.rows, fixture.rows);
  }

  test.each(["model", "weights", "library", "embeddings", "rows"] as const)("%s missing", async (file) => {
    const fault = await faultOf(() => fixture.remove(fixture.files[file]));
    expect(fault.name).toBe("MissingError");
    expect(fault.message).toMatch(/: expected a file, got .*; .+\.$/);
    expect(fault.message).toContain(fixture.files[file]);
  });

  test.each(["model", "library", "embeddings"] as const)("%s truncated", async (file) => {
    const text = JSON.stringify(fixture.manifests[file]);
    const fault = await faultOf(() => fixture.write(fixture.files[file], text.slice(0, text.length / 2)));
    expect(fault.name).toBe("FormatError");
    expect(fault.message).toMatch(/expected whole JSON, got \d+ bytes that are not; .+\.$/);
  });

  test("weights and rows truncated, and altered", async () => {
    const altered = (bytes: Uint8Array) => bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte));
    for (const [file, bytes] of [["weights", fixture.weights], ["rows", fixture.rows]] as const) {
      const short = await faultOf(() => fixture.write(fixture.files[file], bytes.subarray(0, bytes.length - 4)));
      expect(short).toMatchObject({ name: "FormatError", message: expect.stringMatching(/expected \d+ bytes.*got \d+/) });
      const other = await faultOf(() => fixture.write(fixture.files[file], altered(bytes)));
      expect(other).toMatchObject({ name: "FormatError", message: expect.stringMatching(/sha256/) });
    }
  });

  test("another version, another feature, another model's rows", async () => {
    const { manifests, files } = fixture;
    const write = (file: keyof typeof manifests, change: object) => faultOf(() => fixture.write(files[file], JSON.stringify({ ...manifests[file], ...change })));
    expect(await write("model", { formatVersion: 2 })).toMatchObject({ name: "FormatError", message: expect.stringMatching(/formatVersion: expected 1, got 2/) });
    expect(await write("library", { formatVersion: 2 })).toMatchObject({ name: "FormatError", message: expect.stringMatching(/formatVersion: expected 1, got 2/) });
    expect(await write("model", { feature: { ...manifests.model.feature, version: 99 } })).toMatchObject({ name: "FormatError", message: expect.stringMatching(new RegExp(`expected feature simile in version ${simile.version} .* got version 99`)) });
    expect(await write("model", { feature: { ...manifests.model.feature, name: "unheard" } })).toMatchObject({ name: "UnsupportedError" });
    expect(await write("embeddings", { weightsSha256: "0".repeat(64) })).toMatchObject({ name: "FormatError", message: expect.stringMatching(/expected weights .* got 000000000000; embed the library again/) });
    expect(await write("embeddings", { count: 23 })).toMatchObject({ name: "FormatError", message: expect.stringMatching(/expected sounds 24, got 23/) });
  });
});
