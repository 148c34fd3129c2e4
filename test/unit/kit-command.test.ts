/** `simile kit` as a process: from a folder, from a preset, every format, and every way to be asked wrongly. */

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { strFromU8 } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAudioFile } from "../../src/cli/audio-file.ts";
import { KIT_FORMATS } from "../../src/core/kits/formats.ts";
import { readH2Drumkit } from "../../src/core/kits/read-h2drumkit.ts";
import { readSfz } from "../../src/core/kits/read-sfz.ts";
import { writeWav } from "../../src/core/kits/wav.ts";
import { writePreset } from "../../src/core/presets/embedding-preset.ts";
import { parseWav } from "../../src/core/signal/wav.ts";
import { saveEuclidModel } from "./euclid-model.ts";
import { tone } from "./kit-fixture.ts";

const CLI = resolve(import.meta.dirname, "../../src/cli/simile.js");

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
let library: string;
let model: string;

function kit(...args: readonly string[]): Promise<Outcome> {
  return new Promise((done) => {
    execFile(process.execPath, [CLI, "kit", ...args], { cwd: folder }, (fault, stdout, stderr) => done({ code: fault ? Number(fault.code) : 0, stdout, stderr }));
  });
}

/** Twelve tones a third apart, each two seconds long, named by their pitch. */
const SOUNDS = Array.from({ length: 12 }, (_, index) => ({ file: `${index < 6 ? "low" : "high"}/tone ${String(index).padStart(2, "0")}.wav`, hertz: 110 * 2 ** (index / 3) }));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "simile-kit-"));
  library = join(folder, "library");
  model = join(folder, "euclid-test");
  await Promise.all(["low", "high"].map((name) => mkdir(join(library, name), { recursive: true })));
  for (const { file, hertz } of SOUNDS) await writeFile(join(library, file), writeWav(tone(hertz, 2, 44_100, 2), 16));
  await saveEuclidModel(model);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("simile kit", () => {
  test("the query's own sound is on the first pad, its likes follow, and the SFZ reads back", async () => {
    const out = join(folder, "sfz");
    const { code, stdout, stderr } = await kit("--from", library, "--query", join(library, SOUNDS[4]!.file), "--format", "sfz", "--out", out, "--pads", "5", "--model", model, "--name", "Thirds");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(6);
    expect(lines[0]).toBe(" 36  0.0000  tone 04.wav");
    expect(lines[5]).toBe(join(out, "Thirds.sfz"));
    const distances = lines.slice(0, 5).map((line) => Number(line.slice(5, 11)));
    expect(distances).toEqual(distances.toSorted((a, b) => a - b));
    const read = await readSfz("Thirds.sfz", { text: (path) => readFile(join(out, path), "utf8"), audio: (path) => readAudioFile(join(out, path)) });
    expect(read.notes).toEqual([]);
    expect(read.kit.pads.map(({ note }) => note)).toEqual([36, 37, 38, 39, 40]);
    expect(read.kit.pads[0]!.audio).toEqual(await readAudioFile(join(library, SOUNDS[4]!.file)));
  });

  test("all formats, each in its folder, from a preset that carries its sounds", async () => {
    const csv = await rowsOf(library);
    const files = SOUNDS.map(({ file }) => file);
    const audio = new Map(await Promise.all(files.map(async (file) => [file, new Uint8Array(await readFile(join(library, file)))] as const)));
    const path = join(folder, "tones.simile");
    await writeFile(path, writePreset({ ...csv, name: "tones", title: "Tones", author: "", licence: "", numbers: "float16", columns: new Map([["file", files]]), audio }));
    const out = join(folder, "all");
    const { code, stdout, stderr } = await kit("--from", path, "--query", join(library, SOUNDS[9]!.file), "--out", out, "--pads", "20", "--model", model);
    expect(code).toBe(0);
    expect(stderr).toBe(`${path}: expected 20 sounds that can be read, got 12; the kit has as many pads.\n`);
    expect(stdout.split("\n")[0]).toMatch(/^ 36 {2}0\.000\d {2}tone 09$/);
    expect((await readdir(out)).toSorted()).toEqual(KIT_FORMATS.map(({ id }) => id).toSorted());
    const archive = await readFile(join(out, "h2drumkit", "Like tone 09.h2drumkit"));
    const read = await readH2Drumkit(archive, "kit", async (bytes, name) => parseWav(bytes, name));
    expect(read.kit.pads).toHaveLength(12);
    expect(read.kit.pads[0]!.audio).toEqual(await readAudioFile(join(library, SOUNDS[9]!.file)));
  });

  test("a preset without sounds needs their folder, and takes it", async () => {
    const files = SOUNDS.map(({ file }) => file);
    const path = join(folder, "bare.simile");
    await writeFile(path, writePreset({ ...(await rowsOf(library)), name: "bare", title: "Bare", author: "", licence: "", numbers: "int8", columns: new Map([["file", files]]) }));
    const ask = ["--from", path, "--query", join(library, SOUNDS[0]!.file), "--format", "dspreset", "--out", join(folder, "bare"), "--pads", "3", "--model", model];
    const refused = await kit(...ask);
    expect(refused).toEqual({ code: 1, stdout: "", stderr: `${path}: expected a preset with its sounds, got one without; name the folder that holds them with --sounds.\n` });
    const { code, stdout } = await kit(...ask, "--sounds", library);
    expect(code).toBe(0);
    expect(strFromU8(await readFile(join(folder, "bare", "Like tone 00.dspreset")))).toContain('path="Samples/tone 00.wav"');
    expect(stdout.trimEnd().split("\n")).toHaveLength(4);
  });

  test("a sound that went since is named, the next takes its pad, and the exit code is 1", async () => {
    const path = join(folder, "gone.simile");
    const files = ["no/where.wav", ...SOUNDS.slice(1).map(({ file }) => file)];
    await writeFile(path, writePreset({ ...(await rowsOf(library)), name: "gone", title: "Gone", author: "", licence: "", numbers: "float16", columns: new Map([["file", files]]) }));
    const { code, stdout, stderr } = await kit("--from", path, "--query", join(library, SOUNDS[0]!.file), "--format", "sfz", "--out", join(folder, "gone"), "--pads", "2", "--model", model, "--sounds", library);
    expect(code).toBe(1);
    expect(stderr).toBe(`${join(library, "no/where.wav")}: expected an audio file, got none at that place; check the path.\n`);
    expect(stdout.trimEnd().split("\n")).toHaveLength(3);
  });

  test.each<[string, (paths: { query: string; out: string }) => readonly string[], number, RegExp]>([
    ["no library", ({ query, out }) => ["--query", query, "--out", out], 2, /after --from/],
    ["no query", ({ out }) => ["--from", "studio", "--out", out], 2, /after --query/],
    ["no folder", ({ query }) => ["--from", "studio", "--query", query], 2, /after --out/],
    ["another format", ({ query, out }) => ["--from", "studio", "--query", query, "--out", out, "--format", "nki"], 2, /sfz, dspreset, adg, xpm, h2drumkit or all/],
    ["no pads", ({ query, out }) => ["--from", "studio", "--query", query, "--out", out, "--pads", "0"], 2, /at least 1 after --pads/],
    ["129 pads", ({ query, out }) => ["--from", "studio", "--query", query, "--out", out, "--pads", "129"], 2, /1 to 128 after --pads/],
    ["another option", ({ query, out }) => ["--from", "studio", "--query", query, "--out", out, "--loud"], 2, /'--loud'/],
    ["a library that is not there", ({ query, out }) => ["--from", "no-such-library", "--query", query, "--out", out, "--model", model], 1, /no-such-library/],
    ["a query that is not there", ({ out }) => ["--from", library, "--query", "no-such.wav", "--out", out, "--model", model], 1, /no-such\.wav: expected an audio file/],
    ["a file where the folder is to be", ({ query }) => ["--from", library, "--query", query, "--out", query, "--model", model], 1, /expected a folder to write into, got a file/],
  ])("%s: one sentence and its exit code", async (_, args, expected, sentence) => {
    const { code, stdout, stderr } = await kit(...args({ query: join(library, SOUNDS[0]!.file), out: join(folder, "never") }));
    expect(stderr).toMatch(sentence);
    expect({ code, stdout, lines: stderr.trimEnd().split("\n").length }).toEqual({ code: expected, stdout: "", lines: 1 });
    expect(await readdir(folder)).not.toContain("never");
  });
});

/** The library's embeddings and what a preset says of their model. */
async function rowsOf(path: string) {
  const { loadModel } = await import("../../src/cli/model-files.ts");
  const { loadLibrary } = await import("../../src/cli/library-files.ts");
  const embedder = await loadModel(model);
  const { rows, sounds } = await loadLibrary(path, embedder, () => {});
  const { name, version, weights, feature, embedding } = embedder.manifest;
  embedder.dispose();
  const order = SOUNDS.map(({ file }) => sounds.findIndex((sound) => sound.file === file));
  const embeddings = Float32Array.from(order.flatMap((row) => [...rows.subarray(row * embedding.size, (row + 1) * embedding.size)]));
  return { model: { name, version, weightsSha256: weights.sha256 }, feature: { name: feature.name, version: feature.version }, distance: embedding.distance, size: embedding.size, embeddings };
}
