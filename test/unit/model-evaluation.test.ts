/** What evaluation says of a model: retrieval against a naive recomputation, agreement against the plain measures, tables that hold what was measured. */

import { beforeAll, describe, expect, it } from "vitest";
import { agreementFixture } from "./evaluation-fixture.ts";
import { listeningFigures, listeningTriplets, ratingFigures } from "../../src/cli/evaluation/agreement.ts";
import { meanOf, plainFigures, spreadOf } from "../../src/cli/evaluation/figures.ts";
import { SHORT_SECONDS, measureModel } from "../../src/cli/evaluation/measure.ts";
import { retrievalFigures } from "../../src/cli/evaluation/retrieval.ts";
import { leadTable, progressTable, seedTable } from "../../src/cli/evaluation/tables.ts";
import { useWasm } from "../../src/cli/tf-backend.ts";
import { labelledSounds, valuesAt, withStudies } from "../../src/cli/train/training-data.ts";
import { createMatrix, euclideanDistances, pairs, submatrix } from "../../src/core/evaluation/matrix.ts";
import { kendall, spearman } from "../../src/core/evaluation/rank-correlation.ts";
import { tripletAgreement } from "../../src/core/evaluation/triplet-agreement.ts";
import { createEmbedderFrom } from "../../src/model/load-embedder.ts";
import type { Embedder } from "../../src/model/embedder.ts";
import { randomModel } from "./model-fixture.ts";

const RESAMPLING = { replicates: 50, seed: 1 };
const data = agreementFixture();
const rows = data.readable;
const last = data.contexts.length - 1;
let model: Embedder;

beforeAll(async () => {
  await useWasm();
  const { manifest, tensors } = await randomModel({ kind: "mlp" });
  model = createEmbedderFrom(manifest, tensors);
});

/** P@k and NDCG@k of every query by sorting all candidates and walking down the list. */
async function naive(k: number, pruned: boolean, context: number, libraryContext: number): Promise<{ precision: number; ndcg: number; queries: number }> {
  const { techniques } = data.labels;
  const { size } = model.manifest.embedding;
  const asked = rows.filter((row) => techniques[row]! >= 0);
  const from = await model.embed(valuesAt(data, asked, context), asked.length, data.contexts[context]);
  const to = await model.embed(valuesAt(data, asked, libraryContext), asked.length, data.contexts[libraryContext]);
  const gainOf = (a: number, b: number) => (a === b ? 1 : data.judgements.similarity.values[a * data.judgements.similarity.size + b]!);
  let [precision, gain, precisions, gains] = [0, 0, 0, 0];
  for (const [q, query] of asked.entries()) {
    const own = techniques[query]!;
    const list = asked
      .map((row, at) => ({ technique: techniques[row]!, row, distance: Math.hypot(...Array.from({ length: size }, (_, i) => from[q * size + i]! - to[at * size + i]!)) }))
      .filter(({ row, technique }) => row !== query && !(pruned && technique === own))
      .sort((a, b) => a.distance - b.distance);
    const isRight = (technique: number) => data.judgements.imts[technique]!.cluster === data.judgements.imts[own]!.cluster;
    const all = list.filter(({ technique }) => isRight(technique)).length;
    if (all > 0) {
      precision += list.slice(0, k).filter(({ technique }) => isRight(technique)).length / Math.min(k, all);
      precisions++;
    }
    const score = (sorted: typeof list) => sorted.slice(0, k).reduce((sum, { technique }, rank) => sum + gainOf(own, technique) / Math.log2(rank + 2), 0);
    const best = score([...list].sort((a, b) => gainOf(own, b.technique) - gainOf(own, a.technique)));
    if (best > 0) {
      gain += score(list) / best;
      gains++;
    }
  }
  return { precision: precision / precisions, ndcg: gain / gains, queries: precisions };
}

