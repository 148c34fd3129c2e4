/** Everything that can be wrong with files, folders, room and tabs: one sentence each, and what was there stays whole. */

import { afterEach, describe, expect, test } from "vitest";
import { writeWav } from "../../src/core/kits/wav.ts";
import type { LibraryEvent } from "../../src/protocol/library.ts";
import { noise } from "../signals.ts";
import { ORIGIN, RATE, closeLabs, folder, note, openLab, put, take, wav } from "./library-lab.ts";

afterEach(closeLabs);

let count = 0;
const fresh = () => `library-bad-${Date.now()}-${count++}`;

/** A 32-bit float WAV, which can hold what is no number. */
function floatWav(samples: Float32Array, rate = RATE, channels = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(44 + 4 * samples.length);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string) => [...word].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + 4 * samples.length, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 3, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 4 * rate * channels, true);
  view.setUint16(32, 4 * channels, true);
  view.setUint16(34, 32, true);
  text(36, "data");
  view.setUint32(40, 4 * samples.length, true);
  samples.forEach((sample, i) => view.setFloat32(44 + 4 * i, sample, true));
  return bytes;
}

/** The head of a 16-bit WAV of that many seconds, its audio one long hole. */
function hollowWav(seconds: number): Blob {
  const bytes = seconds * 8000 * 2;
  const head = (writeWav({ sampleRate: 8000, channels: [new Float32Array(1)] }, 16) as Uint8Array<ArrayBuffer>).slice(0, 44);
  new DataView(head.buffer).setUint32(40, bytes, true);
  return new Blob([head, new Uint8Array(bytes)]);
}

/** The head of a FLAC file of that many seconds. */
function longFlac(seconds: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(42);
  bytes.set([..."fLaC"].map((letter) => letter.charCodeAt(0)));
  bytes[4] = 0x80;
  bytes[7] = 34;
  const view = new DataView(bytes.buffer);
  const samples = seconds * RATE;
  view.setUint32(18, RATE * 2 ** 12 + (15 << 4) + Math.floor(samples / 2 ** 32));
  view.setUint32(22, samples % 2 ** 32);
  return bytes;
}

const broken = Float32Array.from(noise(0.5, RATE, 0.2, 1), (sample, i) => (i === 700 ? Number.NaN : sample));

const FAULTS: readonly (readonly [string, string, BlobPart, RegExp])[] = [
  ["empty", "empty.wav", "", /empty\.wav: expected audio, got an empty file; copy or export it again/],
  ["truncated", "cut off.wav", note(1).slice(0, 9000), /cut off\.wav: expected \d+ frames of audio as its header says, got \d+; the file is cut off/],
  ["a truncated header", "stump.wav", note(1).slice(0, 30), /stump\.wav: .*export it (as WAV )?again/],
  ["a picture by the name of a sound", "cover.flac", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 0), /cover\.flac: expected audio, got a picture; convert it/],
  ["text by the name of a sound", "notes.mp3", "just some words, and more of them", /notes\.mp3: expected audio, got text; convert it/],
  ["silent", "silent.wav", wav(new Float32Array(RATE)), /silent\.wav: expected sound, got silence from beginning to end/],
  ["one sample long", "click.wav", wav(Float32Array.of(0.5)), /click\.wav: expected at least 5 ms of sound, got 1 frame;/],
  ["of 32 channels", "wide.wav", floatWav(noise(0.5, RATE, 0.1, 3), RATE, 32), /wide\.wav: expected 1 to 8 channels, got 32; mix it down first/],
  ["with NaN", "nan.wav", floatWav(broken), /nan\.wav: expected finite samples, got NaN at frame 700; export it again/],
  ["minutes of silence, read piece by piece", "night.wav", hollowWav(300), /night\.wav: expected sound, got silence from beginning to end/],
  ["ten hours of FLAC by its own word", "tour.flac", longFlac(36_000), /tour\.flac: expected at most 30 minutes of compressed audio, got 600 minutes; convert it to WAV, which is read piece by piece/],
  ["a damaged FLAC", "bad.flac", Uint8Array.from({ length: 5000 }, (_, i) => (i < 4 ? "fLaC".charCodeAt(i) : (i * 7) & 255)), /bad\.flac: expected .*(damaged|cut off)/],
  ["AAC that no decoder knows", "song.m4a", Uint8Array.from({ length: 400 }, (_, i) => (i >= 4 && i < 8 ? "ftyp".charCodeAt(i - 4) : 0)), /song\.m4a: expected audio, got an MP4 file \(AAC or ALAC\); convert it to WAV or FLAC/],
];

