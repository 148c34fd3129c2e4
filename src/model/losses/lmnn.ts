/**
 * Large-margin nearest neighbours: each sound pulls its target neighbours near and pushes impostors beyond them by a margin.
 *
 * L = (1 - mu) mean_{i, j ~> i} d_ij^2 + mu mean_{i, j ~> i} sum_l (1 - y_il) max(0, 1 + d_ij^2 - d_il^2), mu = 1/2; j ~> i are the k = 3 sounds of i's label that lie nearest to it in what the
 * network hears (before anything is learned, hence fixed), here among those of the batch; y_il = 1 for sounds of one label. Rows without a label or a target say nothing.
 * Source: Weinberger and Saul, JMLR 10 (2009), eq. 11 to 13; the rival of Lostanlen et al. 2021 ("Time-frequency scattering accurately models auditory similarities …").
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Loss } from "./batch.ts";

export const TARGETS = 3;
export const PUSH = 0.5;
export const LMNN_MARGIN = 1;

export function createLmnnLoss(targets = TARGETS, push = PUSH, margin = LMNN_MARGIN): Loss {
  return {
    name: "lmnn",
    parameters: [],
    value({ squaredDistances, heard, labels }) {
      const rows = labels.length;
      const chosen = targetNeighbours(heard, labels, targets);
      const count = chosen.reduce((sum, own) => sum + own.length, 0);
      if (count === 0) return tf.mul(tf.sum(squaredDistances), 0);
      const impostors = new Float32Array(rows * rows);
      for (let i = 0; i < rows; i++) for (let l = 0; l < rows; l++) impostors[i * rows + l] = labels[i]! >= 0 && labels[l]! >= 0 && labels[i] !== labels[l] ? 1 : 0;
      const others = tf.tensor2d(impostors, [rows, rows]);
      const parts = Array.from({ length: targets }, (_, rank) => {
        const mask = new Float32Array(rows * rows);
        const has = new Float32Array(rows);
        for (const [i, own] of chosen.entries()) {
          if (own[rank] === undefined) continue;
          mask[i * rows + own[rank]] = 1;
          has[i] = 1;
        }
        const near = tf.sum(tf.mul(squaredDistances, tf.tensor2d(mask, [rows, rows])), 1, true);
        const hinge = tf.relu(tf.add(tf.sub(near, squaredDistances), margin));
        const pushed = tf.sum(tf.mul(tf.mul(hinge, others), tf.tensor2d(has, [rows, 1])));
        return tf.add(tf.mul(tf.sum(near), 1 - push), tf.mul(pushed, push)) as tf.Scalar;
      });
      return tf.div(tf.addN(parts), count);
    },
  };
}

/** Of each row the nearest rows of its label in `heard [rows, inputs]`, nearest first; none for rows without a label. */
export function targetNeighbours(heard: tf.Tensor2D, labels: Int32Array, targets: number): number[][] {
  const [rows, width] = heard.shape;
  const x = heard.dataSync<"float32">();
  return Array.from({ length: rows }, (_, i) => {
    if (labels[i]! < 0) return [];
    const same: { row: number; sum: number }[] = [];
    for (let j = 0; j < rows; j++) {
      if (j === i || labels[j] !== labels[i]) continue;
      let sum = 0;
      for (let k = 0; k < width; k++) sum += (x[i * width + k]! - x[j * width + k]!) ** 2;
      same.push({ row: j, sum });
    }
    return same
      .sort((a, b) => a.sum - b.sum || a.row - b.row)
      .slice(0, targets)
      .map(({ row }) => row);
  });
}
