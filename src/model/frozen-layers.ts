/** Layers as a shipped model runs them: running statistics folded into the weights, one fused product each, no noise. */

import * as tf from "@tensorflow/tfjs-core";
import { type Activation, type Layers, NORM_EPSILON } from "./layers.ts";

export interface FrozenLayers extends Layers {
  dispose(): void;
}

/** Copies what it folds; `tensors` can be disposed of afterwards except those that `tensor` hands out. */
export function createFrozenLayers(tensors: ReadonlyMap<string, tf.Tensor>): FrozenLayers {
  const folded = new Map<string, { readonly weights: tf.Tensor2D; readonly bias?: tf.Tensor1D }>();
  const tensor = (name: string): tf.Tensor => {
    const found = tensors.get(name);
    if (!found) throw new Error(`createFrozenLayers: expected a tensor ${name}, got none; list it in the network's parameters.`);
    return found;
  };
  for (const name of tensors.keys()) {
    if (!name.endsWith("/weights")) continue;
    const layer = name.slice(0, -"/weights".length);
    const weights = tensors.get(name) as tf.Tensor2D;
    const bias = tensors.get(`${layer}/bias`) as tf.Tensor1D | undefined;
    if (tensors.has(`${layer}/gain`)) {
      folded.set(
        layer,
        tf.tidy(() => {
          const scale = tf.mul(tensor(`${layer}/gain`), tf.rsqrt(tf.add(tensor(`${layer}/variance`), NORM_EPSILON))) as tf.Tensor1D;
          const shift = tf.sub(tensor(`${layer}/shift`), tf.mul(tensor(`${layer}/mean`), scale)) as tf.Tensor1D;
          return { weights: tf.mul(weights, scale) as tf.Tensor2D, bias: shift };
        }),
      );
    } else folded.set(layer, bias ? { weights: tf.clone(weights), bias: tf.clone(bias) } : { weights: tf.clone(weights) });
  }
  const run = (name: string, x: tf.Tensor2D, activation: Activation): tf.Tensor2D => {
    const layer = folded.get(name);
    if (!layer) throw new Error(`createFrozenLayers: expected a layer ${name}, got none; list it in the network's parameters.`);
    return tf.fused.matMul({ a: x, b: layer.weights, ...(layer.bias ? { bias: layer.bias } : {}), activation }) as tf.Tensor2D;
  };
  return {
    tensor,
    linear: (name, x) => run(name, x, "linear"),
    dense: (name, x, activation = "linear") => run(name, x, activation),
    normed: (name, x, activation = "linear") => run(name, x, activation),
    dropout: (x) => x,
    dropPath: (x) => x,
    dispose() {
      for (const { weights, bias } of folded.values()) tf.dispose(bias ? [weights, bias] : [weights]);
      folded.clear();
    },
  };
}