describe("retrieval", () => {
  it.each([1, 5, 10, 20])("P@%i and NDCG are those of a sorted list, plain and pruned", async (k) => {
    const figures = await retrievalFigures(model, data, rows, rows, RESAMPLING);
    for (const [suffix, pruned] of [["", false], ["/pruned", true]] as const) {
      const expected = await naive(k, pruned, last, last);
      expect(figures.get(`precision@${k}${suffix}`)!.value).toBeCloseTo(expected.precision, 10);
      expect(figures.get(`ndcg@${k}${suffix}`)!.value).toBeCloseTo(expected.ndcg, 10);
      expect(figures.get(`precision@${k}${suffix}`)!.units).toBe(expected.queries);
    }
  });

  it("asks at one context in a library of another", async () => {
    const figures = await retrievalFigures(model, data, rows, rows, { ...RESAMPLING, context: 0, libraryContext: last }, [5]);
    expect(figures.get("precision@5")!.value).toBeCloseTo((await naive(5, false, 0, last)).precision, 10);
  });

  it("leaves out a query whose cluster has no other technique among the candidates, and divides by what could be right", async () => {
    // techniques 0 and 1 are one cluster; technique 2 has one of its own: pruned, its queries say nothing
    const alone = rows.filter((row) => data.labels.techniques[row] === 2);
    const figures = await retrievalFigures(model, data, alone, rows, RESAMPLING);
    expect(figures.get("precision@5/pruned")!.units).toBe(0);
    expect(figures.get("precision@5/pruned")!.value).toBeNaN();
    expect(figures.get("precision@5")!.units).toBe(alone.length);
    // two candidates of the cluster and no others but them: both are found, whatever the model, and 2 of min(5, 2) is 1
    const first = rows.filter((row) => data.labels.techniques[row] === 0);
    const few = rows.filter((row) => data.labels.techniques[row] === 1).slice(0, 2);
    expect((await retrievalFigures(model, data, first, few, RESAMPLING)).get("precision@5/pruned")!.value).toBe(1);
  });

  it("gives the same interval for the same seed, around the value", async () => {
    const [one, other] = [await retrievalFigures(model, data, rows, rows, RESAMPLING), await retrievalFigures(model, data, rows, rows, RESAMPLING)];
    expect(plainFigures(one)).toEqual(plainFigures(other));
    const { value, low, high } = plainFigures(one)["precision@5"]!;
    expect(low!).toBeLessThan(value!);
    expect(high!).toBeGreaterThan(value!);
  });
});

describe("agreement", () => {
  it("with one note a technique is that of the plain measures", async () => {
    const single = [0, 1, 2, 3, 4].map((technique) => rows.find((row) => data.labels.techniques[row] === technique)!);
    const figures = await listeningFigures(model, data, single, RESAMPLING);
    const { size } = model.manifest.embedding;
    const distances = euclideanDistances(await model.embed(valuesAt(data, single, last), single.length), single.length, size);
    const judged = submatrix(data.judgements.similarity, [0, 1, 2, 3, 4]);
    for (const [at, value] of judged.values.entries()) judged.values[at] = 1 - value;
    expect(figures.get("triplets")!.value).toBeCloseTo(tripletAgreement(distances, judged, 0.1), 10);
    expect(figures.get("spearman")!.value).toBeCloseTo(spearman(pairs(distances), pairs(judged)), 10);
    expect(figures.get("kendall")!.value).toBeCloseTo(kendall(pairs(distances), pairs(judged)), 10);
    expect(figures.get("triplets")!.units).toBe(5);
  });

  it("of sounds heard briefly among sounds heard in full takes each anchor's own row", async () => {
    const single = [0, 1, 2, 3, 4].map((technique) => rows.find((row) => data.labels.techniques[row] === technique)!);
    const figure = await listeningTriplets(model, data, single, RESAMPLING, { context: 0, libraryContext: last });
    const { size } = model.manifest.embedding;
    const [short, full] = [await model.embed(valuesAt(data, single, 0), 5, data.contexts[0]), await model.embed(valuesAt(data, single, last), 5)];
    const table = createMatrix(5);
    for (let a = 0; a < 5; a++) for (let b = 0; b < 5; b++) table.values[a * 5 + b] = Math.hypot(...Array.from({ length: size }, (_, i) => short[a * size + i]! - full[b * size + i]!));
    const judged = submatrix(data.judgements.similarity, [0, 1, 2, 3, 4]);
    expect(figure!.value).toBeCloseTo(tripletAgreement(table, { size: 5, values: judged.values.map((value) => 1 - value) }, 0.1), 10);
  });

  it("needs three techniques", async () => {
    expect((await listeningFigures(model, data, rows.filter((row) => data.labels.techniques[row]! < 2), RESAMPLING)).size).toBe(0);
  });

  it("of rating studies is told each and in the mean", async () => {
    const figures = await ratingFigures(model, data.studies, data.contexts, RESAMPLING);
    const each = data.studies.map(({ name }) => figures.get(`ratings/${name}`)!.value);
    expect(each.length).toBe(2);
    expect(figures.get("ratings")!.value).toBeCloseTo((each[0]! + each[1]!) / 2, 12);
    expect((await ratingFigures(model, [], data.contexts, RESAMPLING)).size).toBe(0);
  });
});

