/** Lays figures out as Markdown tables: one row a model, a value with its 95 % interval in each cell. */

import { type Figure, combinedFigure, intervalOf } from "../../core/evaluation/bootstrap.ts";
import { type Figures, at, spreadOf, within } from "./figures.ts";
import { KS } from "./retrieval.ts";

/** One model's figures: their mean over folds and seeds, and per seed where there are several. */
export interface ModelFigures {
  readonly model: string;
  readonly figures: Figures;
  readonly seeds: readonly { readonly seed: number; readonly figures: Figures }[];
}

const TITLES: Readonly<Record<string, string>> = {
  "precision@5/pruned": "P@5 pruned",
  "precision@5": "P@5",
  "precision@5/pruned/100ms/share": "P@5 pruned at 100 ms, share of full",
  "precision@5/100ms/share": "P@5 at 100 ms, share of full",
  triplets: "triplet agreement",
  spearman: "Spearman",
  kendall: "Kendall",
  ratings: "rating studies, triplets",
  "ratings-spearman": "rating studies, Spearman",
  "ratings-kendall": "rating studies, Kendall",
};

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line), ""];
}

function number(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : "none";
}

/** "0.840 (0.812 to 0.866)"; without replicates the value alone. */
export function cell(figure: Figure | undefined): string {
  if (!figure || !Number.isFinite(figure.value)) return "none";
  const { low, high } = intervalOf(figure);
  return Number.isNaN(low) ? number(figure.value) : `${number(figure.value)} (${number(low)} to ${number(high)})`;
}

/** Those of the named figures that any model has. */
function present(models: readonly ModelFigures[], names: readonly string[]): string[] {
  return names.filter((name) => models.some(({ figures }) => figures.has(name)));
}

export function mainTable(models: readonly ModelFigures[]): string[] {
  const names = present(models, Object.keys(TITLES));
  return table(["model", ...names.map((name) => TITLES[name]!)], models.map(({ model, figures }) => [model, ...names.map((name) => cell(figures.get(name)))]));
}

/** P@k and NDCG@k, plain and pruned: a row a model and measure. */
export function retrievalTable(models: readonly ModelFigures[]): string[] {
  const measures = [["P@k pruned", (k: number) => `precision@${k}/pruned`], ["P@k", (k: number) => `precision@${k}`], ["NDCG@k pruned", (k: number) => `ndcg@${k}/pruned`], ["NDCG@k", (k: number) => `ndcg@${k}`]] as const;
  return table(["model", "measure", ...KS.map((k) => `k = ${k}`)], models.flatMap(({ model, figures }) => measures.map(([title, name]) => [model, title, ...KS.map((k) => cell(figures.get(name(k))))])));
}

/** What each context gives, in a library heard in full and in one heard for as long as the query. */
export function progressTable({ figures }: ModelFigures, contexts: readonly number[]): string[] {
  const columns = [["precision@5/pruned", at], ["precision@5/pruned", within], ["precision@5", at], ["precision@5", within], ["triplets", at], ["triplets", within]] as const;
  const titles = ["P@5 pruned, library in full", "the same, library as short", "P@5, library in full", "the same, library as short", "triplets, others in full", "the same, others as short"];
  return table(["context", ...titles], contexts.map((seconds) => [`${Math.round(seconds * 1000)} ms`, ...columns.map(([name, place]) => cell(figures.get(place(name, seconds))))]));
}

export function ratingsTable(models: readonly ModelFigures[]): string[] {
  const names = [...new Set(models.flatMap(({ figures }) => [...figures.keys()].filter((name) => name.startsWith("ratings/"))))];
  if (names.length === 0) return [];
  return table(["rating study, triplets", ...models.map(({ model }) => model)], [...names, "ratings"].map((name) => [name === "ratings" ? "mean" : name.slice("ratings/".length), ...models.map(({ figures }) => cell(figures.get(name)))]));
}

/** Each seed's figures, and their mean, deviation and range under them. */
export function seedTable({ model, seeds }: ModelFigures): string[] {
  const names = ["precision@5/pruned", "precision@5", "triplets", "spearman", "kendall", "ratings"].filter((name) => seeds.some(({ figures }) => figures.has(name)));
  const values = (name: string) => seeds.map(({ figures }) => figures.get(name)?.value ?? Number.NaN);
  return table(
    [`${model}, seed`, ...names.map((name) => TITLES[name]!)],
    [
      ...seeds.map(({ seed, figures }) => [String(seed), ...names.map((name) => cell(figures.get(name)))]),
      ["mean ± deviation (range)", ...names.map((name) => spread(values(name)))],
    ],
  );
}

function spread(values: readonly number[]): string {
  const { mean, deviation, least, most } = spreadOf(values);
  return Number.isNaN(mean) ? "none" : `${number(mean)} ± ${number(deviation)} (${number(least)} to ${number(most)})`;
}

const LEADS = ["precision@5/pruned", "precision@5", "triplets", "spearman", "ratings"];

/** What one model is ahead of the others by (paired by unit), and in how many seeds. */
export function leadTable(models: readonly ModelFigures[], leader: string): string[] {
  const first = models.find(({ model }) => model === leader);
  const rivals = models.filter(({ model }) => model !== leader);
  if (!first || rivals.length === 0) return [];
  const names = present(models, LEADS);
  return table(
    [`lead of ${leader} over`, ...names.map((name) => TITLES[name]!)],
    rivals.map((rival) => [
      rival.model,
      ...names.map((name) => {
        const [own, other] = [first.figures.get(name), rival.figures.get(name)];
        if (!own || !other) return "none";
        const ahead = first.seeds.filter(({ seed, figures }) => (figures.get(name)?.value ?? Number.NaN) > (rival.seeds.find((each) => each.seed === seed)?.figures.get(name)?.value ?? Number.NaN)).length;
        return `${cell(combinedFigure(own, other, (a, b) => a - b))}${first.seeds.length > 0 ? `, ahead in ${ahead} of ${first.seeds.length}` : ""}`;
      }),
    ]),
  );
}
