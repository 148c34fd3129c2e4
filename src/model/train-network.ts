/**
 * Trains a network: batches of sounds at random contexts join the anchors as queries do at use, AdamW steps down a mix of losses, and the best epoch is kept.
 *
 * The gradients of the tfjs kernels must be registered by the host (as it picks the backend): `import "@tensorflow/tfjs-core/dist/register_all_gradients.js"`, or in Node `src/cli/gradients.ts`.
 */

import * as tf from "@tensorflow/tfjs-core";
import { FormatError } from "../core/errors.ts";
import { createAdamW } from "./adam-w.ts";
import { type Architecture, networkInputs } from "./architecture.ts";
import { type Checkpoint, type Part, partOf, takeCheckpoint } from "./checkpoint.ts";
import type { ParameterSpec } from "./layers.ts";
import type { Loss } from "./losses/batch.ts";
import { createGradedLoss } from "./losses/graded.ts";
import { createLmnnLoss } from "./losses/lmnn.ts";
import { createOrderLoss } from "./losses/order.ts";
import { createProxyAnchorLoss } from "./losses/proxy-anchor.ts";
import { createPrunedContrastiveLoss } from "./losses/pruned-contrastive.ts";
import { createTripletMarginLoss } from "./losses/triplet-margin.ts";
import { matMul } from "./mat-mul.ts";
import type { Network } from "./network.ts";
import { createVariables, disposeVariables, readVariables, startParameters } from "./parameters.ts";
import { type Random, createRandom } from "./random.ts";
import { createTrainingLayers } from "./training-layers.ts";
import type { Weights } from "./weights.ts";

export const LOSSES = ["proxy-anchor", "triplet-margin", "pruned-contrastive", "graded", "order", "ratings", "lmnn"] as const;
export type LossName = (typeof LOSSES)[number];

/** The sounds of the training part, as the front end has left them. */
export interface TrainingSet {
  readonly rows: number;
  /** Per context, shortest first, `[rows, coordinates]`. */
  readonly coordinates: readonly Float32Array[];
  /** Class of each row, `[rows]`: what is judged, balanced and labelled. */
  readonly classes: Int32Array;
  readonly classCount: number;
  /** `[classCount, classCount]` judged similarity, 0 to 1; NaN where nobody was asked. */
  readonly similarity: Float32Array;
  /** `[classCount]` label for the losses on labels, -1 for none, and how many there are. */
  readonly labels: Int32Array;
  readonly labelCount: number;
  /** `[classCount]` cluster of each class; classes that no cluster joins have one of their own. */
  readonly clusters: Int32Array;
  /** `[classCount]` how often a class is drawn, in proportion. */
  readonly weights: Float32Array;
  /** Rating studies: rows `first` to `first + count` with `[count, count]` similarities that rank within the study alone. Each batch holds one study for the "ratings" loss. */
  readonly studies?: readonly RatedRows[];
}

export interface RatedRows {
  readonly first: number;
  readonly count: number;
  readonly similarity: Float32Array;
}

export interface TrainingOptions {
  readonly seed: number;
  readonly epochs: number;
  readonly steps: number;
  readonly batch: number;
  readonly rate: number;
  /** StepLR: the rate is multiplied by `rateFactor` every `rateEpochs` epochs. */
  readonly rateEpochs: number;
  readonly rateFactor: number;
  readonly decay: number;
  /** Deviation of the Gaussian noise on each coordinate (their mean square is 1). */
  readonly noise: number;
  /** Share of rows that are heard at a random shorter context. */
  readonly shortShare: number;
  /** Share of the squared distance that the plain coordinates have, beside what is learned. */
  readonly plainShare: number;
  readonly losses: Readonly<Partial<Record<LossName, number>>>;
  /** No epoch before this one is kept for its figure where a later one follows: while the rate is high, figures jump from one epoch to the next, and the highest of them is luck. */
  readonly leastEpochs: number;
  /** Epochs without a better figure before training stops. */
  readonly patience: number;
}

export interface EpochReport {
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  readonly rate: number;
  /** What `validate` said, the higher the better; undefined without it. */
  readonly figure?: number;
  /** Whether its parameters are kept, in place of those kept so far. */
  readonly best: boolean;
}

