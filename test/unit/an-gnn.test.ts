/** AN-GNN: the graph's values reach the convolution and its gradient the sigma network; noise and statistics act as they should; naive recomputation agrees. */

import "../../src/cli/gradients.ts";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useWasm } from "../../src/cli/tf-backend.ts";
import { anchorEdges, anchorKeys, exponents, propagate, queryEdges, scaleNodes, sigmas } from "../../src/model/adaptive-graph.ts";
import { type Architecture, createNetwork, networkInputs } from "../../src/model/architecture.ts";
import { createFrozenLayers } from "../../src/model/frozen-layers.ts";
import { nearestMask } from "../../src/model/nearest-mask.ts";
import { createVariables, disposeVariables, readVariables, startParameters } from "../../src/model/parameters.ts";
import { createRandom } from "../../src/model/random.ts";
import { createTrainingLayers } from "../../src/model/training-layers.ts";
import { ANCHORS, ARCHITECTURE, apart, normals } from "./model-fixture.ts";

beforeAll(useWasm);

const INPUTS = networkInputs(ARCHITECTURE);
const ROWS = 12;
const OPTIONS = { neighbours: 3, adaptive: true, affinity: "absolute" } as const;
const AFFINITIES = ["absolute", "relative"] as const;

function start(kind: "an-gnn" | "knn-gcn" = "an-gnn", changes: Partial<Pick<Architecture, "graph" | "stem" | "affinity">> = {}) {
  const network = createNetwork({ ...ARCHITECTURE, kind, ...changes })!;
  const variables = createVariables(network.parameters, startParameters(network.parameters, createRandom(1)));
  return { network, variables, queries: tf.tensor2d(normals(ROWS * INPUTS, 2), [ROWS, INPUTS]), anchors: tf.tensor2d(normals(ANCHORS * INPUTS, 3), [ANCHORS, INPUTS]) };
}

