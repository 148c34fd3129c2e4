/** The files below a folder, as the command line lists them: links, hidden names, other kinds, and nothing at all. */

import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { listAudio } from "../../src/cli/audio-folder.ts";

// permissions mean nothing to a superuser, and a disk does not fail when asked to
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  return { ...real, readdir: vi.fn(real.readdir) };
});

/** Has the next readings of these folders fail with these codes. */
async function failing(codes: Readonly<Record<string, string>>): Promise<void> {
  const real = await vi.importActual<typeof import("node:fs/promises")>("node:fs/promises");
  vi.mocked(readdir).mockImplementation((async (path: string, options: object) => {
    const code = codes[path];
    if (code !== undefined) throw Object.assign(new Error(`${code}: scandir`), { code });
    return real.readdir(path, options);
  }) as unknown as typeof readdir);
}

const notes: string[] = [];
const note = (sentence: string) => void notes.push(sentence);
beforeEach(() => void notes.splice(0));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "simile-folder-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("lists by code unit, deep folders and odd names included; hidden files and other kinds are passed over", async () => {
  const deep = Array.from({ length: 60 }, (_, i) => `d${i}`).join("/");
  await mkdir(join(folder, "kept", deep), { recursive: true });
  for (const name of ["b.WAV", "B.wav", "🎻 é.flac", `${"n".repeat(240)}.mp3`, `${deep}/x.ogg`, ".hidden.wav", "notes.txt", "no extension"]) await writeFile(join(folder, "kept", name), "");
  expect(await listAudio(join(folder, "kept"), note)).toEqual(["B.wav", "b.WAV", `${deep}/x.ogg`, `${"n".repeat(240)}.mp3`, "🎻 é.flac"].sort());
});

test("a link to a file is that file, one to a folder is not followed, one to nowhere is kept for its fault", async () => {
  const linked = join(folder, "linked");
  await mkdir(linked);
  await writeFile(join(linked, "note.wav"), "");
  await symlink(join(linked, "note.wav"), join(linked, "again.wav"));
  await symlink(linked, join(linked, "circle"));
  await symlink(linked, join(linked, "circle.wav"));
  await symlink(join(linked, "gone.wav"), join(linked, "nowhere.wav"));
  expect(await listAudio(linked, note)).toEqual(["again.wav", "note.wav", "nowhere.wav"]);
});

test("a folder without audio is told", async () => {
  await mkdir(join(folder, "empty"));
  await expect(listAudio(join(folder, "empty"), note)).rejects.toThrow(/expected audio files .* got none; choose a folder that holds some\./);
});

test("a folder below that cannot be read is named with its reason, and the others are listed", async () => {
  const part = join(folder, "part");
  for (const name of ["a", "locked", "worn/out", "z"]) {
    await mkdir(join(part, name), { recursive: true });
    await writeFile(join(part, name, "x.wav"), "");
  }
  await failing({ [join(part, "locked")]: "EACCES", [join(part, "worn/out")]: "EIO" });
  expect(await listAudio(part, note)).toEqual(["a/x.wav", "z/x.wav"]);
  expect(notes.toSorted()).toEqual([
    `${join(part, "locked")}: expected a readable folder, got no permission; change its permissions or leave it out.`,
    `${join(part, "worn/out")}: expected a readable folder, got EIO; check the disk and the path.`,
  ]);
  await expect(listAudio(part)).rejects.toThrow(/expected a readable folder/);
  await failing({ [part]: "EIO" });
  await expect(listAudio(part, note)).rejects.toThrow(/part: expected a readable folder, got EIO/);
});
