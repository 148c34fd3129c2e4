/** `npx simile train`: fits a model to the recorded notes and the listeners' judgements, and writes it as a preset. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { FormatError } from "../core/errors.ts";
import type { ModelManifest } from "../core/presets/model-manifest.ts";
import type { Kind } from "../model/architecture.ts";
import type { Embedder } from "../model/embedder.ts";
import { type FitHooks, type FittedModel, draftManifest, fitModel } from "../model/fit-model.ts";
import { createEmbedderFrom } from "../model/load-embedder.ts";
import type { Settings } from "../model/presets.ts";
import { packWeights } from "../model/weights.ts";
import { LEAST_TECHNIQUES } from "./evaluation/agreement.ts";
import { SHORT_SECONDS } from "./evaluation/measure.ts";
import { loadCheckpoint, removeCheckpoint, saveCheckpoint } from "./train/checkpoint-files.ts";
import { modelCard } from "./train/model-card.ts";
import { heldRows, sourcesToHold, studiesToHold } from "./train/held-out.ts";
import { createProgressBar } from "./train/progress-bar.ts";
import { TRAINING_OPTIONS, kindOption, labelsOption, loadData, settingsFor, unmappedOption } from "./train/training-command.ts";
import { labelledSounds, standingForUnrecorded, type StudySounds, type TrainingData, withStudies } from "./train/training-data.ts";
import { checkSettings } from "./train/training-options.ts";
import { type ListeningFigures, type PrecisionFigures, listeningFigures, precisionFigures, ratingFigures } from "./train/validation.ts";
import { saveModel } from "./model-files.ts";
import { useWasm } from "./tf-backend.ts";
import { UsageError, parseCommand, wholeOption } from "./command-line.ts";

/** Exit code of a program that SIGINT ended. */
const INTERRUPTED = 130;

/** A command's two trainings: on what is left of the sources, and on all. */
type Stage = "held-out" | "all";

/** What a model was fitted to: rows of the notes, and rating studies. */
interface Heard {
  readonly rows: readonly number[];
  readonly studies: readonly StudySounds[];
}

/** What was measured on the sources that the measured model had never seen. */
export interface HeldOutFigures {
  readonly sources: readonly string[];
  readonly epoch: number;
  readonly full: ListeningFigures;
  /** At 100 ms; absent where the model does not hear that context. */
  readonly short?: ListeningFigures;
  readonly precision: PrecisionFigures;
  /** Mean triplet agreement over rating studies that were held out as well, and how many; NaN for none. */
  readonly ratings: { readonly studies: number; readonly triplets: number };
}

