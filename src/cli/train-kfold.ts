/** `npx simile train-kfold`: fits a fresh model per fold and measures each on the fold that it has not heard. */

import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { CONTEXTS } from "../core/features/feature.ts";
import { featureNamed } from "../core/features/families.ts";
import { draftManifest, fitModel } from "../model/fit-model.ts";
import { createEmbedderFrom } from "../model/load-embedder.ts";
import { createProgressBar } from "./train/progress-bar.ts";
import { SPLITS, foldsOf } from "./train/splits.ts";
import { labelledSounds, loadTrainingData, withStudies } from "./train/training-data.ts";
import { checkSettings, kindOption, readSettings } from "./train/training-options.ts";
import { listeningFigures, precisionFigures } from "./train/validation.ts";
import { useWasm } from "./tf-backend.ts";
import { UsageError, parseCommand, wholeOption } from "./command-line.ts";

const FIGURES = ["triplets", "spearman", "precision", "pruned", "short"] as const;
type Figures = Readonly<Record<(typeof FIGURES)[number], number>>;
const TITLES: Readonly<Record<(typeof FIGURES)[number], string>> = {
  triplets: "triplet agreement, listening test",
  spearman: "Spearman, listening test",
  precision: "P@5 by cluster",
  pruned: "P@5 by cluster, pruned",
  short: "P@5 by cluster at 100 ms of context",
};

/** Runs with the arguments after `train-kfold`; resolves with the exit code. */
export async function trainKfold(args: readonly string[]): Promise<number> {
  const { values } = parseCommand("train-kfold", {
    args: [...args],
    allowPositionals: false,
    options: {
      model: { type: "string", default: "an-gnn" },
      feature: { type: "string", default: "simile" },
      data: { type: "string", default: "../shared/data" },
      split: { type: "string", default: "note" },
      folds: { type: "string", default: "5" },
      seed: { type: "string", default: "1" },
      epochs: { type: "string" },
      config: { type: "string" },
      json: { type: "string" },
      cache: { type: "string" },
    },
  } satisfies Parameters<typeof parseArgs>[0]);
  const split = SPLITS.find((name) => name === values.split);
  if (!split) throw new UsageError(`simile train-kfold: expected one of ${SPLITS.join(", ")} after --split, got ${JSON.stringify(values.split)}.`);
  const models = values.model.split(",").map((name) => kindOption("train-kfold", name));
  const count = wholeOption("train-kfold", "folds", values.folds, 2);
  const seed = wholeOption("train-kfold", "seed", values.seed, 0);
  const epochs = values.epochs === undefined ? undefined : wholeOption("train-kfold", "epochs", values.epochs);
  const bar = createProgressBar();
  await useWasm();
  await import("./gradients.ts");
  const data = await loadTrainingData(values.data, featureNamed(values.feature), [...CONTEXTS], {
    ...(values.cache === undefined ? {} : { cache: values.cache }),
    progress: (done, all) => bar.draw("features", done / all, `${done} of ${all}`),
    bad: (_, message) => bar.line(`left out: ${message}`),
  });
  const folds = foldsOf(data, split, count, seed);
  const report = [];
  for (const kind of models) {
    const settings = { ...readSettings(kind, values.config), seed, ...(epochs === undefined ? {} : { epochs }) };
    const measured: Figures[] = [];
    for (const [index, test] of folds.entries()) {
      const held = new Set(test);
      const rest = data.readable.filter((row) => !held.has(row));
      checkSettings(settings, rest.length);
      const fitted = await fitModel(withStudies(labelledSounds(data, rest), data.studies, data.contexts), { ...settings, contexts: data.contexts }, settings, {
        onStep: (step, steps, epoch, loss) => bar.draw(`${kind} fold ${index + 1}/${count}`, (epoch - 1 + step / steps) / settings.epochs, `loss ${loss.toFixed(4)}`),
      });
      if (fitted.training.fault) throw new Error(fitted.training.fault);
      const { name, version, size } = data.feature;
      const model = createEmbedderFrom(draftManifest(`fold ${index + 1}`, fitted.architecture, { name, version, size }, fitted.anchors), fitted.tensors);
      try {
        const listening = await listeningFigures(model, data, test);
        const full = await precisionFigures(model, data, test, rest);
        const short = await precisionFigures(model, data, test, rest, 5, data.contexts.indexOf(0.1));
        measured.push({ triplets: listening.triplets, spearman: listening.spearman, precision: full.plain, pruned: full.pruned, short: short.plain });
      } finally {
        model.dispose();
      }
      bar.line(`${kind} fold ${index + 1}/${count}: ${test.length} sounds, ${FIGURES.map((name) => `${name} ${measured.at(-1)![name].toFixed(3)}`).join(", ")}`);
    }
    report.push({ kind, measured });
  }
  console.log(markdown(split, count, seed, report));
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ split, folds: count, seed, feature: `${data.feature.name}@${data.feature.version}`, models: report }, null, 2)}\n`);
  return 0;
}

function markdown(split: string, count: number, seed: number, report: readonly { readonly kind: string; readonly measured: readonly Figures[] }[]): string {
  const cell = (measured: readonly Figures[], name: (typeof FIGURES)[number]) => {
    const known = measured.map((figures) => figures[name]).filter((value) => !Number.isNaN(value));
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    return `${mean.toFixed(3)} (${Math.min(...known).toFixed(3)} to ${Math.max(...known).toFixed(3)})`;
  };
  return [
    `Split by ${split}, ${count} folds, seed ${seed}: mean over folds, least to most.`,
    "",
    `| model | ${FIGURES.map((name) => TITLES[name]).join(" | ")} |`,
    `| --- |${FIGURES.map(() => " --- |").join("")}`,
    ...report.map(({ kind, measured }) => `| ${kind} | ${FIGURES.map((name) => cell(measured, name)).join(" | ")} |`),
    "",
  ].join("\n");
}
