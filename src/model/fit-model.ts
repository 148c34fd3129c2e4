/** Fits a whole model to labelled sounds: statistics and principal axes, anchors, network, all from the rows that are handed in and nothing else. */

import { FormatError } from "../core/errors.ts";
import type { Feature } from "../core/features/feature.ts";
import { joined } from "../core/joined.ts";
import type { ModelManifest } from "../core/presets/model-manifest.ts";
import { type Architecture, createNetwork, networkInputs } from "./architecture.ts";
import type { Embedder } from "./embedder.ts";
import { type FrontEnd, coordinatesOf, fitFrontEnd } from "./front-end.ts";
import { kMeans } from "./k-means.ts";
import { FRONT_END, createEmbedderFrom } from "./load-embedder.ts";
import { createRandom } from "./random.ts";
import { type EpochReport, type Training, type TrainingHooks, type TrainingOptions, type TrainingSet, blendOf, trainNetwork } from "./train-network.ts";
import type { Weights } from "./weights.ts";

/** Raw features with what is known of each sound. */
export interface LabelledSounds extends Omit<TrainingSet, "coordinates"> {
  readonly feature: ModelManifest["feature"];
  /** Per context of the architecture, shortest first, `[rows, feature.size]`. */
  readonly values: readonly Float32Array[];
  /** The feature's columns that are energies; absent where all are, if any (see `Architecture.compression`). */
  readonly energies?: NonNullable<Feature["energies"]>;
  /** The row of each sound's unaltered recording; absent where no row is an altered copy. */
  readonly cleanRows?: Int32Array;
}

export interface FitOptions extends TrainingOptions {
  /** How many anchors stand for the training sounds in the graph. */
  readonly anchors: number;
}

export interface FitHooks extends Omit<TrainingHooks, "validate" | "onEpoch"> {
  /** Figure of merit of the model as it stands, as it would ship; its embedder is disposed of afterwards. */
  readonly validate?: (model: Embedder) => Promise<number>;
  readonly onEpoch?: (report: EpochReport) => void | Promise<void>;
}

export interface FittedModel {
  readonly architecture: Architecture;
  readonly tensors: ReadonlyMap<string, Weights>;
  readonly anchors?: NonNullable<ModelManifest["anchors"]>;
  readonly training: Training;
}

/** Points that k-means looks at: drawn evenly over classes, so that a rare technique has anchors as well. */
const ANCHOR_POINTS = 4000;
const ANCHOR_METHOD = "centres of k-means over the training sounds at full context, drawn evenly over techniques";

/** Anchors `[count, inputs]`: centres, hence none of them is any one sound, which would find itself in the graph when it is trained on. */
export function chooseAnchors(set: TrainingSet, architecture: Architecture, count: number, seed: number): Float32Array {
  if (set.rows < count) throw new FormatError(`anchors: expected at least ${count} training sounds for ${count} anchors, got ${set.rows}; give more sounds or ask for fewer anchors.`);
  const { coordinates } = architecture;
  const inputs = networkInputs(architecture);
  const random = createRandom(seed);
  const full = set.coordinates.at(-1)!;
  const members = Array.from({ length: set.classCount }, () => [] as number[]);
  for (let row = 0; row < set.rows; row++) members[set.classes[row]!]!.push(row);
  const present = members.filter((rows) => rows.length > 0);
  const points = new Float32Array(ANCHOR_POINTS * coordinates);
  for (let point = 0; point < ANCHOR_POINTS; point++) {
    const rows = present[random.integer(present.length)]!;
    const row = rows[random.integer(rows.length)]!;
    points.set(full.subarray(row * coordinates, (row + 1) * coordinates), point * coordinates);
  }
  const centres = kMeans(points, ANCHOR_POINTS, coordinates, count, random);
  const anchors = new Float32Array(count * inputs);
  for (let anchor = 0; anchor < count; anchor++) {
    anchors.set(centres.subarray(anchor * coordinates, (anchor + 1) * coordinates), anchor * inputs);
    anchors[(anchor + 1) * inputs - 1] = 1;
  }
  return anchors;
}

