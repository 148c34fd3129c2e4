/** Why two sounds are alike: the graph's anchors that they join, and the parts of the feature in which they lie near, against plain recomputation and known changes. */

import * as tf from "@tensorflow/tfjs-core";
import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { useWasm } from "../../src/cli/tf-backend.ts";
import { modelFolder } from "../../src/cli/model-files.ts";
import { offsetOf, PARTS, SIZE, simile } from "../../src/core/features/simile.ts";
import { type ModelManifest, parseModelManifest } from "../../src/core/presets/model-manifest.ts";
import { createAspects } from "../../src/model/aspects.ts";
import type { Embedder } from "../../src/model/embedder.ts";
import { createEmbedderFrom } from "../../src/model/load-embedder.ts";
import { type Weights, unpackWeights } from "../../src/model/weights.ts";
import { pluck } from "../signals.ts";
import { ANCHORS, ARCHITECTURE, FEATURE_SIZE, apart, normals, randomModel } from "./model-fixture.ts";

beforeAll(useWasm);

describe("the anchors that a sound joins", () => {
  /** Weights by name as a plain matrix. */
  const matrix = (tensors: ReadonlyMap<string, Weights>, name: string) => {
    const { values, shape } = tensors.get(name)!;
    return Array.from({ length: shape[0]! }, (_, row) => [...values.subarray(row * (shape[1] ?? 1), (row + 1) * (shape[1] ?? 1))]);
  };

  test("are those of a plain recomputation of the adaptive graph, where the embedding keeps all coordinates", async () => {
    const { manifest, tensors } = await randomModel({ plain: ARCHITECTURE.coordinates });
    const model = createEmbedderFrom(manifest, tensors);
    const rows = 6;
    const embeddings = await model.embed(normals(rows * FEATURE_SIZE, 4), rows);
    const dense = (x: number[], layer: string, relu: boolean) => {
      const weights = matrix(tensors, `graph/${layer}/weights`);
      const bias = tensors.get(`graph/${layer}/bias`)!.values;
      return [...bias].map((b, j) => x.reduce((sum, value, i) => sum + value * weights[i]![j]!, b)).map((value) => (relu ? Math.max(0, value) : value));
    };
    const scaled = (x: number[]) => {
      const sigma = Math.log1p(Math.exp(dense(dense(dense(x, "sigma-0", true), "sigma-1", true), "sigma-2", false)[0]!)) + 0.05;
      return x.map((value) => value / sigma);
    };
    const anchors = matrix(tensors, "anchors").map(scaled);
    const shares = await model.neighbourhoods(embeddings, rows);
    const { learned, coordinates, neighbours } = { ...ARCHITECTURE };
    const size = learned + coordinates;
    for (let row = 0; row < rows; row++) {
      const x = [...embeddings.subarray(row * size + learned, (row + 1) * size)].map((value) => value / tensors.get("blend")!.values[1]!);
      const y = scaled([...x, 0, 1]);
      const affinities = anchors.map((anchor) => Math.exp(-anchor.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0) / anchor.length / 2));
      const least = [...affinities].sort((a, b) => b - a)[neighbours - 1]!;
      const kept = affinities.map((value) => (value >= least ? value : 0));
      const sum = kept.reduce((a, b) => a + b, 0);
      expect(apart(Float32Array.from(kept, (value) => value / sum), shares.subarray(row * ANCHORS, (row + 1) * ANCHORS))).toBeLessThan(1e-5);
    }
    model.dispose();
  });

  test("leave no tensor behind, and there are none without a graph", async () => {
    const { manifest, tensors } = await randomModel();
    const model = createEmbedderFrom(manifest, tensors);
    const size = manifest.embedding.size;
    const before = tf.memory().numTensors;
    await model.neighbourhoods(normals(3 * size, 1), 3);
    expect((await model.anchors()).length).toBe(ANCHORS * size);
    expect(tf.memory().numTensors).toBe(before);
    await expect(model.neighbourhoods(new Float32Array(size + 1), 1)).rejects.toThrow(/expected 1 x 20 values, got 21/);
    model.dispose();
    const plain = await randomModel({ kind: "mlp" });
    const other = createEmbedderFrom(plain.manifest, plain.tensors);
    expect([await other.neighbourhoods(normals(size, 1), 1), await other.anchors()]).toEqual([new Float32Array(), new Float32Array()]);
    other.dispose();
  });
});