export interface TrainingHooks {
  /** Figure of merit of the current parameters, the higher the better; NaN where there is none: such an epoch never replaces one that has a figure. */
  readonly validate?: (parameters: ReadonlyMap<string, Weights>) => Promise<number>;
  readonly onStep?: (step: number, steps: number, epoch: number, loss: number) => void;
  readonly onEpoch?: (report: EpochReport) => void | Promise<void>;
  /** Told after every epoch that another follows, and where a signal ends training. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void | Promise<void>;
  /** Goes on from there instead of from the start; data and settings are to be the same. */
  readonly resume?: Checkpoint;
  /** Ends training after the current step; what was best so far is given back. */
  readonly signal?: AbortSignal;
}

export interface Training {
  /** The network's parameters of the best epoch (the last one without `validate`). */
  readonly parameters: ReadonlyMap<string, Weights>;
  readonly epoch: number;
  readonly figure?: number;
  /** Why it ended: all epochs done, no better figure for `patience` epochs, aborted, or a loss or parameters that are not finite. */
  readonly end: "done" | "patience" | "aborted" | "diverged";
  /** One sentence for "diverged", naming the step. */
  readonly fault?: string;
}

export function createLosses(set: TrainingSet, learned: number, { losses }: Pick<TrainingOptions, "losses">): { readonly loss: Loss; readonly weight: number }[] {
  const make = (name: LossName): Loss => {
    switch (name) {
      case "proxy-anchor":
        return createProxyAnchorLoss(set.labelCount, learned);
      case "triplet-margin":
        return createTripletMarginLoss();
      case "pruned-contrastive":
        return createPrunedContrastiveLoss();
      case "graded":
        return createGradedLoss();
      case "lmnn":
        return createLmnnLoss();
      case "order":
      case "ratings":
        return createOrderLoss(name);
      default:
        return name satisfies never;
    }
  };
  return LOSSES.flatMap((name) => ((losses[name] ?? 0) > 0 ? [{ loss: make(name), weight: losses[name]! }] : []));
}

/** Factor of the plain coordinates and of the learned unit vector in the embedding: mean squared distances of `plainShare` and 1 - `plainShare` where the learned vectors are spread evenly. */
export function blendOf(set: TrainingSet, { plain, coordinates, learned }: Architecture, plainShare: number): { readonly learned: number; readonly plain: number } {
  const full = set.coordinates.at(-1)!;
  const mean = new Float64Array(plain);
  let variance = 0;
  for (let row = 0; row < set.rows; row++) for (let k = 0; k < plain; k++) mean[k]! += full[row * coordinates + k]! / set.rows;
  for (let row = 0; row < set.rows; row++) for (let k = 0; k < plain; k++) variance += (full[row * coordinates + k]! - mean[k]!) ** 2 / set.rows;
  const share = learned === 0 ? 1 : plain === 0 ? 0 : plainShare;
  return { learned: Math.sqrt((1 - share) / 2), plain: plain === 0 ? 0 : Math.sqrt(share / (2 * variance)) };
}

interface Batch {
  readonly x: Float32Array;
  readonly labels: Int32Array;
  readonly classes: Int32Array;
  readonly clusters: Int32Array;
  readonly similarity: Float32Array;
  readonly known: Float32Array;
  readonly rated: number;
}

/** Sounds of a study in one batch at most. */
const STUDY_ROWS = 20;

/** Draws classes by weight, sounds evenly within a class. */
function createSampler(set: TrainingSet, { coordinates, contexts }: Architecture, { batch, noise, shortShare, losses }: TrainingOptions, random: Random): () => Batch {
  const members = Array.from({ length: set.classCount }, () => [] as number[]);
  for (let row = 0; row < set.rows; row++) members[set.classes[row]!]!.push(row);
  const cumulated = new Float64Array(set.classCount);
  let total = 0;
  for (let c = 0; c < set.classCount; c++) cumulated[c] = total += members[c]!.length > 0 ? set.weights[c]! : 0;
  if (!(total > 0)) throw new FormatError("training: expected at least one sound with a class of weight above 0, got none; check the labels of the data.");
  const inputs = coordinates + contexts.length;
  const last = contexts.length - 1;
  const studies = (losses.ratings ?? 0) > 0 ? (set.studies ?? []) : [];
  return () => {
    const x = new Float32Array(batch * inputs);
    const drawn = new Int32Array(batch).fill(-1);
    const hear = (i: number, row: number, context: number) => {
      const source = set.coordinates[context]!;
      for (let k = 0; k < coordinates; k++) x[i * inputs + k] = source[row * coordinates + k]! + noise * random.normal();
      x[i * inputs + coordinates + context] = 1;
    };
    // one study comes first in the batch, heard in full as its listeners did
    const study = studies.length > 0 ? studies[random.integer(studies.length)]! : undefined;
    const rated = study ? random.shuffle(Array.from({ length: study.count }, (_, row) => row)).slice(0, Math.min(STUDY_ROWS, batch)) : [];
    for (const [i, row] of rated.entries()) hear(i, study!.first + row, last);
    for (let i = rated.length; i < batch; i++) {
      const mark = random.uniform() * total;
      const chosen = cumulated.findIndex((sum) => sum > mark);
      drawn[i] = chosen;
      hear(i, members[chosen]![random.integer(members[chosen]!.length)]!, random.uniform() < shortShare ? random.integer(last + 1) : last);
    }
    const similarity = new Float32Array(batch * batch);
    const known = new Float32Array(batch * batch);
    for (let i = 0; i < batch; i++) {
      for (let j = 0; j < batch; j++) {
        if (i === j || drawn[i] === -1 || drawn[j] === -1) continue;
        const judged = set.similarity[drawn[i]! * set.classCount + drawn[j]!]!;
        if (Number.isNaN(judged)) continue;
        similarity[i * batch + j] = judged;
        known[i * batch + j] = 1;
      }
    }
    const of = (values: Int32Array) => drawn.map((chosen) => (chosen === -1 ? -1 : values[chosen]!));
    for (const [i, one] of rated.entries()) {
      for (const [j, other] of rated.entries()) if (i !== j) similarity[i * batch + j] = study!.similarity[one * study!.count + other]!;
    }
    return { x, labels: of(set.labels), classes: drawn, clusters: of(set.clusters), similarity, known, rated: rated.length };
  };
}

