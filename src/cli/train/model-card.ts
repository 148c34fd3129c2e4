/** Writes a model's card: what it is, what it heard, what was measured and what it does not know. */

import type { ModelManifest } from "../../core/presets/model-manifest.ts";
import type { Kind } from "../../model/architecture.ts";
import type { Settings } from "../../model/presets.ts";
import { LEAST_TECHNIQUES } from "../evaluation/agreement.ts";
import type { HeldOutFigures } from "../train.ts";

const ABOUT: Record<Kind, string> = {
  euclid: "Principal coordinates of the standardised feature; nothing is learned from listeners.",
  linear: "One learned matrix beside the feature's own principal coordinates.",
  mlp: "Two hidden layers beside the feature's own principal coordinates.",
  lmnn: "Large-margin nearest neighbours (Weinberger and Saul 2009): one learned matrix, trained on labels alone; the rival of 2021.",
  "knn-gcn": "A graph convolution over a fixed k-NN graph of anchors beside the feature's own principal coordinates.",
  "an-gnn": "AN-GNN (Vahidi et al., WASPAA 2023) made inductive: a sound joins a frozen graph of anchors alone, with a neighbourhood whose width is learned; beside it stand the feature's own principal coordinates.",
};

export interface CardFacts {
  readonly manifest: ModelManifest;
  readonly settings: Settings;
  readonly figures: HeldOutFigures | undefined;
  /** Whether the model was fitted anew, to what was held out as well, after it had been measured. */
  readonly refitted: boolean;
  readonly seconds: number;
  readonly kind: Kind;
  /** How many altered recordings stood for techniques that nobody recorded. */
  readonly standIns: number;
}

export function modelCard({ manifest, settings, figures, refitted, seconds, kind, standIns }: CardFacts): string {
  const { feature, embedding, anchors, training } = manifest;
  const losses = Object.entries(settings.losses).map(([name, weight]) => `${name} (weight ${weight})`).join(", ");
  const lines = [
    `# ${manifest.name}`,
    "",
    ABOUT[kind],
    "",
    `- Hears: feature \`${feature.name}\` version ${feature.version}, ${feature.size} numbers, at ${(manifest.architecture["contexts"] as number[]).map((seconds) => `${seconds * 1000}`).join(", ")} ms of context.`,
    `- Says: ${embedding.size} numbers, compared by ${embedding.distance} distance${kind === "euclid" ? "" : ` (${settings.learned} learned, ${settings.plain} plain)`}.`,
    ...(anchors ? [`- Anchors: ${anchors.count}, ${anchors.method}.`] : []),
    `- Learned from: ${training.data}${kind === "euclid" ? "" : `; losses: ${losses}`}.`,
    `- Made by: \`${training.command}\`, seed ${training.seed}, commit ${training.commit}, ${training.date}, ${seconds.toFixed(0)} s.`,
    "",
    "## Measured",
    "",
  ];
  if (figures) {
    const { full, short, precision, ratings, sources, epoch } = figures;
    lines.push(
      `On sources that the measured model had never heard (${sources.join(", ")}); ${refitted ? `this one was then fitted anew to all sources for the same ${epoch} epochs, and is not the measured one.` : `this is the measured one, after ${epoch} epochs.`} The epoch was chosen by these sources too, which flatters the figures a little.`,
      "",
      "| measure | figure |",
      "| --- | --- |",
      ...(full.techniques < LEAST_TECHNIQUES
        ? [`| agreement with the listening test | none: ${full.techniques} judged techniques among them, ${LEAST_TECHNIQUES} make a triplet |`]
        : [
            `| triplet agreement with the listening test, ${full.techniques} techniques, one note each, mean of 20 draws | ${full.triplets.toFixed(3)} |`,
            ...(short ? [`| the same at 100 ms of context | ${short.triplets.toFixed(3)} |`] : []),
            `| Spearman over pairs | ${full.spearman.toFixed(3)} |`,
          ]),
      ...(ratings.studies > 0 ? [`| triplet agreement with ${ratings.studies} rating studies that were held out as well, none with a sound or publication of those learned from, mean | ${ratings.triplets.toFixed(3)} |`] : []),
      `| P@5 by consensus cluster among the training sounds, ${precision.queries} queries | ${precision.plain.toFixed(3)} |`,
      `| the same, hits of the query's own technique skipped | ${precision.pruned.toFixed(3)} |`,
    );
  } else lines.push("Nothing was held out: no figure.");
  lines.push(
    "",
    "## Limits",
    "",
    `The listening test heard one note of each technique of 15 orchestral instruments and guitar; solo violin, trumpet, most brass mutes, key clicks of high winds and tongue rams are not among the recordings.${standIns === 0 ? "" : " Other recordings, altered, stood for them in training (`src/cli/train/stand-ins.ts`)."} Drums, voices and electronic sounds were never judged: for them the plain part speaks. A group of instruments stands in for the solo one in places (see \`src/cli/judgements.ts\`).`,
    "",
    "Weights are free to use under this repository's licence. The recordings are not part of it.",
    "",
  );
  return lines.join("\n");
}
