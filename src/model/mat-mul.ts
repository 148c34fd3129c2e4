/** Matrix products whose gradients transpose first: the stock gradient takes the wasm backend's slow path. */

import * as tf from "@tensorflow/tfjs-core";

const product = tf.customGrad((...inputs) => {
  const [a, b, save] = inputs as [tf.Tensor2D, tf.Tensor2D, (tensors: tf.Tensor[]) => void];
  save([a, b]);
  return {
    value: tf.matMul(a, b),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => [tf.matMul(dy, tf.transpose(saved[1]!)), tf.matMul(tf.transpose(saved[0]!), dy)],
  };
});

/** C = A B for A `[rows, inner]` and B `[inner, columns]`; dA = dC Bᵀ, dB = Aᵀ dC. */
export function matMul(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return product(a, b) as tf.Tensor2D;
}
