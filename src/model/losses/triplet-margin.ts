/**
 * Triplet margin loss over the hardest of each batch: L = mean_a max(0, max_{p of a's class} d(a, p) - min_{n of another} d(a, n) + margin), d the Euclidean distance of unit vectors.
 * Source: Hermans et al. 2017, "In Defense of the Triplet Loss for Person Re-Identification", eq. 5; rows without a class, a positive or a negative are left out.
 */

import * as tf from "@tensorflow/tfjs-core";
import { matMul } from "../mat-mul.ts";
import type { Loss } from "./batch.ts";

export const TRIPLET_MARGIN = 0.2;
const FAR = 1e3;

export function createTripletMarginLoss(margin = TRIPLET_MARGIN): Loss {
  return {
    name: "triplet-margin",
    parameters: [],
    value({ embeddings, labels }) {
      const rows = labels.length;
      const same = new Float32Array(rows * rows);
      const other = new Float32Array(rows * rows);
      const counted = new Float32Array(rows);
      for (let a = 0; a < rows; a++) {
        let positives = 0;
        let negatives = 0;
        if (labels[a]! < 0) continue;
        for (let b = 0; b < rows; b++) {
          if (a === b || labels[b]! < 0) continue;
          if (labels[a] === labels[b]) positives += same[a * rows + b] = 1;
          else negatives += other[a * rows + b] = 1;
        }
        counted[a] = positives > 0 && negatives > 0 ? 1 : 0;
      }
      const count = counted.reduce((sum, value) => sum + value, 0);
      if (count === 0) return tf.mul(tf.sum(embeddings), 0);
      const distances = tf.sqrt(tf.add(tf.relu(tf.sub(2, tf.mul(matMul(embeddings, tf.transpose(embeddings)), 2))), 1e-8));
      const hardestPositive = tf.max(tf.mul(distances, tf.tensor2d(same, [rows, rows])), 1);
      const hardestNegative = tf.min(tf.add(distances, tf.mul(tf.sub(1, tf.tensor2d(other, [rows, rows])), FAR)), 1);
      return tf.div(tf.sum(tf.mul(tf.relu(tf.add(tf.sub(hardestPositive, hardestNegative), margin)), tf.tensor1d(counted))), count);
    },
  };
}
