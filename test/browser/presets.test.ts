/** Embedding presets on the real instrument: opened live, attached to a folder, analysed again for another model, saved and read back, and every bad one leaves what was there. */

import { commands } from "vitest/browser";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { makePresetWorker } from "../../src/app/presets/preset-client.ts";
import { type Presets, type PresetsState, createPresets } from "../../src/app/presets/presets.ts";
import { fetchPreset } from "../../src/app/presets/fetch-preset.ts";
import { createSimile } from "../../src/app/simile.ts";
import type { Simile } from "../../src/app/simile-state.ts";
import { type ColumnValues, type PresetContent, readPreset, writePreset } from "../../src/core/presets/embedding-preset.ts";
import { writeWav } from "../../src/core/kits/wav.ts";
import type { ListedFile } from "../../src/protocol/library.ts";
import { sha256 } from "../../src/model/weights.ts";
import { type PresetFixture, RATE, createPresetFixture } from "./preset-fixture.ts";

let fixture: PresetFixture;
/** Encoded sounds of the fixture, by row, with their hashes. */
const wavs: Uint8Array<ArrayBuffer>[] = [];
const hashes: string[] = [];
const open: Simile[] = [];

beforeAll(async () => {
  fixture = await createPresetFixture("presets");
  for (const { samples } of fixture.sounds) wavs.push(writeWav({ sampleRate: RATE, channels: [samples] }, 16) as Uint8Array<ArrayBuffer>);
  for (const wav of wavs) hashes.push(await sha256(wav.slice().buffer));
});
afterEach(async () => {
  delete (window as { showSaveFilePicker?: unknown }).showSaveFilePicker;
  for (const simile of open.splice(0)) await simile.dispose();
});

const files = () => fixture.sounds.map((_, id) => `notes/${id % 2 === 0 ? "even" : "odd"}/${id}.wav`);

function content(changes: Partial<PresetContent> = {}): PresetContent {
  const { model } = fixture.manifests;
  const entries = fixture.sounds.map(({ entry }) => entry);
  return {
    name: "trial",
    title: "Trial",
    author: "the tests",
    licence: "CC0-1.0",
    model: { name: model.name, version: model.version, weightsSha256: model.weights.sha256 },
    feature: { name: model.feature.name, version: model.feature.version },
    distance: "euclidean",
    numbers: "float16",
    size: fixture.size,
    embeddings: fixture.embeddings,
    columns: new Map<string, ColumnValues>([
      ["file", files()],
      ["name", entries.map(({ name }) => name)],
      ["family", entries.map(({ family }) => family)],
      ["instrument", entries.map(({ instrument }) => instrument)],
      ["durationSeconds", entries.map(({ durationSeconds }) => durationSeconds)],
      ["sha256", hashes],
    ]),
    ...changes,
  };
}

const withAudio = (changes: Partial<PresetContent> = {}) => content({ audio: new Map(files().map((file, row) => [file, wavs[row]!])), ...changes });
const asFile = (bytes: Uint8Array, name = "trial.simile") => new File([bytes as Uint8Array<ArrayBuffer>], name);
const listed = (paths: readonly string[], rows: readonly number[]): ListedFile[] => paths.map((path, i) => ({ path, file: new File([wavs[rows[i]!]!], path) }));

async function start(): Promise<{ simile: Simile; presets: Presets; state: () => PresetsState }> {
  const simile = createSimile({ ...fixture.sources });
  open.push(simile);
  await simile.start();
  const presets = createPresets({ simile, index: new URL("/none/index.json", location.origin).href });
  return { simile, presets, state: () => presets.state };
}

