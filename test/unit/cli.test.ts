/** The command line as its users have it: child processes, real files, exit codes, and what stands on which stream. */

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAudioFile } from "../../src/cli/audio-file.ts";
import { analyse } from "../../src/core/analysis.ts";
import { simile as feature } from "../../src/core/features/simile.ts";
import { parseEmbeddingsCsv } from "../../src/core/presets/embeddings-csv.ts";
import { loadLibraryManifest } from "../../src/cli/library-files.ts";
import { COMMANDS, help } from "../../src/cli/usage.ts";
import { resample } from "../../src/core/signal/resample.ts";
import { aiff, wav } from "./audio-encoders.ts";
import { EUCLID_SCALE, EUCLID_SIZE, saveEuclidModel } from "./euclid-model.ts";

const SIMILE = `${import.meta.dirname}/../../src/cli/simile.js`;
const GOLDEN = `${import.meta.dirname}/../golden/audio`;

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

let folder = "";

/** Runs `simile` in the test's folder. */
function simile(...args: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [SIMILE, ...args], { cwd: folder });
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

/** A decaying note of `seconds` at `hertz`, other partials by `colour`. */
function note(hertz: number, colour: number, sampleRate = 44100, channels = 1, seconds = 0.4): Uint8Array {
  const sample = (channel: number, frame: number) => {
    const t = frame / sampleRate;
    let sum = 0;
    for (let k = 1; k <= 8; k++) sum += Math.sin(2 * Math.PI * hertz * k * t + channel) / k ** colour;
    return 0.3 * sum * Math.exp(-5 * t);
  };
  return wav({ sampleRate, channels, frames: Math.round(seconds * sampleRate), numbers: "int16" }, sample);
}

const MODEL = ["--model", "model"];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "simile cli "));
  await saveEuclidModel(join(folder, "model"));
  await mkdir(join(folder, "lib/sub folder"), { recursive: true });
  await writeFile(join(folder, "lib/low.wav"), note(110, 1));
  await writeFile(join(folder, "lib/high, bright 🎻.wav"), note(1760, 0.5));
  await writeFile(join(folder, "lib/sub folder/eight.wav"), note(440, 2, 96000, 8));
  await writeFile(join(folder, "lib/sub folder/odd rate.wav"), note(220, 1, 37800, 2));
  await writeFile(join(folder, "lib/mid.aif"), aiff({ sampleRate: 48000, channels: 1, frames: 19200, numbers: "int24" }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 523 * i) / 48000) * Math.exp(-i / 9600)));
  await copyFile(`${GOLDEN}/stereo-44100.mp3`, join(folder, "lib/chirp.mp3"));
  await copyFile(`${GOLDEN}/stereo-48000.opus`, join(folder, "lib/chirp.opus"));
  await writeFile(join(folder, "lib/notes.txt"), "not audio, and passed over");
  await writeFile(join(folder, "lib/.hidden.wav"), "hidden");
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const SOUNDS = ["chirp.mp3", "chirp.opus", "high, bright 🎻.wav", "low.wav", "mid.aif", "sub folder/eight.wav", "sub folder/odd rate.wav"];

describe("usage", () => {
  test("help lists the commands, each has its own, and nothing heavy is loaded for it", async () => {
    const { code, out, err } = await simile("--help");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const name of ["match", "embed"]) {
      expect(out).toMatch(new RegExp(`npx simile ${name} `));
      const own = await simile(name, "--help");
      expect(own).toMatchObject({ code: 0, err: "" });
      expect(own.out).toMatch(new RegExp(`^npx simile ${name} FILE`));
    }
  });

  test.each(COMMANDS.map(({ name }) => name))("simile %s is there, tells its options, and refuses others", async (name) => {
    expect(help(COMMANDS.find((command) => command.name === name))).toMatch(new RegExp(`^npx simile ${name} .*\\n\\n[A-Z].*\\.\\n\\n {2}--`));
    const { code, out, err } = await simile(name, "--nonsense");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });

  test.each([
    [[], /expected a command \(match, embed.*\), got none/],
    [["dance"], /expected a command \(.*match, embed.*\), got "dance"/],
    [["match"], /expected at least one audio file, got none/],
    [["match", "lib/low.wav", "--top", "0"], /expected a whole number of at least 1 after --top, got "0"/],
    [["match", "lib/low.wav", "--top", "many"], /after --top, got "many"/],
    [["match", "lib/low.wav", "--colour", "red"], /Unknown option '--colour'/],
    [["match", "lib/low.wav", "--library"], /--library/],
    [["embed", "lib"], /expected --out FILE\.csv, got none/],
    [["embed", "--out", "x.csv"], /expected at least one audio file or folder, got none/],
  ])("simile %j is wrong usage: exit code 2, one line", async (args, message) => {
    const { code, err } = await simile(...(args as string[]));
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect(err).not.toMatch(/ {4}at /);
  });
});