/** d_ij^2 = |x_i - x_j|^2 `[rows, rows]`, at least 0. */
function squaredDistances(x: tf.Tensor2D): tf.Tensor2D {
  const energy = tf.sum(tf.square(x), 1, true);
  return tf.relu(tf.sub(tf.add(energy, tf.transpose(energy)), tf.mul(matMul(x, tf.transpose(x)), 2)));
}

/** Trains from the seed's start, or from a checkpoint. `anchors [count, inputs]` for networks that are anchored. Never throws for a loss or parameters that are not finite: it ends with the last good parameters. */
export async function trainNetwork(network: Network, architecture: Architecture, set: TrainingSet, anchors: Float32Array | undefined, options: TrainingOptions, hooks: TrainingHooks = {}): Promise<Training> {
  const { learned, plain } = architecture;
  const inputs = networkInputs(architecture);
  const { resume } = hooks;
  const random = createRandom(options.seed, resume?.random);
  const losses = createLosses(set, learned, options);
  if (losses.length === 0) throw new FormatError(`training: expected at least one loss with a weight above 0, got none; choose among ${LOSSES.join(", ")}.`);
  const startOf = (part: Part, specs: readonly ParameterSpec[]) => (resume ? partOf(resume, part, specs) : startParameters(specs, random));
  const own = createVariables(network.parameters, startOf("network", network.parameters));
  const lossSpecs = losses.flatMap(({ loss }) => loss.parameters);
  const lossVariables = createVariables(lossSpecs, startOf("losses", lossSpecs));
  const specs = [...network.parameters, ...lossSpecs];
  const trainable = new Map([...own, ...lossVariables].filter((_, index) => specs[index]!.trainable));
  const byId = new Map([...trainable].map(([name, variable]) => [variable.name, name] as const));
  const moved = specs.filter((spec) => spec.trainable);
  const moments = resume ? { updates: resume.updates, first: partOf(resume, "first", moved), second: partOf(resume, "second", moved) } : undefined;
  const optimiser = createAdamW(trainable, options.decay, new Set(specs.filter(({ decayed }) => decayed).map(({ name }) => name)), moments);
  const layers = createTrainingLayers(own, random);
  const nodes = anchors && network.anchored ? tf.tensor2d(anchors, [anchors.length / inputs, inputs]) : undefined;
  const blend = blendOf(set, architecture, options.plainShare);
  const sample = createSampler(set, architecture, options, random);

  const lossOf = ({ x, labels, classes, clusters, similarity, known, rated }: Batch): tf.Scalar => {
    const rows = labels.length;
    const queries = tf.tensor2d(x, [rows, inputs]);
    const embeddings = network.train(layers, queries, nodes);
    const learnedSquared = tf.mul<tf.Tensor2D>(squaredDistances(embeddings), blend.learned ** 2);
    const plainSquared = plain > 0 ? tf.mul(squaredDistances(tf.slice(queries, [0, 0], [rows, plain])), blend.plain ** 2) : undefined;
    const batch = {
      embeddings,
      heard: queries,
      squaredDistances: plainSquared ? tf.add<tf.Tensor2D>(learnedSquared, plainSquared) : learnedSquared,
      labels,
      classes,
      clusters,
      similarity: tf.tensor2d(similarity, [rows, rows]),
      known: tf.tensor2d(known, [rows, rows]),
      rated,
    };
    return tf.addN(losses.map(({ loss, weight }) => tf.mul(loss.value(batch, (name) => lossVariables.get(name)!), weight))) as tf.Scalar;
  };

  const variables = [...trainable.values()];
  let kept = resume ? partOf(resume, "kept", network.parameters) : readVariables(own);
  let keptEpoch = resume?.keptEpoch ?? 0;
  let keptFigure = resume?.keptFigure;
  const checkpoint = async (epoch: number, step: number, sum: number) => {
    const progress = { epoch, step, sum, random: random.state(), keptEpoch, ...(keptFigure === undefined ? {} : { keptFigure }) };
    if (hooks.onCheckpoint) await hooks.onCheckpoint(takeCheckpoint(progress, own, lossVariables, optimiser, kept));
  };
  const faultOf = (what: string, got: string, epoch: number, step: number) => `training: expected ${what}, got ${got} in epoch ${epoch}, step ${step}; lower the rate (${options.rate}) or check the features.`;
  /** A step may blow the parameters up though its own loss was finite; undefined where it has not. */
  const faultAfter = (epoch: number, step: number): string | undefined => {
    for (const [name, { values }] of [...readVariables(own), ...readVariables(lossVariables)]) {
      const bad = values.find((value) => !Number.isFinite(value));
      if (bad !== undefined) return faultOf("finite parameters", `${bad} in ${name}`, epoch, step);
    }
    return undefined;
  };
  let end: Training["end"] = "done";
  let fault: string | undefined;
  try {
    epochs: for (let epoch = resume?.epoch ?? 1; epoch <= options.epochs; epoch++) {
      const rate = options.rate * options.rateFactor ** Math.floor((epoch - 1) / options.rateEpochs);
      const resumed = epoch === resume?.epoch ? resume : undefined;
      let sum = resumed?.sum ?? 0;
      for (let step = (resumed?.step ?? 0) + 1; step <= options.steps; step++) {
        if (hooks.signal?.aborted) {
          fault = faultAfter(epoch, step - 1);
          end = fault === undefined ? "aborted" : "diverged";
          if (fault === undefined) await checkpoint(epoch, step - 1, sum);
          break epochs;
        }
        const batch = sample();
        const { value, grads } = tf.variableGrads(() => lossOf(batch), variables);
        const loss = value.dataSync()[0]!;
        value.dispose();
        if (!Number.isFinite(loss)) {
          tf.dispose(grads);
          end = "diverged";
          fault = faultOf("a finite loss", String(loss), epoch, step);
          break epochs;
        }
        optimiser.step(new Map(Object.entries(grads).map(([id, gradient]) => [byId.get(id)!, gradient])), rate);
        tf.dispose(grads);
        layers.follow();
        sum += loss;
        hooks.onStep?.(step, options.steps, epoch, sum / step);
        await breathe();
      }
      fault = faultAfter(epoch, options.steps);
      if (fault !== undefined) {
        end = "diverged";
        break;
      }
      const current = readVariables(own);
      const measured = await hooks.validate?.(current);
      const figure = Number.isNaN(measured) ? undefined : measured;
      const overEarly = keptEpoch < options.leastEpochs && epoch >= options.leastEpochs;
      const best = keptFigure === undefined || (figure !== undefined && (overEarly || figure > keptFigure));
      if (best) {
        kept = current;
        keptEpoch = epoch;
        keptFigure = figure;
      }
      await hooks.onEpoch?.({ epoch, epochs: options.epochs, loss: sum / options.steps, rate, ...(figure === undefined ? {} : { figure }), best });
      if (epoch - Math.max(keptEpoch, options.leastEpochs) >= options.patience) {
        end = "patience";
        break;
      }
      if (epoch < options.epochs) await checkpoint(epoch + 1, 0, 0);
    }
    // nothing has been measured yet: as it stands is better than where it began
    if (end === "aborted" && keptFigure === undefined) kept = readVariables(own);
  } finally {
    layers.follow();
    optimiser.dispose();
    disposeVariables(own);
    disposeVariables(lossVariables);
    nodes?.dispose();
  }
  return { parameters: kept, epoch: keptEpoch, end, ...(keptFigure === undefined ? {} : { figure: keptFigure }), ...(fault === undefined ? {} : { fault }) };
}

/** Lets timers, signals and messages in between two steps. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
