/** SOL as published: MATLAB matrices, tables and the tree of files, on a tiny tree of that shape which the test makes, up to a k-fold run by the paper's options. */

import { Buffer } from "node:buffer";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { zlibSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parseMat } from "../../src/cli/train/mat-file.ts";
import { imtOf, loadSol } from "../../src/cli/train/sol.ts";
import { trainKfold } from "../../src/cli/train-kfold.ts";
import { FormatError, MissingError, UnsupportedError } from "../../src/core/errors.ts";
import { writeWav } from "../../src/core/kits/wav.ts";
import { held, pluck } from "../signals.ts";

/** scipy.io.savemat (SciPy 1.17.1) of { ensemble: uint8 [[1, 1, 2]], ci: float64 [[1, 1, 2], [3, 4, 4]], names: cells ["a", "bb"] } with do_compression. */
const SCIPY =
  "TUFUTEFCIDUuMCBNQVQtZmlsZSBQbGF0Zm9ybTogcG9zaXgsIENyZWF0ZWQgb246IFN1biBOb3YgMjIgMjE6Mjc6NTYgMjAyNgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABSU0PAAAALwAAAHic42NgYLAAYjYg5gBiTgYIYIXyGYGYGUqD+Kl5xam5STmpTEBRRkYmBgBCBQPMDwAAADgAAAB4nONjYGBIAGI2IOaA0iDACuUzATEzEDMCWcmZDAycQLYBAwx8sIfQHA6ofAEon8EBxgcA1T0FIw8AAABAAAAAeJzjY2BgWADEbEDMAcSMDBDAisRngtIgsbzE3NRiIM0HxAZI+liw6GNEMk8AyEokUh8Tij4mhqQkBgYA0RUE8Q==";

/** A level-5 file of one double matrix, byte by byte. */
function matOf(name: string, rows: number, columns: number, values: readonly number[], { little = true, compressed = false } = {}): Uint8Array {
  const element = (type: number, body: Buffer) => {
    const tag = Buffer.alloc(8);
    for (const [at, word] of [type, body.length].entries()) little ? tag.writeUInt32LE(word, 4 * at) : tag.writeUInt32BE(word, 4 * at);
    return Buffer.concat([tag, body, Buffer.alloc(type === 15 ? 0 : (8 - (body.length % 8)) % 8)]);
  };
  const words = (list: readonly number[]) => {
    const body = Buffer.alloc(4 * list.length);
    for (const [at, word] of list.entries()) little ? body.writeInt32LE(word, 4 * at) : body.writeInt32BE(word, 4 * at);
    return body;
  };
  const doubles = Buffer.alloc(8 * values.length);
  for (const [at, value] of values.entries()) little ? doubles.writeDoubleLE(value, 8 * at) : doubles.writeDoubleBE(value, 8 * at);
  const matrix = element(14, Buffer.concat([element(6, words([6, 0])), element(5, words([rows, columns])), element(1, Buffer.from(name, "latin1")), element(9, doubles)]));
  const header = Buffer.alloc(128, " ");
  header.write("MATLAB 5.0 MAT-file");
  header.set(little ? [0, 1, 0x49, 0x4d] : [1, 0, 0x4d, 0x49], 124);
  return new Uint8Array(Buffer.concat([header, compressed ? element(15, Buffer.from(zlibSync(matrix))) : matrix]));
}