describe("files", () => {
  test("that cannot be used are one sentence each, and the rest goes on", async () => {
    const root = await folder(fresh());
    for (const [, path, content] of FAULTS) await put(root, `bad/${path}`, content);
    await put(root, "good.wav", note(3));
    const lab = await openLab(fresh());
    const id = await lab.api.add("Mine", root, ORIGIN);
    const report = await lab.import(id);
    expect(report).toMatchObject({ ended: "done", analysed: 1, faulty: FAULTS.length });
    for (const [what, path, , sentence] of FAULTS) {
      const told = report.faults.filter((fault) => fault.path === `bad/${path}`);
      expect(told, what).toHaveLength(1);
      expect(told[0]!.sentence, what).toMatch(sentence);
    }
    expect(await lab.api.sounds(id)).toMatchObject([{ name: "good" }]);
    // What is bad is not tried again while it stays as it is, and told again.
    const again = await lab.import(id);
    expect(again).toMatchObject({ analysed: 0, unchanged: FAULTS.length + 1, faulty: FAULTS.length });
    await put(root, "bad/empty.wav", note(4));
    expect(await lab.import(id)).toMatchObject({ analysed: 1, faulty: FAULTS.length - 1 });
  });

  test("that are odd are used, with a word on it where there is something to know", async () => {
    const root = await folder(fresh());
    await put(root, "dull.wav", wav(noise(0.5, 8000, 0.2, 5).map((sample, i) => sample * Math.exp(-i / 800)), 8000));
    await put(root, "really a wave.flac", note(5));
    await put(root, "no extension", note(6));
    await put(root, "README", "no audio at all");
    await put(root, "cover.jpg", "no audio at all");
    await put(root, "🎻 émile..wav", note(7));
    await put(root, "Kick.wav", note(8));
    await put(root, "kick.wav", note(9));
    await put(root, `${"n".repeat(240)}.wav`, note(10));
    await put(root, `${"folder/".repeat(30)}deep.wav`, note(11));
    await put(root, ".hidden.wav", note(12));
    const lab = await openLab(fresh());
    const id = await lab.api.add("Mine", root, ORIGIN);
    const report = await lab.import(id);
    expect(report).toMatchObject({ ended: "done", analysed: 8, faulty: 0 });
    expect(report.notes.map(({ sentence }) => sentence).sort()).toEqual(["dull.wav: holds nothing above 4 kHz, so that it may seem duller than it was.", "really a wave.flac: is WAV whatever its name says, and was read as that."]);
    expect((await lab.api.sounds(id)).map(({ file }) => file).sort()).toEqual(
      ["Kick.wav", `${"folder/".repeat(30)}deep.wav`, "dull.wav", "kick.wav", "no extension", `${"n".repeat(240)}.wav`, "really a wave.flac", "🎻 émile..wav"].sort(),
    );
  });

  test("listed by the page: paths that are too long, and folders too deep", async () => {
    const lab = await openLab(fresh());
    const id = await lab.api.add("Box", null, ORIGIN);
    const path = `Box/${"x".repeat(300)}/${"y".repeat(800)}.wav`;
    expect(await lab.import(id, [{ path, file: new File([note(1)], "y.wav") }, { path: `Box/${"x".repeat(300)}.wav`, file: new File([note(2)], "x.wav") }])).toMatchObject({
      analysed: 1,
      faults: [{ sentence: expect.stringMatching(/expected a path of at most 1024 characters, got 1109/) }],
    });
    const root = await folder(fresh());
    await put(root, `${"d/".repeat(70)}far.wav`, note(1));
    await put(root, "near.wav", note(2));
    const deep = await lab.api.add("Deep", root, ORIGIN);
    expect(await lab.import(deep)).toMatchObject({ analysed: 1, faults: [{ sentence: expect.stringMatching(/expected folders at most 64 deep, got more; a link may lead back/) }] });
  });

  test("what the browser alone decodes is asked of the page", async () => {
    const root = await folder(fresh());
    await put(root, "song.m4a", Uint8Array.from({ length: 400 }, (_, i) => (i >= 4 && i < 8 ? "ftyp".charCodeAt(i - 4) : 0)));
    const lab = await openLab(fresh());
    const id = await lab.api.add("Mine", root, ORIGIN);
    const asked: number[] = [];
    const decode = async (bytes: ArrayBuffer) => (asked.push(bytes.byteLength), { sampleRate: RATE, channels: [noise(0.5, RATE, 0.2, 4)] });
    expect(await lab.import(id, null, { decode })).toMatchObject({ analysed: 1, faulty: 0 });
    expect(asked).toEqual([400]);
  });
});

