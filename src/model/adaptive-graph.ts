/**
 * The adaptive neighbourhood of AN-GNN made inductive: a node joins a graph of anchors that was there before it, with a Gaussian affinity whose width each node learns.
 *
 * sigma_i = softplus(r(x_i)) + floor with r: d -> d/8 -> d/32 -> 1 (ReLU between), y_i = x_i / sigma_i, W_ij = exp(-mean((y_i - y_j)^2) / 2), each row's k largest kept.
 * Among anchors the kept edges are symmetrised by "or" and carry their values: D_i = 1 + sum_j W_ij (self-loop of weight 1), S = D^-1/2 (W + I) D^-1/2.
 * Relative, which is ours: W_ij = exp(e_ij - max_j e_ij) of the exponents e_ij = -mean((y_i - y_j)^2) / 2, the larger of both among anchors, and sigma_i = 4^tanh(r(x_i) / 20). The nearest anchor always
 * weighs 1, however sharp the widths: as published a width can shrink until every weight is 0, and with the weights its gradient, so that the block has lost its graph for good.
 * A query q has edges to its own k anchors alone: D_q = 1 + sum_j W_qj, S_qj = W_qj / sqrt(D_q D_j), S_qq = 1 / D_q; D_j stays what it was without the query.
 * Source of sigma, W, top-k and S: Vahidi et al., WASPAA 2023 (there for one batch); the anchors are ours.
 */

import * as tf from "@tensorflow/tfjs-core";
import { type Layers, type ParameterSpec, denseSpecs } from "./layers.ts";
import { matMul } from "./mat-mul.ts";
import { nearestMask } from "./nearest-mask.ts";

export interface GraphOptions {
  /** Edges that each node picks, self-loop not counted. */
  readonly neighbours: number;
  /** True: sigma learned and edges weighted. False: the plain k-NN graph, sigma 1 and every kept edge 1. */
  readonly adaptive: boolean;
  /** What an edge's weight is measured against: nothing, as published, or the node's nearest anchor. */
  readonly affinity: "absolute" | "relative";
}

/** Smallest sigma: below it a node would see itself alone. */
const SIGMA_FLOOR = 0.05;
/** softplus(0.5128) + floor = 1: every sigma starts near 1. */
const SIGMA_START = Math.log(Math.expm1(1 - SIGMA_FLOOR));
/** Relative widths lie between 1 / 4 and 4 and start at 1; what the network says moves them a twentieth as fast, for they scale all else. */
const LOG_SIGMA_RANGE = Math.log(4);
const SIGMA_PACE = 1 / 20;
/** Taken from a node's exponent with itself: exp(-FAR) is 0. */
const FAR = 1e4;

export function graphSpecs(name: string, width: number, { adaptive, affinity }: GraphOptions): ParameterSpec[] {
  if (!adaptive) return [];
  const [outer, inner] = sigmaWidths(width);
  return [...denseSpecs(`${name}/sigma-0`, width, outer), ...denseSpecs(`${name}/sigma-1`, outer, inner), ...denseSpecs(`${name}/sigma-2`, inner, 1, affinity === "relative" ? 0 : SIGMA_START)];
}

function sigmaWidths(width: number): [number, number] {
  return [Math.max(4, Math.round(width / 8)), Math.max(2, Math.round(width / 32))];
}

/** Nodes as the affinity sees them: y = x / sigma `[nodes, width]` and mean(y^2) `[nodes, 1]`. */
export interface ScaledNodes {
  readonly y: tf.Tensor2D;
  readonly energy: tf.Tensor2D;
}

export function sigmas(layers: Layers, name: string, x: tf.Tensor2D, { affinity }: GraphOptions): tf.Tensor2D {
  const outer = layers.dense(`${name}/sigma-0`, x, "relu");
  const inner = layers.dense(`${name}/sigma-1`, outer, "relu");
  const said = layers.dense(`${name}/sigma-2`, inner);
  return affinity === "relative" ? tf.exp(tf.mul(tf.tanh(tf.mul(said, SIGMA_PACE)), LOG_SIGMA_RANGE)) : tf.add(tf.softplus(said), SIGMA_FLOOR);
}

export function scaleNodes(layers: Layers, name: string, x: tf.Tensor2D, options: GraphOptions): ScaledNodes {
  const y = options.adaptive ? tf.div<tf.Tensor2D>(x, sigmas(layers, name, x, options)) : x;
  return { y, energy: tf.mean(tf.square(y), 1, true) };
}

/** Anchors as queries see them, transposed and divided once: `keys = yᵀ / width [width, anchors]`, `halfEnergy = mean(y^2) / 2 [1, anchors]`. */
export interface AnchorKeys {
  readonly keys: tf.Tensor2D;
  readonly halfEnergy: tf.Tensor2D;
}

export function anchorKeys({ y, energy }: ScaledNodes): AnchorKeys {
  return { keys: tf.div(tf.transpose(y), y.shape[1]), halfEnergy: tf.div(tf.transpose(energy), 2) };
}

/** e `[nodes, anchors]`, at most 0: the logarithm of W before any edge is dropped or measured against another. */
export function exponents(nodes: ScaledNodes, anchors: AnchorKeys): tf.Tensor2D {
  return tf.minimum(tf.sub(tf.sub(matMul(nodes.y, anchors.keys), tf.div(nodes.energy, 2)), anchors.halfEnergy), 0);
}

/** Edges with their normalisation: `weights` W after top-k `[nodes, anchors]`, `inverseRoot` D^-1/2 `[nodes, 1]`. */
export interface Edges {
  readonly weights: tf.Tensor2D;
  readonly inverseRoot: tf.Tensor2D;
}

export function queryEdges(full: tf.Tensor2D, options: GraphOptions): Edges {
  const mask = nearestMask(full, options.neighbours);
  return withDegrees(options.adaptive ? tf.mul(weigh(full, options), mask) : mask);
}

/** Edges of the anchors among themselves, kept where either end picked the other. */
export function anchorEdges(full: tf.Tensor2D, options: GraphOptions): Edges {
  const own = tf.eye(full.shape[0]);
  const apart = tf.sub<tf.Tensor2D>(full, tf.mul(own, FAR));
  const picked = nearestMask(apart, options.neighbours);
  const mask = tf.mul<tf.Tensor2D>(tf.maximum(picked, tf.transpose(picked)), tf.sub(1, own));
  if (!options.adaptive) return withDegrees(mask);
  const weights = weigh(apart, options);
  return withDegrees(tf.mul(options.affinity === "relative" ? tf.maximum(weights, tf.transpose(weights)) : weights, mask));
}

/** W of every pair; relative, each row divided by its largest before the exponential is taken, so that none is lost to underflow. */
function weigh(full: tf.Tensor2D, { affinity }: GraphOptions): tf.Tensor2D {
  return tf.exp(affinity === "relative" ? tf.sub(full, tf.max(full, 1, true)) : full);
}

function withDegrees(weights: tf.Tensor2D): Edges {
  return { weights, inverseRoot: tf.rsqrt(tf.add(tf.sum(weights, 1, true), 1)) };
}

/**
 * S Z for nodes that join anchors: D_q^-1/2 (sum_j W_qj m_j + D_q^-1/2 z_q) with the anchors' messages m_j = D_j^-1/2 z_j `[anchors, channels]`; Z = H Θ has been multiplied out before.
 */
export function propagate({ weights, inverseRoot }: Edges, own: tf.Tensor2D, messages: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(inverseRoot, tf.add(matMul(weights, messages), tf.mul(inverseRoot, own)));
}
