/** Losses: naive recomputation of each formula, gradients by finite differences, batches with nothing to say. */

import "../../src/cli/gradients.ts";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useWasm } from "../../src/cli/tf-backend.ts";
import type { Loss } from "../../src/model/losses/batch.ts";
import { createGradedLoss } from "../../src/model/losses/graded.ts";
import { createLmnnLoss, targetNeighbours } from "../../src/model/losses/lmnn.ts";
import { createOrderLoss } from "../../src/model/losses/order.ts";
import { createProxyAnchorLoss } from "../../src/model/losses/proxy-anchor.ts";
import { CONTRASTIVE_TEMPERATURE, createPrunedContrastiveLoss } from "../../src/model/losses/pruned-contrastive.ts";
import { createTripletMarginLoss } from "../../src/model/losses/triplet-margin.ts";
import { createRandom } from "../../src/model/random.ts";
import { startParameters } from "../../src/model/parameters.ts";
import { unitRows } from "../../src/model/unit-rows.ts";
import { normals } from "./model-fixture.ts";

beforeAll(useWasm);

const ROWS = 10;
const WIDTH = 4;
const CLASSES = 3;
const RATED = 7;
const LABELS = Int32Array.from([0, 0, 1, 1, 2, 2, 0, 1, -1, -1]);
/** Techniques 0 to 5 in clusters 0 (techniques 0, 1, 2), 1 (3, 4) and 2 (5, alone). */
const TECHNIQUES = Int32Array.from([0, 0, 1, 2, 3, 4, 4, 5, -1, -1]);
const CLUSTERS = TECHNIQUES.map((technique) => (technique < 0 ? -1 : technique < 3 ? 0 : technique < 5 ? 1 : 2));
const random = createRandom(4);
const SIMILARITY = Float32Array.from({ length: ROWS * ROWS }, () => 0);
const KNOWN = Float32Array.from({ length: ROWS * ROWS }, () => 0);
for (let i = 0; i < ROWS; i++) {
  for (let j = 0; j < i; j++) {
    SIMILARITY[i * ROWS + j] = SIMILARITY[j * ROWS + i] = Math.round(random.uniform() * 31) / 31;
    KNOWN[i * ROWS + j] = KNOWN[j * ROWS + i] = random.uniform() < 0.8 ? 1 : 0;
  }
}

const UNIT = (() => {
  const values = normals(ROWS * WIDTH, 5);
  for (let i = 0; i < ROWS; i++) {
    const row = values.subarray(i * WIDTH, (i + 1) * WIDTH);
    const length = Math.hypot(...row);
    row.forEach((value, k) => (row[k] = value / length));
  }
  return values;
})();

const HEARD_WIDTH = 6;
const HEARD = normals(ROWS * HEARD_WIDTH, 6);

function squared(x: tf.Tensor2D): tf.Tensor2D {
  return tf.sum(tf.square(tf.sub(tf.expandDims(x, 1), tf.expandDims(x, 0))), 2);
}

function valueOf(loss: Loss, embeddings: tf.Tensor2D, labels = LABELS, known = KNOWN): tf.Scalar {
  const start = startParameters(loss.parameters, createRandom(1));
  return loss.value(
    { embeddings, heard: tf.tensor2d(HEARD, [ROWS, HEARD_WIDTH]), squaredDistances: squared(embeddings), labels, classes: labels === LABELS ? TECHNIQUES : labels, clusters: labels === LABELS ? CLUSTERS : labels, similarity: tf.tensor2d(SIMILARITY, [ROWS, ROWS]), known: tf.tensor2d(known, [ROWS, ROWS]), rated: known.some((one) => one > 0) ? RATED : 0 },
    (name) => tf.tensor(start.get(name)!.values, start.get(name)!.shape as number[]),
  );
}

const distance2 = (i: number, j: number) => Array.from({ length: WIDTH }, (_, k) => (UNIT[i * WIDTH + k]! - UNIT[j * WIDTH + k]!) ** 2).reduce((a, b) => a + b, 0);

