/** The options that every training command has in common, read once, and the data that they name. */

import { CONTEXTS } from "../../core/features/feature.ts";
import { KINDS, type Kind } from "../../model/architecture.ts";
import type { Settings } from "../../model/presets.ts";
import { CODECS, codecFault } from "../alteration/ffmpeg.ts";
import { UsageError, wholeOption } from "../command-line.ts";
import { featureOption } from "../feature-option.ts";
import type { ProgressBar } from "./progress-bar.ts";
import { REACHES } from "./sol.ts";
import { type LabelSource, type TrainingData, UNMAPPED_WEIGHT, loadSolData, loadTrainingData, withStandIns, withTransposed, withVariants } from "./training-data.ts";
import { readSettings } from "./training-options.ts";

export const TRAINING_OPTIONS = {
  model: { type: "string", default: "an-gnn" },
  feature: { type: "string", default: "simile" },
  contexts: { type: "string" },
  data: { type: "string", default: "../shared/data" },
  sol: { type: "string" },
  reach: { type: "string", default: "F4" },
  seed: { type: "string", default: "1" },
  epochs: { type: "string" },
  config: { type: "string" },
  labels: { type: "string" },
  augment: { type: "string", default: "0" },
  unmapped: { type: "string", default: String(UNMAPPED_WEIGHT) },
  "no-stand-ins": { type: "boolean", default: false },
  transpose: { type: "string", default: "0" },
  "prune-accuracy": { type: "boolean", default: false },
  cache: { type: "string" },
} as const;

/** What `TRAINING_OPTIONS` gives. */
export interface TrainingValues {
  readonly model: string;
  readonly feature: string;
  readonly contexts?: string | undefined;
  readonly data: string;
  readonly sol?: string | undefined;
  readonly reach: string;
  readonly seed: string;
  readonly epochs?: string | undefined;
  readonly config?: string | undefined;
  readonly labels?: string | undefined;
  readonly augment: string;
  readonly unmapped: string;
  readonly "no-stand-ins"?: boolean;
  readonly transpose: string;
  readonly "prune-accuracy": boolean;
  readonly cache?: string | undefined;
}

const LABELS: readonly LabelSource[] = ["techniques", "clusters"];

export function kindOption(command: string, text: string): Kind {
  const kind = KINDS.find((name) => name === text);
  if (!kind) throw new UsageError(`simile ${command}: expected one of ${KINDS.join(", ")} after --model, got ${JSON.stringify(text)}.`);
  return kind;
}

/** Techniques unless told otherwise; with SOL the clusters, as in the paper. */
export function labelsOption(command: string, { labels: text, sol }: TrainingValues): LabelSource {
  if (text === undefined) return sol === undefined ? "techniques" : "clusters";
  const labels = LABELS.find((name) => name === text);
  if (!labels) throw new UsageError(`simile ${command}: expected one of ${LABELS.join(", ")} after --labels, got ${JSON.stringify(text)}.`);
  return labels;
}

/** Weight from 0 (never drawn) to 1 of the cells that stand for no technique of the test. */
export function unmappedOption(command: string, { unmapped }: TrainingValues): number {
  const weight = unmapped.trim() === "" ? Number.NaN : Number(unmapped);
  if (!(weight >= 0 && weight <= 1)) throw new UsageError(`simile ${command}: expected a weight from 0 to 1 after --unmapped, got ${JSON.stringify(unmapped)}.`);
  return weight;
}

/** Seeds of "1..5", "1,4,9" or "3". */
export function seedsOption(command: string, option: string, text: string): number[] {
  const range = /^(\d+)\.\.(\d+)$/.exec(text);
  if (!range) return text.split(",").map((seed) => wholeOption(command, option, seed, 0));
  const [first, last] = [Number(range[1]), Number(range[2])];
  if (last < first || last - first >= 1000) throw new UsageError(`simile ${command}: expected seeds from a lower to a higher number after --${option}, got ${JSON.stringify(text)}.`);
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

/** Contexts in seconds of "0.1,1.5", shortest first; all without the option, with SOL the longest alone: the paper hears each note once. */
export function contextsOption(command: string, { contexts: text, sol }: TrainingValues): number[] {
  if (text === undefined) return sol === undefined ? [...CONTEXTS] : CONTEXTS.slice(-1);
  const asked = text.split(",").map(Number);
  if (!asked.every((context) => CONTEXTS.some((known) => known === context))) throw new UsageError(`simile ${command}: expected seconds among ${CONTEXTS.join(", ")} after --contexts, parted by commas, got ${JSON.stringify(text)}.`);
  return CONTEXTS.filter((context) => asked.includes(context));
}

/** Settings of the kind under the file and the options that change them. */
export function settingsFor(command: string, kind: Kind, seed: number, { feature, config, epochs }: TrainingValues): Settings {
  return { ...readSettings(kind, config), ...(featureOption(command, feature).energies ? { compression: "log" as const } : {}), seed, ...(epochs === undefined ? {} : { epochs: wholeOption(command, "epochs", epochs) }) };
}

/** Sounds and judgements with features at every context, stand-ins and altered copies included; bad files are named and left out. */
export async function loadData(command: string, values: TrainingValues, bar: ProgressBar): Promise<TrainingData> {
  const count = wholeOption(command, "augment", values.augment, 0);
  const semitones = wholeOption(command, "transpose", values.transpose, 0);
  const plain = await loadPlainData(command, values, bar);
  const alteredOptions = (what: string) => ({
    ...(values.cache === undefined ? {} : { cache: values.cache }),
    progress: (done: number, all: number) => bar.draw(what, done / all, `${done} of ${all}`),
    bad: (_: string, message: string) => bar.line(`${what} left out: ${message}`),
  });
  const stood = values["no-stand-ins"] ? plain : await withStandIns(plain, alteredOptions("stand-ins"));
  const data = semitones === 0 ? stood : await withTransposed(stood, semitones, alteredOptions("transposed copies"));
  if (count === 0) return data;
  const faults = (await Promise.all(CODECS.map(codecFault))).filter((fault) => fault !== undefined);
  if (faults.length > 0) bar.line(`coding: ${[...new Set(faults)].join(", ")}; ${faults.length === CODECS.length ? "a band limit with a coarse spectrum stands in for it" : "the other coder is taken alone"}`);
  return withVariants(data, count, alteredOptions("altered copies"));
}

async function loadPlainData(command: string, values: TrainingValues, bar: ProgressBar): Promise<TrainingData> {
  const feature = featureOption(command, values.feature);
  const contexts = contextsOption(command, values);
  const options = {
    ...(values.cache === undefined ? {} : { cache: values.cache }),
    progress: (done: number, all: number) => bar.draw("features", done / all, `${done} of ${all}`),
    bad: (_: string, message: string) => bar.line(`left out: ${message}`),
  };
  if (values.data !== "seed" && values.data !== "extended") {
    if (values.sol !== undefined) throw new UsageError(`simile ${command}: expected --data seed or --data extended with --sol, got --data ${values.data}.`);
    return loadTrainingData(values.data, feature, contexts, options);
  }
  if (values.sol === undefined) throw new UsageError(`simile ${command}: expected --sol DIR with --data ${values.data}, got none; give the folder that holds SOL_0.9_HQ and the tables of ipt-similarity.`);
  const reach = REACHES.find((name) => name === values.reach);
  if (!reach) throw new UsageError(`simile ${command}: expected one of ${REACHES.join(", ")} after --reach, got ${JSON.stringify(values.reach)}.`);
  return loadSolData(values.sol, values.data === "extended" ? reach : undefined, feature, contexts, options);
}