/** Trains with the arguments after `train`; resolves with the exit code. */
export async function train(args: readonly string[]): Promise<number> {
  const { values } = parseCommand("train", {
    args: [...args],
    allowPositionals: false,
    options: {
      ...TRAINING_OPTIONS,
      out: { type: "string" },
      "hold-out": { type: "string" },
      "no-refit": { type: "boolean", default: false },
      resume: { type: "boolean", default: false },
    },
  } satisfies Parameters<typeof parseArgs>[0]);
  if (values.out === undefined) throw new UsageError("simile train: expected --out DIR, got none; say where the model shall go, for example --out presets/models/mine.");
  const kind = kindOption("train", values.model);
  const settings = settingsFor("train", kind, wholeOption("train", "seed", values.seed, 0), values);
  const labels = labelsOption("train", values);
  const unmapped = unmappedOption("train", values);
  const started = Date.now();
  const bar = createProgressBar();

  const abort = new AbortController();
  const stop = () => abort.abort();
  try {
    await useWasm();
    await import("./gradients.ts");
    const data = await loadData("train", values, bar);
    // until here Ctrl-C ends the program, and what was analysed stays in the cache
    process.once("SIGINT", stop);
    const heldOut = values["hold-out"] === undefined ? (values.sol === undefined ? sourcesToHold(data) : []) : values["hold-out"] === "none" ? [] : values["hold-out"].split(",");
    for (const name of heldOut) if (heldRows(data, [name]).length === 0) throw new UsageError(`simile train: expected sources of the data after --hold-out, got ${JSON.stringify(name)}; give the ends of their names, or none.`);
    const validation = heldRows(data, heldOut);
    const held = new Set(validation);
    const rest = data.readable.filter((row) => !held.has(row));
    checkSettings(settings, data.contexts, rest.length);
    bar.line(`${kind}: ${rest.length} sounds to learn from, ${heldOut.length === 0 ? "nothing held out" : `${validation.length} of ${heldOut.join(", ")} held out`}, feature ${data.feature.name} version ${data.feature.version} (${data.feature.size} numbers)`);

    const out = resolve(values.out);
    const run = { settings, labels, unmapped, augment: values.augment, transpose: values.transpose, heldOut, pruned: values["prune-accuracy"], feature: `${data.feature.name}@${data.feature.version}`, standIns: data.standIns?.standIns.length ?? 0, sounds: digestOf(data) };
    const saved = values.resume ? await loadCheckpoint(out, run) : undefined;
    if (saved) bar.line(`going on with the ${saved.stage} sounds in epoch ${saved.checkpoint.epoch}, after step ${saved.checkpoint.step}`);
    const hooksOf = (stage: Stage, past?: HeldOutFigures): Pick<FitHooks, "signal" | "resume" | "onCheckpoint"> => ({
      signal: abort.signal,
      ...(saved?.stage === stage ? { resume: saved.checkpoint } : {}),
      onCheckpoint: (checkpoint) => saveCheckpoint(out, { run, stage, past, checkpoint }),
    });

    let figures = saved?.stage === "all" ? (saved.past as HeldOutFigures) : undefined;
    let fitted: FittedModel | undefined;
    const heldStudies = validation.length > 0 ? studiesToHold(data.studies) : [];
    let heard: Heard = { rows: rest, studies: data.studies.filter((study) => !heldStudies.includes(study)) };
    if (!figures) {
      fitted = await fit(data, heard, settings, "held-out", {
        ...hooksOf("held-out"),
        ...(validation.length > 0 ? { validate: (model) => (values["prune-accuracy"] ? prunedPrecision(model, data, validation, rest) : agreement(model, data, validation, heldStudies)) } : {}),
      });
      if (validation.length > 0) {
        figures = await measure(fitted, data, rest, validation, heldStudies, heldOut);
        bar.line(describe(figures));
      }
    }
    if (figures && !values["no-refit"] && (!fitted || fitted.training.end === "done" || fitted.training.end === "patience")) {
      // chosen on sources that were held out; what ships has heard all of them, for as many epochs
      heard = { rows: data.readable, studies: data.studies };
      fitted = await fit(data, heard, { ...settings, epochs: Math.max(1, figures.epoch) }, "all", hooksOf("all", figures));
    }
    if (!fitted) throw new FormatError(`${out}: expected a checkpoint of a training with --hold-out and without --no-refit, got one after the held-out sounds; train with the same options.`);
    const { end, fault, epoch } = fitted.training;
    if (end === "diverged" && epoch === 0) throw new Error(fault);
    const manifest = await save(values.out, fitted, settings, data, heard, args, figures, (Date.now() - started) / 1000);
    console.log(`${values.out}: ${manifest.name} version ${manifest.version}, ${manifest.embedding.size} numbers, ${manifest.anchors?.count ?? 0} anchors, epoch ${epoch}, ${((Date.now() - started) / 1000).toFixed(0)} s.`);
    if (end === "diverged") {
      console.error(`${fault} The model of epoch ${epoch} was kept, and the last good checkpoint beside it.`);
      return 1;
    }
    if (end === "aborted") {
      console.error(`Stopped by Ctrl-C: the model as it stood was kept in ${values.out}; the same command with --resume goes on.`);
      return INTERRUPTED;
    }
    await removeCheckpoint(out);
    return 0;
  } finally {
    process.off("SIGINT", stop);
  }

  async function fit(data: TrainingData, { rows, studies }: Heard, chosen: Settings, title: Stage, hooks: Omit<FitHooks, "onStep" | "onEpoch">): Promise<FittedModel> {
    const contexts = data.contexts;
    let kept = hooks.resume?.keptFigure ?? Number.NaN;
    return fitModel(withStudies(labelledSounds(data, rows, labels, unmapped), studies, contexts), { ...chosen, contexts }, chosen, {
      ...hooks,
      onStep: (step, steps, epoch, loss) => bar.draw(`${title} epoch ${epoch}/${chosen.epochs}`, step / steps, `loss ${loss.toFixed(4)}${Number.isNaN(kept) ? "" : `, kept epoch ${kept.toFixed(4)}`}`),
      onEpoch: ({ epoch, loss, figure, best, rate }) => {
        if (best && figure !== undefined) kept = figure;
        bar.line(`${title} epoch ${epoch}/${chosen.epochs}: loss ${loss.toFixed(4)}${figure === undefined ? "" : `, ${values["prune-accuracy"] ? "held-out P@5 pruned" : "held-out triplets"} ${figure.toFixed(4)}${best ? " (kept)" : ""}`}, rate ${rate.toExponential(1)}`);
      },
    });
  }
}

/** Tells the sounds of two runs apart. */
function digestOf(data: TrainingData): string {
  const digest = createHash("sha256").update(JSON.stringify([data.readable.map((row) => data.notes[row]!.path), data.studies.map(({ name, count }) => [name, count])]));
  for (const { buffer, byteOffset, byteLength } of [data.values, ...(data.standIns ? [data.standIns.values] : [])]) digest.update(new Uint8Array(buffer, byteOffset, byteLength));
  return digest.digest("hex").slice(0, 16);
}

