/** Models as they ship: strict manifests and weights, inductive embeddings, no tensor growth, the same on every backend. */

import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useWasm } from "../../src/cli/tf-backend.ts";
import { FormatError } from "../../src/core/errors.ts";
import { parseModelManifest } from "../../src/core/presets/model-manifest.ts";
import { KINDS } from "../../src/model/architecture.ts";
import { createEmbedder } from "../../src/model/load-embedder.ts";
import { createRandom } from "../../src/model/random.ts";
import { ANCHORS, FEATURE_SIZE, apart, copyOf, normals, randomModel } from "./model-fixture.ts";

beforeAll(useWasm);

const ROWS = 40;
const SIZE = FEATURE_SIZE;

describe.each(KINDS)("%s", (kind) => {
  const changes = { kind, learned: kind === "euclid" ? 0 : 12 } as const;

  it("gives a row the same embedding alone, in a batch and in any order", async () => {
    const { manifest, buffer } = await randomModel(changes);
    const model = await createEmbedder(manifest, buffer);
    const values = normals(ROWS * SIZE, 7);
    const batch = await model.embed(values, ROWS, 0.1);
    const width = manifest.embedding.size;
    const order = createRandom(3).shuffle(Array.from({ length: ROWS }, (_, row) => row));
    const shuffled = await model.embed(Float32Array.from(order.flatMap((row) => [...values.subarray(row * SIZE, (row + 1) * SIZE)])), ROWS, 0.1);
    for (const [at, row] of order.entries()) {
      const alone = await model.embed(values.slice(row * SIZE, (row + 1) * SIZE), 1, 0.1);
      expect(apart(alone, batch.subarray(row * width, (row + 1) * width))).toBeLessThan(1e-6);
      expect(apart(alone, shuffled.subarray(at * width, (at + 1) * width))).toBeLessThan(1e-6);
    }
    expect(apart(batch.subarray(0, width), batch.subarray(width, 2 * width))).toBeGreaterThan(0.05);
    model.dispose();
  });

  it("agrees between the cpu and the wasm backend", async () => {
    const { manifest, buffer } = await randomModel(changes);
    const values = normals(5 * SIZE, 8);
    const results: Float32Array[] = [];
    for (const backend of ["cpu", "wasm"]) {
      await tf.setBackend(backend);
      const model = await createEmbedder(manifest, copyOf(buffer));
      results.push(await model.embed(values, 5));
      model.dispose();
    }
    expect(apart(results[0]!, results[1]!)).toBeLessThan(2e-6);
  });

  it("keeps no tensor of 1,000 queries, and none at all once disposed of", async () => {
    const before = tf.memory().numTensors;
    const { manifest, buffer } = await randomModel(changes);
    const model = await createEmbedder(manifest, buffer);
    const values = normals(SIZE, 9);
    await model.embed(values, 1);
    const loaded = tf.memory().numTensors;
    for (let query = 0; query < 1000; query++) await model.embed(values, 1, query % 2 === 0 ? 0.1 : 1.5);
    expect(tf.memory().numTensors).toBe(loaded);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("anchors", () => {
  it.each([
    ["features", "linear", "absolute"],
    ["hidden", "linear", "absolute"],
    ["hidden", "mlp", "absolute"],
    ["hidden", "mlp", "relative"],
  ] as const)("may come in any order (graph on %s, %s stem, %s)", async (graph, stem, affinity) => {
    const order = createRandom(5).shuffle(Array.from({ length: ANCHORS }, (_, row) => row));
    const [straight, permuted] = [await randomModel({ graph, stem, affinity }), await randomModel({ graph, stem, affinity }, 1, order)];
    expect(permuted.manifest.weights.sha256).not.toBe(straight.manifest.weights.sha256);
    const models = [await createEmbedder(straight.manifest, straight.buffer), await createEmbedder(permuted.manifest, permuted.buffer)];
    const values = normals(10 * SIZE, 11);
    const [first, second] = [await models[0]!.embed(values, 10), await models[1]!.embed(values, 10)];
    expect(apart(first, second)).toBeLessThan(1e-6);
    for (const model of models) model.dispose();
  });

  it("matter: other anchors give another embedding", async () => {
    const { manifest, tensors, buffer } = await randomModel();
    const { createEmbedderFrom } = await import("../../src/model/load-embedder.ts");
    const moved = new Map(tensors);
    moved.set("anchors", { shape: tensors.get("anchors")!.shape, values: tensors.get("anchors")!.values.map((value) => 0.8 * value + 0.1) });
    const values = normals(SIZE, 12);
    const [a, b] = [await createEmbedder(manifest, buffer), createEmbedderFrom(manifest, moved)];
    expect(apart(await a.embed(values, 1), await b.embed(values, 1))).toBeGreaterThan(1e-3);
    a.dispose();
    b.dispose();
  });
});

describe("bad input", () => {
  it("names what is wrong with a manifest", async () => {
    const { manifest } = await randomModel();
    const json = JSON.parse(JSON.stringify(manifest)) as Record<string, unknown>;
    expect(parseModelManifest(json, "m.json")).toEqual(manifest);
    const wrong: [object, RegExp][] = [
      [{ format: "other" }, /^m\.json: format: expected "simile-model", got "other"; /],
      [{ formatVersion: 2 }, /formatVersion: expected 1, got 2/],
      [{ name: "" }, /name: expected/],
      [{ feature: { name: "simile", version: 1 } }, /feature: size: expected a whole number/],
      [{ embedding: { size: 20, distance: "manhattan" } }, /distance: expected "euclidean" or "cosine"/],
      [{ weights: { ...manifest.weights, file: "../x" } }, /file: expected a relative path/],
      [{ weights: { ...manifest.weights, sha256: "12" } }, /sha256: expected 64/],
      [{ weights: { ...manifest.weights, tensors: [...manifest.weights.tensors, manifest.weights.tensors[0]] } }, /every name once/],
      [{ training: undefined }, /training: expected an object, got nothing/],
    ];
    for (const [change, text] of wrong) {
      const parse = () => parseModelManifest({ ...json, ...change }, "m.json");
      expect(parse).toThrow(FormatError);
      expect(parse).toThrow(text);
    }
    expect(() => parseModelManifest([], "m.json")).toThrow(/expected an object/);
  });

  it("refuses weights that are truncated, altered, of another shape or not finite", async () => {
    const { manifest, buffer } = await randomModel();
    await expect(createEmbedder(manifest, buffer.slice(0, buffer.byteLength - 4))).rejects.toThrow(/expected \d+ bytes, got \d+/);
    const altered = copyOf(buffer);
    new Uint8Array(altered)[100]! ^= 1;
    await expect(createEmbedder(manifest, altered)).rejects.toThrow(/expected sha256/);
    await expect(createEmbedder({ ...manifest, architecture: { ...manifest.architecture, width: 64 } }, copyOf(buffer))).rejects.toThrow(/stem\/weights: expected shape \[18, 64\], got \[18, 32\]/);
    await expect(createEmbedder({ ...manifest, architecture: { ...manifest.architecture, kind: "oracle" } }, copyOf(buffer))).rejects.toThrow(/kind: expected/);
    await expect(createEmbedder({ ...manifest, architecture: { ...manifest.architecture, learned: 13 } }, copyOf(buffer))).rejects.toThrow(/expected 20 numbers/);
    for (const promise of [createEmbedder(manifest, new ArrayBuffer(0))]) await expect(promise).rejects.toBeInstanceOf(FormatError);
  });

  it("refuses rows of another length or with a value that is not finite", async () => {
    const { manifest, buffer } = await randomModel();
    const model = await createEmbedder(manifest, buffer);
    await expect(model.embed(new Float32Array(SIZE + 1), 1)).rejects.toThrow(FormatError);
    await expect(model.embed(new Float32Array(SIZE).fill(Number.NaN), 1)).rejects.toThrow(/expected finite values, got NaN in row 0/);
    expect((await model.embed(new Float32Array(SIZE).fill(1e30), 1)).every(Number.isFinite)).toBe(true);
    model.dispose();
  });
});