describe.each([
  ["proxy-anchor", createProxyAnchorLoss(CLASSES, WIDTH)],
  ["triplet-margin", createTripletMarginLoss()],
  ["pruned-contrastive", createPrunedContrastiveLoss()],
  ["graded", createGradedLoss()],
  ["order", createOrderLoss()],
  ["ratings", createOrderLoss("ratings")],
  ["lmnn", createLmnnLoss()],
] as const)("%s", (_name, loss) => {
  it("agrees with a naive loop", () => {
    expect(valueOf(loss, tf.tensor2d(UNIT, [ROWS, WIDTH])).dataSync()[0]).toBeCloseTo(NAIVE[loss.name]!(), 4);
  });

  it("has the gradient that finite differences give", () => {
    const f = (x: tf.Tensor) => valueOf(loss, unitRows(x as tf.Tensor2D));
    const x = tf.tensor2d(UNIT, [ROWS, WIDTH]);
    const gradient = tf.grad(f)(x).dataSync<"float32">();
    const at = gradient.reduce((best, value, i) => (Math.abs(value) > Math.abs(gradient[best]!) ? i : best), 0);
    const step = 1e-3;
    const [up, down] = [step, -step].map((move) => f(tf.tensor2d(UNIT.map((value, i) => (i === at ? value + move : value)), [ROWS, WIDTH])).dataSync()[0]!) as [number, number];
    expect(Math.abs((up - down) / (2 * step) - gradient[at]!)).toBeLessThan(0.02 * Math.abs(gradient[at]!) + 1e-3);
  });

  it("is 0 and differentiable where nothing is known", () => {
    const nothing = (x: tf.Tensor) => valueOf(loss, x as tf.Tensor2D, new Int32Array(ROWS).fill(-1), new Float32Array(ROWS * ROWS));
    const x = tf.tensor2d(UNIT, [ROWS, WIDTH]);
    expect(nothing(x).dataSync()[0]).toBe(0);
    expect([...tf.grad(nothing)(x).dataSync()].every((value) => Math.abs(value) === 0)).toBe(true);
  });
});

describe("lmnn", () => {
  it("takes for targets the nearest of a label in what is heard, whatever has been learned", () => {
    const heard = tf.tensor2d([0, 1, 5, 6, 100], [5, 1]);
    expect(targetNeighbours(heard, Int32Array.of(0, 0, 0, 1, -1), 1)).toEqual([[1], [0], [1], [], []]);
    expect(targetNeighbours(heard, Int32Array.of(0, 0, 0, 0, 0), 2)[0]).toEqual([1, 2]);
  });

  it("lets go of impostors beyond the margin and holds those within", () => {
    const f = (impostor: number) => {
      const x = tf.tensor2d([0, 1, impostor], [3, 1]);
      return createLmnnLoss().value({ embeddings: x, heard: x, squaredDistances: squared(x), labels: Int32Array.of(0, 0, 1), classes: Int32Array.of(0, 0, 1), clusters: Int32Array.of(0, 0, 1), similarity: tf.zeros([3, 3]), known: tf.zeros([3, 3]), rated: 0 }, () => tf.scalar(0)).dataSync()[0]!;
    };
    // two targets, each 1 away: the pull is 1/2; an impostor at 1.2 from one and 2.2 from the other is within the margin of 2 for the first alone
    expect(f(9)).toBeCloseTo(0.5, 5);
    expect(f(2.2)).toBeCloseTo(0.5 + (0.5 * (2 - 1.44)) / 2, 5);
  });
});

