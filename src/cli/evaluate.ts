/** `npx simile evaluate`: measures models against the listening test, the rating studies and the consensus clusters, as JSON and Markdown tables. */

import type { parseArgs } from "node:util";
import { featureNamed } from "../core/features/families.ts";
import { REPLICATES, measureModel } from "./evaluation/measure.ts";
import { plainFigure } from "./evaluation/figures.ts";
import { robustnessOf, robustnessTable } from "./evaluation/robustness.ts";
import { type Report, reportJson, reportMarkdown } from "./evaluation/report.ts";
import type { ModelFigures } from "./evaluation/tables.ts";
import { parseArchitecture } from "../model/architecture.ts";
import { checkFeature } from "./file-embeddings.ts";
import { createProgressBar } from "./train/progress-bar.ts";
import { loadTrainingData } from "./train/training-data.ts";
import { DEFAULT_MODEL, loadModel } from "./model-files.ts";
import { UsageError, parseCommand, wholeOption } from "./command-line.ts";
import { checkWritable, writeWhole } from "./whole-file.ts";

/** Measures with the arguments after `evaluate`; resolves with the exit code. */
export async function evaluate(args: readonly string[]): Promise<number> {
  const { values } = parseCommand("evaluate", {
    args: [...args],
    allowPositionals: false,
    options: {
      model: { type: "string", default: DEFAULT_MODEL },
      data: { type: "string", default: "../shared/data" },
      source: { type: "string" },
      robust: { type: "boolean", default: false },
      queries: { type: "string", default: "400" },
      replicates: { type: "string", default: String(REPLICATES) },
      json: { type: "string" },
      cache: { type: "string" },
    },
  } satisfies Parameters<typeof parseArgs>[0]);
  const replicates = wholeOption("evaluate", "replicates", values.replicates, 0);
  const queries = wholeOption("evaluate", "queries", values.queries);
  if (values.json !== undefined) await checkWritable(values.json);
  const bar = createProgressBar();
  const sources = values.source?.split(",");
  const measured: ModelFigures[] = [];
  const robust: string[] = [];
  const heard = new Set<number>();
  const facts: Record<string, unknown> = { sources: sources ?? "all", replicates, versions: {}, ...(values.robust ? { robustness: {} } : {}) };
  for (const name of values.model.split(",")) {
    const model = await loadModel(name);
    try {
      checkFeature(model.manifest);
      const { feature, version, embedding } = model.manifest;
      // at no other: a vector of another length would pass through the statistics of these
      const { contexts } = parseArchitecture(model.manifest);
      for (const seconds of contexts) heard.add(seconds);
      const data = await loadTrainingData(values.data, featureNamed(feature.name), contexts, {
        ...(values.cache === undefined ? {} : { cache: values.cache }),
        progress: (done, all) => bar.draw("features", done / all, `${done} of ${all}`),
        bad: (_, message) => bar.line(`left out: ${message}`),
      });
      const asked = sources ? data.readable.filter((row) => sources.some((source) => data.notes[row]!.source.endsWith(source))) : data.readable;
      if (asked.length === 0) throw new UsageError(`simile evaluate: expected sources of the data after --source, got ${JSON.stringify(values.source)}; give the ends of their names.`);
      facts["sounds"] = asked.length;
      (facts["versions"] as Record<string, unknown>)[model.manifest.name] = { version, feature: `${feature.name}@${feature.version}`, embedding: embedding.size };
      if (values.robust) {
        const options = { asked, queries, replicates, seed: 1, ...(values.cache === undefined ? {} : { cache: values.cache }) };
        const results = await robustnessOf(model, data, { ...options, progress: (done, all) => bar.draw("disturbed sounds", done / all, `${done} of ${all}`) });
        robust.push(...robustnessTable(model.manifest.name, results));
        (facts["robustness"] as Record<string, unknown>)[model.manifest.name] = results.map(({ name: title, skipped, ...figures }) => ({ name: title, ...(skipped === undefined ? Object.fromEntries(Object.entries(figures).map(([measure, figure]) => [measure, plainFigure(figure)])) : { skipped }) }));
      }
      measured.push({ model: model.manifest.name, figures: await measureModel(model, data, { queries: asked, library: data.readable, studies: data.studies, contexts, resampling: { replicates, seed: 1 } }), seeds: [] });
    } finally {
      model.dispose();
    }
  }
  const report: Report = {
    title: `# ${measured.map(({ model }) => model).join(", ")}: ${facts["sounds"]} sounds of ${sources?.join(", ") ?? "all sources"}\n\nA shipped model has been fitted to these recordings: for figures on unseen sources see its card, npx simile train --hold-out, or npx simile train-kfold.`,
    facts,
    models: measured,
    contexts: [...heard].sort((a, b) => a - b),
    replicates,
    ...(measured.length > 1 ? { leader: measured[0]!.model } : {}),
  };
  console.log([reportMarkdown(report), ...robust].join("\n"));
  if (values.json !== undefined) await writeWhole(values.json, reportJson(report));
  return 0;
}
