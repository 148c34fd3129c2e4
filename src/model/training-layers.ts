/** Layers as training sees them: batch statistics, dropout and drop path that act, running statistics that follow. */

import * as tf from "@tensorflow/tfjs-core";
import { type Layers, NORM_EPSILON, activate } from "./layers.ts";
import { matMul } from "./mat-mul.ts";
import type { Random } from "./random.ts";

/** Share of the old running statistics that one step keeps. */
const MOMENTUM = 0.95;

export interface TrainingLayers extends Layers {
  /** Moves the running means and variances by what the passes since the last call have seen. Call outside of the gradient. */
  follow(): void;
}

/** `random` undefined: no noise, batch statistics only (for checks of gradients). */
export function createTrainingLayers(variables: ReadonlyMap<string, tf.Variable>, random?: Random): TrainingLayers {
  const seen = new Map<string, { mean: tf.Tensor; variance: tf.Tensor }>();
  const tensor = (name: string): tf.Variable => {
    const found = variables.get(name);
    if (!found) throw new Error(`createTrainingLayers: expected a parameter ${name}, got none; list it in the network's parameters.`);
    return found;
  };
  const linear = (name: string, x: tf.Tensor2D) => matMul(x, tensor(`${name}/weights`) as unknown as tf.Tensor2D);
  const noise = (shape: [number, number], rate: number): tf.Tensor2D => {
    const kept = new Float32Array(shape[0] * shape[1]);
    for (let i = 0; i < kept.length; i++) kept[i] = random!.uniform() < rate ? 0 : 1 / (1 - rate);
    return tf.tensor2d(kept, shape);
  };
  return {
    tensor,
    linear,
    dense: (name, x, activation = "linear") => activate(tf.add(linear(name, x), tensor(`${name}/bias`)), activation),
    normed(name, x, activation = "linear") {
      const z = linear(name, x);
      const mean = tf.mean(z, 0, true);
      const centred = tf.sub(z, mean);
      const variance = tf.mean(tf.square(centred), 0, true);
      const old = seen.get(name);
      if (old) tf.dispose([old.mean, old.variance]);
      seen.set(name, { mean: tf.keep(tf.clone(mean)), variance: tf.keep(tf.clone(variance)) });
      const scale = tf.mul(tf.rsqrt(tf.add(variance, NORM_EPSILON)), tensor(`${name}/gain`));
      return activate(tf.add(tf.mul(centred, scale), tensor(`${name}/shift`)) as tf.Tensor2D, activation);
    },
    dropout: (x, rate) => (random && rate > 0 ? tf.mul(x, noise(x.shape, rate)) : x),
    dropPath: (x, rate) => (random && rate > 0 ? tf.mul(x, noise([x.shape[0], 1], rate)) : x),
    follow() {
      for (const [name, { mean, variance }] of seen) {
        tf.tidy(() => {
          for (const [part, value] of [["mean", mean], ["variance", variance]] as const) {
            const running = tensor(`${name}/${part}`);
            running.assign(tf.add(tf.mul(running, MOMENTUM), tf.mul(tf.reshape(value, running.shape), 1 - MOMENTUM)));
          }
        });
        tf.dispose([mean, variance]);
      }
      seen.clear();
    },
  };
}
