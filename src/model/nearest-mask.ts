/** Marks each row's k largest values; a constant to the gradient, which flows through the values that are kept. */

import * as tf from "@tensorflow/tfjs-core";

/**
 * M `[rows, columns]` with M_ij = 1 where V_ij is at least the k-th largest value of row i, else 0. Ties with the k-th are all kept, so that the order of the columns does
 * not matter. dM/dV is taken as zero (TopK has no gradient). Throws nothing: k beyond the columns keeps all.
 */
export function nearestMask(values: tf.Tensor2D, k: number): tf.Tensor2D {
  return mask(k)(values) as tf.Tensor2D;
}

function mask(k: number) {
  return tf.customGrad((...inputs) => {
    const values = inputs[0] as tf.Tensor2D;
    const kept = Math.min(k, values.shape[1]);
    return {
      value: tf.tidy(() => {
        const threshold = tf.slice(tf.topk(values, kept).values as tf.Tensor2D, [0, kept - 1], [values.shape[0], 1]);
        return tf.cast(tf.greaterEqual(values, threshold), "float32");
      }),
      gradFunc: () => tf.zeros(values.shape),
    };
  });
}