describe("the parts of the shipped model's distance", () => {
  let manifest: ModelManifest;
  let weights: ReadonlyMap<string, Weights>;
  let model: Embedder;
  beforeAll(async () => {
    const folder = await modelFolder("an-gnn-simile");
    manifest = parseModelManifest(JSON.parse(await readFile(`${folder}/manifest.json`, "utf8")), folder);
    weights = await unpackWeights(manifest, new Uint8Array(await readFile(`${folder}/weights.bin`)).buffer);
    model = createEmbedderFrom(manifest, weights);
  });

  const embed = async (values: Float32Array) => model.embed(values, 1);
  const partsOf = (a: Float32Array, b: Float32Array) => {
    const aspects = createAspects(manifest, weights, PARTS);
    const into = new Float64Array(PARTS.length);
    aspects.apart(a, b, into);
    return new Map(aspects.names.map((name, part) => [name, into[part]!]));
  };

  test("add up to what the plain coordinates keep of the features", async () => {
    const features = [simile.extract(pluck(220, 1.5, 44_100), 44_100).values, simile.extract(pluck(587, 1.5, 44_100, 0.2), 44_100).values];
    const { coordinates, plain } = manifest.architecture as unknown as { coordinates: number; plain: number };
    const from = (name: string, width: number) => weights.get(name)!.values.subarray(8 * SIZE * width);
    const [projection, inverse] = [from("front-end/projection", coordinates), from("front-end/inverse-deviation", 1)];
    // Gram and Schmidt's orthonormal columns, and the difference of the features along each
    const columns: Float64Array[] = [];
    let kept = 0;
    for (let c = 0; c < plain; c++) {
      const column = Float64Array.from({ length: SIZE }, (_, i) => projection[i * coordinates + c]!);
      // twice, so that rounding leaves nothing of the columns before
      for (const before of [...columns, ...columns]) {
        const along = before.reduce((sum, value, i) => sum + value * column[i]!, 0);
        for (let i = 0; i < SIZE; i++) column[i]! -= along * before[i]!;
      }
      const length = Math.hypot(...column);
      columns.push(column.map((value) => value / length));
      kept += columns[c]!.reduce((sum, value, i) => sum + value * (features[0]![i]! - features[1]![i]!) * inverse[i]!, 0) ** 2;
    }
    const [a, b] = [await embed(features[0]!), await embed(features[1]!)];
    expect([...partsOf(a, b).values()].reduce((sum, value) => sum + value, 0) / kept).toBeCloseTo(1, 3);
    expect([...partsOf(a, a).values()].every((value) => value === 0)).toBe(true);
  });

  test.each(PARTS.map(([name]) => name))("a change of the %s alone shows there most", async (name) => {
    const { values } = simile.extract(pluck(220, 1.5, 44_100), 44_100);
    const changed = values.slice();
    const inverse = weights.get("front-end/inverse-deviation")!.values.subarray(8 * SIZE);
    const [, count] = PARTS.find(([part]) => part === name)!;
    for (let i = offsetOf(name); i < offsetOf(name) + count; i++) if (inverse[i]! > 0) changed[i]! += 1.5 / inverse[i]!;
    const found = partsOf(await embed(values), await embed(changed));
    const perNumber = [...found].map(([part, squares]) => [part, squares / PARTS.find(([known]) => known === part)![1]] as const);
    expect(perNumber.sort((a, b) => b[1] - a[1])[0]![0]).toBe(name);
  });
});
