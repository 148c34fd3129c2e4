/** What a loss sees of one batch. */

import type * as tf from "@tensorflow/tfjs-core";

export interface LossBatch {
  /** `[rows, learned]`, rows of unit length (but for lmnn's network, whose lengths are learned). */
  readonly embeddings: tf.Tensor2D;
  /** `[rows, inputs]` what the network heard. */
  readonly heard: tf.Tensor2D;
  /** `[rows, rows]` squared distances of the whole embedding as it will be used, learned and plain part together. */
  readonly squaredDistances: tf.Tensor2D;
  /** Label of each row `[rows]` for losses on labels, -1 for none. */
  readonly labels: Int32Array;
  /** Technique or cell of each row `[rows]`, -1 for none. */
  readonly classes: Int32Array;
  /** Consensus cluster of each row's technique `[rows]`; a cell that stands for none is a cluster of its own; -1 for none. */
  readonly clusters: Int32Array;
  /** `[rows, rows]` judged similarity, 0 to 1; 0 where unknown. */
  readonly similarity: tf.Tensor2D;
  /** `[rows, rows]` 1 for pairs that listeners sorted together or apart (similarity is a share of votes), else 0; 0 on the diagonal. */
  readonly known: tf.Tensor2D;
  /** How many rows at the head of the batch one study rated against each other: their similarity only ranks. */
  readonly rated: number;
}

/** A loss with parameters of its own (proxies, scales) beside the network's. */
export interface Loss {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly shape: readonly number[]; readonly start: "glorot" | "identity" | number; readonly trainable: boolean; readonly decayed: boolean }[];
  /** A scalar, differentiable. `parameter` hands out the tensors of `parameters`. */
  value(batch: LossBatch, parameter: (name: string) => tf.Tensor): tf.Scalar;
}
