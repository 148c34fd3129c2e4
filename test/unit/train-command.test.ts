/** `simile train` on a tiny data folder that the test makes: a model comes out that loads and embeds, and wrong use says so. */

import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { loadModel } from "../../src/cli/model-files.ts";
import { embed } from "../../src/cli/embed.ts";
import { evaluate } from "../../src/cli/evaluate.ts";
import { train } from "../../src/cli/train.ts";
import { meansOverStudies } from "../../src/cli/evaluation/agreement.ts";
import { meanOf } from "../../src/cli/evaluation/figures.ts";
import { DISTURBANCES, UNDISTURBED } from "../../src/cli/evaluation/robustness.ts";
import { trainKfold } from "../../src/cli/train-kfold.ts";
import { createProgressBar } from "../../src/cli/train/progress-bar.ts";
import { loadData } from "../../src/cli/train/training-command.ts";
import { labelledSounds } from "../../src/cli/train/training-data.ts";
import { readSettings } from "../../src/cli/train/training-options.ts";
import { labelNotes } from "../../src/cli/train/note-labels.ts";
import type { Imt, RecordedNote } from "../../src/cli/judgements.ts";
import { FormatError, MissingError } from "../../src/core/errors.ts";
import { featureNamed } from "../../src/core/features/families.ts";
import { CONTEXTS } from "../../src/core/features/feature.ts";
import { createRandom } from "../../src/model/random.ts";
import { apart } from "./model-fixture.ts";

const RATE = 16_000;
const place = mkdtempSync(join(tmpdir(), "simile-train-"));
const CELLS = [
  ["Fl-ord", "flute", "ordinario"],
  ["Vc-pizz-lv", "cello", "pizzicato"],
  ["Gtr-ord", "guitar", "ordinario"],
  ["Hn-ord", "horn", "ordinario"],
  ["", "whip", "struck-together"],
] as const;
const SOURCES = ["lab/one", "lab/two"];

/** A decaying or steady tone, 16 bit mono. */
function tone(hertz: number, decay: number, seconds: number, seed: number): Buffer {
  const random = createRandom(seed);
  const count = Math.round(RATE * seconds);
  const bytes = Buffer.alloc(44 + 2 * count);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(36 + 2 * count, 4);
  bytes.write("WAVEfmt ", 8);
  [16, 0x00010001, RATE, 2 * RATE].forEach((value, at) => bytes.writeUInt32LE(value, 16 + 4 * at));
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(2 * count, 40);
  for (let i = 0; i < count; i++) {
    const t = i / RATE;
    const value = Math.exp(-decay * t) * (0.6 * Math.sin(2 * Math.PI * hertz * t) + 0.05 * random.normal());
    bytes.writeInt16LE(Math.round(20_000 * Math.max(-1, Math.min(1, value))), 44 + 2 * i);
  }
  return bytes;
}

/** A listening test of these techniques in the folder `judgements`. */
function writeJudgements(folder: string, imts: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "techniques.csv"), ["index,imt,instrument,family,pitch,dynamics,cluster", ...imts.map((imt, at) => `${at},${imt},x,y,C4,mf,${at + 1}`)].join("\n"));
  writeFileSync(join(folder, "partitions.csv"), ["imt,p1,p2", ...imts.map((imt, at) => `${imt},${at},${at >> 1}`)].join("\n"));
  writeFileSync(join(folder, "similarity.csv"), [imts.join(","), ...imts.map((_, a) => imts.map((__, b) => (a === b ? 1 : a >> 1 === b >> 1 ? 0.5 : 0)).join(","))].join("\n"));
}

const IMTS = CELLS.flatMap(([imt]) => (imt === "" ? [] : [imt]));

beforeAll(() => {
  writeJudgements(join(place, "judgements"), IMTS);
  const rows = ["path,source_repo,licence,instrument,technique,mute,pitch,dynamics,phrase,duration_s,original_path"];
  for (const [s, source] of SOURCES.entries()) {
    for (const [c, [, instrument, technique]] of CELLS.entries()) {
      for (let take = 0; take < 3; take++) {
        const path = `${source.replace("/", "__")}/${instrument}/${technique}/${take}.wav`;
        const file = join(place, "data", path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, tone(150 * (c + 1) + 20 * s + 5 * take, c % 2 === 0 ? 0.5 : 8, 1.4, 100 * s + 10 * c + take));
        rows.push(`${path},${source},CC0,${instrument},${technique},none,C4,mf,0,1.400,x.wav`);
      }
    }
  }
  writeFileSync(join(place, "data", "samples.csv"), `${rows.join("\n")}\n`);
  for (const [s, study] of ["first", "second"].entries()) {
    const folder = join(place, "data", "ratings", study);
    mkdirSync(folder, { recursive: true });
    // sounds are told by their bytes: a WAV under any name
    for (const [at, name] of ["a", "b", "c", "d"].entries()) writeFileSync(join(folder, `${name}.flac`), tone(200 + 40 * s, 4 * at, 0.6, 900 + 10 * s + at));
    writeFileSync(join(folder, "dissimilarity.csv"), "a,b,c,d\n0,2,5,9\n2,0,4,8\n5,4,0,3\n9,8,3,0\n");
  }
  writeFileSync(join(place, "small.json"), JSON.stringify({ anchors: 6, neighbours: 2, width: 16, coordinates: 8, plain: 4, learned: 6, steps: 3, batch: 12, losses: { graded: 1, "proxy-anchor": 0.1 } }));
});