describe("folders", () => {
  test("removed under way, or not there: what was kept stays, and nothing is dropped", async () => {
    const parent = await folder(fresh());
    const root = await parent.getDirectoryHandle("samples", { create: true });
    for (let i = 0; i < 12; i++) await put(root, `${i}.wav`, note(i));
    const lab = await openLab(fresh());
    const id = await lab.api.add("Mine", root, ORIGIN);
    let removed: Promise<void> | null = null;
    const embed = async (_: Float32Array, rows: number) => {
      removed ??= take(parent, "samples");
      await removed;
      return new Float32Array(rows * ORIGIN.size);
    };
    for (let i = 12; i < 40; i++) await put(root, `${i}.wav`, note(i));
    const report = await lab.import(id, null, { embed });
    expect(report).toMatchObject({ ended: "stopped", fault: { name: "MissingError", message: expect.stringMatching(/samples: expected the folder where it was, got nothing there; what was analysed stays/) } });
    const kept = await lab.api.sounds(id);
    expect(kept.length).toBeGreaterThan(0);
    expect(await lab.import(id)).toMatchObject({ ended: "stopped", dropped: 0 });
    expect(await lab.api.sounds(id)).toEqual(kept);
    await expect.poll(() => lab.events.filter(({ kind }) => kind === "libraries").at(-1)).toMatchObject({ libraries: [{ unfinished: true }] });
    const back = await parent.getDirectoryHandle("samples", { create: true });
    for (let i = 0; i < 40; i++) await put(back, `${i}.wav`, note(i));
    expect(await lab.import(id)).toMatchObject({ ended: "done", dropped: 0, analysed: 40 - kept.length });
    expect(await lab.api.sounds(id)).toHaveLength(40);
  });
});

