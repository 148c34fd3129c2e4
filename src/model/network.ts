/** The one shape of every network: parameters by name, a training pass over a batch, and a frozen form for single queries. */

import type * as tf from "@tensorflow/tfjs-core";
import type { Layers, ParameterSpec } from "./layers.ts";

export interface Network {
  readonly kind: string;
  readonly parameters: readonly ParameterSpec[];
  /** Whether the passes need anchors. */
  readonly anchored: boolean;
  /** Learned embeddings `[queries, learned]` of unit length; the anchors `[anchors, inputs]` are worked out again with gradients, as freeze would. */
  train(layers: Layers, queries: tf.Tensor2D, anchors?: tf.Tensor2D): tf.Tensor2D;
  /** Works out all that does not depend on the query. */
  freeze(layers: Layers, anchors?: tf.Tensor2D): FrozenNetwork;
}

export interface FrozenNetwork {
  /** `[rows, inputs]` to `[rows, learned]`, each row on its own; call inside tf.tidy. */
  embed(x: tf.Tensor2D): tf.Tensor2D;
  /** Weights of the edges by which each row joins the anchors, `[rows, anchors]`, 0 where there is none; absent without a graph. Call inside tf.tidy. */
  edges?(x: tf.Tensor2D): tf.Tensor2D;
  dispose(): void;
}
