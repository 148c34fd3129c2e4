/** `npx simile train-kfold`: fits a fresh model per kind, seed and fold, and measures each on the fold that it has not heard. */

import { writeFile } from "node:fs/promises";
import { draftManifest, fitModel } from "../model/fit-model.ts";
import { createEmbedderFrom } from "../model/load-embedder.ts";
import type { Settings } from "../model/presets.ts";
import { meansOverStudies } from "./evaluation/agreement.ts";
import { type Figures, meanOf } from "./evaluation/figures.ts";
import { REPLICATES, SHORT_SECONDS, measureModel } from "./evaluation/measure.ts";
import { type Report, reportJson, reportMarkdown } from "./evaluation/report.ts";
import type { ModelFigures } from "./evaluation/tables.ts";
import { createProgressBar } from "./train/progress-bar.ts";
import { SPLITS, foldsOf, foldsOfStudies, groupsOfStudies } from "./train/splits.ts";
import { TRAINING_OPTIONS, kindOption, labelsOption, loadData, seedsOption, settingsFor, unmappedOption } from "./train/training-command.ts";
import { type LabelSource, type StudySounds, type TrainingData, labelledSounds, standingForUnrecorded, withStudies } from "./train/training-data.ts";
import { checkSettings } from "./train/training-options.ts";
import { useWasm } from "./tf-backend.ts";
import { UsageError, parseCommand, wholeOption } from "./command-line.ts";
import { checkWritable } from "./whole-file.ts";

const OPTIONS = {
  ...TRAINING_OPTIONS,
  models: { type: "string" },
  seeds: { type: "string" },
  split: { type: "string", default: "note" },
  folds: { type: "string" },
  first: { type: "string" },
  library: { type: "string", default: "rest" },
  progressive: { type: "boolean", default: false },
  replicates: { type: "string", default: String(REPLICATES) },
  json: { type: "string" },
} as const;

/** What the queries of a fold are sought among: the notes that the model was fitted to, or those and the fold itself. */
const LIBRARIES = ["rest", "all"] as const;
/** Exit code of a program that SIGINT ended. */
const INTERRUPTED = 130;

/** What one model has not heard: notes, or rating studies. */
interface Fold {
  readonly notes: readonly number[];
  readonly studies: readonly StudySounds[];
}