describe("parseMat", () => {
  it.each([
    ["little-endian", {}],
    ["big-endian", { little: false }],
    ["compressed", { compressed: true }],
  ])("reads a %s matrix, columns first", (_, options) => {
    expect(parseMat(matOf("judged", 2, 3, [1, 4, 2, 5, 3, 6.5], options), "x.mat").get("judged")).toEqual({ rows: 2, columns: 3, values: Float64Array.of(1, 2, 3, 4, 5, 6.5) });
  });

  it("reads what SciPy writes, narrow integers included, and passes cells over", () => {
    const matrices = parseMat(Buffer.from(SCIPY, "base64"), "x.mat");
    expect([...matrices.keys()]).toEqual(["ensemble", "ci"]);
    expect([...matrices.get("ensemble")!.values]).toEqual([1, 1, 2]);
    expect(matrices.get("ci")).toEqual({ rows: 2, columns: 3, values: Float64Array.of(1, 1, 2, 3, 4, 4) });
  });

  it("refuses other files by name", () => {
    expect(() => parseMat(new Uint8Array(Buffer.from("MATLAB 7.3 MAT-file".padEnd(600))), "x.mat")).toThrow(UnsupportedError);
    expect(() => parseMat(new Uint8Array(40), "x.mat")).toThrow(/x\.mat: expected a MATLAB file of version 5 to 7/);
    expect(() => parseMat(matOf("a", 2, 2, [1, 2, 3, 4]).subarray(0, -8), "x.mat")).toThrow(/cut off/);
    expect(() => parseMat(matOf("a", 2, 3, [1, 2, 3, 4]), "x.mat")).toThrow(/a: expected 2 x 3 numbers, got 4/);
    const damaged = matOf("a", 1, 1, [1], { compressed: true });
    damaged[140]! ^= 0xff;
    expect(() => parseMat(damaged, "x.mat")).toThrow(FormatError);
  });
});

describe("imtOf", () => {
  it.each([
    ["Vn-ord-G4-mf-4c", "Vn-ord"],
    ["TpC+C-ord-G#4-mf", "TpC+C-ord"],
    ["Vc-legno-batt-C4-mf-1c", "Vc-legno-batt"],
    ["BBTb-slap-unp-mf", "BBTb-slap-unp"],
    ["Ob-blow-no-reed-N-f", "Ob-blow-no-reed"],
  ])("of %s is %s", (name, imt) => expect(imtOf(name)).toBe(imt));
});

const RATE = 44_100;
const place = mkdtempSync(join(tmpdir(), "simile-sol-"));
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** Instrument folders, technique folders and file names as SOL has them; two techniques to a cluster but for the last. */
const TECHNIQUES = [
  ["Strings/Violoncello/pizzicato-l-vib", "Vc-pizz-lv", "1c", 1, (f: number, seconds: number) => pluck(f, seconds, RATE)],
  ["PluckedStrings/Harp/ordinario", "Hp-ord", "", 1, (f: number, seconds: number) => pluck(f, seconds, RATE, 0.2)],
  ["Winds/Flute/ordinario", "Fl-ord", "", 2, (f: number, seconds: number) => held(f, seconds, RATE)],
  ["Brass/Horn/ordinario", "Hn-ord", "", 2, (f: number, seconds: number) => held(f, seconds, RATE, 0.3, 0.12)],
  ["Brass/Trumpet-C+sordina-cup/ordinario", "TpC+C-ord", "", 3, (f: number, seconds: number) => held(f, seconds, RATE, 0.2, 0.02, 0)],
] as const;
const PITCHES = [["C4", 261.6], ["D4", 293.7], ["E4", 329.6]] as const;

/** A SOL folder under `name`; `change` may spoil the texts before they are written. */
function solTree(name: string, change: (files: Map<string, string | Uint8Array>) => void = () => undefined, pitches: readonly (readonly [string, number])[] = PITCHES, seconds = 0.4): string {
  const files = new Map<string, string | Uint8Array>();
  const fileOf = ([folder, imt, string]: (typeof TECHNIQUES)[number], pitch: string) => `${folder}/${[imt, pitch, "mf", string].filter((part) => part !== "").join("-")}.wav`;
  const quoted = (imt: string) => `"${imt}"`;
  files.set("jasmp/seed_filelist.csv", [",fname,fpath,instrument,IMT,pitch,dynamics,instrument family", ...TECHNIQUES.map((technique, at) => [at, quoted(technique[1]), fileOf(technique, "C4"), technique[1].split("-")[0], technique[1], "C4", "mf", technique[0].split("/")[0]].join(","))].join("\n"));
  const rows = TECHNIQUES.flatMap((technique, at) => pitches.map(([pitch]) => [at, fileOf(technique, pitch), technique[1].split("-")[0], technique[1], pitch, "mf", technique[0].split("/")[0]]));
  for (const reach of ["F1", "F2", "F3", "F4"]) files.set(`jasmp/extended_pitch_${reach}.csv`, [",seed_id,filepath,instrument,IMT,pitch,dynamics,instrument family", ...rows.filter((row) => reach !== "F1" || row[4] !== "E4").map((row, at) => [at, ...row].join(","))].join("\n"));
  const groups = [TECHNIQUES.map(([, , , cluster]) => cluster), [1, 1, 2, 3, 3]];
  const ensemble = matOf("ensemble", 1, TECHNIQUES.length, TECHNIQUES.map(([, , , cluster]) => cluster));
  const ci = matOf("ci", 2, TECHNIQUES.length, TECHNIQUES.flatMap((_, at) => groups.map((own) => own[at]!)), { compressed: true });
  files.set("jasmp/judgements.mat", new Uint8Array(Buffer.concat([ensemble, ci.subarray(128)])));
  for (const technique of TECHNIQUES) for (const [pitch, hertz] of pitches) files.set(`SOL_0.9_HQ/${fileOf(technique, pitch)}`, writeWav({ sampleRate: RATE, channels: [technique[4](hertz, seconds)] }, 16));
  change(files);
  for (const [file, content] of files) {
    mkdirSync(dirname(join(place, name, file)), { recursive: true });
    writeFileSync(join(place, name, file), content);
  }
  return join(place, name);
}

