/** A model is asked with what it was trained to hear: a whole sound for its longest context, in the command line and in the page's import. */

import { link, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { evaluate } from "../../src/cli/evaluate.ts";
import { embedFiles } from "../../src/cli/file-embeddings.ts";
import { loadModel } from "../../src/cli/model-files.ts";
import { analyse } from "../../src/core/analysis.ts";
import { simile } from "../../src/core/features/simile.ts";
import { sameVectors } from "../../src/core/library/same-vectors.ts";
import { DEFAULT_CUT } from "../../src/core/onset/segment-cutter.ts";
import { parseWav } from "../../src/core/signal/wav.ts";
import { analyseFile } from "../../src/worker/library/analyse-file.ts";
import { openAudio } from "../../src/worker/library/audio-reader.ts";
import { wav } from "./audio-encoders.ts";
import { EUCLID_SCALE, EUCLID_SIZE, saveEuclidModel } from "./euclid-model.ts";

const RATE = 16_000;
const CONTEXT = 0.1;
const NOTES = [
  ["lab/one", "flute", "ordinario"],
  ["lab/one", "cello", "pizzicato"],
  ["lab/one", "guitar", "ordinario"],
  ["lab/two", "flute", "ordinario"],
  ["lab/two", "cello", "pizzicato"],
  ["lab/two", "guitar", "ordinario"],
] as const;
const IMTS = ["Fl-ord", "Vc-pizz-lv", "Gtr-ord"];

let folder: string;
const at = (...path: string[]) => join(folder, ...path);

/** A tone that gains a partial after 0.2 s, so that what is heard later tells. */
function tone(hertz: number): Uint8Array {
  return wav({ sampleRate: RATE, channels: 1, frames: RATE, numbers: "int16" }, (_, i) => 0.3 * Math.sin((2 * Math.PI * hertz * i) / RATE) + (i > RATE / 5 ? 0.4 * Math.sin((2 * Math.PI * 4.1 * hertz * i) / RATE) : 0));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "simile-contexts-"));
  await saveEuclidModel(at("short"), [CONTEXT / 2, CONTEXT]);
  const rows = ["path,source_repo,licence,instrument,technique,mute,pitch,dynamics,phrase,duration_s,original_path"];
  for (const [index, [source, instrument, technique]] of NOTES.entries()) {
    const path = `${source.replace("/", "__")}/${instrument}.wav`;
    await mkdir(dirname(at("data", path)), { recursive: true });
    await writeFile(at("data", path), tone(150 + 40 * index));
    rows.push(`${path},${source},CC0,${instrument},${technique},none,C4,mf,0,1.000,x.wav`);
  }
  await writeFile(at("data/samples.csv"), `${rows.join("\n")}\n`);
  await mkdir(at("data/ratings"));
  await mkdir(at("judgements"));
  await writeFile(at("judgements/techniques.csv"), ["index,imt,instrument,family,pitch,dynamics,cluster", ...IMTS.map((imt, i) => `${i},${imt},x,y,C4,mf,${i + 1}`)].join("\n"));
  await writeFile(at("judgements/partitions.csv"), ["imt,p1,p2", ...IMTS.map((imt, i) => `${imt},${i},${i >> 1}`)].join("\n"));
  await writeFile(at("judgements/similarity.csv"), [IMTS.join(","), ...IMTS.map((_, a) => IMTS.map((__, b) => (a === b ? 1 : a >> 1 === b >> 1 ? 0.5 : 0)).join(","))].join("\n"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs `simile evaluate` on the folder of notes with the model of short contexts; gives what it prints on stdout. */
async function evaluated(...args: string[]): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  const bar = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  try {
    expect(await evaluate(["--model", at("short"), "--data", at("data"), "--cache", at("cache"), "--replicates", "0", ...args])).toBe(0);
  } finally {
    log.mockRestore();
    bar.mockRestore();
  }
  return lines.join("\n");
}

describe("a model that was trained at short contexts alone", () => {
  test("embeds files by what they hold until then", async () => {
    const path = at("data/lab__one/flute.wav");
    const embedder = await loadModel(at("short"));
    const [outcome] = await embedFiles([path], embedder);
    embedder.dispose();
    const { values } = analyse(parseWav(tone(150), path), simile, CONTEXT);
    if (!outcome || outcome instanceof Error) throw outcome;
    for (let i = 0; i < EUCLID_SIZE; i++) expect(outcome.embedding[i], `e${i}`).toBeCloseTo(EUCLID_SCALE * values[i]!, 5);
  });

  test("is measured at its own contexts alone", async () => {
    await writeFile(at("report.json"), "before");
    await link(at("report.json"), at("report before.json"));
    const table = await evaluated("--json", at("report.json"));
    expect(await readFile(at("report before.json"), "utf8"), "replaced, not written over").toBe("before");
    expect(Object.keys(JSON.parse(await readFile(at("report.json"), "utf8")).models[0].figures)).toContain("precision@5/50ms");
    expect(table.match(/^\| \d+ ms \|/gm)).toEqual(["| 50 ms |", "| 100 ms |"]);
  });

  test("is asked under disturbances by the sounds of --source alone, among all", async () => {
    await evaluated("--robust", "--source", "lab/two", "--json", at("robust.json"));
    const { robustness } = JSON.parse(await readFile(at("robust.json"), "utf8")) as { robustness: Record<string, { name: string; same?: { units: number } }[]> };
    const [gain] = robustness["euclid-test"]!.filter(({ name }) => name.startsWith("gain"));
    expect(gain!.same!.units).toBe(NOTES.filter(([source]) => source === "lab/two").length);
  });

  test("has the page's import hear the same", async () => {
    const bytes = tone(150);
    const reader = await openAudio(new Blob([new Uint8Array(bytes)]), "a.wav", async () => null);
    const heard = async (seconds?: number) => (await analyseFile(reader, "a.wav", simile, DEFAULT_CUT, seconds)).features;
    const audio = parseWav(bytes, "a.wav");
    expect(await heard(CONTEXT)).toEqual(analyse(audio, simile, CONTEXT).values);
    expect(await heard()).toEqual(analyse(audio, simile).values);
  });

  test("takes no rows over that another context gave", () => {
    const before = { feature: "simile", featureVersion: 1 };
    expect(sameVectors(before, { ...before, contextSeconds: 1.5 })).toBe(true);
    expect(sameVectors(before, { ...before, contextSeconds: CONTEXT })).toBe(false);
    expect(sameVectors(before, { ...before, featureVersion: 2 })).toBe(false);
  });
});
