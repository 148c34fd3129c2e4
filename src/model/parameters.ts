/** Starts a network's parameters from a seed, and takes them to and from rest. */

import * as tf from "@tensorflow/tfjs-core";
import type { ParameterSpec } from "./layers.ts";
import type { Random } from "./random.ts";
import type { Weights } from "./weights.ts";

/** First values: matrices uniform in ±sqrt(6 / (in + out)) (Glorot and Bengio 2010), the identity, or filled. */
export function startParameters(specs: readonly ParameterSpec[], random: Random): Map<string, Weights> {
  return new Map(
    specs.map(({ name, shape, start }) => {
      const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
      if (start === "glorot") {
        const range = Math.sqrt(6 / shape.reduce((sum, size) => sum + size, 0));
        for (let i = 0; i < values.length; i++) values[i] = (2 * random.uniform() - 1) * range;
      } else if (start === "identity") {
        for (let i = 0; i < Math.min(shape[0]!, shape[1]!); i++) values[i * shape[1]! + i] = 1;
      } else values.fill(start);
      return [name, { shape, values }] as const;
    }),
  );
}

/** Variables of these values; free them with disposeVariables. */
export function createVariables(specs: readonly ParameterSpec[], start: ReadonlyMap<string, Weights>): Map<string, tf.Variable> {
  return new Map(specs.map(({ name, shape, trainable }) => [name, tf.tidy(() => tf.variable(tf.tensor(start.get(name)!.values, shape as number[]), trainable))] as const));
}

/** Copies of the current values. */
export function readVariables(variables: ReadonlyMap<string, tf.Variable>): Map<string, Weights> {
  return new Map([...variables].map(([name, variable]) => [name, { shape: variable.shape, values: variable.dataSync<"float32">().slice() }] as const));
}

export function disposeVariables(variables: ReadonlyMap<string, tf.Variable>): void {
  for (const variable of variables.values()) variable.dispose();
}
