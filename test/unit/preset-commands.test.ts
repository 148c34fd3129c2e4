/** `simile index`, `simile presets` and matching against a preset, as their users run them, with the model that ships. */

import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readPreset } from "../../src/core/presets/embedding-preset.ts";

const root = resolve(import.meta.dirname, "../..");
const SOUNDS = join(root, "presets/libraries/studio/sounds");

let folder = "";

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function simile(...args: string[]): Promise<Outcome> {
  return new Promise((done) => {
    execFile(process.execPath, [join(root, "src/cli/simile.js"), ...args], { cwd: folder }, (error, out, err) => done({ code: (error?.code as number | undefined) ?? 0, out, err }));
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "simile-index-"));
  await mkdir(join(folder, "pack/Strings/Violin/ordinario"), { recursive: true });
  await cp(join(SOUNDS, "violin_ordinario_A4_pp.flac"), join(folder, "pack/Strings/Violin/ordinario/Vn-ord-A4-pp-1c.flac"));
  await cp(join(SOUNDS, "harp_ordinario_C4_mf.flac"), join(folder, "pack/harp_C4_1_mezzo-forte_plucked 🎵.flac"));
  await cp(join(SOUNDS, "violin_ordinario_A4_pp.flac"), join(folder, "pack/untold.flac"));
  await writeFile(join(folder, "pack/broken.wav"), "RIFF");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a folder becomes a preset that names what it could not read, and answers as the folder does", { timeout: 120_000 }, async () => {
  const index = await simile("index", "pack", "--out", "pack.simile", "--licence", "CC0-1.0", "--author", "us");
  expect(index.code, index.err).toBe(0);
  expect(index.err).toMatch(/broken\.wav: expected .+/);
  const { manifest, columns } = readPreset(await readFile(join(folder, "pack.simile")), "pack.simile");
  expect(manifest).toMatchObject({ name: "pack", licence: "CC0-1.0", author: "us", count: 3, audio: false });
  const row = columns.get("file")!.indexOf("Strings/Violin/ordinario/Vn-ord-A4-pp-1c.flac" as never);
  expect(["family", "instrument", "technique", "pitch", "dynamics"].map((column) => columns.get(column)![row])).toEqual(["bowed", "violin", "ordinario", "A4", "pp"]);
  // as the page says it: the file's stem where no pattern tells a name, what was heard where no path tells it
  expect(columns.get("name")![row]).toBe("Vn-ord-A4-pp-1c");
  expect(columns.get("durationSeconds")![row]).toBeGreaterThan(0.1);
  expect(columns.get("pitch")![columns.get("file")!.indexOf("untold.flac" as never)]).toBe("A4");

  const match = await simile("match", join(SOUNDS, "harp_ordinario_C4_mf.flac"), "--library", "pack.simile", "--json");
  const [{ matches }] = JSON.parse(match.out) as [{ matches: { file: string; distance: number }[] }];
  expect(matches[0]!.file).toBe("harp_C4_1_mezzo-forte_plucked 🎵.flac");
  expect(matches.slice(1).map(({ file }) => file).toSorted()).toEqual(["Strings/Violin/ordinario/Vn-ord-A4-pp-1c.flac", "untold.flac"]);
  expect(matches[0]!.distance).toBeLessThan(0.01);
});

test("with audio, the very files travel in it", { timeout: 120_000 }, async () => {
  expect((await simile("index", "pack", "--out", "whole.simile", "--audio", "--numbers", "int8")).code).toBe(0);
  const preset = readPreset(await readFile(join(folder, "whole.simile")), "whole.simile");
  const files = preset.columns.get("file") as readonly string[];
  for (const [row, file] of files.entries()) expect(Buffer.from(preset.audio(row)).equals(await readFile(join(folder, "pack", file)))).toBe(true);
  expect((await simile("presets", "verify", "whole.simile")).out).toBe("whole.simile: whole; 3 sounds of 128 numbers, with audio.\n");
  expect((await simile("presets", "show", "whole.simile")).out).toMatch(/^embedding +128 int8 numbers/m);
  expect(JSON.parse((await simile("presets", "show", "whole.simile", "--json")).out)).toMatchObject({ format: "simile-preset", count: 3 });
});

test("what no reader would take is refused in one sentence before a sound is heard, and the preset that was there stays", { timeout: 120_000 }, async () => {
  await writeFile(join(folder, "kept.simile"), "as it was");
  const { code, err } = await simile("index", "pack", "--out", "kept.simile", "--title", "");
  expect([code, err]).toEqual([1, "preset kept: manifest.json: title: expected a text of 1 to 200 characters, got 0 characters; correct the content before it is written.\n"]);
  expect(await readFile(join(folder, "kept.simile"), "utf8")).toBe("as it was");
});

test("a folder by the name of a library that ships is indexed; matching says which of the two it took", { timeout: 120_000 }, async () => {
  await mkdir(join(folder, "studio"));
  await cp(join(SOUNDS, "harp_ordinario_C4_mf.flac"), join(folder, "studio/mine.flac"));
  const index = await simile("index", "studio", "--out", "own.simile");
  expect(index.code, index.err).toBe(0);
  expect(readPreset(await readFile(join(folder, "own.simile")), "own.simile").columns.get("file")).toEqual(["mine.flac"]);
  const first = async (library: string) => {
    const { out, err } = await simile("match", "studio/mine.flac", "--library", library, "--top", "1", "--json");
    return { err, file: (JSON.parse(out) as [{ matches: [{ file: string }] }])[0].matches[0].file };
  };
  expect(await first("studio")).toEqual({ err: "studio: took the library that ships by this name, not the folder here; name ./studio for that.\n", file: "sounds/harp_ordinario_C4_mf.flac" });
  expect(await first("./studio")).toEqual({ err: "", file: "mine.flac" });
});

describe("faults", () => {
  test.each<[string, string[], number, RegExp]>([
    ["no folder", ["index"], 2, /expected one folder/],
    ["no .simile", ["index", "pack", "--out", "x.zip"], 2, /--out NAME\.simile, got x\.zip/],
    ["other numbers", ["index", "pack", "--out", "x.simile", "--numbers", "bits"], 2, /float16 or int8/],
    ["an absent folder", ["index", "none", "--out", "x.simile"], 1, /none/],
    ["another action", ["presets", "eat", "x"], 2, /show FILE or verify FILE/],
    ["an absent preset", ["presets", "show", "none.simile"], 1, /no file that can be read/],
    ["a preset that is none", ["presets", "verify", "pack/broken.wav"], 1, /expected a zip archive/],
    ["a library that is none", ["match", "pack/harp_C4_1_mezzo-forte_plucked 🎵.flac", "--library", "broken.simile"], 1, /broken\.simile/],
  ])("%s", { timeout: 60_000 }, async (_, args, code, sentence) => {
    const outcome = await simile(...args);
    expect(outcome).toMatchObject({ code, err: expect.stringMatching(sentence), out: "" });
  });
});
