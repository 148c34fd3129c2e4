/**
 * Graded loss: each listener who did or did not put two sounds together is one trial with probability p_ij = sigmoid(a (b - d_ij^2)), a and b learned.
 *
 * L = - sum_ij w_ij [s_ij log p_ij + (1 - s_ij) log(1 - p_ij)] / sum_ij w_ij with s_ij the share of listeners: the cross-entropy of their votes, so that a pair that half of them
 * joined lies between one that all joined and one that nobody did. Of ours; the logistic link as in probit models of paired comparison (Thurstone 1927).
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Loss } from "./batch.ts";

export function createGradedLoss(): Loss {
  return {
    name: "graded",
    parameters: [
      { name: "loss/slope", shape: [1], start: Math.log(4), trainable: true, decayed: false },
      { name: "loss/threshold", shape: [1], start: 0.7, trainable: true, decayed: false },
    ],
    value({ squaredDistances, similarity, known }, parameter) {
      const logits = tf.mul(tf.exp(parameter("loss/slope")), tf.sub(parameter("loss/threshold"), squaredDistances));
      const entropy = tf.sub(tf.softplus(logits), tf.mul(similarity, logits));
      return tf.div(tf.sum(tf.mul(entropy, known)), tf.maximum(tf.sum(known), 1e-6));
    },
  };
}
