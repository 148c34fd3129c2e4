/**
 * Proxy anchor loss: each class has a learned proxy p; hard samples near or far from it weigh most.
 *
 * L = 1/|P+| sum_{p in P+} log(1 + sum_{x of p} exp(-alpha (s(x, p) - delta))) + 1/|P| sum_p log(1 + sum_{x not of p} exp(alpha (s(x, p) + delta))),
 * s the cosine, P+ the proxies with a sample in the batch, margin delta 0.1, alpha 32. Source: Kim et al., CVPR 2020, "Proxy Anchor Loss for Deep Metric Learning", eq. 4.
 */

import * as tf from "@tensorflow/tfjs-core";
import { matMul } from "../mat-mul.ts";
import { unitRows } from "../unit-rows.ts";
import type { Loss } from "./batch.ts";

export const PROXY_MARGIN = 0.1;
export const PROXY_ALPHA = 32;
/** Stands for "not in this sum" in an exponent. */
const ABSENT = -1e4;

export function createProxyAnchorLoss(classes: number, learned: number, margin = PROXY_MARGIN, alpha = PROXY_ALPHA): Loss {
  return {
    name: "proxy-anchor",
    parameters: [{ name: "loss/proxies", shape: [classes, learned], start: "glorot", trainable: true, decayed: false }],
    value({ embeddings, labels }, parameter) {
      const rows = labels.length;
      const own = new Float32Array(rows * classes);
      const labelled = new Float32Array(rows);
      const present = new Float32Array(classes);
      for (const [row, label] of labels.entries()) {
        if (label < 0) continue;
        own[row * classes + label] = 1;
        labelled[row] = 1;
        present[label] = 1;
      }
      const count = present.reduce((sum, value) => sum + value, 0);
      if (count === 0) return tf.mul(tf.sum(embeddings), 0);
      const positive = tf.tensor2d(own, [rows, classes]);
      const negative = tf.sub(tf.tensor2d(labelled, [rows, 1]), positive);
      const cosines = matMul(embeddings, tf.transpose(unitRows(parameter("loss/proxies") as tf.Tensor2D)));
      const pull = logOnePlusSum(tf.mul(tf.sub(margin, cosines), alpha), positive);
      const push = logOnePlusSum(tf.mul(tf.add(cosines, margin), alpha), negative);
      return tf.add(tf.div(tf.sum(tf.mul(pull, tf.tensor1d(present))), count), tf.mean(push));
    },
  };
}

/** log(1 + sum over the rows where `mask` is 1 of exp(z)), per column, without overflow. */
function logOnePlusSum(z: tf.Tensor, mask: tf.Tensor): tf.Tensor1D {
  const kept = tf.add(tf.mul(z, mask), tf.mul(tf.sub(1, mask), ABSENT));
  const largest = stopGradient(tf.maximum(tf.max(kept, 0, true), 0));
  const sum = tf.add(tf.sum(tf.exp(tf.sub(kept, largest)), 0, true), tf.exp(tf.neg(largest)));
  return tf.reshape(tf.add(tf.log(sum), largest), [z.shape[1]!]);
}

const stopped = tf.customGrad((...inputs) => {
  const x = inputs[0] as tf.Tensor;
  return { value: tf.clone(x), gradFunc: () => tf.zeros(x.shape) };
});

function stopGradient(x: tf.Tensor): tf.Tensor {
  return stopped(x);
}