describe("what is held out", () => {
  it("cannot reach a model: only the rows that are handed over do", () => {
    const held = new Set(rows.filter((row) => row % 4 === 0));
    const rest = rows.filter((row) => !held.has(row));
    const width = data.values.length / data.notes.length;
    const spoilt = { ...data, values: data.values.map((value, at) => (held.has(Math.floor(at / width)) ? Number.NaN : value)), variants: [data.values.map((value, at) => (held.has(Math.floor(at / width)) ? Number.NaN : 2 * value))] };
    expect(labelledSounds({ ...spoilt, variants: [] }, rest)).toEqual(labelledSounds({ ...data, variants: [] }, rest));
    expect(labelledSounds(spoilt, rest).values.flatMap((values) => [...values]).every(Number.isFinite)).toBe(true);
    expect(withStudies(labelledSounds(data, rest), [data.studies[1]!], data.contexts).rows).toBe(rest.length + data.studies[1]!.count);
  });
});

describe("reports", () => {
  it("take every figure and lay it out", async () => {
    const measure = () => measureModel(model, data, { queries: rows, library: rows, studies: data.studies, contexts: [SHORT_SECONDS, 1.5], resampling: RESAMPLING });
    const figures = await measure();
    expect(figures.get("precision@5/1500ms")!.value).toBe(figures.get("precision@5")!.value);
    expect(figures.get("precision@5/100ms/share")!.value).toBeCloseTo(figures.get("precision@5/100ms")!.value / figures.get("precision@5")!.value, 12);
    const seeds = [1, 2].map((seed) => ({ seed, figures }));
    const own = { model: "own", figures: meanOf([figures, figures]), seeds };
    expect(own.figures.get("triplets")!.value).toBeCloseTo(figures.get("triplets")!.value, 12);
    expect(progressTable(own, [SHORT_SECONDS, 1.5]).filter((line) => /^\| (100|1500) ms \|/.test(line)).length).toBe(2);
    expect(seedTable(own).at(-2)).toMatch(/^\| mean ± deviation \(range\) \| \d\.\d{3} ± 0\.000/);
    expect(leadTable([own, { ...own, model: "rival" }], "own")[2]).toMatch(/^\| rival \| 0\.000 \(0\.000 to 0\.000\), ahead in 0 of 2 \|/);
  });

  it("tell the spread of a sample", () => {
    expect(spreadOf([1, 2, 3, Number.NaN])).toEqual({ mean: 2, deviation: 1, least: 1, most: 3 });
  });
});
