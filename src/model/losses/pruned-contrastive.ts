/**
 * Pruned contrastive loss: among all sounds of other techniques, those of the query's own cluster shall be nearest, which is what pruned precision at k measures.
 *
 * L = mean_q -1/|P_q| sum_{p in P_q} log(exp(-d_qp^2 / T) / sum_{c in C_q} exp(-d_qc^2 / T)), C_q the rows of the batch that are not of q's technique, P_q those of them in q's cluster, T = 0.1; rows without
 * a P_q are left out. The supervised contrastive loss of Khosla et al., NeurIPS 2020, "Supervised Contrastive Learning", eq. 2, on squared distances of the whole embedding, with the query's own technique taken out.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Loss } from "./batch.ts";

export const CONTRASTIVE_TEMPERATURE = 0.1;
/** Takes a pair out of a sum of exponentials. */
const ABSENT = -1e4;

export function createPrunedContrastiveLoss(temperature = CONTRASTIVE_TEMPERATURE): Loss {
  return {
    name: "pruned-contrastive",
    parameters: [],
    value({ squaredDistances, classes, clusters }) {
      const rows = classes.length;
      const candidate = new Float32Array(rows * rows);
      const positive = new Float32Array(rows * rows);
      let queries = 0;
      for (let q = 0; q < rows; q++) {
        if (classes[q]! < 0) continue;
        let found = 0;
        for (let c = 0; c < rows; c++) {
          if (classes[c]! < 0 || classes[c] === classes[q]) continue;
          candidate[q * rows + c] = 1;
          if (clusters[c] === clusters[q]) found += positive[q * rows + c] = 1;
        }
        if (found === 0) continue;
        for (let c = 0; c < rows; c++) positive[q * rows + c]! /= found;
        queries++;
      }
      if (queries === 0) return tf.mul(tf.sum(squaredDistances), 0);
      const present = tf.tensor2d(candidate, [rows, rows]);
      const logits = tf.add<tf.Tensor2D>(tf.mul(tf.div(squaredDistances, -temperature), present), tf.mul(tf.sub(1, present), ABSENT));
      const shares = tf.sub(logits, tf.logSumExp(logits, 1, true));
      return tf.div(tf.neg(tf.sum(tf.mul(shares, tf.tensor2d(positive, [rows, rows])))), queries);
    },
  };
}
