/** Makes an embedder of a manifest and its weights on whatever backend is current: all that no query changes is worked out here, once. */

import * as tf from "@tensorflow/tfjs-core";
import { FormatError } from "../core/errors.ts";
import type { ModelManifest } from "../core/presets/model-manifest.ts";
import { compressRows } from "../core/scattering/compression.ts";
import { createNetwork, networkInputs, parseArchitecture } from "./architecture.ts";
import type { Embedder } from "./embedder.ts";
import { createFrozenLayers } from "./frozen-layers.ts";
import { nearestContext, standardise } from "./standardise.ts";
import { type Weights, unpackWeights } from "./weights.ts";

/** Names of the tensors that are not the network's. */
export const FRONT_END = { scale: "front-end/scale", mean: "front-end/mean", inverse: "front-end/inverse-deviation", projection: "front-end/projection", anchors: "anchors", blend: "blend" } as const;

/** Keeps the shares of a sound that joins no anchor at 0. */
const LEAST_WEIGHT = 1e-12;

/** Rows that go through the network at once: the working memory of a large library stays small. */
const CHUNK = 1024;

/**
 * The embedding of a row is [blend_0 * learned | blend_1 * plain]: the network's unit vector beside the first principal coordinates of the standardised feature, so that the
 * squared Euclidean distance is a weighted sum of the learned and of the plain one.
 * Throws FormatError for weights that are truncated, altered or of another shape than the architecture asks for.
 */
export async function createEmbedder(manifest: ModelManifest, weights: ArrayBuffer): Promise<Embedder> {
  return createEmbedderFrom(manifest, await unpackWeights(manifest, weights));
}