/** What an epoch is chosen by: mean of the triplet agreements with the listening test and with the rating studies that were held out. */
async function agreement(model: Embedder, data: TrainingData, validation: readonly number[], studies: readonly StudySounds[]): Promise<number> {
  const { triplets } = await listeningFigures(model, data, validation);
  const rated = await ratingFigures(model, studies, data.contexts);
  return rated.length === 0 ? triplets : (triplets + rated.reduce((sum, figure) => sum + figure.triplets, 0) / rated.length) / 2;
}

/** What an epoch is chosen by with --prune-accuracy. */
async function prunedPrecision(model: Embedder, data: TrainingData, validation: readonly number[], library: readonly number[]): Promise<number> {
  return (await precisionFigures(model, data, validation, library)).pruned;
}

function describe({ epoch, full, short, precision, ratings }: HeldOutFigures): string {
  return [
    `held-out sources, epoch ${epoch}: ${full.techniques < LEAST_TECHNIQUES ? `no triplets of ${full.techniques} judged techniques` : `triplets ${full.triplets.toFixed(3)}, Spearman ${full.spearman.toFixed(3)} (${full.techniques} techniques)${short ? `; at 100 ms ${short.triplets.toFixed(3)}` : ""}`}`,
    `P@5 ${precision.plain.toFixed(3)}, pruned ${precision.pruned.toFixed(3)}`,
    ...(ratings.studies === 0 ? [] : [`${ratings.studies} held-out rating studies: triplets ${ratings.triplets.toFixed(3)}`]),
  ].join("; ");
}

async function measure(fitted: FittedModel, data: TrainingData, library: readonly number[], validation: readonly number[], studies: readonly StudySounds[], sources: readonly string[]): Promise<HeldOutFigures> {
  const { name, version } = data.feature;
  const model = createEmbedderFrom(draftManifest("held out", fitted.architecture, { name, version, size: data.feature.size }, fitted.anchors), fitted.tensors);
  try {
    const rated = await ratingFigures(model, studies, data.contexts);
    const short = data.contexts.indexOf(SHORT_SECONDS);
    return {
      sources,
      ratings: { studies: rated.length, triplets: rated.reduce((sum, { triplets }) => sum + triplets, 0) / rated.length },
      epoch: fitted.training.epoch,
      full: await listeningFigures(model, data, validation),
      ...(short < 0 ? {} : { short: await listeningFigures(model, data, validation, short) }),
      precision: await precisionFigures(model, data, validation, library),
    };
  } finally {
    model.dispose();
  }
}

async function save(out: string, fitted: FittedModel, settings: Settings, data: TrainingData, heard: Heard, args: readonly string[], figures: HeldOutFigures | undefined, seconds: number): Promise<ModelManifest> {
  const { name, version, size } = data.feature;
  const packed = await packWeights(fitted.tensors);
  const manifest: ModelManifest = {
    ...draftManifest(basename(resolve(out)), fitted.architecture, { name, version, size }, fitted.anchors),
    training: {
      seed: settings.seed,
      commit: commitOf(),
      data: `${heard.rows.length} recorded notes of samples.csv, ${describeAltered(data, heard.rows)}similarity.csv of ${data.judgements.partitions.length} listeners, ${heard.studies.length} rating studies`,
      command: ["npx simile train", ...args].join(" "),
      date: new Date().toISOString().slice(0, 10),
    },
    weights: { file: "weights.bin", sha256: packed.sha256, tensors: packed.entries },
  };
  await saveModel(resolve(out), manifest, packed.buffer, modelCard({ manifest, settings, figures, refitted: heard.rows.length === data.readable.length, seconds, kind: settings.kind satisfies Kind, standIns: standingForUnrecorded(data, heard.rows).length }));
  return manifest;
}

function describeAltered(data: TrainingData, rows: readonly number[]): string {
  const heard = new Set(rows);
  const sounds = (data.standIns?.standIns ?? []).filter(({ row }) => heard.has(row));
  const standing = standingForUnrecorded(data, rows);
  const copies = sounds.length - standing.length;
  const variants = data.variants?.length ?? 0;
  return [
    ...(variants === 0 ? [] : [`${variants === 1 ? "an altered copy" : `${variants} altered copies`} of each, `]),
    ...(copies === 0 ? [] : [`${copies} transposed copies of those that stand for a technique, `]),
    ...(standing.length === 0 ? [] : [`${standing.length} of them altered again to stand for ${new Set(standing.map(({ technique }) => technique)).size} techniques that none is of, `]),
  ].join("");
}

/** The commit of the code that trains, "with changes" where the tree differs from it; "unknown" outside of a checkout. */
function commitOf(): string {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: import.meta.dirname, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    return `${git("rev-parse", "HEAD")}${git("status", "--porcelain", "--", "../core", "../model") === "" ? "" : " with changes"}`;
  } catch {
    return "unknown";
  }
}