describe("room", () => {
  test("copies that do not fit are not begun, those that take half of it are told before, smaller ones are made", async () => {
    const lab = await openLab(fresh());
    const id = await lab.api.add("Box", null, ORIGIN);
    const { quota = 0 } = await navigator.storage.estimate();
    // A file as large as it says, and as little read as it needs.
    const huge = new File([new Uint8Array(8)], "huge.wav");
    const part = new Blob([new Uint8Array(2 ** 24)]);
    const parts = Array.from({ length: Math.ceil(quota / 2 ** 24) + 1 }, () => part);
    const files = [{ path: "Box/huge.wav", file: new File([huge, ...parts], "huge.wav") }, { path: "Box/small.wav", file: new File([note(1)], "small.wav") }];
    const report = await lab.import(id, files);
    expect(report).toMatchObject({ ended: "stopped", fault: { name: "UnsupportedError", message: expect.stringMatching(/Box: expected [\d,.]+ MiB of room in the browser's storage for copies, got [\d,.]+ MiB; free disk space/) } });
    expect(await lab.api.sounds(id)).toEqual([]);
    expect(await lab.import(id, files.slice(1))).toMatchObject({ ended: "done", analysed: 1 });
    expect(lab.events.some(({ kind }) => kind === "warning")).toBe(false);
    const most = new File([...parts.slice(0, Math.ceil(0.6 * parts.length))], "most.wav");
    const running = lab.import(id, [{ path: "Box/most.wav", file: most }, files[1]!]);
    const warnings = () => lab.events.filter(({ kind }) => kind === "warning");
    await expect.poll(warnings).toMatchObject([{ sentence: expect.stringMatching(/^Box: expected copies to leave half of the browser's storage free, got .* MiB of the .* MiB that are left; cancel to keep them/) }]);
    await lab.api.cancel();
    expect(await running).toMatchObject({ ended: "cancelled", faulty: 0 });
    expect(await lab.api.sounds(id)).toHaveLength(1);
  });
});

describe("two folders of one name", () => {
  test("without handles: are two libraries, where they share no file, and one where they do", async () => {
    const lab = await openLab(fresh());
    const file = (name: string, seed: number) => ({ path: name, file: new File([note(seed)], name) });
    const add = (files: readonly { path: string }[]) => lab.api.add("Drums", null, ORIGIN, files.map(({ path }) => path));
    const [first, second] = [[file("kick.wav", 1), file("snare.wav", 2)], [file("tom.wav", 3)]];
    const one = await add(first);
    await lab.import(one, first);
    const two = await add(second);
    await lab.import(two, second);
    expect(two).not.toBe(one);
    expect(await add([first[1]!, file("rim.wav", 4)])).toBe(one);
    expect(await add(second)).toBe(two);
    await expect.poll(() => lab.events.filter(({ kind }) => kind === "libraries").at(-1)).toMatchObject({ libraries: expect.arrayContaining([expect.objectContaining({ title: "Drums", sounds: 2 }), expect.objectContaining({ title: "Drums 2", sounds: 1 })]) });
  });
});

describe("two tabs", () => {
  test("one writes, the other reads and says so, and takes over when the first is closed", async () => {
    const root = await folder(fresh());
    for (let i = 0; i < 3; i++) await put(root, `${i}.wav`, note(i));
    const name = fresh();
    const first = await openLab(name);
    const second = await openLab(name);
    const told = (lab: { events: LibraryEvent[] }) => lab.events.filter((event) => event.kind === "libraries").at(-1);
    await expect.poll(() => [told(first)?.writer, told(second)?.writer]).toEqual([true, false]);
    const id = await first.api.add("Mine", root, ORIGIN);
    await first.import(id);
    await expect.poll(() => told(second)?.libraries.map(({ sounds }) => sounds)).toEqual([3]);
    expect(await second.api.sounds(id)).toEqual(await first.api.sounds(id));
    const rows = Uint32Array.of(0, 1, 2);
    expect(await second.api.embeddings(id, rows)).toEqual(await first.api.embeddings(id, rows));
    await expect(second.import(id)).rejects.toMatchObject({ name: "UnsupportedError", message: expect.stringMatching(/expected one tab that writes, got another that does already; go on there, or close it/) });
    first.kill();
    await expect.poll(() => told(second)?.writer).toBe(true);
    expect(await second.import(id)).toMatchObject({ ended: "done", unchanged: 3 });
  });
});

describe("what the user says", () => {
  test("holds for many sounds at once, stays with renamed and changed files, and is taken back", async () => {
    const root = await folder(fresh());
    for (const name of ["a.wav", "b.wav", "c.wav"]) await put(root, name, note(name.charCodeAt(0)));
    const lab = await openLab(fresh());
    const id = await lab.api.add("Mine", root, ORIGIN);
    await lab.import(id);
    const sounds = await lab.api.sounds(id);
    await lab.api.edit(id, sounds.map(({ key }) => key), { instrument: "harp", technique: "bisbigliando" });
    await lab.api.edit(id, [sounds[0]!.key], { favourite: true, pitch: "D4" });
    expect(await lab.api.sounds(id)).toMatchObject([
      { instrument: "harp", favourite: true, pitch: "D4", estimated: false },
      { instrument: "harp", favourite: false },
      { instrument: "harp", technique: "bisbigliando" },
    ]);
    await take(root, "a.wav");
    await put(root, "renamed.wav", note("a".charCodeAt(0)));
    await put(root, "b.wav", note(70));
    await lab.import(id);
    const after = await lab.api.sounds(id);
    expect(after.find(({ file }) => file === "renamed.wav")).toMatchObject({ favourite: true, pitch: "D4", instrument: "harp" });
    expect(after.find(({ file }) => file === "b.wav")).toMatchObject({ instrument: "harp", technique: "bisbigliando" });
    await lab.api.edit(id, after.map(({ key }) => key), { instrument: null, technique: null, pitch: null, favourite: false });
    expect((await lab.api.sounds(id)).map(({ instrument, favourite }) => [instrument, favourite])).toEqual(after.map(() => ["", false]));
    await lab.api.configure(id, { patterns: ["{instrument}"] });
    expect((await lab.api.sounds(id)).map(({ instrument }) => instrument).sort()).toEqual(["b", "c", "renamed"]);
    await expect(lab.api.configure(id, { patterns: ["{nonsense}"] })).rejects.toMatchObject({ name: "FormatError" });
  });
});

describe("storage", () => {
  test("of the first version is brought up to this one, with all that it held", async () => {
    const name = fresh();
    const root = await folder(fresh());
    await put(root, "a.wav", note(1));
    const lab = await openLab(name);
    const id = await lab.api.add("Mine", root, ORIGIN);
    await lab.import(id);
    const sounds = await lab.api.sounds(id);
    await lab.api.close();
    // As version 1 left it: the same tables, without edits.
    const read = await database(name, 2);
    const tables = { libraries: await all(read, "libraries"), files: await all(read, "files") };
    read.close();
    await new Promise((resolve) => (indexedDB.deleteDatabase(name).onsuccess = resolve));
    const old = await database(name, 1, (db) => {
      db.createObjectStore("libraries", { keyPath: "id" });
      db.createObjectStore("files", { keyPath: ["library", "path"] });
    });
    const transaction = old.transaction(["libraries", "files"], "readwrite");
    for (const [table, records] of Object.entries(tables)) for (const record of records) transaction.objectStore(table).put(record);
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    old.close();
    const again = await openLab(name);
    expect(await again.api.sounds(id)).toEqual(sounds);
    await again.api.edit(id, [sounds[0]!.key], { favourite: true });
    expect(await again.api.sounds(id)).toMatchObject([{ favourite: true }]);
  });

  test("of a later version is left alone, with a sentence", async () => {
    const name = fresh();
    (await database(name, 99, () => {})).close();
    await expect(openLab(name)).rejects.toMatchObject({ name: "UnsupportedError", message: expect.stringMatching(/expected a storage of this release, got one of a later; load the page again/) });
  });

  test("whose rows were lost is mended: what they were of is analysed again", async () => {
    const name = fresh();
    const root = await folder(fresh());
    for (let i = 0; i < 4; i++) await put(root, `${i}.wav`, note(i));
    const lab = await openLab(name);
    const id = await lab.api.add("Mine", root, ORIGIN);
    await lab.import(id);
    await lab.api.close();
    const here = await (await (await navigator.storage.getDirectory()).getDirectoryHandle("simile")).getDirectoryHandle(id);
    const file = await here.getFileHandle("embeddings.0.f32");
    const bytes = (await file.getFile()).slice(0, 2 * ORIGIN.size * 4 + 5);
    const writable = await file.createWritable();
    await writable.write(await bytes.arrayBuffer());
    await writable.close();
    const again = await openLab(name);
    expect(await again.api.sounds(id)).toHaveLength(2);
    expect(await again.import(id)).toMatchObject({ ended: "done", analysed: 2, unchanged: 2 });
    expect(await again.api.sounds(id)).toHaveLength(4);
  });
});

function database(name: string, version: number, upgrade: (db: IDBDatabase) => void = () => {}): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => upgrade(request.result);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function all(db: IDBDatabase, table: string): Promise<unknown[]> {
  return new Promise((resolve) => {
    const request = db.transaction(table).objectStore(table).getAll();
    request.onsuccess = () => resolve(request.result);
  });
}