describe("the adaptive graph", () => {
  it("keeps each row's k largest, ties included, in any order of the columns", () => {
    const values = tf.tensor2d([[3, 1, 2, 5, 4], [1, 1, 1, 0, 0]]);
    expect([...nearestMask(values, 2).dataSync()]).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 0, 0]);
    expect([...nearestMask(values, 9).dataSync()].every((kept) => kept === 1)).toBe(true);
  });

  it.each(AFFINITIES)("agrees with a naive loop over nodes, anchors and columns (%s)", (affinity) => {
    const { variables, queries, anchors } = start("an-gnn", { affinity });
    const options = { ...OPTIONS, affinity };
    const layers = createTrainingLayers(variables);
    const s = [...sigmas(layers, "graph", tf.concat([anchors, queries]) as tf.Tensor2D, options).dataSync()];
    expect(Math.min(...s)).toBeGreaterThan(0);
    expect(Math.max(...s) / Math.min(...s)).toBeGreaterThan(1.001);
    const x = [...anchors.dataSync(), ...queries.dataSync()];
    const absolute = (i: number, j: number) => {
      let sum = 0;
      for (let k = 0; k < INPUTS; k++) sum += (x[i * INPUTS + k]! / s[i]! - x[j * INPUTS + k]! / s[j]!) ** 2;
      return Math.exp(-sum / INPUTS / 2);
    };
    const most = Array.from({ length: ANCHORS + ROWS }, (_, i) => Math.max(...Array.from({ length: ANCHORS }, (__, j) => (j === i ? 0 : absolute(i, j)))));
    const weight = (i: number, j: number) => {
      if (affinity === "absolute") return absolute(i, j);
      return Math.max(absolute(i, j) / most[i]!, i < ANCHORS ? absolute(i, j) / most[j]! : 0);
    };
    const near = (i: number) => {
      const others = Array.from({ length: ANCHORS }, (_, j) => j).filter((j) => j !== i);
      return new Set(others.sort((a, b) => absolute(i, b) - absolute(i, a)).slice(0, OPTIONS.neighbours));
    };
    const picks = Array.from({ length: ANCHORS + ROWS }, (_, i) => near(i));
    const kept = (i: number, j: number) => (i !== j && (picks[i]!.has(j) || (i < ANCHORS && picks[j]!.has(i))) ? weight(i, j) : 0);
    const degree = (i: number) => 1 + Array.from({ length: ANCHORS }, (_, j) => kept(i, j)).reduce((a, b) => a + b, 0);
    const z = normals((ANCHORS + ROWS) * 5, 4);
    const expected = Float32Array.from({ length: (ANCHORS + ROWS) * 5 }, (_, at) => {
      const [i, k] = [Math.floor(at / 5), at % 5];
      let sum = z[i * 5 + k]! / degree(i);
      for (let j = 0; j < ANCHORS; j++) sum += (kept(i, j) / Math.sqrt(degree(i) * degree(j))) * z[j * 5 + k]!;
      return sum;
    });

    const anchorNodes = scaleNodes(layers, "graph", anchors, options);
    const keys = anchorKeys(anchorNodes);
    const among = anchorEdges(exponents(anchorNodes, keys), options);
    const joining = queryEdges(exponents(scaleNodes(layers, "graph", queries, options), keys), options);
    const own = tf.tensor2d(z.slice(0, ANCHORS * 5), [ANCHORS, 5]);
    const messages = tf.mul<tf.Tensor2D>(among.inverseRoot, own);
    expect(apart(propagate(among, own, messages).dataSync(), expected.subarray(0, ANCHORS * 5))).toBeLessThan(1e-5);
    expect(apart(propagate(joining, tf.tensor2d(z.slice(ANCHORS * 5), [ROWS, 5]), messages).dataSync(), expected.subarray(ANCHORS * 5))).toBeLessThan(1e-5);
    disposeVariables(variables);
  });

  it("relative, keeps its nearest anchors however far away they are; absolute, every weight is 0 there", () => {
    const { variables, queries, anchors } = start("an-gnn", { affinity: "relative" });
    const layers = createTrainingLayers(variables);
    const [absolute, relative] = AFFINITIES.map((affinity) => {
      const options = { ...OPTIONS, affinity };
      const far = tf.mul<tf.Tensor2D>(queries, 200);
      const { weights } = queryEdges(exponents(scaleNodes(layers, "graph", far, options), anchorKeys(scaleNodes(layers, "graph", anchors, options))), options);
      return [...tf.max(weights, 1).dataSync()];
    });
    expect(new Set(absolute)).toEqual(new Set([0]));
    expect(new Set(relative)).toEqual(new Set([1]));
    disposeVariables(variables);
  });

  it.each([
    ["features", "linear", "absolute"],
    ["hidden", "linear", "absolute"],
    ["hidden", "mlp", "absolute"],
    ["features", "linear", "relative"],
    ["hidden", "mlp", "relative"],
  ] as const)("lets the gradient reach every part of the sigma network (graph on %s, %s stem, %s)", (graph, stem, affinity) => {
    const { network, variables, queries, anchors } = start("an-gnn", { graph, stem, affinity });
    const layers = createTrainingLayers(variables);
    const target = tf.tensor2d(normals(ROWS * ARCHITECTURE.learned, 5), [ROWS, ARCHITECTURE.learned]);
    const trainable = network.parameters.filter((spec) => spec.trainable);
    const { grads } = tf.variableGrads(() => tf.sum(tf.mul(network.train(layers, queries, anchors), target)) as tf.Scalar, trainable.map(({ name }) => variables.get(name)!));
    const sigmaNames = trainable.map(({ name }) => name).filter((name) => name.includes("sigma"));
    expect(sigmaNames.length).toBe(graph === "features" ? 6 : 12);
    for (const { name } of trainable) {
      const gradient = grads[variables.get(name)!.name]!;
      expect([...gradient.dataSync()].some((value) => Math.abs(value) > 1e-9), `gradient of ${name}`).toBe(true);
    }
    layers.follow();
    disposeVariables(variables);
  });

  it.each(AFFINITIES)("has the gradient that finite differences give (%s)", (affinity) => {
    const { network, variables, queries, anchors } = start("an-gnn", { affinity });
    const layers = createTrainingLayers(variables);
    const target = tf.tensor2d(normals(ROWS * ARCHITECTURE.learned, 6), [ROWS, ARCHITECTURE.learned]);
    const loss = () => tf.sum(tf.mul(network.train(layers, queries, anchors), target)) as tf.Scalar;
    for (const name of ["graph/sigma-2/bias", "graph/sigma-0/weights", "block-0/convolution/weights", "block-1/mix/gain", "stem/weights"]) {
      const variable = variables.get(name)!;
      const { grads } = tf.variableGrads(loss, [variable]);
      const gradient = grads[variable.name]!.dataSync<"float32">();
      const values = variable.dataSync<"float32">().slice();
      const at = gradient.reduce((best, value, i) => (Math.abs(value) > Math.abs(gradient[best]!) ? i : best), 0);
      const step = 2e-3;
      const around = [step, -step].map((move) => {
        variable.assign(tf.tensor(values.map((value, i) => (i === at ? value + move : value)), variable.shape));
        return loss().dataSync()[0]!;
      });
      variable.assign(tf.tensor(values, variable.shape));
      const slope = (around[0]! - around[1]!) / (2 * step);
      expect(Math.abs(slope - gradient[at]!), `${name}: ${slope} by differences, ${gradient[at]} by the tape`).toBeLessThan(0.03 * Math.abs(slope) + 0.003);
    }
    layers.follow();
    disposeVariables(variables);
  });
});

