/** Training: it learns, it repeats itself to the bit, it hears only what it is given, it stops for a bad loss, and a signal saves what there is. */

import "../../src/cli/gradients.ts";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useWasm } from "../../src/cli/tf-backend.ts";
import { type Architecture, createNetwork, parseArchitecture } from "../../src/model/architecture.ts";
import type { Checkpoint } from "../../src/model/checkpoint.ts";
import { type FitOptions, type LabelledSounds, chooseAnchors, draftManifest, fitModel } from "../../src/model/fit-model.ts";
import { createEmbedderFrom } from "../../src/model/load-embedder.ts";
import { createRandom } from "../../src/model/random.ts";
import { ARCHITECTURE, FEATURE_SIZE, apart } from "./model-fixture.ts";

beforeAll(useWasm);

const CLASSES = 6;
const ROWS = 300;
const CONTEXTS = [0.1, 1.5];
const SIZE = FEATURE_SIZE;

const OPTIONS: FitOptions = {
  anchors: 24,
  seed: 1,
  epochs: 3,
  steps: 20,
  batch: 48,
  rate: 5e-3,
  rateEpochs: 1,
  rateFactor: 0.5,
  decay: 1e-3,
  noise: 0.1,
  shortShare: 0.3,
  plainShare: 0.2,
  losses: { graded: 1 },
  leastEpochs: 1,
  patience: 9,
};

const SHAPE: Architecture = { ...ARCHITECTURE, contexts: CONTEXTS };

/** Classes lie close in 3 columns and are drowned by loud columns that say nothing; classes 2 c and 2 c + 1 were judged half alike. The short context hears the same, noisier. */
function sounds(seed = 1): LabelledSounds {
  const random = createRandom(seed);
  const centres = Array.from({ length: CLASSES * 3 }, () => 2 * random.normal());
  const classes = Int32Array.from({ length: ROWS }, (_, row) => row % CLASSES);
  const full = new Float32Array(ROWS * SIZE);
  const short = new Float32Array(ROWS * SIZE);
  for (let row = 0; row < ROWS; row++) {
    for (let k = 0; k < SIZE; k++) {
      full[row * SIZE + k] = k < 3 ? centres[classes[row]! * 3 + k]! + 0.4 * random.normal() : 3 * random.normal();
      short[row * SIZE + k] = 0.7 * full[row * SIZE + k]! + 0.5 * random.normal() + 4;
    }
  }
  return {
    feature: { name: "test", version: 1, size: SIZE },
    rows: ROWS,
    values: [short, full],
    classes,
    classCount: CLASSES,
    similarity: Float32Array.from({ length: CLASSES ** 2 }, (_, at) => {
      const [a, b] = [Math.floor(at / CLASSES), at % CLASSES];
      return a === b ? 1 : a >> 1 === b >> 1 ? 0.5 : 0;
    }),
    labels: Int32Array.from({ length: CLASSES }, (_, c) => c),
    labelCount: CLASSES,
    clusters: Int32Array.from({ length: CLASSES }, (_, c) => c >> 1),
    weights: new Float32Array(CLASSES).fill(1),
  };
}

/** Share of test sounds whose nearest other one is of their class. */
async function hits(fitted: Awaited<ReturnType<typeof fitModel>>, test: LabelledSounds, context = 1): Promise<number> {
  const model = createEmbedderFrom(draftManifest("test", fitted.architecture, test.feature, fitted.anchors), fitted.tensors);
  const [embedded, queries] = [await model.embed(test.values[1]!, ROWS, 1.5), await model.embed(test.values[context]!, ROWS, CONTEXTS[context])];
  const width = model.manifest.embedding.size;
  model.dispose();
  let right = 0;
  for (let q = 0; q < ROWS; q++) {
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    for (let r = 0; r < ROWS; r++) {
      if (r === q) continue;
      let sum = 0;
      for (let k = 0; k < width; k++) sum += (queries[q * width + k]! - embedded[r * width + k]!) ** 2;
      if (sum < least) [best, least] = [r, sum];
    }
    if (test.classes[q] === test.classes[best]) right++;
  }
  return right / ROWS;
}

/** The same centres, other sounds: rows of a longer draw. */
const TRAIN = sounds(1);
const TEST = (() => {
  const other = sounds(1);
  const random = createRandom(99);
  const disturbed = other.values.map((values) => values.map((value, at) => (at % SIZE < 3 ? value + 0.2 * random.normal() : 3 * random.normal() + (values === other.values[0] ? 4 : 0))));
  return { ...other, values: disturbed };
})();

