/**
 * Order loss: of two sounds that listeners judged unequally like a third, the liker one shall be nearer: L = mean over triplets (a, i, j) with s_ai > s_aj of (s_ai - s_aj) softplus((d_ai - d_aj) / T) T.
 * Triplets are each row's pairs at a few offsets within the batch. The smooth form of triplet agreement; T = 0.1.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Loss } from "./batch.ts";

const TEMPERATURE = 0.1;
const OFFSETS = [1, 5, 17, 43, 71, 97];
/** Judgements that differ by less are not told apart. */
const LEAST = 0.05;

/** Over the sorted pairs ("order"), or over those that rating studies rated ("ratings"), whose numbers only rank. */
export function createOrderLoss(name: "order" | "ratings" = "order"): Loss {
  return {
    name,
    parameters: [],
    value(batch) {
      const rows = name === "order" ? batch.similarity.shape[0] : batch.rated;
      if (rows < 3) return tf.mul(tf.sum(batch.squaredDistances), 0);
      const head = (x: tf.Tensor2D) => (rows === x.shape[0] ? x : tf.slice(x, [0, 0], [rows, rows]));
      const similarity = head(batch.similarity);
      const known = name === "order" ? batch.known : tf.sub<tf.Tensor2D>(1, tf.eye(rows));
      const distances = tf.sqrt(tf.add(head(batch.squaredDistances), 1e-6)) as tf.Tensor2D;
      const values = OFFSETS.filter((offset) => offset < rows).map((offset) => {
        const gap = tf.sub(similarity, roll(similarity, offset));
        const both = tf.mul(known, roll(known, offset));
        const weight = tf.mul(both, tf.relu(tf.sub(tf.abs(gap), LEAST)));
        const apart = tf.mul(tf.sub(distances, roll(distances, offset)), tf.sign(gap));
        return tf.div(tf.sum(tf.mul(weight, tf.mul(tf.softplus(tf.div(apart, TEMPERATURE)), TEMPERATURE))), tf.maximum(tf.sum(weight), 1e-6)) as tf.Scalar;
      });
      return tf.div(tf.addN(values), values.length);
    },
  };
}

/** Columns moved round by `offset`. */
function roll(x: tf.Tensor2D, offset: number): tf.Tensor2D {
  const [rows, columns] = x.shape;
  return tf.concat([tf.slice(x, [0, offset], [rows, columns - offset]), tf.slice(x, [0, 0], [rows, offset])], 1) as tf.Tensor2D;
}