describe("loadSol", () => {
  it("takes the seeds, or the notes of an extended table once each, with what listeners said", async () => {
    const folder = solTree("whole");
    const seeds = await loadSol(folder);
    expect([...seeds.labels.techniques]).toEqual([0, 1, 2, 3, 4]);
    expect(seeds.judgements.imts[4]).toEqual({ imt: "TpC+C-ord", instrument: "TpC", family: "Brass", pitch: "C4", dynamics: "mf", cluster: 3 });
    expect(seeds.notes[4]).toMatchObject({ instrument: "TpC", mute: "C", technique: "ord", pitch: "C4", source: "SOL_0.9_HQ" });
    expect([...seeds.judgements.similarity.values.subarray(0, 5)]).toEqual([1, 1, 0, 0, 0]);
    expect([...seeds.judgements.similarity.values.subarray(15, 20)]).toEqual([0, 0, 0.5, 1, 0.5]);
    const whole = await loadSol(folder, "F4");
    expect(whole.notes.length).toBe(15);
    expect(whole.notes.filter((_, row) => whole.labels.techniques[row] === 2).map(({ pitch }) => pitch)).toEqual(["C4", "D4", "E4"]);
    expect((await loadSol(folder, "F1")).notes.length).toBe(10);
  });

  it("takes the consensus for one listener's groups where the listeners' own are not there", async () => {
    const folder = solTree("consensus", (files) => files.set("jasmp/judgements.mat", matOf("ensemble", 1, 5, [1, 1, 2, 2, 3])));
    expect([...(await loadSol(folder)).judgements.similarity.values.subarray(0, 5)]).toEqual([1, 1, 0, 0, 0]);
  });

  const edited = (file: string, change: (text: string) => string) => (files: Map<string, string | Uint8Array>) => void files.set(file, change(files.get(file) as string));
  it.each([
    ["a table that is not there", (files: Map<string, unknown>) => void files.delete("jasmp/extended_pitch_F4.csv"), MissingError, /expected extended_pitch_F4\.csv in .* or in its folder jasmp/],
    ["judgements that are not there", (files: Map<string, unknown>) => void files.delete("jasmp/judgements.mat"), MissingError, /expected judgements\.mat/],
    ["an audio file that is not there", (files: Map<string, unknown>) => void files.delete("SOL_0.9_HQ/Winds/Flute/ordinario/Fl-ord-D4-mf.wav"), MissingError, /expected an audio file Fl-ord-D4-mf below/],
    ["a note listed twice", edited("jasmp/extended_pitch_F4.csv", (text) => `${text}\n99,1,PluckedStrings/Harp/ordinario/Hp-ord-D4-mf.wav,Hp,Hp-ord,D4,mf,x`), FormatError, /expected every note once, got Hp-ord-D4-mf again/],
    ["a seed listed twice", edited("jasmp/seed_filelist.csv", (text) => text.replace("Winds/Flute/ordinario/Fl-ord-C4-mf.wav", "PluckedStrings/Harp/ordinario/Hp-ord-C4-mf.wav")), FormatError, /expected every note once/],
    ["a file name twice in the tree", (files: Map<string, unknown>) => void files.set("SOL_0.9_HQ/Copies/Hp-ord-D4-mf.wav", ""), FormatError, /expected every file name once/],
    ["a seed under another label", edited("jasmp/extended_pitch_F4.csv", (text) => text.replace(/^2,1,(.*Hp-ord-C4)/m, "2,3,$1")), FormatError, /expected the seed Hp-ord-C4-mf under its seed_id 1, got 3; fetch the table again/],
    ["an unknown label", edited("jasmp/extended_pitch_F4.csv", (text) => text.replace(/^1,0,/m, "1,78,")), FormatError, /expected a seed_id from 0 to 4, got "78"/],
    ["a table without a column", edited("jasmp/extended_pitch_F4.csv", (text) => text.replace("filepath", "path")), FormatError, /expected a column "filepath", got/],
    ["judgements of other seeds", (files: Map<string, unknown>) => void files.set("jasmp/judgements.mat", matOf("ensemble", 1, 3, [1, 1, 2])), FormatError, /ensemble: expected a number for each of the 5 seeds/],
    ["judgements without clusters", (files: Map<string, unknown>) => void files.set("jasmp/judgements.mat", matOf("medoid", 1, 5, [1, 1, 2, 2, 3])), FormatError, /expected a matrix "ensemble" of consensus clusters, got medoid/],
  ])("names %s", async (name, change, kind, message) => {
    const folder = solTree(name.replaceAll(" ", "-"), change as (files: Map<string, string | Uint8Array>) => void, PITCHES.slice(0, 2));
    const attempt = loadSol(folder, "F4");
    await expect(attempt).rejects.toThrow(kind);
    await expect(attempt).rejects.toThrow(message);
  });

  it("names a folder that is not there", async () => {
    await expect(loadSol(join(place, "nowhere"))).rejects.toThrow(/--sol: expected the folder of SOL/);
  });
});