/** The same from tensors in memory, as training has them. */
export function createEmbedderFrom(manifest: ModelManifest, weights: ReadonlyMap<string, Weights>): Embedder {
  const architecture = parseArchitecture(manifest);
  const { contexts, coordinates, plain, learned } = architecture;
  const { size } = manifest.feature;
  const network = createNetwork(architecture);
  const take = (name: string, shape: readonly number[]): Weights => {
    const found = weights.get(name);
    if (!found || found.shape.join() !== shape.join()) {
      throw new FormatError(`${manifest.name}: ${name}: expected shape [${shape.join(", ")}], got ${found ? `[${found.shape.join(", ")}]` : "nothing"}; train the model again.`);
    }
    return found;
  };
  const scales = architecture.compression ? take(FRONT_END.scale, [contexts.length, size]).values : undefined;
  const means = take(FRONT_END.mean, [contexts.length, size]).values;
  const inverses = take(FRONT_END.inverse, [contexts.length, size]).values;
  const projection = take(FRONT_END.projection, [contexts.length, size, coordinates]).values;
  const [learnedScale, plainScale] = take(FRONT_END.blend, [2]).values as unknown as [number, number];
  const inputs = networkInputs(architecture);
  const anchors = network?.anchored ? take(FRONT_END.anchors, [manifest.anchors?.count ?? 0, inputs]) : undefined;
  for (const { name, shape } of network?.parameters ?? []) take(name, shape);

  const projections = contexts.map((_, context) => tf.tensor2d(projection.slice(context * size * coordinates, (context + 1) * size * coordinates), [size, coordinates]));
  const parameters = new Map((network?.parameters ?? []).map(({ name, shape }) => [name, tf.tensor(weights.get(name)!.values, shape as number[])] as const));
  const layers = createFrozenLayers(parameters);
  const nodes = anchors ? tf.tensor2d(anchors.values, [anchors.shape[0]!, inputs]) : undefined;
  const frozen = network?.freeze(layers, nodes);
  nodes?.dispose();
  const codes = contexts.map((_, context) => tf.tensor2d([contexts.map((_, other) => (other === context ? 1 : 0))]));
  let disposed = false;

  /** Embeddings of coordinates `x` with their context's code. */
  const blend = (x: tf.Tensor2D, code: tf.Tensor2D): tf.Tensor2D => {
    const own = plain > 0 ? [tf.mul<tf.Tensor2D>(plain === coordinates ? x : tf.slice(x, [0, 0], [x.shape[0], plain]), plainScale)] : [];
    if (!frozen || learned === 0) return own[0]!;
    const unit = tf.mul<tf.Tensor2D>(frozen.embed(tf.concat([x, code], 1) as tf.Tensor2D), learnedScale);
    return own.length > 0 ? tf.concat([unit, ...own], 1) : unit;
  };
  const pass = (values: Float32Array, rows: number, context: number): tf.Tensor2D =>
    tf.tidy(() => {
      const from = context * size;
      const heard = scales ? compressRows(values, scales.subarray(from, from + size)) : values;
      const standard = standardise(heard, means.subarray(from, from + size), inverses.subarray(from, from + size), manifest.name);
      const x = tf.matMul<tf.Tensor2D>(tf.tensor2d(standard, [rows, size]), projections[context]!);
      return blend(x, rows === 1 ? codes[context]! : tf.tile(codes[context]!, [rows, 1]));
    });

  return {
    manifest,
    async embed(values, rows, contextSeconds = contexts.at(-1)!) {
      if (disposed) throw new Error(`${manifest.name}: expected a live model, got one that was disposed of; load it again.`);
      if (values.length !== rows * size) throw new FormatError(`${manifest.name}: expected ${rows} x ${size} values, got ${values.length}; extract feature ${manifest.feature.name} version ${manifest.feature.version}.`);
      const context = nearestContext(contexts, contextSeconds);
      const result = new Float32Array(rows * manifest.embedding.size);
      for (let from = 0; from < rows; from += CHUNK) {
        const count = Math.min(CHUNK, rows - from);
        const embedded = pass(count === rows ? values : values.subarray(from * size, (from + count) * size), count, context);
        result.set(await embedded.data<"float32">(), from * manifest.embedding.size);
        embedded.dispose();
      }
      return result;
    },
    async neighbourhoods(embeddings, rows) {
      if (disposed) throw new Error(`${manifest.name}: expected a live model, got one that was disposed of; load it again.`);
      if (embeddings.length !== rows * manifest.embedding.size) throw new FormatError(`${manifest.name}: expected ${rows} x ${manifest.embedding.size} values, got ${embeddings.length}; embed the sounds with this model.`);
      if (!frozen?.edges || plain === 0 || rows === 0) return new Float32Array();
      const shares = tf.tidy(() => {
        const kept = tf.div<tf.Tensor2D>(tf.slice(tf.tensor2d(embeddings, [rows, manifest.embedding.size]), [0, learned], [rows, plain]), plainScale);
        const x = tf.pad(kept, [[0, 0], [0, coordinates - plain]]);
        const edges = frozen.edges!(tf.concat([x, tf.tile(codes.at(-1)!, [rows, 1])], 1) as tf.Tensor2D);
        return tf.div<tf.Tensor2D>(edges, tf.maximum(tf.sum(edges, 1, true), LEAST_WEIGHT));
      });
      const result = await shares.data<"float32">();
      shares.dispose();
      return new Float32Array(result);
    },
    async anchors() {
      if (disposed) throw new Error(`${manifest.name}: expected a live model, got one that was disposed of; load it again.`);
      if (!anchors) return new Float32Array();
      const embedded = tf.tidy(() => {
        const count = anchors.shape[0]!;
        const all = tf.tensor2d(anchors.values, [count, inputs]);
        return blend(tf.slice(all, [0, 0], [count, coordinates]), tf.slice(all, [0, coordinates], [count, inputs - coordinates]));
      });
      const result = await embedded.data<"float32">();
      embedded.dispose();
      return new Float32Array(result);
    },
    dispose() {
      if (disposed) return;
      disposed = true;
      frozen?.dispose();
      layers.dispose();
      tf.dispose([...projections, ...codes, ...parameters.values()]);
    },
  };
}
