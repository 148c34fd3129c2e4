/** The user's libraries, whole: real files, database, locks and worker pool; what is analysed once, kept for ever, followed and dropped; and everything that can be wrong with a file. */

import { afterEach, describe, expect, test } from "vitest";
import { analyse } from "../../src/core/analysis.ts";
import { simile } from "../../src/core/features/simile.ts";
import { parseWav } from "../../src/core/signal/wav.ts";
import type { ImportProgress, LibraryEvent } from "../../src/protocol/library.ts";
import { noise, pluck } from "../signals.ts";
import { ORIGIN, RATE, SIZE, closeLabs, embedLab, folder, note, openLab, put, take, wav } from "./library-lab.ts";

afterEach(closeLabs);

let count = 0;
const fresh = () => `library-test-${Date.now()}-${count++}`;

async function notesFolder(names: readonly string[]): Promise<FileSystemDirectoryHandle> {
  const root = await folder(fresh());
  for (const [i, name] of names.entries()) await put(root, name, note(i));
  return root;
}

const isProgress = (event: LibraryEvent): event is Extract<LibraryEvent, { kind: "progress" }> => event.kind === "progress";

describe("import", () => {
  const names = ["Strings/violin_A4_1_forte_arco-normal.wav", "Strings/violin_B4_1_piano_pizz-normal.wav", "Kicks/Deep 01.wav", "loose.wav"];

  test("analyses a folder with the feature of every other host, reads its paths, and keeps it over a reload", async () => {
    const root = await notesFolder(names);
    const name = fresh();
    const lab = await openLab(name);
    const id = await lab.api.add("Mine", root, ORIGIN);
    expect(await lab.import(id)).toMatchObject({ ended: "done", analysed: 4, added: 4, unchanged: 0, renamed: 0, dropped: 0, faulty: 0 });
    const sounds = await lab.api.sounds(id);
    expect(sounds.map(({ file }) => file).sort()).toEqual([...names].sort());
    const violin = sounds.find(({ file }) => file === names[0])!;
    expect(violin).toMatchObject({ instrument: "violin", pitch: "A4", dynamics: "f", technique: "arco-normal", estimated: false });
    expect(violin.durationSeconds).toBeCloseTo(0.4, 3);
    expect(sounds.find(({ file }) => file === "loose.wav")).toMatchObject({ name: "loose", pitch: "C3", estimated: true, instrument: "", family: "other" });
    expect(sounds.find(({ file }) => file === "Kicks/Deep 01.wav")).toMatchObject({ instrument: "kicks", name: "Deep 01" });
    const rows = await lab.api.embeddings(id, Uint32Array.from(sounds, ({ row }) => row));
    for (const [i, { file }] of sounds.entries()) {
      const { values } = analyse(parseWav(note(names.indexOf(file)), file), simile);
      expect(rows.subarray(i * SIZE, (i + 1) * SIZE)).toEqual(embedLab(values, 1));
    }
    expect(new Set(sounds.map(({ key }) => key)).size).toBe(4);
    lab.kill();
    const again = await openLab(name);
    expect(await again.api.sounds(id)).toEqual(sounds);
    expect(await again.api.add("Mine", root, ORIGIN)).toBe(id);
    expect(await again.import(id)).toMatchObject({ ended: "done", analysed: 0, unchanged: 4 });
    expect(again.embedded()).toBe(0);
  });

  test("analyses only what is new or changed, follows renames by content, drops what is gone, and takes it back", async () => {
    const root = await notesFolder(["a.wav", "b.wav", "sub/c.wav", "d.wav"]);
    const lab = await openLab(fresh());
    const id = await lab.api.add("Mine", root, ORIGIN);
    await lab.import(id);
    const keyOf = async (file: string) => (await lab.api.sounds(id)).find((sound) => sound.file === file)?.key;
    const [a, c, d] = [await keyOf("a.wav"), await keyOf("sub/c.wav"), await keyOf("d.wav")];
    await put(root, "b.wav", note(20));
    await put(root, "new.wav", note(21));
    await take(root, "sub");
    await put(root, "moved/deep/c renamed.wav", note(2));
    await take(root, "d.wav");
    expect(await lab.import(id)).toMatchObject({ ended: "done", analysed: 2, unchanged: 1, renamed: 1, dropped: 1 });
    expect(lab.embedded()).toBe(6);
    expect((await lab.api.sounds(id)).map(({ file }) => file).sort()).toEqual(["a.wav", "b.wav", "moved/deep/c renamed.wav", "new.wav"]);
    expect([await keyOf("a.wav"), await keyOf("moved/deep/c renamed.wav")]).toEqual([a, c]);
    await expect.poll(() => lab.events.filter(({ kind }) => kind === "libraries").at(-1)).toMatchObject({ libraries: [{ sounds: 4, dropped: 1 }] });
    await lab.api.undrop(id);
    expect(await keyOf("d.wav")).toBe(d);
    await put(root, "d.wav", note(3));
    expect(await lab.import(id)).toMatchObject({ analysed: 0, unchanged: 5, dropped: 0 });
    expect(lab.embedded()).toBe(6);
  });

  test("files that change their names with each other, and a second copy whose first goes, are analysed no more", async () => {
    const root = await notesFolder(["one.wav", "two.wav"]);
    await put(root, "two again.wav", note(1));
    const lab = await openLab(fresh());
    const id = await lab.api.add("Mine", root, ORIGIN);
    expect(await lab.import(id)).toMatchObject({ analysed: 2, notes: [{ sentence: expect.stringMatching(/has the same content as two.*\.wav, which stands for both/) }] });
    expect(await lab.api.sounds(id)).toHaveLength(2);
    await put(root, "one.wav", note(1));
    await put(root, "two.wav", note(0));
    await take(root, "two again.wav");
    expect(await lab.import(id)).toMatchObject({ analysed: 0, dropped: 0, faulty: 0 });
    const sounds = await lab.api.sounds(id);
    expect(sounds.map(({ file }) => file).sort()).toEqual(["one.wav", "two.wav"]);
    const rows = await lab.api.embeddings(id, Uint32Array.from(sounds, ({ row }) => row));
    for (const [i, { file }] of sounds.entries()) expect(rows.subarray(i * SIZE, (i + 1) * SIZE)).toEqual(embedLab(analyse(parseWav(note(file === "one.wav" ? 1 : 0), file), simile).values, 1));
    expect(lab.embedded()).toBe(2);
  });

  test("is paused, goes on, is cancelled, and resumed analyses nothing twice", async () => {
    const count = 60;
    const root = await notesFolder(Array.from({ length: count }, (_, i) => `${i}.wav`));
    const lab = await openLab(fresh());
    const id = await lab.api.add("Mine", root, ORIGIN);
    const done = lab.import(id);
    const progress = () => lab.events.filter(isProgress).map((event) => event.progress);
    await expect.poll(() => progress().some((one) => one.phase === "analysing" && one.done >= 2), { interval: 5 }).toBe(true);
    await lab.api.pause();
    await expect.poll(() => progress().at(-1)!.phase).toBe("paused");
    await lab.api.resume();
    await lab.api.cancel();
    const first = await done;
    expect(first).toMatchObject({ ended: "cancelled", faulty: 0 });
    expect(first.added).toBeLessThan(count);
    expect((await lab.api.sounds(id)).length).toBe(first.added);
    expect(await lab.import(id)).toMatchObject({ ended: "done", analysed: count - first.added, unchanged: first.added });
    expect(lab.embedded()).toBe(count);
    // What is told comes by a port of its own, which nothing orders among the answers.
    await expect.poll(() => progress().at(-1)).toMatchObject({ done: count, all: count } satisfies Partial<ImportProgress>);
    const all = progress();
    expect(all.some(({ rate, secondsLeft }) => rate > 0 && secondsLeft !== null)).toBe(true);
  });

  test("cuts a long recording at its onsets, and again when the settings change", async () => {
    const root = await folder(fresh());
    const starts = [0.5, 3, 6.5, 11, 15, 19];
    const samples = noise(24, RATE, 1e-5, 3);
    for (const [i, start] of starts.entries()) pluck(200 + 60 * i, 2, RATE).forEach((sample, k) => (samples[Math.round(start * RATE) + k]! += sample));
    await put(root, "take.wav", wav(samples));
    const lab = await openLab(fresh());
    const id = await lab.api.add("Mine", root, ORIGIN);
    expect(await lab.import(id)).toMatchObject({ analysed: 1, added: 6, notes: [{ sentence: "take.wav: of 24 s was cut into 6 sounds at its onsets." }] });
    const sounds = await lab.api.sounds(id);
    for (const [i, { segment, name, durationSeconds }] of sounds.entries()) {
      expect(Math.abs(segment!.startSeconds - starts[i]!)).toBeLessThan(0.01);
      expect(durationSeconds).toBeCloseTo(segment!.endSeconds - segment!.startSeconds, 4);
      expect(name).toMatch(/^take 0:\d\d\.\d\d$/);
    }
    await lab.api.configure(id, { cut: { fromSeconds: 60, sensitivity: 0.5, leastSeconds: 0.1, mostSeconds: 6 } });
    expect(await lab.import(id)).toMatchObject({ analysed: 1, added: 1 });
    expect(await lab.api.sounds(id)).toMatchObject([{ name: "take" }]);
  });

  test("without a handle, copies the audio; the same files again are not read again", async () => {
    const files = [0, 1].map((i) => ({ path: `Box/${i}.wav`, file: new File([note(i)], `${i}.wav`, { lastModified: 1000 + i }) }));
    const name = fresh();
    const lab = await openLab(name);
    const id = await lab.api.add("Box", null, ORIGIN);
    expect(await lab.import(id, files)).toMatchObject({ ended: "done", analysed: 2 });
    const sounds = await lab.api.sounds(id);
    const storage = await (await (await (await navigator.storage.getDirectory()).getDirectoryHandle("simile")).getDirectoryHandle(id)).getDirectoryHandle("audio");
    for (const { key, file } of sounds) expect((await (await storage.getFileHandle(key)).getFile()).size).toBe(files.find(({ path }) => path === file)!.file.size);
    expect(await lab.import(id, files)).toMatchObject({ analysed: 0, unchanged: 2 });
    expect(await lab.import(id)).toMatchObject({ ended: "stopped", fault: { name: "MissingError", message: expect.stringMatching(/expected the folder to be chosen again/) } });
    await lab.api.remove(id);
    await expect.poll(() => lab.events.at(-1)).toMatchObject({ libraries: [] });
  });

  test("another model makes embeddings anew from what was kept, and hears nothing again", async () => {
    const root = await notesFolder(["a.wav", "b.wav", "c.wav"]);
    const lab = await openLab(fresh());
    const id = await lab.api.add("Mine", root, ORIGIN);
    await lab.import(id);
    const rows = async () => lab.api.embeddings(id, Uint32Array.from(await lab.api.sounds(id), ({ row }) => row));
    const before = await rows();
    const other = { ...ORIGIN, modelVersion: 2, weightsSha256: "2".repeat(64) };
    const twice = async (features: Float32Array, count: number) => embedLab(features, count).map((value) => 2 * value);
    expect(await lab.import(id, null, { embed: twice }, other)).toMatchObject({ analysed: 0, unchanged: 3 });
    expect(await rows()).toEqual(before.map((value) => 2 * value));
    await expect.poll(() => lab.events.filter(({ kind }) => kind === "libraries").at(-1)).toMatchObject({ libraries: [{ origin: other }] });
  });
});
