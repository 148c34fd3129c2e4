/** The networks without a graph: `linear` is one matrix, `mlp` two hidden layers with batch norm and a skip, `lmnn` one matrix without unit length; rivals to AN-GNN, each row on its own. */

import * as tf from "@tensorflow/tfjs-core";
import { type Layers, type ParameterSpec, denseSpecs, normedSpecs } from "./layers.ts";
import type { Network } from "./network.ts";
import { unitRows } from "./unit-rows.ts";

export interface RowNetworkOptions {
  readonly inputs: number;
  readonly width: number;
  readonly learned: number;
  readonly dropout: number;
}

/** e = x E, divided by its length. */
export function createLinearNetwork({ inputs, learned }: RowNetworkOptions): Network {
  return withoutAnchors("linear", denseSpecs("head", inputs, learned), (layers, x) => unitRows(layers.dense("head", x)));
}

/** e = x E / sqrt(learned) with E from the identity on: at first the leading coordinates, which are principal. No bias, no unit length: a Mahalanobis distance, as large-margin nearest neighbours learn it. */
export function createLmnnNetwork({ inputs, learned }: RowNetworkOptions): Network {
  const parameters: Network["parameters"] = [{ name: "head/weights", shape: [inputs, learned], start: "identity", trainable: true, decayed: false }];
  return withoutAnchors("lmnn", parameters, (layers, x) => tf.mul(layers.linear("head", x), 1 / Math.sqrt(learned)));
}

/** e = h E, divided by its length, of the two hidden layers' h. */
export function createMlpNetwork({ inputs, width, learned, dropout }: RowNetworkOptions): Network {
  return withoutAnchors("mlp", [...hiddenSpecs(inputs, width), ...denseSpecs("head", width, learned)], (layers, x) => unitRows(layers.dense("head", hiddenLayers(layers, x, dropout))));
}

export function hiddenSpecs(inputs: number, width: number): ParameterSpec[] {
  return [...normedSpecs("hidden-0", inputs, width), ...normedSpecs("hidden-1", width, width)];
}

/** h = ReLU(norm(x A)), h <- h + ReLU(norm(h B)): `[rows, inputs]` to `[rows, width]`, each row on its own. */
export function hiddenLayers(layers: Layers, x: tf.Tensor2D, dropout: number): tf.Tensor2D {
  const first = layers.dropout(layers.normed("hidden-0", x, "relu"), dropout);
  return tf.add(first, layers.dropout(layers.normed("hidden-1", first, "relu"), dropout));
}

function withoutAnchors(kind: string, parameters: Network["parameters"], pass: (layers: Layers, x: tf.Tensor2D) => tf.Tensor2D): Network {
  return {
    kind,
    parameters,
    anchored: false,
    train: pass,
    freeze: (layers) => ({ embed: (x) => pass(layers, x), dispose: () => undefined }),
  };
}