const NAIVE: Record<string, () => number> = {
  "proxy-anchor"() {
    const proxies = startParameters(createProxyAnchorLoss(CLASSES, WIDTH).parameters, createRandom(1)).get("loss/proxies")!.values;
    const cosine = (i: number, p: number) => {
      const proxy = proxies.subarray(p * WIDTH, (p + 1) * WIDTH);
      return proxy.reduce((sum, value, k) => sum + value * UNIT[i * WIDTH + k]!, 0) / Math.hypot(...proxy);
    };
    let [pull, push] = [0, 0];
    for (let p = 0; p < CLASSES; p++) {
      let [near, far] = [0, 0];
      for (let i = 0; i < ROWS; i++) {
        if (LABELS[i] === p) near += Math.exp(-32 * (cosine(i, p) - 0.1));
        else if (LABELS[i]! >= 0) far += Math.exp(32 * (cosine(i, p) + 0.1));
      }
      pull += Math.log(1 + near) / CLASSES;
      push += Math.log(1 + far) / CLASSES;
    }
    return pull + push;
  },
  "pruned-contrastive"() {
    let [sum, count] = [0, 0];
    for (let q = 0; q < ROWS; q++) {
      const others = Array.from({ length: ROWS }, (_, c) => c).filter((c) => TECHNIQUES[q]! >= 0 && TECHNIQUES[c]! >= 0 && TECHNIQUES[c] !== TECHNIQUES[q]);
      const right = others.filter((c) => CLUSTERS[c] === CLUSTERS[q]);
      if (right.length === 0) continue;
      const weight = (c: number) => Math.exp(-distance2(q, c) / CONTRASTIVE_TEMPERATURE);
      const all = others.reduce((total, c) => total + weight(c), 0);
      sum -= right.reduce((total, c) => total + Math.log(weight(c) / all), 0) / right.length;
      count++;
    }
    return sum / count;
  },
  "triplet-margin"() {
    let [sum, count] = [0, 0];
    for (let a = 0; a < ROWS; a++) {
      if (LABELS[a]! < 0) continue;
      const others = Array.from({ length: ROWS }, (_, j) => j).filter((j) => j !== a && LABELS[j]! >= 0);
      const positives = others.filter((j) => LABELS[j] === LABELS[a]).map((j) => Math.sqrt(distance2(a, j)));
      const negatives = others.filter((j) => LABELS[j] !== LABELS[a]).map((j) => Math.sqrt(distance2(a, j)));
      sum += Math.max(0, Math.max(...positives) - Math.min(...negatives) + 0.2);
      count++;
    }
    return sum / count;
  },
  graded() {
    let [sum, weight] = [0, 0];
    for (let i = 0; i < ROWS; i++) {
      for (let j = 0; j < ROWS; j++) {
        const p = 1 / (1 + Math.exp(-4 * (0.7 - distance2(i, j))));
        const s = SIMILARITY[i * ROWS + j]!;
        sum -= KNOWN[i * ROWS + j]! * (s * Math.log(p) + (1 - s) * Math.log(1 - p));
        weight += KNOWN[i * ROWS + j]!;
      }
    }
    return sum / weight;
  },
  lmnn() {
    let [pull, push, count] = [0, 0, 0];
    const apart = (i: number, j: number) => Math.hypot(...Array.from({ length: HEARD_WIDTH }, (_, k) => HEARD[i * HEARD_WIDTH + k]! - HEARD[j * HEARD_WIDTH + k]!));
    for (let i = 0; i < ROWS; i++) {
      if (LABELS[i]! < 0) continue;
      const same = Array.from({ length: ROWS }, (_, j) => j).filter((j) => j !== i && LABELS[j] === LABELS[i]);
      for (const j of same.sort((a, b) => apart(i, a) - apart(i, b)).slice(0, 3)) {
        pull += distance2(i, j);
        count++;
        for (let l = 0; l < ROWS; l++) if (LABELS[l]! >= 0 && LABELS[l] !== LABELS[i]) push += Math.max(0, 1 + distance2(i, j) - distance2(i, l));
      }
    }
    return (pull / 2 + push / 2) / count;
  },
  order: () => orderOf(ROWS, (a, b) => KNOWN[a * ROWS + b]!),
  ratings: () => orderOf(RATED, (a, b) => (a === b ? 0 : 1)),
};

/** The order loss over the first rows, by a loop. */
function orderOf(rows: number, known: (a: number, b: number) => number): number {
  const means = [1, 5].map((offset) => {
    let [sum, weight] = [0, 0];
    for (let a = 0; a < rows; a++) {
      for (let i = 0; i < rows; i++) {
        const j = (i + offset) % rows;
        const gap = SIMILARITY[a * ROWS + i]! - SIMILARITY[a * ROWS + j]!;
        const w = known(a, i) * known(a, j) * Math.max(0, Math.abs(gap) - 0.05);
        const apart = (Math.sqrt(distance2(a, i) + 1e-6) - Math.sqrt(distance2(a, j) + 1e-6)) * Math.sign(gap);
        sum += w * 0.1 * Math.log(1 + Math.exp(apart / 0.1));
        weight += w;
      }
    }
    return sum / weight;
  });
  return (means[0]! + means[1]!) / 2;
}
