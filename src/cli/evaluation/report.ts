/** A report on one or several models: what was measured, as JSON to be read by programs and as Markdown for people. */

import { REPLICATES } from "./measure.ts";
import { plainFigures, spreadOf } from "./figures.ts";
import { type ModelFigures, leadTable, mainTable, progressTable, ratingsTable, retrievalTable, seedTable } from "./tables.ts";

export interface Report {
  /** What was done, in one sentence. */
  readonly title: string;
  /** Feature, split, counts: whatever names the run. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly models: readonly ModelFigures[];
  /** Contexts in seconds that were measured. */
  readonly contexts: readonly number[];
  /** The model whose lead over the others is told. */
  readonly leader?: string;
  readonly replicates?: number;
}

export function reportJson({ title, facts, models }: Report): string {
  const plain = models.map(({ model, figures, seeds }) => ({
    model,
    figures: plainFigures(figures),
    ...(seeds.length === 0
      ? {}
      : {
          spread: Object.fromEntries([...figures.keys()].map((name) => [name, spreadOf(seeds.map((each) => each.figures.get(name)?.value ?? Number.NaN))])),
          seeds: seeds.map(({ seed, figures: own }) => ({ seed, figures: plainFigures(own) })),
        }),
  }));
  return `${JSON.stringify({ title, ...facts, models: plain }, null, 2)}\n`;
}

export function reportMarkdown({ title, models, contexts, leader, replicates = REPLICATES }: Report): string {
  const several = models.some(({ seeds }) => seeds.length > 1);
  return [
    title,
    "",
    `In brackets the 95 % interval of ${replicates} bootstrap replicates: over queries for P@k and NDCG, over techniques for agreement with the listening test, over sounds for rating studies.`,
    "P@k is over the right candidates that there are, k at most; pruned: sounds of the query's own technique are skipped, and so are queries whose cluster has no other technique in the library.",
    "",
    ...mainTable(models),
    ...(leader === undefined ? [] : leadTable(models, leader)),
    ...(models.some(({ figures }) => figures.has("precision@5")) ? retrievalTable(models) : []),
    ...(several ? models.flatMap(seedTable) : []),
    ...(contexts.length > 1 ? models.flatMap((model) => [`${model.model} by context:`, "", ...progressTable(model, contexts)]) : []),
    ...ratingsTable(models),
  ].join("\n");
}
