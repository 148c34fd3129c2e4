/**
 * AdamW: Adam with weight decay apart from the gradient. m <- b1 m + (1 - b1) g, v <- b2 v + (1 - b2) g^2, θ <- θ (1 - rate decay) - rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps).
 * Source: Loshchilov and Hutter, ICLR 2019, algorithm 2.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Weights } from "./weights.ts";

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

export interface AdamW {
  /** One step at this rate; `gradients` by variable name of `variables`. */
  step(gradients: ReadonlyMap<string, tf.Tensor>, rate: number): void;
  /** Steps taken, and the moments m and v by variable name. */
  readonly updates: number;
  readonly first: ReadonlyMap<string, tf.Variable>;
  readonly second: ReadonlyMap<string, tf.Variable>;
  dispose(): void;
}

/** Where an optimiser stood. */
export interface AdamWState {
  readonly updates: number;
  readonly first: ReadonlyMap<string, Weights>;
  readonly second: ReadonlyMap<string, Weights>;
}

/** `decayed` names the variables that weight decay pulls at; `from` goes on where another stood. */
export function createAdamW(variables: ReadonlyMap<string, tf.Variable>, decay: number, decayed: ReadonlySet<string>, from?: AdamWState): AdamW {
  const moments = (start?: ReadonlyMap<string, Weights>) => new Map([...variables].map(([name, { shape }]) => [name, momentOf(shape, start?.get(name))] as const));
  const firsts = moments(from?.first);
  const seconds = moments(from?.second);
  let steps = from?.updates ?? 0;
  return {
    first: firsts,
    second: seconds,
    get updates() {
      return steps;
    },
    step(gradients, rate) {
      steps++;
      const scale = rate / (1 - BETA_1 ** steps);
      const inverse = 1 / (1 - BETA_2 ** steps);
      for (const [name, gradient] of gradients) {
        const variable = variables.get(name)!;
        const [first, second] = [firsts.get(name)!, seconds.get(name)!];
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
      tf.dispose([...firsts.values(), ...seconds.values()]);
    },
  };
}

function momentOf(shape: number[], start: Weights | undefined): tf.Variable {
  return tf.tidy(() => tf.variable(start ? tf.tensor(start.values, shape) : tf.zeros(shape), false));
}