/** Runs with the arguments after `train-kfold`; resolves with the exit code. */
export async function trainKfold(args: readonly string[]): Promise<number> {
  const { values } = parseCommand("train-kfold", { args: [...args], allowPositionals: false, options: OPTIONS });
  const split = SPLITS.find((name) => name === values.split);
  if (!split) throw new UsageError(`simile train-kfold: expected one of ${SPLITS.join(", ")} after --split, got ${JSON.stringify(values.split)}.`);
  const among = LIBRARIES.find((name) => name === values.library);
  if (!among) throw new UsageError(`simile train-kfold: expected one of ${LIBRARIES.join(", ")} after --library, got ${JSON.stringify(values.library)}.`);
  const kinds = [...new Set((values.models ?? values.model).split(",").map((name) => kindOption("train-kfold", name)))];
  const seeds = seedsOption("train-kfold", values.seeds === undefined ? "seed" : "seeds", values.seeds ?? values.seed);
  const labels = labelsOption("train-kfold", values);
  const unmapped = unmappedOption("train-kfold", values);
  const replicates = wholeOption("train-kfold", "replicates", values.replicates, 0);
  const folds = values.folds === undefined ? undefined : wholeOption("train-kfold", "folds", values.folds, 2);
  const first = values.first === undefined ? undefined : wholeOption("train-kfold", "first", values.first);
  const settings = new Map(kinds.map((kind) => [kind, settingsFor("train-kfold", kind, 0, values)] as const));
  if (values.json !== undefined) await checkWritable(values.json);

  const bar = createProgressBar();
  await useWasm();
  await import("./gradients.ts");
  const data = await loadData("train-kfold", values, bar);
  const contexts = data.contexts.filter((seconds) => values.progressive || seconds === SHORT_SECONDS);
  const count = folds ?? (split === "study" ? groupsOfStudies(data.studies).length : 5);
  const measured = new Map(kinds.map((kind) => [kind, [] as { seed: number; figures: Figures }[]] as const));
  const abort = new AbortController();
  const stop = () => abort.abort();
  process.once("SIGINT", stop);
  try {
    for (const seed of seeds) {
      const parts: Fold[] = split === "study" ? foldsOfStudies(data.studies, count, seed).map((studies) => ({ notes: [], studies })) : foldsOf(data, split, count, seed).map((notes) => ({ notes, studies: [] }));
      for (const kind of kinds) {
        const ofFolds: Figures[] = [];
        for (const [index, fold] of parts.slice(0, first).entries()) {
          const title = `${kind} seed ${seed} fold ${index + 1}/${count}`;
          const figures = await measureFold(data, fold, { ...settings.get(kind)!, seed }, { labels, unmapped }, {
            signal: abort.signal,
            onStep: (share, loss) => bar.draw(title, share, `loss ${loss.toFixed(4)}`),
            library: among,
            contexts,
            replicates,
          });
          if (!figures) break;
          ofFolds.push(figures);
          bar.line(`${title}: ${describe(fold, figures, values["prune-accuracy"])}`);
        }
        if (abort.signal.aborted) break;
        const overFolds = meanOf(ofFolds);
        measured.get(kind)!.push({ seed, figures: new Map([...overFolds, ...meansOverStudies(overFolds)]) });
        if (values.json !== undefined) await writeFile(values.json, reportJson(report()));
      }
      if (abort.signal.aborted) break;
    }
  } finally {
    process.off("SIGINT", stop);
  }
  console.log(reportMarkdown(report()));
  if (!abort.signal.aborted) return 0;
  console.error("Stopped by Ctrl-C: what was finished by then is in the report.");
  return INTERRUPTED;

  function report(): Report {
    const models: ModelFigures[] = [...measured].flatMap(([kind, ofSeeds]) => (ofSeeds.length === 0 ? [] : [{ model: kind, figures: meanOf(ofSeeds.map(({ figures }) => figures)), seeds: ofSeeds }]));
    return {
      title: `Split by ${split}, ${first === undefined || first >= count ? "" : `the first ${first} of `}${count} folds, ${seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds.join(", ")}`}: mean over folds${seeds.length === 1 ? "" : " and seeds"}; feature ${data.feature.name} version ${data.feature.version}; queries among ${among === "rest" ? "the sounds that the model was fitted to" : "all other sounds"}.`,
      facts: { split, folds: count, first: Math.min(first ?? count, count), seeds, library: among, labels, unmapped, augment: Number(values.augment), transpose: Number(values.transpose), standIns: standingForUnrecorded(data, data.readable).length, feature: `${data.feature.name}@${data.feature.version}`, command: ["npx simile train-kfold", ...args].join(" "), replicates },
      models,
      contexts,
      replicates,
      ...(kinds.length > 1 ? { leader: kinds.includes("an-gnn") ? "an-gnn" : kinds[0]! } : {}),
    };
  }
}

/** What classes the losses tell apart, and the weight of those that the test says nothing of. */
interface Classes {
  readonly labels: LabelSource;
  readonly unmapped: number;
}

interface Measurement {
  readonly signal: AbortSignal;
  readonly onStep: (share: number, loss: number) => void;
  readonly library: (typeof LIBRARIES)[number];
  readonly contexts: readonly number[];
  readonly replicates: number;
}

/** Fits to all but the fold, measures on the fold; undefined where a signal ended it. Throws for a loss that is not finite. */
async function measureFold(data: TrainingData, fold: Fold, settings: Settings, { labels, unmapped }: Classes, { signal, onStep, library, contexts, replicates }: Measurement): Promise<Figures | undefined> {
  const held = new Set(fold.notes);
  const rest = data.readable.filter((row) => !held.has(row));
  const studies = data.studies.filter((study) => !fold.studies.includes(study));
  checkSettings(settings, data.contexts, rest.length);
  const fitted = await fitModel(withStudies(labelledSounds(data, rest, labels, unmapped), studies, data.contexts), { ...settings, contexts: data.contexts }, settings, {
    signal,
    onStep: (step, steps, epoch, loss) => onStep((epoch - 1 + step / steps) / settings.epochs, loss),
  });
  if (signal.aborted) return undefined;
  if (fitted.training.fault) throw new Error(fitted.training.fault);
  const { name, version, size } = data.feature;
  const model = createEmbedderFrom(draftManifest("model of a fold", fitted.architecture, { name, version, size }, fitted.anchors), fitted.tensors);
  try {
    return await measureModel(model, data, { queries: fold.notes, library: library === "rest" ? rest : data.readable, studies: fold.studies, contexts: fold.notes.length > 0 ? contexts : [], resampling: { replicates, seed: 1 } });
  } finally {
    model.dispose();
  }
}

function describe({ notes, studies }: Fold, figures: Figures, pruned: boolean): string {
  const precision = pruned ? ["precision@5/pruned"] : ["precision@5", "precision@5/pruned"];
  const told = ["triplets", "spearman", ...precision, "ratings"].filter((name) => figures.has(name));
  return [notes.length > 0 ? `${notes.length} sounds` : studies.map(({ name }) => name).join(", "), ...told.map((name) => `${name} ${figures.get(name)!.value.toFixed(3)}`)].join(", ");
}
