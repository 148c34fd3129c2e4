/** Divides each row by its Euclidean length. */

import * as tf from "@tensorflow/tfjs-core";

/** x_i / sqrt(|x_i|^2 + 1e-12), `[rows, width]`. */
export function unitRows(x: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), 1, true), 1e-12)));
}
