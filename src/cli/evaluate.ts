/** `npx simile evaluate`: measures a shipped model against the listening test, the rating studies and the consensus clusters, as JSON and a Markdown table. */

import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { CONTEXTS } from "../core/features/feature.ts";
import { featureNamed } from "../core/features/families.ts";
import { FormatError } from "../core/errors.ts";
import { createProgressBar } from "./train/progress-bar.ts";
import { loadTrainingData } from "./train/training-data.ts";
import { listeningFigures, precisionFigures, ratingFigures } from "./train/validation.ts";
import { DEFAULT_MODEL, loadModel } from "./model-files.ts";
import { UsageError, parseCommand } from "./command-line.ts";

const KS = [1, 5, 10, 15, 20];

/** Measures with the arguments after `evaluate`; resolves with the exit code. */
export async function evaluate(args: readonly string[]): Promise<number> {
  const { values } = parseCommand("evaluate", {
    args: [...args],
    allowPositionals: false,
    options: {
      model: { type: "string", default: DEFAULT_MODEL },
      data: { type: "string", default: "../shared/data" },
      source: { type: "string" },
      json: { type: "string" },
      cache: { type: "string" },
    },
  } satisfies Parameters<typeof parseArgs>[0]);
  const model = await loadModel(values.model);
  try {
    const { feature, name, embedding } = model.manifest;
    const family = featureNamed(feature.name);
    if (family.version !== feature.version) throw new FormatError(`${name}: expected feature ${feature.name} version ${family.version}, got version ${feature.version}; train the model again.`);
    const bar = createProgressBar();
    const data = await loadTrainingData(values.data, family, [...CONTEXTS], {
      ...(values.cache === undefined ? {} : { cache: values.cache }),
      progress: (done, all) => bar.draw("features", done / all, `${done} of ${all}`),
      bad: (_, message) => bar.line(`left out: ${message}`),
    });
    const sources = values.source?.split(",");
    const asked = sources ? data.readable.filter((row) => sources.some((source) => data.notes[row]!.source.endsWith(source))) : data.readable;
    if (asked.length === 0) throw new UsageError(`simile evaluate: expected sources of the data after --source, got ${JSON.stringify(values.source)}; give the ends of their names.`);
    const byContext = [];
    for (const [context, seconds] of data.contexts.entries()) {
      byContext.push({ seconds, ...(await listeningFigures(model, data, asked, context)), precision: (await precisionFigures(model, data, asked, data.readable, 5, context)).plain });
    }
    const precision = [];
    for (const k of KS) precision.push({ k, ...(await precisionFigures(model, data, asked, data.readable, k)) });
    const ratings = await ratingFigures(model, data.studies, data.contexts);
    const report = {
      model: name,
      version: model.manifest.version,
      feature: `${feature.name}@${feature.version}`,
      embedding: embedding.size,
      sounds: asked.length,
      sources: sources ?? "all",
      note: "A shipped model has been fitted to these recordings: for figures on unseen sources see its card, or hold them out with simile train --hold-out.",
      byContext,
      precision,
      ratings,
    };
    console.log(markdown(report));
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
    return 0;
  } finally {
    model.dispose();
  }
}

interface Report {
  readonly model: string;
  readonly note: string;
  readonly sounds: number;
  readonly byContext: readonly { readonly seconds: number; readonly triplets: number; readonly spearman: number; readonly precision: number }[];
  readonly precision: readonly { readonly k: number; readonly plain: number; readonly pruned: number }[];
  readonly ratings: readonly { readonly name: string; readonly triplets: number }[];
}

function markdown({ model, note, sounds, byContext, precision, ratings }: Report): string {
  const row = (...cells: (string | number)[]) => `| ${cells.map((cell) => (typeof cell === "number" ? cell.toFixed(3) : cell)).join(" | ")} |`;
  return [
    `# ${model}, ${sounds} sounds`,
    "",
    note,
    "",
    "| context | triplet agreement | Spearman | P@5 |",
    "| --- | --- | --- | --- |",
    ...byContext.map(({ seconds, triplets, spearman, precision: share }) => row(`${Math.round(seconds * 1000)} ms`, triplets, spearman, share)),
    "",
    "| k | P@k | P@k pruned |",
    "| --- | --- | --- |",
    ...precision.map(({ k, plain, pruned }) => row(String(k), plain, pruned)),
    "",
    "| rating study | triplet agreement |",
    "| --- | --- |",
    ...ratings.map(({ name, triplets }) => row(name, triplets)),
    row("mean", ratings.reduce((sum, { triplets }) => sum + triplets, 0) / ratings.length),
    "",
  ].join("\n");
}