afterAll(() => rmSync(place, { recursive: true, force: true }));

const run = (...args: string[]) => train(["--data", join(place, "data"), "--cache", join(place, "cache"), "--config", join(place, "small.json"), ...args]);

/** What a command prints on stdout, its progress left aside. */
async function printed(command: () => Promise<number>): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  const bar = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  try {
    expect(await command()).toBe(0);
  } finally {
    log.mockRestore();
    bar.mockRestore();
  }
  return lines.join("\n");
}

describe("simile train", () => {
  it("writes a model that loads, embeds and says how it was made", async () => {
    const out = join(place, "model");
    expect(await printed(() => run("--out", out, "--epochs", "2", "--hold-out", "lab/two", "--seed", "4"))).toMatch(/model version 1, 10 numbers, 6 anchors, epoch [12], \d+ s\.$/);
    const model = await loadModel(out);
    expect(model.manifest).toMatchObject({ name: "model", architecture: { kind: "an-gnn", width: 16 }, feature: { name: "simile" }, embedding: { size: 10, distance: "euclidean" }, anchors: { count: 6 }, training: { seed: 4 } });
    expect(model.manifest.training.command).toContain("npx simile train --data");
    const embedded = await model.embed(new Float32Array(model.manifest.feature.size).fill(0.5), 1, 0.1);
    expect(embedded.length).toBe(10);
    expect(embedded.every(Number.isFinite)).toBe(true);
    model.dispose();
    const card = readFileSync(join(out, "card.md"), "utf8");
    expect(card).toMatch(/On sources that the measured model had never heard \(lab\/two\)/);
    expect(card).not.toContain("stand-ins.ts");
    expect(card).toMatch(/triplet agreement with the listening test, 4 techniques[^|]*\| \d\.\d{3} \|/);
    expect(card).toMatch(/the same at 100 ms of context \| \d\.\d{3} \|/);
  });

  it("is measured by simile evaluate at every context", async () => {
    const json = join(place, "report.json");
    const table = await printed(() => evaluate(["--model", join(place, "model"), "--data", join(place, "data"), "--cache", join(place, "cache"), "--source", "lab/two", "--json", json]));
    expect(table).toContain("| 1500 ms | ");
    const report = JSON.parse(readFileSync(json, "utf8")) as { sounds: number; models: { model: string; figures: Record<string, { value: number; low: number; high: number; units: number }> }[] };
    expect(report.sounds).toBe(15);
    const { figures } = report.models[0]!;
    for (const context of CONTEXTS.map((seconds) => `${Math.round(1000 * seconds)}ms`)) {
      for (const name of [`triplets/${context}`, `triplets/${context}/same-context`, `precision@5/pruned/${context}`, `precision@5/${context}/same-context`]) expect(Object.keys(figures), name).toContain(name);
      expect(figures[`triplets/${context}`]!.units).toBe(4);
    }
    for (const k of [1, 5, 10, 15, 20]) {
      const { value, low, high, units } = figures[`precision@${k}`]!;
      expect(units).toBe(12);
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
      expect(figures[`ndcg@${k}`]!.value).toBeGreaterThan(0.3);
    }
    expect(figures["precision@1"]!.value).toBeGreaterThan(0.5);
    expect(figures["precision@1/pruned"]!.value, "every cluster of this folder has one technique: pruned, no query has anything to find").toBeNull();
    expect(figures["triplets"]!.value).toBe(figures["triplets/1500ms"]!.value);
  });

  it("is disturbed by simile evaluate --robust, each row measured or saying why not", async () => {
    const json = join(place, "robust.json");
    const table = await printed(() => evaluate(["--model", join(place, "model"), "--data", join(place, "data"), "--cache", join(place, "cache"), "--robust", "--queries", "4", "--replicates", "20", "--json", json]));
    const { robustness } = JSON.parse(readFileSync(json, "utf8")) as { robustness: Record<string, { name: string; same?: { value: number }; triplets?: { value: number }; skipped?: string }[]> };
    const [undisturbed, ...rows] = robustness["model"]!;
    expect(undisturbed!.name).toBe(UNDISTURBED);
    expect(undisturbed!.same).toBeUndefined();
    expect(rows.map(({ name }) => name)).toEqual(DISTURBANCES.map(({ name }) => name));
    for (const { name, same, skipped } of rows) {
      if (skipped !== undefined) expect(skipped, name).toMatch(/ffmpeg/);
      else expect(same!.value, name).toBeGreaterThanOrEqual(0);
      expect(table).toContain(`| ${name} | ${skipped === undefined ? same!.value.toFixed(3) : `skipped: ${skipped}`}`);
    }
    // the feature does not hear the level
    const gains = rows.filter(({ name }) => name.startsWith("gain"));
    expect(gains.map(({ same }) => same!.value)).toEqual([1, 1]);
    for (const { triplets, skipped } of [undisturbed!, ...rows]) if (skipped === undefined) expect(triplets!.value).toBeGreaterThan(0);
    expect(gains.map(({ triplets }) => triplets!.value)).toEqual([undisturbed!.triplets!.value, undisturbed!.triplets!.value]);
  });

  it("is fitted afresh for each fold by simile train-kfold", async () => {
    const json = join(place, "folds.json");
    const common = ["--data", join(place, "data"), "--cache", join(place, "cache"), "--config", join(place, "small.json"), "--epochs", "1", "--split", "source", "--folds", "2"];
    const table = await printed(() => trainKfold([...common, "--models", "linear,an-gnn", "--seeds", "1..2", "--json", json]));
    expect(table).toMatch(/^Split by source, 2 folds, seeds 1, 2: mean over folds and seeds/);
    expect(table).toMatch(/\| linear \| none \| \d\.\d{3} \(\d\.\d{3} to \d\.\d{3}\)/);
    expect(table).toMatch(/\| lead of an-gnn over \|/);
    expect(table).toMatch(/\| mean ± deviation \(range\) \|/);
    interface Measured {
      models: { model: string; figures: Record<string, { value: number }>; spread: Record<string, { mean: number; least: number; most: number }>; seeds: { seed: number; figures: Record<string, { value: number }> }[] }[];
    }
    const whole = JSON.parse(readFileSync(json, "utf8")) as Measured;
    expect(whole.models.map(({ model, seeds }) => [model, seeds.map(({ seed }) => seed)])).toEqual([["linear", [1, 2]], ["an-gnn", [1, 2]]]);
    for (const { figures, spread, seeds } of whole.models) {
      const values = seeds.map((each) => each.figures["triplets"]!.value);
      expect(figures["triplets"]!.value).toBeCloseTo((values[0]! + values[1]!) / 2, 12);
      expect(spread["triplets"]).toMatchObject({ least: Math.min(...values), most: Math.max(...values) });
    }
    const again = join(place, "again.json");
    await printed(() => trainKfold([...common, "--model", "an-gnn", "--seed", "2", "--json", again]));
    const alone = JSON.parse(readFileSync(again, "utf8")) as Measured;
    expect(alone.models[0]!.figures, "no model hears what another fold, kind or seed has trained").toEqual(whole.models[1]!.seeds[1]!.figures);

    const [first, both] = [join(place, "first.json"), join(place, "both.json")];
    const part = await printed(() => trainKfold([...common, "--model", "linear", "--first", "1", "--json", first]));
    expect(part).toMatch(/^Split by source, the first 1 of 2 folds, seed 1/);
    expect(await printed(() => trainKfold([...common, "--model", "linear", "--first", "3", "--json", both]))).toMatch(/^Split by source, 2 folds, seed 1/);
    const [ofFirst, ofBoth] = [first, both].map((path) => JSON.parse(readFileSync(path, "utf8")) as Measured);
    expect(ofBoth!.models[0]!.figures["triplets"]!.value).toBeCloseTo(whole.models[0]!.seeds[0]!.figures["triplets"]!.value, 12);
    expect(ofFirst!.models[0]!.figures["triplets"]!.value).not.toBeCloseTo(ofBoth!.models[0]!.figures["triplets"]!.value, 6);
  });

  it("is measured on rating studies that it has not heard by --split study", async () => {
    const json = join(place, "studies.json");
    const table = await printed(() => trainKfold(["--data", join(place, "data"), "--cache", join(place, "cache"), "--config", join(place, "small.json"), "--epochs", "1", "--split", "study", "--model", "euclid", "--replicates", "50", "--json", json]));
    expect(table).toMatch(/^Split by study, 2 folds, seed 1/);
    expect(table).toMatch(/\| rating study, triplets \| euclid \|/);
    const { models } = JSON.parse(readFileSync(json, "utf8")) as { models: { figures: Record<string, { value: number }> }[] };
    const { figures } = models[0]!;
    expect(Object.keys(figures).filter((name) => name.startsWith("ratings/")).sort()).toEqual(["ratings/first", "ratings/second"]);
    expect(figures["ratings"]!.value).toBeCloseTo((figures["ratings/first"]!.value + figures["ratings/second"]!.value) / 2, 12);
    expect(figures["precision@5"]).toBeUndefined();
  });

  it("counts each rating study once, however many share a fold", () => {
    const figure = (value: number) => ({ value, replicates: Float64Array.of(value), units: 1 });
    const folds = [new Map([["ratings", figure(0.5)], ["ratings/a", figure(0.4)], ["ratings/b", figure(0.6)]]), new Map([["ratings", figure(0.8)], ["ratings/c", figure(0.8)], ["triplets", figure(0.1)]])];
    const means = meansOverStudies(meanOf(folds));
    expect([...means.keys()]).toEqual(["ratings"]);
    expect(means.get("ratings")!.value).toBeCloseTo(0.6, 12);
  });

  it("names weights of another feature version, more anchors than sounds, and files that are not there", async () => {
    const bar = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    try {
      cpSync(join(place, "model"), join(place, "older"), { recursive: true });
      const manifest = JSON.parse(readFileSync(join(place, "older", "manifest.json"), "utf8")) as { feature: { version: number } };
      writeFileSync(join(place, "older", "manifest.json"), JSON.stringify({ ...manifest, feature: { ...manifest.feature, version: manifest.feature.version - 1 } }));
      await expect(evaluate(["--model", join(place, "older"), "--data", join(place, "data")])).rejects.toThrow(/expected feature simile version \d+ of \d+ numbers, got version \d+ of \d+; train the model again/);
      writeFileSync(join(place, "many.json"), JSON.stringify({ anchors: 60 }));
      await expect(train(["--data", join(place, "data"), "--cache", join(place, "cache"), "--config", join(place, "many.json"), "--out", join(place, "x"), "--hold-out", "none"])).rejects.toThrow(/anchors: expected at least 60 training sounds for 60 anchors, got 38/);
      mkdirSync(join(place, "gap", "data"), { recursive: true });
      cpSync(join(place, "judgements"), join(place, "gap", "judgements"), { recursive: true });
      cpSync(join(place, "data", "samples.csv"), join(place, "gap", "data", "samples.csv"));
      await expect(trainKfold(["--data", join(place, "gap", "data"), "--cache", join(place, "cache")])).rejects.toThrow(/0\.wav: expected an audio file, got none/);
      await expect(trainKfold(["--labels", "moods"])).rejects.toMatchObject({ name: "UsageError", message: expect.stringMatching(/techniques, clusters/) });
      for (const weight of ["2", "-1", "much", ""]) await expect(trainKfold([`--unmapped=${weight}`])).rejects.toMatchObject({ name: "UsageError", message: expect.stringMatching(/weight from 0 to 1 after --unmapped/) });
      await expect(trainKfold(["--transpose", "some"])).rejects.toMatchObject({ name: "UsageError" });
      await expect(trainKfold(["--first", "0"])).rejects.toMatchObject({ name: "UsageError" });
      await expect(trainKfold(["--seeds", "5..1"])).rejects.toMatchObject({ name: "UsageError" });
      await expect(trainKfold(["--library", "none"])).rejects.toMatchObject({ name: "UsageError", message: expect.stringMatching(/rest, all/) });
    } finally {
      bar.mockRestore();
    }
  });

  it("tells nothing of 100 ms where the model does not hear them", async () => {
    const out = join(place, "heard-in-full");
    await printed(() => run("--out", out, "--epochs", "1", "--feature", "mfcc", "--contexts", "1.5", "--hold-out", "lab/two"));
    const card = readFileSync(join(out, "card.md"), "utf8");
    expect(card).toMatch(/triplet agreement with the listening test, 4 techniques/);
    expect(card).not.toContain("100 ms");
  });

  it("hears families joined, at the contexts that are asked for", async () => {
    const out = join(place, "joined");
    await printed(() => run("--out", out, "--epochs", "1", "--feature", "mfcc+scat1d", "--contexts", "1.5,0.1", "--hold-out", "none"));
    const model = await loadModel(out);
    const feature = featureNamed("mfcc+scat1d");
    expect(model.manifest).toMatchObject({ architecture: { contexts: [0.1, 1.5], compression: "log" }, feature: { name: "mfcc+scat1d", version: feature.version, size: feature.size } });
    const csv = join(place, "joined.csv");
    expect(await embed([join(place, "data"), "--model", out, "--out", csv])).toBe(0);
    expect(readFileSync(csv, "utf8").trim().split("\n").length, "a header, 30 notes and 8 rated sounds").toBe(39);
    model.dispose();
    for (const contexts of ["2", "0.1,", "all"]) await expect(run("--out", out, "--contexts", contexts), contexts).rejects.toThrow(/expected seconds among 0\.006, .*, 1\.5 after --contexts/);
    await expect(run("--out", out, "--feature", "simile+rand")).rejects.toMatchObject({ name: "UsageError", message: expect.stringMatching(/--feature: expected one of simile, mfcc, scat1d, jtfs/) });
  });

  it("refuses settings whose model could not be loaded again, before it trains", async () => {
    const bar = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    try {
      for (const [settings, fault] of [[{ learned: 128, plain: 64, coordinates: 64 }, /settings: plain and learned: expected 128 numbers at most, got 192/], [{ dropout: 1 }, /dropout: expected a number from 0 to below 1, got 1/], [{ steps: 0 }, /expected steps of at least 1/]] as const) {
        writeFileSync(join(place, "unfit.json"), JSON.stringify({ ...JSON.parse(readFileSync(join(place, "small.json"), "utf8")), ...settings }));
        await expect(train(["--data", join(place, "data"), "--cache", join(place, "cache"), "--config", join(place, "unfit.json"), "--out", join(place, "unfit"), "--hold-out", "none"])).rejects.toThrow(fault);
      }
      expect(existsSync(join(place, "unfit"))).toBe(false);
    } finally {
      bar.mockRestore();
    }
  });

  it("tells wrong use from bad input", async () => {
    await expect(train([])).rejects.toMatchObject({ name: "UsageError", message: expect.stringMatching(/--out/) });
    await expect(run("--out", join(place, "x"), "--model", "oracle")).rejects.toMatchObject({ name: "UsageError", message: expect.stringMatching(/expected one of euclid, linear, mlp, knn-gcn, an-gnn, lmnn/) });
    await expect(run("--out", join(place, "x"), "--seed", "one")).rejects.toMatchObject({ name: "UsageError" });
    await expect(trainKfold(["--split", "moon"])).rejects.toMatchObject({ name: "UsageError", message: expect.stringMatching(/note, technique, instrument, source/) });
    await expect(train(["--out", join(place, "x"), "--data", join(place, "nowhere")])).rejects.toThrow(MissingError);
    const bar = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    await expect(run("--out", join(place, "x"), "--hold-out", "nobody")).rejects.toMatchObject({ name: "UsageError" });
    bar.mockRestore();
  });

  describe("on labels of one's own", () => {
    const own = (name: string, imts: readonly string[], sources: readonly string[]) => {
      const folder = join(place, name);
      writeJudgements(join(folder, "judgements"), imts);
      cpSync(join(place, "data"), join(folder, "data"), { recursive: true });
      const [header, ...rows] = readFileSync(join(place, "data", "samples.csv"), "utf8").trim().split("\n");
      const renamed = rows.map((row) => row.replace(",flute,", ",voice,").replace(",cello,pizzicato,none,", ",bowl,struck,felt,").replace(",guitar,", ",zither,").replace(",ordinario,", ",long,"));
      writeFileSync(join(folder, "data", "samples.csv"), [header, ...renamed.filter((row) => sources.some((source) => row.includes(source)))].join("\n"));
      rmSync(join(folder, "data", "ratings"), { recursive: true });
      return folder;
    };
    const JUDGED = ["voice-long", "bowl+felt-struck", "zither-long"];
    const trained = (folder: string, out: string, ...args: string[]) => printed(() => train(["--data", folder, "--cache", join(place, "cache"), "--config", join(place, "small.json"), "--epochs", "2", "--out", out, ...args]));

    it("hears the judgements of techniques that are named as the notes are, and holds a source out by itself", async () => {
      const folder = own("own", JUDGED, SOURCES);
      const data = await loadData("train", { model: "mlp", feature: "simile", data: folder, reach: "F4", seed: "1", unmapped: "0.1", augment: "0", transpose: "0", "prune-accuracy": false, cache: join(place, "cache") }, createProgressBar({ write: () => true }));
      expect([...data.labels.techniques]).toEqual(data.notes.map(({ instrument }) => ["voice", "bowl", "zither"].indexOf(instrument)));
      expect(data.labels.counterparts).toEqual(data.labels.techniques);
      const { similarity, classes, classCount } = labelledSounds(data, data.readable);
      const classOf = (instrument: string) => classes[data.notes.findIndex((note) => note.instrument === instrument)]!;
      expect(similarity[classOf("voice") * classCount + classOf("bowl")], "half of the two listeners").toBe(0.5);
      expect(similarity[classOf("voice") * classCount + classOf("zither")]).toBe(0);
      const out = join(place, "own-model");
      await trained(folder, out);
      const card = readFileSync(join(out, "card.md"), "utf8");
      expect(card).toMatch(/never heard \(lab\/(one|two)\); this one was then fitted anew to all sources/);
      expect(card).toMatch(/triplet agreement with the listening test, 3 techniques[^|]*\| \d\.\d{3} \|/);
      expect(card).toMatch(/Learned from: 30 recorded notes/);
      (await loadModel(out)).dispose();
      await trained(folder, out, "--no-refit");
      const measured = readFileSync(join(out, "card.md"), "utf8");
      expect(measured).toMatch(/this is the measured one, after [12] epochs/);
      expect(measured).toMatch(/Learned from: 15 recorded notes/);
    });

    it("learns without a measure where one source is all there is, and says that two techniques make no triplet", async () => {
      const out = join(place, "one-model");
      await trained(own("one", JUDGED, ["lab/one"]), out);
      expect(readFileSync(join(out, "card.md"), "utf8")).toContain("Nothing was held out: no figure.");
      await trained(own("two", JUDGED.slice(0, 2), SOURCES), out, "--hold-out", "lab/two");
      expect(readFileSync(join(out, "card.md"), "utf8")).toMatch(/agreement with the listening test \| none: 2 judged techniques among them, 3 make a triplet/);
      expect((await loadModel(out)).manifest.name).toBe("one-model");
    });

    it("says how a technique is to be named where none is a note's", async () => {
      await expect(trained(own("none", ["hum", "strike", "pluck"], SOURCES), join(place, "x"))).rejects.toThrow(/expected notes of the techniques in judgements\/techniques\.csv \(hum, …\), got none; name a technique there as its notes are, .* for example voice-long/);
    });
  });

  it("hears altered recordings for a technique that no note is of, unless they are left out", async () => {
    const folder = join(place, "unrecorded");
    cpSync(join(place, "data"), join(folder, "data"), { recursive: true });
    writeJudgements(join(folder, "judgements"), [...IMTS, "Vc-pizz-sec"]);
    const load = (left: boolean) =>
      loadData("train", { model: "mlp", feature: "simile", data: join(folder, "data"), reach: "F4", seed: "1", unmapped: "0.1", augment: "0", transpose: "0", "no-stand-ins": left, "prune-accuracy": false, cache: join(place, "cache") }, createProgressBar({ write: () => true }));
    const data = await load(false);
    const { standIns, values } = data.standIns!;
    const cello = data.notes.flatMap(({ instrument }, row) => (instrument === "cello" ? [row] : []));
    expect(standIns).toEqual(cello.map((row) => ({ row, technique: IMTS.length, steps: [{ kind: "decay", seconds: 0.3 }] })));
    const width = data.contexts.length * data.feature.size;
    expect(values.length).toBe(cello.length * width);
    expect(values.every(Number.isFinite)).toBe(true);
    for (const [at, row] of cello.entries()) expect(apart(values.subarray(at * width, (at + 1) * width), data.values.subarray(row * width, (row + 1) * width))).toBeGreaterThan(1e-3);
    expect((await load(true)).standIns).toBeUndefined();
  });

  it("hears the notes that stand for a technique a semitone lower and higher, each with its recording", async () => {
    const load = (transpose: string) =>
      loadData("train", { model: "mlp", feature: "simile", data: join(place, "data"), reach: "F4", seed: "1", unmapped: "0.1", augment: "0", transpose, "no-stand-ins": true, "prune-accuracy": false, cache: join(place, "cache") }, createProgressBar({ write: () => true }));
    const data = await load("1");
    const { standIns, values } = data.standIns!;
    const labelled = data.readable.filter((row) => data.labels.techniques[row]! >= 0);
    expect(standIns.map(({ row }) => row)).toEqual([...labelled, ...labelled]);
    expect(standIns.every(({ row, technique }) => technique === data.labels.techniques[row])).toBe(true);
    expect(new Set(standIns.map(({ steps }) => JSON.stringify(steps)))).toEqual(new Set([-1, 1].map((semitones) => JSON.stringify([{ kind: "pitch", semitones }]))));
    const width = data.contexts.length * data.feature.size;
    expect(values.length).toBe(standIns.length * width);
    for (const [at, { row }] of standIns.entries()) expect(apart(values.subarray(at * width, (at + 1) * width), data.values.subarray(row * width, (row + 1) * width))).toBeGreaterThan(1e-3);

    // what is held out is not heard at another pitch, and a class weighs as one that is recorded
    const rest = data.readable.filter((row) => row !== labelled[0]);
    const [plain, sounds] = [labelledSounds({ ...data, standIns: { standIns: [], values: new Float32Array() } }, rest), labelledSounds(data, rest)];
    expect(sounds.rows).toBe(rest.length + 2 * (labelled.length - 1));
    expect(sounds.classCount).toBe(plain.classCount);
    for (const [index, weight] of sounds.weights.entries()) expect(weight).toBeGreaterThanOrEqual(plain.weights[index]!);
    expect((await load("0")).standIns).toBeUndefined();

    const unmapped = (weight?: number) => [...labelledSounds(data, rest, "techniques", weight).weights].filter((_, index) => sounds.clusters[index]! >= 0);
    expect(unmapped().every((weight) => weight > 0)).toBe(true);
    expect(new Set(unmapped(0))).toEqual(new Set([0]));
  }, 180_000);

  it("hears altered copies of what it trains on, the same on every run, and never of what is held out", async () => {
    const load = () => {
      const bar = createProgressBar({ write: () => true });
      return loadData("train", { model: "mlp", feature: "simile", data: join(place, "data"), reach: "F4", seed: "1", unmapped: "0.1", augment: "1", transpose: "0", "prune-accuracy": false, cache: join(place, "cache") }, bar);
    };
    const data = await load();
    expect(data.variants!.map((values) => values.length)).toEqual([data.values.length]);
    const width = data.contexts.length * data.feature.size;
    // a copy that drew nothing but a gain sounds the same to the feature
    const moved = data.readable.flatMap((row) => data.variants!.map((values) => apart(values.subarray(row * width, (row + 1) * width), data.values.subarray(row * width, (row + 1) * width)) > 1e-3));
    expect(moved.filter((yes) => yes).length / moved.length).toBeGreaterThan(0.85);
    expect((await load()).variants).toEqual(data.variants);

    const rest = data.readable.filter((row) => row % 3 !== 0);
    const [plain, sounds] = [labelledSounds({ ...data, variants: [] }, rest), labelledSounds(data, rest)];
    expect(sounds.rows).toBe(2 * rest.length);
    expect([...sounds.classes]).toEqual([...plain.classes, ...plain.classes]);
    expect(sounds.weights).toEqual(plain.weights);
    expect([...sounds.cleanRows!]).toEqual([...rest.keys(), ...rest.keys()]);
    expect(plain.cleanRows).toBeUndefined();
    const last = data.contexts.length - 1;
    const held = data.readable.filter((row) => row % 3 === 0).flatMap((row) => data.variants!.map((values) => values.slice((row * data.contexts.length + last) * data.feature.size, (row * data.contexts.length + last + 1) * data.feature.size)));
    for (let row = 0; row < sounds.rows; row++) for (const copy of held) expect(apart(copy, sounds.values[last]!.subarray(row * data.feature.size, (row + 1) * data.feature.size))).toBeGreaterThan(0);
    const own = rest[4]!;
    expect(sounds.values[last]!.slice((rest.length + 4) * data.feature.size, (rest.length + 5) * data.feature.size)).toEqual(data.variants![0]!.slice((own * data.contexts.length + last) * data.feature.size, (own * data.contexts.length + last + 1) * data.feature.size));
    await printed(() => run("--out", join(place, "augmented"), "--augment", "1", "--epochs", "1", "--hold-out", "lab/two"));
    const augmented = await loadModel(join(place, "augmented"));
    expect(augmented.manifest.training.data).toMatch(/^\d+ recorded notes of samples\.csv, an altered copy of each, /);
    augmented.dispose();
  }, 180_000);

  /** Runs until a line of progress says so, then sends what Ctrl-C sends to the command's own listener. */
  async function interrupted(line: string, command: () => Promise<number>): Promise<number> {
    const before = new Set(process.listeners("SIGINT"));
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const bar = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      if (String(text).includes(line)) for (const listener of process.listeners("SIGINT")) if (!before.has(listener)) (listener as () => void)();
      return true;
    });
    try {
      return await command();
    } finally {
      for (const spy of [log, error, bar]) spy.mockRestore();
    }
  }

  it.each(["held-out epoch 2/3", "held-out sources, epoch"])("is stopped at %s, keeps what there is, and goes on to the same weights", async (line) => {
    const [whole, cut] = [join(place, "whole"), join(place, `cut-${line.length}`)];
    const common = ["--epochs", "3", "--hold-out", "lab/two", "--seed", "2"];
    if (!existsSync(whole)) await printed(() => run("--out", whole, ...common));
    expect(readdirSync(whole).sort()).toEqual(["card.md", "manifest.json", "weights.bin"]);
    expect(await interrupted(line, () => run("--out", cut, ...common))).toBe(130);
    expect(existsSync(join(cut, "checkpoint.json"))).toBe(true);
    (await loadModel(cut)).dispose();
    const bar = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    await expect(run("--out", cut, "--epochs", "3", "--hold-out", "lab/two", "--seed", "3", "--resume")).rejects.toThrow(/expected the settings it was made with/);
    bar.mockRestore();
    await printed(() => run("--out", cut, ...common, "--resume"));
    expect(readFileSync(join(cut, "weights.bin")).equals(readFileSync(join(whole, "weights.bin")))).toBe(true);
    expect(readdirSync(cut).sort()).toEqual(["card.md", "manifest.json", "weights.bin"]);
  }, 180_000);

  it("names the step of a loss that is not finite, keeps the best model and the last good checkpoint", async () => {
    const out = join(place, "diverged");
    writeFileSync(join(place, "wild.json"), JSON.stringify({ ...JSON.parse(readFileSync(join(place, "small.json"), "utf8")), rateFactor: 1e300, rateEpochs: 1 }));
    const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const bar = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    const wild = ["--data", join(place, "data"), "--cache", join(place, "cache"), "--config", join(place, "wild.json"), "--epochs", "3", "--hold-out", "none", "--out", out];
    try {
      expect(await train(wild)).toBe(1);
      expect(error.mock.calls.flat().join("\n")).toMatch(/expected a finite loss, got \S+ in epoch 2, step 2; .* The model of epoch 1 was kept, and the last good checkpoint/);
      (await loadModel(out)).dispose();
      expect(JSON.parse(readFileSync(join(out, "checkpoint.json"), "utf8"))).toMatchObject({ progress: { epoch: 2, step: 0 } });
      const numbers = readdirSync(out).find((name) => name.endsWith(".bin") && name.startsWith("checkpoint"))!;
      writeFileSync(join(out, numbers), "short");
      await expect(train([...wild, "--resume"])).rejects.toThrow(FormatError);
      await expect(train([...wild.slice(0, -1), join(place, "nothing"), "--resume"])).rejects.toThrow(/expected a checkpoint to go on from, got none/);
    } finally {
      for (const spy of [error, log, bar]) spy.mockRestore();
    }
  });

  it("reads settings strictly", () => {
    const file = join(place, "settings.json");
    const read = (text: string) => {
      writeFileSync(file, text);
      return () => readSettings("mlp", file);
    };
    expect(read('{"rate": 0.01, "losses": {"order": 2}}')()).toMatchObject({ kind: "mlp", rate: 0.01, losses: { order: 2 } });
    expect(read('{"ratee": 1}')).toThrow(/expected settings among .*rate.*, got "ratee"/);
    expect(read('{"rate": "fast"}')).toThrow(FormatError);
    expect(read('{"losses": {"magic": 1}}')).toThrow(/proxy-anchor/);
    expect(read('{"graph": "none"}')).toThrow(FormatError);
    expect(read('{"batch": 12.5}')).toThrow(/batch: expected a whole number, got 12\.5/);
    expect(read('{"plainShare": 2}')).toThrow(/plainShare: expected a share from 0 to 1, got 2/);
    expect(read("{")).toThrow(FormatError);
    expect(() => readSettings("mlp", join(place, "none.json"))).toThrow(MissingError);
  });
});