describe("the network", () => {
  it("behind two hidden layers starts close to them, so that the graph has to earn its place", () => {
    const { network, variables, queries, anchors } = start("an-gnn", { graph: "hidden", stem: "mlp" });
    const { variables: plain, network: linear } = start("an-gnn", { graph: "hidden" });
    const gains = (from: typeof variables) => [...from].filter(([name]) => /(mix|widen)\/gain$/.test(name)).flatMap(([, variable]) => [...variable.dataSync()]);
    expect(new Set(gains(variables))).toEqual(new Set([Math.fround(0.1)]));
    expect(new Set(gains(plain))).toEqual(new Set([1]));
    expect(network.parameters.some(({ name }) => name.startsWith("stem"))).toBe(false);
    expect(linear.parameters.some(({ name }) => name.startsWith("hidden-"))).toBe(false);
    const layers = createTrainingLayers(variables);
    const whole = network.train(layers, queries, anchors).dataSync<"float32">();
    for (const [name, variable] of variables) if (/(mix|widen)\/gain$/.test(name)) variable.assign(tf.zerosLike(variable));
    const alone = network.train(layers, queries, anchors).dataSync<"float32">();
    const cosine = whole.reduce((sum, value, i) => sum + value * alone[i]!, 0) / ROWS;
    expect(cosine).toBeGreaterThan(0.9);
    expect(cosine).toBeLessThan(1);
    layers.follow();
    disposeVariables(variables);
    disposeVariables(plain);
  });

  it("has parameters of its own in every block", () => {
    const { network, variables } = start();
    const blocks = ["block-0", "block-1"].map((block) => network.parameters.map(({ name }) => name).filter((name) => name.startsWith(block)));
    expect(blocks[0]!.length).toBeGreaterThan(10);
    expect(blocks[1]).toEqual(blocks[0]!.map((name) => name.replace("block-0", "block-1")));
    disposeVariables(variables);
  });

  it("drops in training and not at use", () => {
    const { network, variables, queries, anchors } = start();
    const noisy = createTrainingLayers(variables, createRandom(9));
    const [a, b] = [network.train(noisy, queries, anchors).dataSync(), network.train(noisy, queries, anchors).dataSync()];
    expect(apart(a, b)).toBeGreaterThan(0.01);
    const still = createTrainingLayers(variables);
    expect(apart(network.train(still, queries, anchors).dataSync(), network.train(still, queries, anchors).dataSync())).toBe(0);
    const x = tf.ones([200, 50]) as tf.Tensor2D;
    const dropped = noisy.dropout(x, 0.2).dataSync();
    expect(dropped.filter((value) => value === 0).length / dropped.length).toBeCloseTo(0.2, 1);
    expect(dropped.find((value) => value !== 0)).toBeCloseTo(1.25, 6);
    const rows = noisy.dropPath(x, 0.1).arraySync();
    expect(rows.every((row) => row.every((value) => value === row[0]))).toBe(true);
    expect(new Set(rows.map((row) => row[0]!.toFixed(4)))).toEqual(new Set(["0.0000", "1.1111"]));
    noisy.follow();
    still.follow();
    disposeVariables(variables);
  });

  it("uses running statistics at use, and they follow the batches", () => {
    const { network, variables, queries, anchors } = start();
    const layers = createTrainingLayers(variables);
    const name = "block-0/mix/variance";
    const before = variables.get(name)!.dataSync().slice();
    for (let i = 0; i < 300; i++) {
      tf.tidy(() => network.train(layers, queries, anchors));
      layers.follow();
    }
    expect(apart(before, variables.get(name)!.dataSync())).toBeGreaterThan(0.05);
    const trained = network.train(layers, queries, anchors).dataSync();
    const frozenLayers = createFrozenLayers(variables);
    const frozen = network.freeze(frozenLayers, anchors);
    expect(apart(frozen.embed(queries).dataSync(), trained)).toBeLessThan(1e-3);
    const alone = tf.slice(queries, [0, 0], [1, INPUTS]);
    expect(apart(frozen.embed(alone).dataSync(), trained.subarray(0, ARCHITECTURE.learned))).toBeLessThan(1e-3);
    frozen.dispose();
    frozenLayers.dispose();
    layers.follow();
    disposeVariables(variables);
  });

  it("knn-gcn has a fixed graph and no sigma", () => {
    const { network, variables } = start("knn-gcn");
    expect([...readVariables(variables).keys()].some((name) => name.includes("sigma"))).toBe(false);
    expect(network.anchored).toBe(true);
    disposeVariables(variables);
  });
});
