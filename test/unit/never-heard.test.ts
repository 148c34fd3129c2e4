/** What a training holds out it never hears: spoilt, it leaves the fitted tensors the same to the bit; what is learned from does not. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { train } from "../../src/cli/train.ts";
import { trainKfold } from "../../src/cli/train-kfold.ts";
import { loadData } from "../../src/cli/train/training-command.ts";
import type { TrainingData } from "../../src/cli/train/training-data.ts";
import { fitModel } from "../../src/model/fit-model.ts";
import type { Weights } from "../../src/model/weights.ts";
import { agreementFixture } from "./evaluation-fixture.ts";
import { FEATURE_SIZE, apart } from "./model-fixture.ts";

// the commands run as they are, on data that the test hands them; what they fit is looked at
vi.mock("../../src/cli/train/training-command.ts", { spy: true });
vi.mock("../../src/model/fit-model.ts", { spy: true });

const place = mkdtempSync(join(tmpdir(), "simile-never-heard-"));
const config = join(place, "small.json");
beforeAll(() => writeFileSync(config, JSON.stringify({ anchors: 6, neighbours: 2, width: 16, coordinates: 8, plain: 4, learned: 6, steps: 6, batch: 12, epochs: 1, losses: { graded: 1, ratings: 1 } })));
afterEach(() => vi.clearAllMocks());
afterAll(() => rmSync(place, { recursive: true, force: true }));

const SOURCES = ["lab/0", "lab/1", "lab/2"];
const STUDIES = ["first", "second"];

/** The fixture with what is spoilt of one source's notes, or of one rating study. */
const SPOILT = {
  features: (source: string): TrainingData => {
    const data = agreementFixture();
    const width = data.contexts.length * FEATURE_SIZE;
    return { ...data, values: data.values.map((value, at) => (data.notes[Math.floor(at / width)]!.source === source ? 3 * value + (at % 7) : value)) };
  },
  labels: (source: string): TrainingData => {
    const data = agreementFixture();
    const techniques = data.labels.techniques.map((technique, row) => (technique >= 0 && data.notes[row]!.source === source ? (technique + 1) % data.judgements.imts.length : technique));
    return { ...data, labels: { ...data.labels, techniques, counterparts: techniques } };
  },
  "rated sounds": (name: string): TrainingData => {
    const data = agreementFixture();
    return { ...data, studies: data.studies.map((study) => (study.name === name ? { ...study, values: study.values.map((value, at) => 3 * value + (at % 7)) } : study)) };
  },
  ratings: (name: string): TrainingData => {
    const data = agreementFixture();
    return { ...data, studies: data.studies.map((study) => (study.name === name ? { ...study, similarity: study.similarity.map((value) => (value === 1 ? 1 : 1 - value)) } : study)) };
  },
} as const;
type Spoilt = keyof typeof SPOILT;

/** The tensors of every model that a command fits to this data. */
async function fits(data: TrainingData, command: () => Promise<number>): Promise<ReadonlyMap<string, Weights>[]> {
  vi.mocked(loadData).mockResolvedValueOnce(data);
  vi.mocked(fitModel).mockClear();
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const bar = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  try {
    expect(await command()).toBe(0);
  } finally {
    log.mockRestore();
    bar.mockRestore();
  }
  return Promise.all(vi.mocked(fitModel).mock.results.map(async ({ value }) => (await (value as ReturnType<typeof fitModel>)).tensors));
}

const same = (a: ReadonlyMap<string, Weights>, b: ReadonlyMap<string, Weights>) => [...a].every(([name, { values }]) => apart(values, b.get(name)!.values) === 0);

describe("simile train-kfold", () => {
  it.each<readonly [Spoilt, string, readonly string[]]>([
    ["features", "source", SOURCES],
    ["labels", "source", SOURCES],
    ["rated sounds", "study", STUDIES],
    ["ratings", "study", STUDIES],
  ])("fits to all %s but those of the fold by %s", async (what, split, groups) => {
    const run = (data: TrainingData) => fits(data, () => trainKfold(["--config", config, "--split", split, "--folds", String(groups.length), "--replicates", "0"]));
    const whole = await run(agreementFixture());
    expect(whole.length).toBe(groups.length);
    const unmoved: number[] = [];
    for (const group of groups) {
      const spoilt = await run(SPOILT[what](group));
      unmoved.push(...[...whole.keys()].filter((fold) => same(whole[fold]!, spoilt[fold]!)));
    }
    expect(unmoved.sort(), "each group is one fold's own, and every other fold hears it").toEqual([...groups.keys()]);
  });
});

describe("simile train", () => {
  it.each<readonly [Spoilt, string, readonly string[]]>([
    ["features", "lab/2", ["lab/0", "lab/1"]],
    ["labels", "lab/2", ["lab/0", "lab/1"]],
    ["rated sounds", "first", ["second"]],
    ["ratings", "first", ["second"]],
  ])("fits to all %s but those of %s, which it holds out", async (what, held, others) => {
    const run = async (data: TrainingData) => {
      const tensors = await fits(data, () => train(["--config", config, "--hold-out", "lab/2", "--no-refit", "--out", join(place, "model")]));
      expect(tensors.length).toBe(1);
      return tensors[0]!;
    };
    const whole = await run(agreementFixture());
    expect(same(whole, await run(SPOILT[what](held)))).toBe(true);
    for (const other of others) expect(same(whole, await run(SPOILT[what](other))), other).toBe(false);
  });
});