/** Everything that a model rests on, by the names that createEmbedder reads. */
export function modelTensors(frontEnd: FrontEnd, architecture: Architecture, blend: { readonly learned: number; readonly plain: number }, parameters: ReadonlyMap<string, Weights>, anchors?: Float32Array): Map<string, Weights> {
  const { contexts, coordinates } = architecture;
  const { size } = frontEnd;
  const inputs = networkInputs(architecture);
  const tensors = new Map<string, Weights>([
    ...(frontEnd.scale ? [[FRONT_END.scale, { shape: [contexts.length, size], values: joined(frontEnd.scale, Float32Array) }] as const] : []),
    [FRONT_END.mean, { shape: [contexts.length, size], values: joined(frontEnd.mean, Float32Array) }],
    [FRONT_END.inverse, { shape: [contexts.length, size], values: joined(frontEnd.inverse, Float32Array) }],
    [FRONT_END.projection, { shape: [contexts.length, size, coordinates], values: joined(frontEnd.projection, Float32Array) }],
    [FRONT_END.blend, { shape: [2], values: Float32Array.of(blend.learned, blend.plain) }],
  ]);
  if (anchors) tensors.set(FRONT_END.anchors, { shape: [anchors.length / inputs, inputs], values: anchors });
  for (const [name, weights] of parameters) tensors.set(name, weights);
  return tensors;
}

/** A manifest that lacks only its weights' entry and its training's story: enough for an embedder in memory. */
export function draftManifest(name: string, architecture: Architecture, feature: ModelManifest["feature"], anchors?: ModelManifest["anchors"]): ModelManifest {
  return {
    format: "simile-model",
    formatVersion: 1,
    name,
    version: 1,
    architecture: { ...architecture },
    feature,
    embedding: { size: architecture.plain + architecture.learned, distance: "euclidean" },
    ...(anchors ? { anchors } : {}),
    training: { seed: 0, commit: "none", data: "none", command: "none", date: "none" },
    weights: { file: "weights.bin", sha256: "0".repeat(64), tensors: [] },
  };
}

/** Fits a fresh model: nothing is kept between two calls. Throws FormatError for sounds that no model can be fitted to. */
export async function fitModel(sounds: LabelledSounds, architecture: Architecture, options: FitOptions, hooks: FitHooks = {}): Promise<FittedModel> {
  const { feature, values, energies, cleanRows, ...rest } = sounds;
  const frontEnd = fitFrontEnd(values, sounds.rows, feature.size, architecture.coordinates, {
    ...(architecture.compression ? { energies: energies ?? [[0, feature.size]] } : {}),
    ...(cleanRows ? { cleanRows } : {}),
  });
  const set: TrainingSet = { ...rest, coordinates: values.map((context, index) => coordinatesOf(frontEnd, index, context, sounds.rows)) };
  const network = createNetwork(architecture);
  const blend = blendOf(set, architecture, options.plainShare);
  if (!network) {
    const tensors = modelTensors(frontEnd, architecture, blend, new Map());
    return { architecture, tensors, training: { parameters: new Map(), epoch: 0, end: "done" } };
  }
  const nodes = network.anchored ? chooseAnchors(set, architecture, options.anchors, options.seed) : undefined;
  const anchors = nodes ? { count: options.anchors, method: ANCHOR_METHOD } : undefined;
  const manifest = draftManifest("model in training", architecture, feature, anchors);
  const { validate, ...others } = hooks;
  const training = await trainNetwork(network, architecture, set, nodes, options, {
    ...others,
    ...(validate
      ? {
          validate: async (parameters: ReadonlyMap<string, Weights>) => {
            const model = createEmbedderFrom(manifest, modelTensors(frontEnd, architecture, blend, parameters, nodes));
            try {
              return await validate(model);
            } finally {
              model.dispose();
            }
          },
        }
      : {}),
  });
  return { architecture, tensors: modelTensors(frontEnd, architecture, blend, training.parameters, nodes), ...(anchors ? { anchors } : {}), training };
}