describe("labelNotes", () => {
  const imts = ["ASax-ord", "ASax-ord-hi-reg", "Cb-pizz-lv"].map((imt): Imt => ({ imt, instrument: "", family: "", pitch: "C4", dynamics: "mf", cluster: 1 }));
  const note = (instrument: string, technique: string, pitch: string, source = "a/b", durationSeconds = 3): RecordedNote => ({ path: "", source, instrument, technique, mute: "none", pitch, dynamics: "mf", phrase: false, durationSeconds, originalPath: "" });

  it("splits registers by pitch, takes any pitch else, and leaves short or other notes alone", () => {
    const notes = [note("saxophone", "ordinario", "C4"), note("saxophone", "ordinario", "A5"), note("double-bass", "pizzicato", "E1"), note("saxophone", "ordinario", "C4", "a/b", 0.2), note("whip", "struck-together", "")];
    expect([...labelNotes(imts, notes).techniques]).toEqual([0, 1, 2, -1, -1]);
    expect([...labelNotes(imts, ["", "high"].map((pitch) => note("saxophone", "ordinario", pitch))).techniques], "an unknown pitch is no high one").toEqual([0, 0]);
  });

  it("lets figures rest on counterparts alone, not on what stands farther off", () => {
    const labels = labelNotes(["Vc-ord", "Vc-nonvib"].map((imt): Imt => ({ imt, instrument: "", family: "", pitch: "C4", dynamics: "mf", cluster: 1 })), [note("cello", "ordinario", "C4"), note("cello", "molto-vibrato", "C4"), note("double-bass", "nonvibrato", "C2")]);
    expect([...labels.techniques]).toEqual([0, 0, 1]);
    expect([...labels.counterparts]).toEqual([0, -1, -1]);
  });

  it("knows which sources recorded one body", () => {
    const { bodies } = labelNotes(imts, [note("double-bass", "pizzicato", "", "sfz/dsmolken.double-bass"), note("double-bass", "pizzicato", "", "sfz/karoryfer.meatbass"), note("double-bass", "pizzicato", "", "skratchdot/philharmonia-samples")]);
    expect(bodies[0]).toBe(bodies[1]);
    expect(bodies[2]).not.toBe(bodies[0]);
  });
});

describe("createProgressBar", () => {
  it("draws over its line on a terminal and writes whole lines elsewhere", () => {
    const written: string[] = [];
    const bar = createProgressBar({ isTTY: true, write: (text) => written.push(text) });
    bar.draw("epoch 1/2", 0.5, "loss 1.0");
    bar.line("done");
    expect(written[0]).toContain("epoch 1/2 [############------------] loss 1.0");
    expect(written[1]).toBe("\r\x1b[2Kdone\n");
    const plain: string[] = [];
    const quiet = createProgressBar({ write: (text) => plain.push(text) });
    quiet.draw("epoch", 0.5, "");
    quiet.line("done");
    expect(plain).toEqual(["done\n"]);
  });
});