describe.each([
  ["an-gnn", { graded: 1 }],
  ["an-gnn", { graded: 1, order: 1, "proxy-anchor": 0.1 }],
  ["knn-gcn", { graded: 1 }],
  ["mlp", { graded: 1 }],
  ["linear", { graded: 1 }],
  ["lmnn", { lmnn: 1 }],
] as const)("%s with %o", (kind, losses) => {
  it("learns what the plain geometry does not show", async () => {
    const plain = await fitModel(TRAIN, { ...SHAPE, kind: "euclid", learned: 0, plain: 16 }, OPTIONS);
    const report: number[] = [];
    const fitted = await fitModel(TRAIN, { ...SHAPE, kind }, { ...OPTIONS, losses }, { onEpoch: ({ loss }) => void report.push(loss) });
    expect(fitted.training.end).toBe("done");
    expect(report.at(-1)!).toBeLessThan(report[0]!);
    expect(await hits(fitted, TEST)).toBeGreaterThan((await hits(plain, TEST)) + 0.05);
  });
});

describe("training", () => {
  it.each(["proxy-anchor", "triplet-margin", "graded", "order", "lmnn"])("brings the %s loss down", async (name) => {
    const report: number[] = [];
    await fitModel(TRAIN, { ...SHAPE, kind: "linear" }, { ...OPTIONS, losses: { [name]: 1 } }, { onEpoch: ({ loss }) => void report.push(loss) });
    expect(report.at(-1)!).toBeLessThan(0.97 * report[0]!);
  });

  it("learns from a rating study, whose numbers only rank", async () => {
    const study = { first: 0, count: 18, similarity: Float32Array.from({ length: 18 ** 2 }, (_, at) => TRAIN.similarity[(Math.floor(at / 18) % CLASSES) * CLASSES + (at % 18) % CLASSES]!) };
    const report: number[] = [];
    const fitted = await fitModel({ ...TRAIN, studies: [study] }, { ...SHAPE, kind: "linear" }, { ...OPTIONS, losses: { ratings: 1 } }, { onEpoch: ({ loss }) => void report.push(loss) });
    expect(fitted.training.end).toBe("done");
    expect(report.at(-1)!).toBeLessThan(0.9 * report[0]!);
  });

  it("changes the sigma network", async () => {
    const start = await fitModel(TRAIN, SHAPE, { ...OPTIONS, rate: 0, decay: 0, epochs: 1, steps: 1 });
    const fitted = await fitModel(TRAIN, SHAPE, OPTIONS);
    for (const layer of ["sigma-0", "sigma-1", "sigma-2"]) {
      const name = `graph/${layer}/weights`;
      expect(apart(start.tensors.get(name)!.values, fitted.tensors.get(name)!.values), name).toBeGreaterThan(1e-3);
    }
  });

  it("gives the same weights for the same seed, others for another", async () => {
    const short = { ...OPTIONS, epochs: 1, steps: 4 };
    const [first, again, other] = [await fitModel(TRAIN, SHAPE, short), await fitModel(TRAIN, SHAPE, short), await fitModel(TRAIN, SHAPE, { ...short, seed: 2 })];
    for (const [name, { values }] of first.tensors) expect(apart(values, again.tensors.get(name)!.values), name).toBe(0);
    expect(apart(first.tensors.get("head/weights")!.values, other.tensors.get("head/weights")!.values)).toBeGreaterThan(1e-3);
  });

  it("multiplies the rate by its factor every few epochs, in what it reports and in what it steps by", async () => {
    const options = { ...OPTIONS, epochs: 5, steps: 1, rateEpochs: 2, rateFactor: 0.1 };
    const rates: number[] = [];
    await fitModel(TRAIN, SHAPE, options, { onEpoch: ({ rate }) => void rates.push(rate) });
    for (const [at, factor] of [1, 1, 0.1, 0.1, 0.01].entries()) expect(rates[at]).toBeCloseTo(OPTIONS.rate * factor, 12);
    const [held, stilled] = [await fitModel(TRAIN, SHAPE, { ...options, epochs: 2 }), await fitModel(TRAIN, SHAPE, { ...options, rateFactor: 0 })];
    for (const { name } of createNetwork(SHAPE)!.parameters.filter(({ trainable }) => trainable)) expect(apart(held.tensors.get(name)!.values, stilled.tensors.get(name)!.values), name).toBe(0);
  });

  it("keeps nothing between two fits", async () => {
    const short = { ...OPTIONS, epochs: 1, steps: 4 };
    const alone = await fitModel(TRAIN, SHAPE, short);
    const elsewhere = sounds(7);
    await fitModel({ ...elsewhere, values: elsewhere.values.map((values) => values.map((value) => 100 * value)) }, SHAPE, short);
    const after = await fitModel(TRAIN, SHAPE, short);
    for (const [name, { values }] of alone.tensors) expect(apart(values, after.tensors.get(name)!.values), name).toBe(0);
  });

  it("takes statistics, axes and anchors from the rows it is given", async () => {
    const { tensors } = await fitModel(TRAIN, SHAPE, { ...OPTIONS, epochs: 1, steps: 1 });
    const [means, inverses, projections] = ["mean", "inverse-deviation", "projection"].map((name) => tensors.get(`front-end/${name}`)!.values) as [Float32Array, Float32Array, Float32Array];
    const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
    const product = (a: readonly number[], b: readonly number[]) => mean(a.map((value, at) => value * b[at]!));
    const { coordinates } = SHAPE;
    // columns of each context, standardised, and their coordinates
    const columns = TRAIN.values.map((values) =>
      Array.from({ length: SIZE }, (_, k) => {
        const column = [...values].filter((_value, at) => at % SIZE === k);
        const deviation = Math.sqrt(mean(column.map((value) => (value - mean(column)) ** 2)));
        return { mean: mean(column), deviation, standardised: column.map((value) => (value - mean(column)) / deviation) };
      }),
    );
    for (const [at, { mean: expected, deviation }] of columns.flat().entries()) {
      expect(means[at]).toBeCloseTo(expected, 4);
      expect(inverses[at]! * deviation).toBeCloseTo(1, 4);
    }
    const mapOf = (context: number, c: number) => Array.from({ length: SIZE }, (_, k) => projections[(context * SIZE + k) * coordinates + c]!);
    const mapped = columns.map((ofContext, context) => Array.from({ length: coordinates }, (_, c) => mapOf(context, c)).map((map) => Array.from({ length: ROWS }, (_, row) => map.reduce((sum, weight, k) => sum + weight * ofContext[k]!.standardised[row]!, 0))));
    const [brief, full] = mapped as [number[][], number[][]];

    // the principal axes: C p = variance p, by falling variance, nothing larger left out, coordinates of mean square 1
    const variances = full.map((coordinate, c) => product(coordinate, coordinate) / mapOf(1, c).reduce((sum, weight) => sum + weight ** 2, 0));
    for (const [c, coordinate] of full.entries()) for (const [k, weight] of mapOf(1, c).entries()) expect(product(columns[1]![k]!.standardised, coordinate)).toBeCloseTo(variances[c]! * weight, 4);
    expect(variances).toEqual([...variances].sort((a, b) => b - a));
    expect((SIZE - variances.reduce((a, b) => a + b, 0)) / (SIZE - coordinates)).toBeLessThan(variances.at(-1)!);
    expect(mean(full.map((coordinate) => product(coordinate, coordinate)))).toBeCloseTo(1, 4);
    // at the short context their ridge regression R: Xᵀ(T - X R) / rows = 0.05 R
    for (const [c, coordinate] of full.entries()) for (const [k, weight] of mapOf(0, c).entries()) expect(product(columns[0]![k]!.standardised, coordinate.map((value, row) => value - brief[c]![row]!))).toBeCloseTo(0.05 * weight, 4);

    // anchors: centres of these coordinates at full context
    const heard = Float32Array.from({ length: ROWS * coordinates }, (_, at) => full[at % coordinates]![Math.floor(at / coordinates)]!);
    expect(apart(tensors.get("anchors")!.values, chooseAnchors({ ...TRAIN, coordinates: [heard] }, SHAPE, OPTIONS.anchors, OPTIONS.seed))).toBeLessThan(1e-4);
  });

  it("brings a sound heard briefly near its own later self", async () => {
    const fitted = await fitModel(TRAIN, SHAPE, OPTIONS);
    const model = createEmbedderFrom(draftManifest("test", SHAPE, TRAIN.feature, fitted.anchors), fitted.tensors);
    const [short, full] = [await model.embed(TRAIN.values[0]!, ROWS, 0.1), await model.embed(TRAIN.values[1]!, ROWS, 1.5)];
    const width = model.manifest.embedding.size;
    model.dispose();
    const distance = (a: number, b: number) => Math.hypot(...Array.from({ length: width }, (_, k) => short[a * width + k]! - full[b * width + k]!));
    const own = Array.from({ length: ROWS }, (_, row) => distance(row, row)).reduce((a, b) => a + b, 0) / ROWS;
    const other = Array.from({ length: ROWS }, (_, row) => distance(row, (row + 7) % ROWS)).reduce((a, b) => a + b, 0) / ROWS;
    expect(own).toBeLessThan(0.6 * other);
    expect(await hits(fitted, TRAIN, 0)).toBeGreaterThan(2 / CLASSES);
  });

  it("keeps the best epoch by the validation figure and stops once it no longer grows", async () => {
    const figures = [0.5, 0.9, 0.7, 0.6, 0.5, 0.4];
    const kept: Float32Array[] = [];
    const fitted = await fitModel(TRAIN, SHAPE, { ...OPTIONS, epochs: 6, steps: 2, patience: 2 }, {
      validate: async (model) => {
        kept.push(await model.embed(TRAIN.values[1]!.subarray(0, SIZE), 1));
        return figures[kept.length - 1]!;
      },
    });
    expect(fitted.training).toMatchObject({ end: "patience", epoch: 2, figure: 0.9 });
    expect(kept.length).toBe(4);
    const model = createEmbedderFrom(draftManifest("test", SHAPE, TRAIN.feature, fitted.anchors), fitted.tensors);
    expect(apart(await model.embed(TRAIN.values[1]!.subarray(0, SIZE), 1), kept[1]!)).toBeLessThan(1e-6);
    model.dispose();
  });

  it("keeps no early epoch for its figure once the least epochs are done", async () => {
    const figures = [0.5, 0.9, 0.7, 0.6, 0.65, 0.4, 0.3, 0.2];
    let asked = 0;
    const fitted = await fitModel(TRAIN, SHAPE, { ...OPTIONS, epochs: 8, steps: 1, leastEpochs: 4, patience: 2 }, { validate: async () => figures[asked++]! });
    expect(fitted.training).toMatchObject({ end: "patience", epoch: 5, figure: 0.65 });
    expect(asked).toBe(7);
    asked = 0;
    const short = await fitModel(TRAIN, SHAPE, { ...OPTIONS, epochs: 3, steps: 1, leastEpochs: 4, patience: 1 }, { validate: async () => figures[asked++]! });
    expect(short.training).toMatchObject({ end: "done", epoch: 2, figure: 0.9 });
  });

  it("stops for a loss that is not finite, names the step and keeps the last good epoch", async () => {
    const fitted = await fitModel(TRAIN, SHAPE, { ...OPTIONS, rateFactor: 1e300, epochs: 3, steps: 3 });
    expect(fitted.training).toMatchObject({ end: "diverged", epoch: 1 });
    expect(fitted.training.fault).toMatch(/^training: expected a finite loss, got \S+ in epoch 2, step 2; lower the rate/);
    for (const [name, { values }] of fitted.tensors) expect(values.every(Number.isFinite), name).toBe(true);
  });

  it("takes parameters that a step leaves not finite for a divergence, at an epoch's end and at a signal", async () => {
    const validated: number[] = [];
    const checkpoints: Checkpoint[] = [];
    const wild = { ...OPTIONS, rateFactor: 1e300, epochs: 3, steps: 1 };
    const fitted = await fitModel(TRAIN, SHAPE, wild, { validate: async () => validated.push(0), onCheckpoint: (checkpoint) => void checkpoints.push(checkpoint) });
    expect(fitted.training).toMatchObject({ end: "diverged", epoch: 1 });
    expect(fitted.training.fault).toMatch(/^training: expected finite parameters, got \S+ in \S+ in epoch 2, step 1; lower the rate/);
    expect(validated.length, "the second epoch counts for nothing").toBe(1);
    expect(checkpoints.map(({ epoch, step }) => [epoch, step])).toEqual([[2, 0]]);
    const first = await fitModel(TRAIN, SHAPE, { ...wild, epochs: 1 });
    for (const [name, { values }] of first.tensors) expect(apart(values, fitted.tensors.get(name)!.values), name).toBe(0);

    const abort = new AbortController();
    const stopped = await fitModel(TRAIN, SHAPE, { ...wild, rate: 1e300, steps: 3 }, { signal: abort.signal, onStep: () => abort.abort(), onCheckpoint: () => expect.unreachable() });
    expect(stopped.training).toMatchObject({ end: "diverged", epoch: 0, fault: expect.stringMatching(/in epoch 1, step 1;/) });
    for (const [name, { values }] of stopped.tensors) expect(values.every(Number.isFinite), name).toBe(true);
  });

  it("ends at a signal with what it has", async () => {
    const abort = new AbortController();
    const fitted = await fitModel(TRAIN, SHAPE, { ...OPTIONS, epochs: 1000 }, { signal: abort.signal, onStep: (step, _, epoch) => (epoch === 2 && step === 3 ? abort.abort() : undefined) });
    expect(fitted.training.end).toBe("aborted");
    const start = await fitModel(TRAIN, SHAPE, { ...OPTIONS, rate: 0, decay: 0, epochs: 1, steps: 1 });
    expect(apart(start.tensors.get("head/weights")!.values, fitted.tensors.get("head/weights")!.values)).toBeGreaterThan(1e-3);
  });

  it("ends in the first epoch with what it has, though nothing has been measured yet", async () => {
    const abort = new AbortController();
    const fitted = await fitModel(TRAIN, SHAPE, OPTIONS, { signal: abort.signal, validate: async () => 1, onStep: (step) => (step === 3 ? abort.abort() : undefined) });
    expect(fitted.training).toMatchObject({ end: "aborted", epoch: 0 });
    const start = await fitModel(TRAIN, SHAPE, { ...OPTIONS, rate: 0, decay: 0, epochs: 1, steps: 1 });
    expect(apart(start.tensors.get("head/weights")!.values, fitted.tensors.get("head/weights")!.values)).toBeGreaterThan(1e-3);
  });

  it("keeps the last epoch where nothing can be measured", async () => {
    const fitted = await fitModel(TRAIN, SHAPE, { ...OPTIONS, epochs: 3, steps: 3 }, { validate: async () => Number.NaN });
    expect(fitted.training).toMatchObject({ end: "done", epoch: 3 });
    const unmeasured = await fitModel(TRAIN, SHAPE, { ...OPTIONS, epochs: 3, steps: 3 });
    for (const [name, { values }] of unmeasured.tensors) expect(apart(values, fitted.tensors.get(name)!.values), name).toBe(0);
  });

  it("keeps the best epoch where a later one cannot be measured", async () => {
    const figures = [0.5, Number.NaN, 0.4];
    const fitted = await fitModel(TRAIN, SHAPE, { ...OPTIONS, epochs: 3, steps: 1 }, { validate: async () => figures.shift()! });
    expect(fitted.training).toMatchObject({ end: "done", epoch: 1, figure: 0.5 });
  });

  it.each(["an-gnn", "mlp"] as const)("goes on from a checkpoint to the same bit: %s", async (kind) => {
    const options = { ...OPTIONS, steps: 4, losses: { graded: 1, "proxy-anchor": 0.1 } };
    const figures = [0.2, 0.6, 0.4];
    const hooks = () => ({ validate: ((epoch) => async () => figures[epoch++]!)(0) });
    const checkpoints: Checkpoint[] = [];
    const whole = await fitModel(TRAIN, { ...SHAPE, kind }, options, { ...hooks(), onCheckpoint: (checkpoint) => void checkpoints.push(checkpoint) });
    expect(checkpoints.map(({ epoch, step }) => [epoch, step])).toEqual([[2, 0], [3, 0]]);
    const rest = figures.slice(2);
    const resumed = await fitModel(TRAIN, { ...SHAPE, kind }, options, { validate: async () => rest.shift()!, resume: checkpoints[1]! });
    expect(resumed.training).toMatchObject({ end: "done", epoch: whole.training.epoch, figure: 0.6 });
    for (const [name, { values }] of whole.tensors) expect(apart(values, resumed.tensors.get(name)!.values), name).toBe(0);
  });

  it("goes on from the middle of an epoch where a signal ended it", async () => {
    const options = { ...OPTIONS, steps: 5, epochs: 2 };
    const whole = await fitModel(TRAIN, SHAPE, options);
    const abort = new AbortController();
    const checkpoints: Checkpoint[] = [];
    const cut = await fitModel(TRAIN, SHAPE, options, { signal: abort.signal, onStep: (step, _, epoch) => (epoch === 1 && step === 3 ? abort.abort() : undefined), onCheckpoint: (checkpoint) => void checkpoints.push(checkpoint) });
    expect(cut.training.end).toBe("aborted");
    expect(checkpoints.map(({ epoch, step }) => [epoch, step])).toEqual([[1, 3]]);
    const losses: number[] = [];
    const resumed = await fitModel(TRAIN, SHAPE, options, { resume: checkpoints[0]!, onEpoch: ({ loss }) => void losses.push(loss) });
    for (const [name, { values }] of whole.tensors) expect(apart(values, resumed.tensors.get(name)!.values), name).toBe(0);
    const report: number[] = [];
    await fitModel(TRAIN, SHAPE, options, { onEpoch: ({ loss }) => void report.push(loss) });
    expect(losses).toEqual(report);
    await expect(fitModel(TRAIN, { ...SHAPE, width: 16 }, options, { resume: checkpoints[0]! })).rejects.toThrow(/checkpoint: network\/\S+: expected shape/);
  });

  it("frees every tensor", async () => {
    const before = tf.memory().numTensors;
    await fitModel(TRAIN, SHAPE, { ...OPTIONS, epochs: 1, steps: 3 });
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses sounds that no model can be fitted to", async () => {
    const few = { ...TRAIN, rows: 1, values: TRAIN.values.map((values) => values.slice(0, SIZE)), classes: Int32Array.of(0) };
    await expect(fitModel(few, SHAPE, OPTIONS)).rejects.toThrow(/expected at least 2 sounds/);
    await expect(fitModel({ ...TRAIN, values: TRAIN.values.map((values) => values.map(() => 3)) }, SHAPE, OPTIONS)).rejects.toThrow(/expected features that vary/);
    await expect(fitModel(TRAIN, SHAPE, { ...OPTIONS, losses: {} })).rejects.toThrow(/expected at least one loss/);
    await expect(fitModel({ ...TRAIN, weights: new Float32Array(CLASSES) }, SHAPE, OPTIONS)).rejects.toThrow(/class of weight above 0/);
    await expect(fitModel({ ...TRAIN, values: TRAIN.values.map((values) => values.map((value, at) => (at === 5 ? Number.NaN : value))) }, SHAPE, OPTIONS)).rejects.toThrow(/finite/);
  });

  it("lays the logarithm over features that are energies, with means of the training part alone, the same at use", async () => {
    const energies = { ...TRAIN, values: TRAIN.values.map((values) => values.map((value) => Math.exp(value))) };
    const shape: Architecture = { ...SHAPE, kind: "euclid", learned: 0, plain: 16, compression: "log" };
    const fitted = await fitModel(energies, shape, OPTIONS);
    const scale = fitted.tensors.get("front-end/scale")!.values;
    const mean = energies.values[1]!.filter((_, at) => at % SIZE === 3).reduce((a, b) => a + b, 0) / ROWS;
    expect(scale[SIZE + 3]! / mean).toBeCloseTo(1, 5);
    // the same by hand, without the architecture's word for it
    const bent = { ...TRAIN, values: energies.values.map((values, context) => values.map((value, at) => Math.log1p(value / (1e-3 * scale[context * SIZE + (at % SIZE)]!)))) };
    const { compression: _, ...plain } = shape;
    const expected = await fitModel(bent, plain, OPTIONS);
    const embed = async (model: typeof fitted, values: Float32Array) => {
      const embedder = createEmbedderFrom(draftManifest("test", model.architecture, TRAIN.feature), model.tensors);
      const result = await embedder.embed(values, ROWS);
      embedder.dispose();
      return result;
    };
    expect(apart(await embed(fitted, energies.values[1]!), await embed(expected, bent.values[1]!))).toBeLessThan(1e-5);
    expect(parseArchitecture(draftManifest("test", shape, TRAIN.feature)).compression).toBe("log");
  });

  it("takes one constant column for saying nothing", async () => {
    const flat = TRAIN.values.map((values) => values.map((value, at) => (at % SIZE === 4 ? 7 : value)));
    const fitted = await fitModel({ ...TRAIN, values: flat }, { ...SHAPE, kind: "euclid", learned: 0, plain: 16 }, OPTIONS);
    expect(fitted.tensors.get("front-end/inverse-deviation")!.values[4]).toBe(0);
  });

  it("trains a class of a single sound", async () => {
    const classes = TRAIN.classes.map((value, row) => (value === 5 && row > 5 ? 4 : value));
    expect(classes.filter((value) => value === 5).length).toBe(1);
    const fitted = await fitModel({ ...TRAIN, classes }, SHAPE, { ...OPTIONS, epochs: 1, steps: 3, losses: { "triplet-margin": 1, "proxy-anchor": 1 } });
    expect(fitted.training.end).toBe("done");
  });
});
