/** The files below a folder, as the command line lists them: links, hidden names, other kinds, and nothing at all. */

import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listAudio } from "../../src/cli/audio-folder.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "simile-folder-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("lists by code unit, deep folders and odd names included; hidden files and other kinds are passed over", async () => {
  const deep = Array.from({ length: 60 }, (_, i) => `d${i}`).join("/");
  await mkdir(join(folder, "kept", deep), { recursive: true });
  for (const name of ["b.WAV", "B.wav", "🎻 é.flac", `${"n".repeat(240)}.mp3`, `${deep}/x.ogg`, ".hidden.wav", "notes.txt", "no extension"]) await writeFile(join(folder, "kept", name), "");
  expect(await listAudio(join(folder, "kept"))).toEqual(["B.wav", "b.WAV", `${deep}/x.ogg`, `${"n".repeat(240)}.mp3`, "🎻 é.flac"].sort());
});

test("a link to a file is that file, one to a folder is not followed, one to nowhere is kept for its fault", async () => {
  const linked = join(folder, "linked");
  await mkdir(linked);
  await writeFile(join(linked, "note.wav"), "");
  await symlink(join(linked, "note.wav"), join(linked, "again.wav"));
  await symlink(linked, join(linked, "circle"));
  await symlink(linked, join(linked, "circle.wav"));
  await symlink(join(linked, "gone.wav"), join(linked, "nowhere.wav"));
  expect(await listAudio(linked)).toEqual(["again.wav", "note.wav", "nowhere.wav"]);
});

test("a folder without audio is told", async () => {
  await mkdir(join(folder, "empty"));
  await expect(listAudio(join(folder, "empty"))).rejects.toThrow(/expected audio files .* got none; choose a folder that holds some\./);
});