describe("embed", () => {
  test("a folder: sorted relative paths, one row a sound, each the embedding of that file", async () => {
    const { code, err, out } = await simile("embed", "lib", "--out", "lib.csv", ...MODEL);
    expect({ code, out, err }).toEqual({ code: 0, out: "", err: "lib.csv: 7 sounds by model euclid-test.\n" });
    const text = await readFile(join(folder, "lib.csv"), "utf8");
    expect(text.split("\n")[0]).toBe(["file", ...Array.from({ length: EUCLID_SIZE }, (_, i) => `e${i}`)].join(","));
    expect(text).toContain('"high, bright 🎻.wav",');
    const { files, rows } = parseEmbeddingsCsv(text, "lib.csv");
    expect(files).toEqual(SOUNDS);
    for (const [row, file] of files.entries()) {
      const { values } = analyse(await readAudioFile(join(folder, "lib", file)), feature);
      for (let i = 0; i < EUCLID_SIZE; i++) expect(rows[row * EUCLID_SIZE + i]).toBeCloseTo(EUCLID_SCALE * values[i]!, 5);
    }
    expect((await readdir(folder)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("over worker threads, the same rows as one by one", async () => {
    const many = join(folder, "many");
    await mkdir(many);
    for (let i = 0; i < 40; i++) await writeFile(join(many, `${String(i).padStart(2, "0")}.wav`), note(100 + 25 * i, 1, 22050));
    await writeFile(join(many, "99 bad.wav"), "no audio");
    const all = await simile("embed", "many", "--out", "many.csv", ...MODEL);
    expect(all.code).toBe(0);
    expect(all.err).toMatch(/many[\\/]99 bad\.wav: expected audio .*got text/);
    expect(all.err).toMatch(/40 sounds .*; 1 left out\./);
    const together = parseEmbeddingsCsv(await readFile(join(folder, "many.csv"), "utf8"), "many.csv");
    const few = await simile("embed", "many/07.wav", "many/31.wav", "--out", "few.csv", ...MODEL);
    expect(few.code).toBe(0);
    const single = parseEmbeddingsCsv(await readFile(join(folder, "few.csv"), "utf8"), "few.csv");
    expect(single.files).toEqual(["many/07.wav", "many/31.wav"]);
    for (const [row, index] of [7, 31].entries()) {
      expect(single.rows.slice(row * EUCLID_SIZE, (row + 1) * EUCLID_SIZE)).toEqual(together.rows.slice(index * EUCLID_SIZE, (index + 1) * EUCLID_SIZE));
    }
  });

  test("a folder with some bad files names them and goes on", async () => {
    await mkdir(join(folder, "mixed"));
    await writeFile(join(folder, "mixed/good.wav"), note(330, 1));
    await writeFile(join(folder, "mixed/empty.wav"), "");
    await writeFile(join(folder, "mixed/cut.wav"), note(330, 1).subarray(0, 5000));
    await writeFile(join(folder, "mixed/silent.wav"), wav({ sampleRate: 44100, channels: 1, frames: 9000, numbers: "int16" }, () => 0));
    await writeFile(join(folder, "mixed/picture.mp3"), Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10));
    const { code, err } = await simile("embed", "mixed", "--out", "mixed.csv", ...MODEL);
    expect(code).toBe(0);
    for (const [file, says] of [["empty.wav", "an empty file"], ["cut.wav", "the file is cut off"], ["silent.wav", "got silence"], ["picture.mp3", "got a picture"]]) expect(err).toMatch(new RegExp(`${file}: expected .*${says}`));
    expect(err.trimEnd().split("\n")).toHaveLength(5);
    expect(parseEmbeddingsCsv(await readFile(join(folder, "mixed.csv"), "utf8"), "mixed.csv").files).toEqual(["good.wav"]);
  });

  test("nothing that can be read: exit code 1, and what stood at the place is left", async () => {
    await mkdir(join(folder, "all bad"));
    await writeFile(join(folder, "all bad/a.wav"), "no");
    await writeFile(join(folder, "kept.csv"), "precious");
    const { code, err } = await simile("embed", "all bad", "--out", "kept.csv", ...MODEL);
    expect(code).toBe(1);
    expect(err).toMatch(/expected at least one sound that can be read, got 1 that cannot/);
    expect(await readFile(join(folder, "kept.csv"), "utf8")).toBe("precious");
  });

  // At what moments of its work is left to the machine; whole-file.test.ts stops a write in its midst.
  test("Ctrl-C some moments after the start leaves a whole table or none, and no part", async () => {
    for (const milliseconds of [300, 900, 1500]) {
      const child = spawn(process.execPath, [SIMILE, "embed", "many", "--out", "stopped.csv", ...MODEL], { cwd: folder, stdio: "ignore" });
      const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
      setTimeout(() => child.kill("SIGINT"), milliseconds);
      await ended;
      const names = await readdir(folder);
      expect(names.filter((name) => name.endsWith(".part"))).toEqual([]);
      if (names.includes("stopped.csv")) expect(parseEmbeddingsCsv(await readFile(join(folder, "stopped.csv"), "utf8"), "stopped.csv").files).toHaveLength(40);
    }
  });

  test.each([
    [["embed", "nowhere", "--out", "x.csv", ...MODEL], /^nowhere: expected an audio file or a folder, got none/],
    [["embed", "lib/notes.txt", "--out", "x.csv", ...MODEL], /^lib\/notes\.txt: expected audio .*got text/],
    [["embed", "lib", "--out", "no/such/folder/x.csv", ...MODEL], /expected a folder .* to write into, got none/],
    [["embed", "lib", "--out", "lib", ...MODEL], /expected a file to write, got a folder/],
    [["embed", "lib", "lib", "--out", "x.csv", ...MODEL], /expected every file once/],
    [["embed", "model", "--out", "x.csv", ...MODEL], /^model: expected audio files .*got none/],
    [["embed", "lib", "--out", "x.csv", "--model", "nothing"], /^model: expected a name in .*got "nothing"/],
  ])("simile %j: exit code 1, one sentence, nothing written", async (args, message) => {
    const { code, err } = await simile(...args);
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect(await readdir(folder)).not.toContain("x.csv");
  });
});

describe("match", () => {
  test("a sound of the library is its own nearest, from a folder and from its CSV alike", async () => {
    await simile("embed", "lib", "--out", "table.csv", ...MODEL);
    const [byFolder, byTable] = await Promise.all(["lib", "table.csv"].map((library) => simile("match", "lib/low.wav", "lib/sub folder/eight.wav", "--library", library, "--top", "3", "--json", ...MODEL)));
    for (const { code, err, out } of [byFolder!, byTable!]) {
      expect({ code, err }).toEqual({ code: 0, err: "" });
      const answers = JSON.parse(out) as { file: string; matches: { file: string; distance: number }[] }[];
      expect(answers.map(({ file }) => file)).toEqual(["lib/low.wav", "lib/sub folder/eight.wav"]);
      expect(answers.map(({ matches }) => matches[0]!.file)).toEqual(["low.wav", "sub folder/eight.wav"]);
      for (const { matches } of answers) {
        expect(matches).toHaveLength(3);
        expect(matches[0]!.distance).toBeLessThan(1e-5);
        expect(matches.map(({ distance }) => distance)).toEqual(matches.map(({ distance }) => distance).sort((a, b) => a - b));
      }
    }
  });

  test("a table by another model of the same width is refused, and taken where nothing tells its model or it was written anew", async () => {
    await saveEuclidModel(join(folder, "other"), [0.75, 1.5]);
    expect((await simile("embed", "lib", "--out", "theirs.csv", "--model", "other")).code).toBe(0);
    const ask = () => simile("match", "lib/low.wav", "--library", "theirs.csv", ...MODEL);
    const { code, out, err } = await ask();
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^theirs\.csv: expected embeddings by model euclid-test version 1, got those by euclid-test version 1 of another training, as theirs\.csv\.model\.json says; write it again/);
    const text = await readFile(join(folder, "theirs.csv"), "utf8");
    await writeFile(join(folder, "theirs.csv"), text.replace(/\n$/, "\r\n"));
    expect((await ask()).code).toBe(0);
    await writeFile(join(folder, "theirs.csv"), text);
    expect((await ask()).code).toBe(1);
    await rm(join(folder, "theirs.csv.model.json"));
    expect((await ask()).code).toBe(0);
  });

  test("the sample rate, the channels, the format and the level of a file do not make it another sound", async () => {
    await mkdir(join(folder, "same"));
    for (const rate of [8000, 11025, 22050, 96000, 192000]) await writeFile(join(folder, `same/${rate}.wav`), note(220, 2, rate, rate === 96000 ? 8 : 1));
    const softer = (_: number, i: number) => {
      let sum = 0;
      for (let k = 1; k <= 8; k++) sum += Math.sin((2 * Math.PI * 220 * k * i) / 44100) / k ** 2;
      return 0.3 * 10 ** (-5 / 20) * sum * Math.exp((-5 * i) / 44100);
    };
    await writeFile(join(folder, "same/softer.aif"), aiff({ sampleRate: 44100, channels: 1, frames: 17640, numbers: "int24" }, softer));
    await mkdir(join(folder, "shelf of notes"));
    for (const hertz of [110, 220, 440, 880]) await writeFile(join(folder, `shelf of notes/${hertz}.wav`), note(hertz, 2, 44100));
    const { code, out } = await simile("match", ...["8000.wav", "11025.wav", "22050.wav", "96000.wav", "192000.wav", "softer.aif"].map((name) => `same/${name}`), "--library", "shelf of notes", "--top", "1", "--json", ...MODEL);
    expect(code).toBe(0);
    expect((JSON.parse(out) as { matches: { file: string }[] }[]).map(({ matches }) => matches[0]!.file)).toEqual(new Array(6).fill("220.wav"));
  });

  test("prints a block a file, five lines unless told otherwise", async () => {
    const { code, out } = await simile("match", "lib/mid.aif", "--library", "lib", ...MODEL);
    expect(code).toBe(0);
    const lines = out.trimEnd().split("\n");
    expect(lines).toHaveLength(6);
    expect(lines[0]).toBe("lib/mid.aif");
    expect(lines[1]).toMatch(/^ {2}1 {2}0\.0000 {2}mid\.aif$/);
  });

  test("a bad file is named, the others are answered, and the exit code is 1", async () => {
    const { code, out, err } = await simile("match", "lib/low.wav", "missing.wav", "lib/notes.txt", "--library", "lib", "--top", "1", ...MODEL);
    expect(code).toBe(1);
    expect(out).toMatch(/^lib\/low\.wav\n {2}1 {2}0\.0000 {2}low\.wav\n$/);
    expect(err).toMatch(/missing\.wav: expected an audio file, got none/);
    expect(err).toMatch(/notes\.txt: expected audio .*got text/);
    expect(err.trimEnd().split("\n")).toHaveLength(2);
  });

  test("a library with a manifest: its embeddings are used where they are this model's, and made anew where they are not", async () => {
    const home = join(folder, "shelf");
    await mkdir(join(home, "embeddings"), { recursive: true });
    const sounds = ["one.wav", "two.wav"].map((file) => ({ file, name: `The ${file}`, family: "f", instrument: "i", technique: "t", mute: "none", pitch: "", dynamics: "", durationSeconds: 0.4 }));
    await writeFile(join(home, "one.wav"), note(150, 1));
    await writeFile(join(home, "two.wav"), note(900, 1));
    await writeFile(join(home, "manifest.json"), JSON.stringify({ format: "simile-library", formatVersion: 1, name: "shelf", title: "Shelf", licence: "CC0-1.0", author: "", provenance: "", sounds }));
    const model = JSON.parse(await readFile(join(folder, "model/manifest.json"), "utf8")) as { weights: { sha256: string } };
    // rows that no analysis gives: what is found at distance 0 of nothing must come from them
    const rows = new Float32Array(2 * EUCLID_SIZE).fill(1000, EUCLID_SIZE);
    const bytes = new Uint8Array(rows.buffer);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const about = { format: "simile-embeddings", formatVersion: 1, model: "euclid-test", modelVersion: 1, weightsSha256: model.weights.sha256, feature: { name: feature.name, version: feature.version }, count: 2, size: EUCLID_SIZE, sha256 };
    const write = (changes: object) => Promise.all([writeFile(join(home, "embeddings/euclid-test.json"), JSON.stringify({ ...about, ...changes })), writeFile(join(home, "embeddings/euclid-test.f32"), bytes)]);
    const run = async () => {
      const { code, out, err } = await simile("match", "shelf/two.wav", "--library", "shelf", "--json", ...MODEL);
      expect(code).toBe(0);
      const [answer] = JSON.parse(out) as [{ matches: { name: string; technique: string; distance: number }[] }];
      return { ...answer, err };
    };

    await write({});
    const used = await run();
    expect(used.err).toBe("");
    expect(used.matches[1]).toMatchObject({ name: "The two.wav", technique: "t" });
    expect(used.matches[1]!.distance).toBeGreaterThan(1000);

    for (const [changes, says] of [[{ weightsSha256: "0".repeat(64) }, /those of another training/], [{ sha256: "0".repeat(64) }, /expected the checksum/], [{ formatVersion: 9 }, /formatVersion/], [{ count: 3 }, /expected 2 rows/]] as const) {
      await write(changes);
      const anew = await run();
      expect(anew.err).toMatch(says);
      expect(anew.err).toMatch(/Analysing its 2 sounds instead\.\n$/);
      expect(anew.matches[0]).toMatchObject({ name: "The two.wav" });
      expect(anew.matches[0]!.distance).toBeLessThan(1e-5);
    }
  });

  test.each([
    [["--library", "nothing"], /^library: expected a name in .*, a folder or a CSV file, got "nothing"/],
    [["--library", "model"], /^model: expected audio files .*got none/],
    [["--library", "lib/low.wav"], /low\.wav: expected a CSV file of embeddings, got bytes of another kind/],
    [["--library", "narrow.csv"], /narrow\.csv: expected 32 numbers a sound as model euclid-test gives, got 2/],
    [["--library", "half.csv"], /half\.csv: row 2: expected 33 fields, got 3; the file is cut off/],
  ])("%j: exit code 1 and one sentence", async (args, message) => {
    await writeFile(join(folder, "narrow.csv"), "file,e0,e1\na.wav,1,2\n");
    await writeFile(join(folder, "half.csv"), `file,${Array.from({ length: EUCLID_SIZE }, (_, i) => `e${i}`).join(",")}\na.wav,1,2`);
    const { code, out, err } = await simile("match", "lib/low.wav", ...args, ...MODEL);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(message);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("what ships", () => {
  const studio = `${import.meta.dirname}/../../presets/libraries/studio`;

  test("every sound of the built-in library is there, whole, of its stated length, and heard", async () => {
    const { sounds } = await loadLibraryManifest(studio);
    expect(sounds.length).toBeGreaterThanOrEqual(240);
    for (const { file, durationSeconds } of sounds) {
      const { sampleRate, channels } = await readAudioFile(join(studio, file));
      expect(channels[0]!.length / sampleRate, file).toBeCloseTo(durationSeconds, 3);
      const peak = channels[0]!.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(peak, file).toBeGreaterThan(0.001);
      expect(peak, file).toBeLessThanOrEqual(1);
    }
  });

  test("without options: the built-in library and model, whose embeddings lie ready; a sound played 5 dB softer at 44.1 kHz is its own nearest", async () => {
    const { sounds } = await loadLibraryManifest(studio);
    const asked = sounds.filter((_, i) => i % 29 === 3);
    await mkdir(join(folder, "softer"));
    for (const [i, { file }] of asked.entries()) {
      const { sampleRate, channels } = await readAudioFile(join(studio, file));
      const samples = resample(channels[0]!, sampleRate, 44100);
      const gain = 10 ** (-5 / 20);
      await writeFile(join(folder, `softer/${i}.wav`), wav({ sampleRate: 44100, channels: 1, frames: samples.length, numbers: "float32" }, (_, frame) => gain * samples[frame]!));
    }
    const { code, out, err } = await simile("match", ...asked.map((_, i) => `softer/${i}.wav`), "--json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const answers = JSON.parse(out) as { matches: { file: string; technique: string; distance: number }[] }[];
    expect(answers.map(({ matches }) => matches[0]!.file)).toEqual(asked.map(({ file }) => file));
    expect(answers.map(({ matches }) => matches.length)).toEqual(asked.map(() => 5));
    expect(answers[0]!.matches[0]!.technique).toBe(asked[0]!.technique);
  });
});
