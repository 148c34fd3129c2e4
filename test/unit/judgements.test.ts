/** The readers of judgements, ratings and notes, and the report over them, on a folder that the test makes. */

import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { WEIGHTS, model } from "./graph-model-fixture.ts";
import { evaluateFeatures, type FeatureScores } from "../../src/cli/evaluate-features.ts";
import { featuresOf } from "../../src/cli/feature-cache.ts";
import { pitchNote } from "../../src/core/metadata/pitch-note.ts";
import { COUNTERPARTS, counterpartNotes, loadJudgements, loadRatings, loadRecordedNotes, withoutCounterpart } from "../../src/cli/judgements.ts";
import { FormatError, MissingError } from "../../src/core/errors.ts";
import { simile } from "../../src/core/features/simile.ts";
import { analyse } from "../../src/core/analysis.ts";
import { writeWav } from "../../src/core/kits/wav.ts";
import { parseWav } from "../../src/core/signal/wav.ts";
import { held, pluck } from "../signals.ts";

const RATE = 44_100;
const folder = mkdtempSync(join(tmpdir(), "simile-judgements-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), content);
}

const sound = (samples: Float32Array) => writeWav({ sampleRate: RATE, channels: [samples] }, 16);

// Two plucked and two held techniques, each of two notes: listeners keep plucked and held apart.
const CELLS = [
  ["Gtr-ord", "guitar", (f: number) => pluck(f, 1.2, RATE)],
  ["Hp-ord", "harp", (f: number) => pluck(f, 1.1, RATE, 0.2)],
  ["Fl-ord", "flute", (f: number) => held(f, 1.4, RATE)],
  ["Hn-ord", "horn", (f: number) => held(f, 1.3, RATE, 0.3, 0.12)],
] as const;
write("judgements/techniques.csv", ["index,imt,instrument,family,pitch,dynamics,cluster", ...CELLS.map(([imt], i) => `${i},${imt},${imt.split("-")[0]},x,C4,mf,${i < 2 ? 1 : 2}`), "4,Xx-none,Xx,x,C4,mf,3"].join("\n"));
write("judgements/similarity.csv", ["Gtr-ord,Hp-ord,Fl-ord,Hn-ord,Xx-none", "1,0.9,0.1,0.0,0", "0.9,1,0.2,0.1,0", "0.1,0.2,1,0.8,0", "0.0,0.1,0.8,1,0", "0,0,0,0,1"].join("\n"));
write("judgements/partitions.csv", ["imt,p1,p2", "Gtr-ord,1,1", "Hp-ord,1,1", "Fl-ord,2,2", "Hn-ord,2,3", "Xx-none,3,4"].join("\n"));
const notes: string[] = [];
for (const [, instrument, make] of CELLS) {
  for (const [pitch, hertz] of [["C4", 261.6], ["D4", 293.7], ["C6", 1046.5]] as const) {
    const path = `${instrument}/ordinario/${pitch}.wav`;
    write(`data/${path}`, sound(make(hertz)));
    notes.push(`${path},test/source,"one, of ours",${instrument},ordinario,none,${pitch},mf,0,1.200,made`);
  }
}
write("data/samples.csv", ["path,source_repo,licence,instrument,technique,mute,pitch,dynamics,phrase,duration_s,original_path", ...notes].join("\n"));
// Sounds are told by their bytes: a WAV under any name.
["a", "b", "c"].forEach((name, i) => write(`data/ratings/study/${name}.flac`, sound(i < 2 ? pluck(220 * (1 + 0.05 * i), 1, RATE) : held(220, 1, RATE))));
write("data/ratings/study/dissimilarity.csv", "a.flac,b.flac,c.flac\n0,2,9\n2,0,10\n9,10,0\n");

describe("readers", () => {
  test("pitches are counted from C-1", () => {
    expect(["C-1", "C4", "A4", "C#4", "Bb3", "", "H2"].map(pitchNote)).toEqual([0, 60, 69, 61, 58, null, null]);
  });

  test("judgements come as techniques, similarity and groups by listener", () => {
    const { imts, similarity, partitions } = loadJudgements(folder);
    expect(imts.map(({ imt, cluster }) => [imt, cluster])).toEqual([["Gtr-ord", 1], ["Hp-ord", 1], ["Fl-ord", 2], ["Hn-ord", 2], ["Xx-none", 3]]);
    expect(similarity.values[1]).toBe(0.9);
    expect(partitions).toEqual([[1, 1, 2, 2, 3], [1, 1, 2, 3, 4]]);
  });

  test("ratings are scaled to 0 to 1 within the study", () => {
    const [study] = loadRatings(folder);
    expect(study!.name).toBe("study");
    expect([...study!.dissimilarity.values]).toEqual([0, 0, 7 / 8, 0, 0, 1, 7 / 8, 1, 0]);
  });

  test("counterparts are notes of the cell near the pitch that was heard", () => {
    const { imts } = loadJudgements(folder);
    const found = counterpartNotes(imts, loadRecordedNotes(folder));
    expect([...found].map(([imt, list]) => [imts[imt]!.imt, list.map(({ pitch }) => pitch)])).toEqual(CELLS.map(([imt]) => [imt, ["C4", "D4"]]));
    expect(withoutCounterpart(imts)).toEqual(["Xx-none"]);
  });

  test("what is missing or broken is named", () => {
    expect(() => loadJudgements("/nowhere")).toThrow(MissingError);
    expect(() => loadRatings("/nowhere")).toThrow(MissingError);
    write("broken/judgements/techniques.csv", "index,imt,instrument,family,pitch,dynamics,cluster\n0,A,A,x,C4,mf,1\n");
    write("broken/judgements/similarity.csv", "A\nlots\n");
    write("broken/judgements/partitions.csv", "imt,p1\nA,1\n");
    expect(() => loadJudgements(join(folder, "broken"))).toThrow(FormatError);
    expect(() => loadJudgements(join(folder, "broken"))).toThrow(/similarity\.csv: expected a number in row 2, column 1, got "lots"; /);
    write("broken/judgements/similarity.csv", "A\n1\n");
    write("broken/judgements/partitions.csv", "imt,p1\nB,1\n");
    expect(() => loadJudgements(join(folder, "broken"))).toThrow(/partitions\.csv: expected technique A in place 1, as in techniques\.csv, got "B"; /);
    const table = ["path,source_repo,licence,instrument,technique,mute,pitch,dynamics,phrase,duration_s,original_path", ...[1, 2].map(() => "harp/C4.wav,a/b,CC0,harp,ordinario,none,C4,mf,0,1,made")];
    write("broken/data/samples.csv", table.join("\n"));
    expect(() => loadRecordedNotes(join(folder, "broken"))).toThrow(/samples\.csv: expected every file once, got harp\/C4\.wav again; /);
    write("broken/data/samples.csv", table.slice(0, 2).join("\n").replace("technique", "playing"));
    expect(() => loadRecordedNotes(join(folder, "broken"))).toThrow(/samples\.csv: expected a column "technique"/);
    write("broken/data/samples.csv", [table[0], "harp/C4.wav,a/b"].join("\n"));
    expect(() => loadRecordedNotes(join(folder, "broken"))).toThrow(/samples\.csv: expected 11 fields in row 2, got 2; write the row again/);
    // as spreadsheets write it
    write("broken/data/samples.csv", `\ufeff${table.slice(0, 2).join("\r\n")}`);
    expect(loadRecordedNotes(join(folder, "broken")).map(({ instrument, originalPath }) => [instrument, originalPath])).toEqual([["harp", "made"]]);
  });
});

describe("featuresOf", () => {
  const file = join(folder, "data/guitar/ordinario/C4.wav");
  const cache = join(folder, "cache");

  test("gives what analyse gives at each context, and again from the cache", async () => {
    const rows = await featuresOf([file], simile, [0.05, 1.5], { cache, threads: 1 });
    const audio = parseWav(sound(pluck(261.6, 1.2, RATE)), "test");
    expect(rows).toEqual(Float32Array.from([0.05, 1.5].flatMap((context) => [...analyse(audio, simile, context).values])));
    const progress = vi.fn();
    expect(await featuresOf([file], simile, [0.05, 1.5], { cache, progress })).toEqual(rows);
    expect(progress).not.toHaveBeenCalled();
  });

  test("knows a file by what it holds, wherever it lies and whenever it was written", async () => {
    const rows = await featuresOf([file], simile, [0.05, 1.5], { cache, threads: 1 });
    const copy = join(folder, "data/copy.wav");
    copyFileSync(file, copy);
    const progress = vi.fn();
    expect(await featuresOf([copy], simile, [0.05, 1.5], { cache, progress })).toEqual(rows);
    expect(progress).not.toHaveBeenCalled();
    writeFileSync(copy, sound(pluck(440, 1.2, RATE)));
    expect(await featuresOf([copy], simile, [0.05, 1.5], { cache, threads: 1, progress })).not.toEqual(rows);
    expect(progress).toHaveBeenCalledOnce();
  });

  test("a bad file throws, or is told and leaves a row of NaN", async () => {
    write("data/bad.wav", "no sound at all");
    const bad = join(folder, "data/bad.wav");
    await expect(featuresOf([bad], simile, [0.05], { cache, threads: 1 })).rejects.toThrow(/bad\.wav/);
    const told = vi.fn();
    const rows = await featuresOf([bad, file], simile, [0.05], { cache, threads: 1, bad: told });
    expect(told).toHaveBeenCalledOnce();
    expect(rows.subarray(0, simile.size).every(Number.isNaN)).toBe(true);
    expect(rows.subarray(simile.size).every(Number.isFinite)).toBe(true);
    // there, but not to be read
    mkdirSync(join(folder, "data/folder.wav"));
    told.mockClear();
    const left = await featuresOf([join(folder, "data/folder.wav"), file], simile, [0.05], { cache, threads: 1, bad: told });
    expect(told).toHaveBeenCalledExactlyOnceWith(join(folder, "data/folder.wav"), expect.stringMatching(/folder\.wav|EISDIR/));
    expect(left.subarray(0, simile.size).every(Number.isNaN)).toBe(true);
    await expect(featuresOf([join(folder, "none.wav")], simile, [0.05], { cache })).rejects.toThrow(MissingError);
  });
});

/** What `simile evaluate-features … --json` prints of the folder. */
async function evaluated(...args: string[]): Promise<{ scores: FeatureScores[]; withoutCounterpart: string[] }> {
  const written: string[] = [];
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  try {
    expect(await evaluateFeatures(["--data", folder, "--json", "--cache", join(folder, "cache"), ...args])).toBe(0);
  } finally {
    stdout.mockRestore();
  }
  return JSON.parse(written.join("")) as { scores: FeatureScores[]; withoutCounterpart: string[] };
}

describe("evaluate-features", () => {
  test("plucked and held sounds are told apart as listeners do", async () => {
    const { scores, withoutCounterpart: missing } = await evaluated("--feature", "simile");
    const [score] = scores;
    expect(score!.judgements).toMatchObject({ techniques: 4, notes: 8, triplet: 1 });
    expect(score!.judgements.spearman).toBeGreaterThan(0.8);
    expect(score!.ratings.triplet).toBe(1);
    expect(missing).toEqual(["Xx-none"]);
  });

  test("a network of the user's own is heard as a feature too", async () => {
    write("mel-mean/model.json", JSON.stringify(model(256, 199)));
    writeFileSync(join(folder, "mel-mean/group1-shard1of1.bin"), WEIGHTS);
    const { scores } = await evaluated("--network", join(folder, "mel-mean/model.json"));
    expect(scores).toHaveLength(1);
    expect(scores[0]).toMatchObject({ feature: "mel-mean", size: 256, judgements: { techniques: 4, notes: 8 } });
    expect(scores[0]!.judgements.triplet).toBeGreaterThan(0.5);
  });

  test.each([[["--feature", "nope"]], [["--network", "x", "--frontend", "nope"]], [["--network", "x", "--frontend", "constructor"]], [["--context", "-1"]], [["--what"]]])("%j is wrong usage", async (args) => {
    await expect(evaluateFeatures(["--data", folder, ...args])).rejects.toMatchObject({ name: "UsageError" });
  });
});

const shared = resolve(import.meta.dirname, "../../../shared");

describe.skipIf(!existsSync(shared))("the published tables (need ../shared)", () => {
  test("hold 78 techniques, 31 listeners, 13 studies, and every counterpart has notes of its own", () => {
    const { imts, partitions, similarity } = loadJudgements(shared);
    expect([imts.length, partitions.length, similarity.size, loadRatings(shared).length]).toEqual([78, 31, 78, 13]);
    const found = counterpartNotes(imts, loadRecordedNotes(shared));
    expect(found.size).toBe(Object.keys(COUNTERPARTS).length);
    const paths = [...found.values()].flat().map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(found.size + withoutCounterpart(imts).length).toBe(78);
  });

  test("similarity is the share of listeners who put two techniques in one group", () => {
    const { partitions, similarity } = loadJudgements(shared);
    for (const [i, j] of [[0, 1], [3, 70], [25, 29]] as const) expect(similarity.values[i * 78 + j]).toBeCloseTo(partitions.filter((groups) => groups[i] === groups[j]).length / 31, 4);
  });
});
