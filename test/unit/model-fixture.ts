/** Small models with random weights for the tests of the model room: real manifests, real weights, no training. */

import { Buffer } from "node:buffer";
import { type ModelManifest, parseModelManifest } from "../../src/core/presets/model-manifest.ts";
import { type Architecture, createNetwork, networkInputs } from "../../src/model/architecture.ts";
import { FRONT_END } from "../../src/model/load-embedder.ts";
import { startParameters } from "../../src/model/parameters.ts";
import { createRandom } from "../../src/model/random.ts";
import { type Weights, packWeights } from "../../src/model/weights.ts";

export const FEATURE_SIZE = 20;
export const ANCHORS = 24;

export const ARCHITECTURE: Architecture = {
  kind: "an-gnn",
  contexts: [0.1, 1.5],
  coordinates: 16,
  plain: 8,
  learned: 12,
  width: 32,
  blocks: 2,
  neighbours: 3,
  stem: "linear",
  graph: "features",
  affinity: "absolute",
  dropout: 0.2,
  dropPath: 0.1,
};

export function normals(count: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => random.normal());
}

/** A model whose every weight is random, batch-norm statistics included. `order` permutes its anchors. */
export async function randomModel(changes: Partial<Architecture> = {}, seed = 1, order?: readonly number[]): Promise<{ manifest: ModelManifest; buffer: ArrayBuffer; tensors: Map<string, Weights> }> {
  const architecture = { ...ARCHITECTURE, ...changes };
  const { contexts, coordinates, plain, learned, kind } = architecture;
  const network = createNetwork(architecture);
  const inputs = networkInputs(architecture);
  const random = createRandom(seed);
  const tensors = new Map<string, Weights>();
  const set = (name: string, shape: readonly number[], value: () => number) => tensors.set(name, { shape, values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, value) });
  set(FRONT_END.mean, [contexts.length, FEATURE_SIZE], () => 0.3 * random.normal());
  set(FRONT_END.inverse, [contexts.length, FEATURE_SIZE], () => 0.5 + random.uniform());
  set(FRONT_END.projection, [contexts.length, FEATURE_SIZE, coordinates], () => random.normal() / Math.sqrt(FEATURE_SIZE));
  set(FRONT_END.blend, [2], () => 0.5);
  if (network?.anchored) {
    set(FRONT_END.anchors, [ANCHORS, inputs], () => random.normal());
    if (order) {
      const { values } = tensors.get(FRONT_END.anchors)!;
      tensors.set(FRONT_END.anchors, { shape: [ANCHORS, inputs], values: Float32Array.from(order.flatMap((row) => [...values.subarray(row * inputs, (row + 1) * inputs)])) });
    }
  }
  for (const [name, weights] of startParameters(network?.parameters ?? [], random)) {
    tensors.set(name, /\/(mean|shift|bias)$|convolution-bias/.test(name) ? { ...weights, values: weights.values.map((value) => value + 0.1 * random.normal()) } : weights);
  }
  const packed = await packWeights(tensors);
  const manifest = parseModelManifest(
    {
      format: "simile-model",
      formatVersion: 1,
      name: `random-${kind}`,
      version: 1,
      architecture,
      feature: { name: "test", version: 1, size: FEATURE_SIZE },
      embedding: { size: plain + learned, distance: "euclidean" },
      ...(network?.anchored ? { anchors: { count: ANCHORS, method: "random" } } : {}),
      training: { seed, commit: "none", data: "none", command: "none", date: "2026-11-22" },
      weights: { file: "weights.bin", sha256: packed.sha256, tensors: packed.entries },
    },
    "fixture",
  );
  return { manifest, buffer: packed.buffer, tensors };
}

/** Largest absolute difference. */
export function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

export function copyOf(buffer: ArrayBuffer): ArrayBuffer {
  return new Uint8Array(Buffer.from(buffer)).buffer;
}