describe("a preset that is opened", () => {
  test("with its audio answers at once, from its own file, and the way back stays open", async () => {
    const { simile, presets, state } = await start();
    const before = simile.library!;
    await presets.act({ kind: "file", file: asFile(writePreset(withAudio())) });
    expect(state()).toMatchObject({ fault: null, waiting: null, work: null, before: ["Fixture"] });
    expect(simile.library!.title).toBe("Trial");
    expect(simile.state.engine!.library).toMatchObject({ title: "Trial", sounds: 24 });
    expect((await simile.ask((engine) => engine.near(5, 3))).map(({ id }) => id)).toHaveLength(3);
    expect((await simile.peaks(7, 64)).some((value) => value !== 0)).toBe(true);
    await presets.act({ kind: "return", at: 0 });
    expect(simile.library).toBe(before);
    expect(state().before).toEqual(["Trial"]);
  });

  test("by a worker that dies says so, leaves what was there, and is opened by the next one", async () => {
    const { simile } = await start();
    let lost = 0;
    const presets = createPresets({
      simile,
      makeWorker(name) {
        const worker = makePresetWorker(name);
        // Ended from outside as soon as it lives, before it is asked.
        if (lost++ === 0) worker.addEventListener("message", () => worker.terminate(), { once: true });
        return worker;
      },
    });
    await presets.act({ kind: "file", file: asFile(writePreset(withAudio())) });
    expect(presets.state).toMatchObject({ work: null, fault: "Presets: expected its worker to keep running, got its end; try again." });
    expect(simile.library!.title).toBe("Fixture");
    await presets.act({ kind: "file", file: asFile(writePreset(withAudio())) });
    expect(presets.state.fault).toBeNull();
    expect(simile.library!.title).toBe("Trial");
  });

  test("without audio finds its sounds by path, then by content, in a folder one further up, and says what is missing", async () => {
    const { simile, presets, state } = await start();
    await presets.act({ kind: "file", file: asFile(writePreset(content())) });
    expect(state().waiting).toEqual({ title: "Trial", sounds: 24, otherModel: null, audio: false });
    expect(simile.library!.title).toBe("Fixture");
    // Rows 0 to 19 at their paths below another folder, 20 and 21 renamed, 22 and 23 absent; and a stranger.
    const rows = Array.from({ length: 22 }, (_, row) => row);
    const folder = listed(rows.map((row) => (row < 20 ? `archive/${files()[row]}` : `archive/renamed ${row}.wav`)), rows);
    await presets.act({ kind: "attach", folder: [...folder, { path: "archive/stranger.wav", file: new File([new Uint8Array(100)], "stranger.wav") }] });
    expect(state().note).toMatch(/found 22 of 24 sounds, 20 by path and 2 by content; the 2 that are missing are left out/);
    expect(state().missing).toEqual([files()[22], files()[23]]);
    expect(simile.state.sounds).toHaveLength(22);
    expect((await simile.peaks(21, 64)).some((value) => value !== 0)).toBe(true);
  });

  test("whose folder holds none of its sounds says so, and waits on", async () => {
    const { simile, presets, state } = await start();
    await presets.act({ kind: "file", file: asFile(writePreset(content())) });
    await presets.act({ kind: "attach", folder: [{ path: "x.wav", file: new File([new Uint8Array(9)], "x.wav") }] });
    expect(state().fault).toMatch(/expected its 24 sounds in that folder, got none of them/);
    expect(state().waiting).not.toBeNull();
    expect(simile.library!.title).toBe("Fixture");
    await presets.act({ kind: "silent" });
    expect(simile.library!.title).toBe("Trial");
    expect(simile.state.faults.map(({ message }) => message)).toEqual([expect.stringMatching(/names and distances alone/)]);
  });

  test("of another model is analysed again where its sounds are at hand", async () => {
    const { simile, presets, state } = await start();
    // 24 bits: what 16 take away is heard in a tail of noise.
    const fine = new Map(files().map((file, row) => [file, writeWav({ sampleRate: RATE, channels: [fixture.sounds[row]!.samples] }, 24)]));
    const other = content({ audio: fine, model: { name: "other", version: 3, weightsSha256: "0".repeat(64) }, size: 7, embeddings: new Float32Array(24 * 7).fill(0.5) });
    await presets.act({ kind: "file", file: asFile(writePreset(other)) });
    expect(state().waiting).toEqual({ title: "Trial", sounds: 24, otherModel: "other version 3", audio: true });
    expect(simile.library!.title).toBe("Fixture");
    await presets.act({ kind: "analyse" });
    expect(state().fault).toBeNull();
    expect(state().note).toMatch(/24 sounds analysed by fixture/);
    expect(simile.library!.title).toBe("Trial");
    const { scale } = simile.state.engine!.library;
    for (const id of [0, 11, 23]) {
      const [nearest] = await simile.ask((engine) => engine.match(fixture.sounds[id]!.samples, RATE, 1));
      expect(nearest!.id).toBe(id);
      expect(nearest!.distance).toBeLessThan(0.01 * scale.random);
    }
  });

  test("and cancelled while it is analysed leaves what was there", async () => {
    const { simile, presets, state } = await start();
    await presets.act({ kind: "file", file: asFile(writePreset(withAudio({ model: { name: "other", version: 3, weightsSha256: "0".repeat(64) } }))) });
    // As soon as it is told, since it does not last.
    const told = new Promise<void>((resolve) => presets.addEventListener("change", () => state().work?.stage === "analysing" && resolve()));
    const analysing = presets.act({ kind: "analyse" });
    await told;
    await presets.act({ kind: "cancel" });
    await analysing;
    expect(state()).toMatchObject({ work: null, fault: null, waiting: null });
    expect(simile.library!.title).toBe("Fixture");
  });
});

describe("a bad preset gives one sentence and changes nothing", () => {
  const good = () => writePreset(withAudio());
  test.each<[string, () => Uint8Array, RegExp]>([
    ["empty", () => new Uint8Array(), /empty file/],
    ["cut short", () => good().subarray(0, 5000), /another type of file, or one cut short/],
    ["a sound", () => wavs[0]!, /another type of file/],
    ["damaged", () => good().map((byte, i) => (i === 900 ? byte ^ 1 : byte)), /expected .*, got /],
    ["of no sounds", () => writePreset(content({ embeddings: new Float32Array(), columns: new Map([["file", []]]) })), /at least one sound/],
  ])("%s", async (_, bytes, sentence) => {
    const { simile, presets, state } = await start();
    const { library, state: before } = simile;
    await presets.act({ kind: "file", file: asFile(bytes()) });
    expect(state().fault).toMatch(sentence);
    expect(state()).toMatchObject({ work: null, waiting: null });
    expect(simile.library).toBe(library);
    expect(simile.state.sounds).toBe(before.sounds);
    expect((await simile.ask((engine) => engine.near(1, 1))).length).toBe(1);
  });
});