describe("simile train-kfold on SOL", () => {
  const config = join(place, "small.json");
  beforeAll(() => writeFileSync(config, JSON.stringify({ anchors: 5, neighbours: 2, width: 16, coordinates: 8, plain: 4, learned: 6, steps: 3, batch: 12, epochs: 1 })));

  it.each([
    ["mfcc", PITCHES],
    ["jtfs", PITCHES.slice(0, 2)],
  ] as const)("reruns the paper's protocol with %s", async (feature, pitches) => {
    const folder = solTree(`rerun-${feature}`, undefined, pitches);
    const json = join(place, `${feature}.json`);
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const bar = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    try {
      expect(await trainKfold(["--data", "extended", "--sol", folder, "--model", "an-gnn", "--feature", feature, "--prune-accuracy", "--folds", "2", "--replicates", "20", "--config", config, "--cache", join(place, "cache"), "--json", json])).toBe(0);
      expect(bar.mock.calls.flat().join("")).toMatch(/an-gnn seed 1 fold 2\/2: \d+ sounds, .*precision@5\/pruned \d\.\d{3}/);
    } finally {
      log.mockRestore();
      bar.mockRestore();
    }
    const report = JSON.parse(readFileSync(json, "utf8")) as { feature: string; models: { figures: Record<string, { value: number | null; units: number }> }[] };
    expect(report.feature).toBe(`${feature}@1`);
    const pruned = report.models[0]!.figures["precision@5/pruned"]!;
    expect(pruned.value).toBeGreaterThan(0);
    // the trumpet's cluster has one technique: its notes ask nothing
    expect(pruned.units).toBeLessThan(report.models[0]!.figures["precision@5"]!.units);
  });

  it("tells wrong use", async () => {
    await expect(trainKfold(["--data", "extended"])).rejects.toMatchObject({ name: "UsageError", message: expect.stringMatching(/expected --sol DIR with --data extended/) });
    await expect(trainKfold(["--sol", place])).rejects.toMatchObject({ name: "UsageError", message: expect.stringMatching(/expected --data seed or --data extended with --sol/) });
    await expect(trainKfold(["--data", "extended", "--sol", place, "--reach", "F9"])).rejects.toMatchObject({ name: "UsageError", message: expect.stringMatching(/F1, F2, F3, F4/) });
  });
});
