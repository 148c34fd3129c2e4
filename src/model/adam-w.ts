/**
 * AdamW: Adam with weight decay apart from the gradient. m <- b1 m + (1 - b1) g, v <- b2 v + (1 - b2) g^2, θ <- θ (1 - rate decay) - rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps).
 * Source: Loshchilov and Hutter, ICLR 2019, algorithm 2.
 */

import * as tf from "@tensorflow/tfjs-core";

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

export interface AdamW {
  /** One step at this rate; `gradients` by variable name of `variables`. */
  step(gradients: ReadonlyMap<string, tf.Tensor>, rate: number): void;
  dispose(): void;
}

/** `decayed` names the variables that weight decay pulls at. */
export function createAdamW(variables: ReadonlyMap<string, tf.Variable>, decay: number, decayed: ReadonlySet<string>): AdamW {
  const moments = new Map([...variables].map(([name, { shape }]) => [name, { first: zeros(shape), second: zeros(shape) }] as const));
  let steps = 0;
  return {
    step(gradients, rate) {
      steps++;
      const scale = rate / (1 - BETA_1 ** steps);
      const inverse = 1 / (1 - BETA_2 ** steps);
      for (const [name, gradient] of gradients) {
        const variable = variables.get(name)!;
        const { first, second } = moments.get(name)!;
        tf.tidy(() => {
          first.assign(tf.add(tf.mul(first, BETA_1), tf.mul(gradient, 1 - BETA_1)));
          second.assign(tf.add(tf.mul(second, BETA_2), tf.mul(tf.square(gradient), 1 - BETA_2)));
          const update = tf.div(tf.mul(first, scale), tf.add(tf.sqrt(tf.mul(second, inverse)), EPSILON));
          const kept = decayed.has(name) && decay > 0 ? tf.mul(variable, 1 - rate * decay) : variable;
          variable.assign(tf.sub(kept, update));
        });
      }
    },
    dispose() {
      for (const { first, second } of moments.values()) tf.dispose([first, second]);
    },
  };
}

function zeros(shape: number[]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.zeros(shape), false));
}