describe("an address", () => {
  const options = (over: object = {}) => ({ signal: new AbortController().signal, onProgress: () => {}, ...over });
  const put = async (bytes: Uint8Array) => {
    const path = `node_modules/.cache/simile-test/presets/a preset.simile`;
    let text = "";
    for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    await commands.writeFile(path, btoa(text), "base64");
    return new URL(`/${path.split("/").map(encodeURIComponent).join("/")}`, location.origin).href;
  };

  test("is fetched with progress, and answers", async () => {
    const bytes = writePreset(withAudio());
    const address = await put(bytes);
    const progress: number[] = [];
    const file = await fetchPreset(`${address}#sha256=${await sha256(bytes.slice().buffer)}`, options({ onProgress: (done: number) => progress.push(done) }));
    expect([file.name, file.size]).toEqual(["a preset.simile", bytes.length]);
    expect(progress.at(-1)).toBe(bytes.length);
    const { simile, presets } = await start();
    await presets.act({ kind: "address", address });
    expect(simile.library!.title).toBe("Trial");
  });

  test.each<[string, (address: string) => [string, object?], RegExp]>([
    ["of another kind", () => ["file:///etc/passwd"], /https:\/\/ or http:\/\//],
    ["that is none", () => ["http://"], /https:\/\/ or http:\/\//],
    ["with nothing there", () => [new URL("/nothing/there.simile", location.origin).href], /got (a web page|404)/],
    ["of a web page", () => [new URL("/src/index.html", location.origin).href], /got a web page/],
    ["of another file than promised", (address) => [`${address}#sha256=${"0".repeat(64)}`], /expected the sha256 000000000000…/],
    ["of a file that is too large", (address) => [address, { mostBytes: 1000 }], /at most 1000 bytes/],
  ])("%s gives one sentence", async (_, make, sentence) => {
    const [address, over] = make(await put(writePreset(content())));
    await expect(fetchPreset(address, options(over))).rejects.toThrow(sentence);
  });
});

describe("a library that is saved", () => {
  /** A place to save in, as the browser's own picker gives one. */
  async function place(): Promise<FileSystemFileHandle> {
    const handle = await (await navigator.storage.getDirectory()).getFileHandle(`saved ${crypto.randomUUID()}.simile`, { create: true });
    Object.assign(window, { showSaveFilePicker: async () => handle });
    return handle;
  }
  const wish = (over: object = {}) => ({ kind: "export", wish: { title: "My notes", author: "me", licence: "CC0-1.0", audio: false, ids: null, ...over } }) as const;
  const read = async (handle: FileSystemFileHandle) => readPreset(new Uint8Array(await (await handle.getFile()).arrayBuffer()), "saved");

  test("whole and without audio is read back as it was", async () => {
    const { presets, state } = await start();
    const handle = await place();
    await presets.act(wish());
    expect(state()).toMatchObject({ fault: null, note: "My notes.simile: 24 sounds written." });
    const { manifest, embeddings, columns } = await read(handle);
    expect(manifest).toMatchObject({ title: "My notes", author: "me", licence: "CC0-1.0", count: 24, audio: false, model: content().model, feature: content().feature });
    expect(Math.max(...embeddings.map((value, i) => Math.abs(value - fixture.embeddings[i]!)))).toBeLessThan(1e-3);
    expect(columns.get("file")).toEqual(fixture.sounds.map(({ entry }) => entry.file));
    expect(columns.get("family")).toEqual(fixture.sounds.map(({ entry }) => entry.family));
  });

  test("in part and with audio carries the very files, and answers again", async () => {
    const { simile, presets, state } = await start();
    const handle = await place();
    await presets.act(wish({ audio: true, ids: [3, 9, 20] }));
    expect(state().fault).toBeNull();
    const { manifest, audio } = await read(handle);
    expect([manifest.count, manifest.audio]).toEqual([3, true]);
    for (const [row, id] of [3, 9, 20].entries()) expect(audio(row)).toEqual(wavs[id]);
    await presets.act({ kind: "file", file: await handle.getFile() });
    expect(simile.state.sounds.map(({ name }) => name)).toEqual([3, 9, 20].map((id) => fixture.sounds[id]!.entry.name));
  });

  test("whose sounds cannot be read leaves the place as it was", async () => {
    const { presets, state } = await start();
    const handle = await place();
    const writable = await handle.createWritable();
    await writable.write("what was there before");
    await writable.close();
    await fixture.remove(`library/${fixture.sounds[2]!.entry.file}`);
    try {
      await presets.act(wish({ audio: true, ids: [0, 1, 2] }));
      expect(state().fault).toMatch(/plucked 3\.wav: expected the library's sound, got/);
      expect(await (await handle.getFile()).text()).toBe("what was there before");
    } finally {
      await fixture.write(`library/${fixture.sounds[2]!.entry.file}`, wavs[2]!);
    }
  });
});
