/** What every network is built from, so that one description of a network both trains (batch statistics, noise) and answers (folded, fused). */

import * as tf from "@tensorflow/tfjs-core";

export type Activation = "linear" | "relu" | "elu";

/** How one tensor of a network starts. `glorot` is Glorot and Bengio's uniform range for a matrix, `identity` has ones on its diagonal; a number fills. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: "glorot" | "identity" | number;
  /** False for running statistics, which no gradient reaches. */
  readonly trainable: boolean;
  /** Whether weight decay pulls at it: matrices, not biases or norms. */
  readonly decayed: boolean;
}

export interface Layers {
  /** act(x W + b): `name/weights [in, out]`, `name/bias [out]`. */
  dense(name: string, x: tf.Tensor2D, activation?: Activation): tf.Tensor2D;
  /** act(norm(x W)): batch norm with `name/gain`, `name/shift`; at use with the running `name/mean` and `name/variance`. */
  normed(name: string, x: tf.Tensor2D, activation?: Activation): tf.Tensor2D;
  /** x W, no bias. */
  linear(name: string, x: tf.Tensor2D): tf.Tensor2D;
  /** The tensor itself. */
  tensor(name: string): tf.Tensor;
  /** Zeroes entries with probability `rate` and divides the rest by 1 - rate, in training alone. */
  dropout(x: tf.Tensor2D, rate: number): tf.Tensor2D;
  /** Zeroes whole rows of a residual branch in the same way (Huang et al. 2016, stochastic depth). */
  dropPath(x: tf.Tensor2D, rate: number): tf.Tensor2D;
}

export function activate(x: tf.Tensor2D, activation: Activation): tf.Tensor2D {
  return activation === "linear" ? x : activation === "relu" ? tf.relu(x) : tf.elu(x);
}

export const NORM_EPSILON = 1e-5;

export function denseSpecs(name: string, inputs: number, outputs: number, bias = 0): ParameterSpec[] {
  return [...linearSpecs(name, inputs, outputs), { name: `${name}/bias`, shape: [outputs], start: bias, trainable: true, decayed: false }];
}

export function linearSpecs(name: string, inputs: number, outputs: number): ParameterSpec[] {
  return [{ name: `${name}/weights`, shape: [inputs, outputs], start: "glorot", trainable: true, decayed: true }];
}

export function normedSpecs(name: string, inputs: number, outputs: number, gain = 1): ParameterSpec[] {
  const vector = (part: string, start: number, trainable: boolean): ParameterSpec => ({ name: `${name}/${part}`, shape: [outputs], start, trainable, decayed: false });
  return [...linearSpecs(name, inputs, outputs), vector("gain", gain, true), vector("shift", 0, true), vector("mean", 0, false), vector("variance", 1, false)];
}
