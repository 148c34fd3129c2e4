/** From audio files to rows of embeddings by one model. */

import { FormatError } from "../core/errors.ts";
import { featureNamed } from "../core/features/families.ts";
import type { ModelManifest } from "../core/presets/model-manifest.ts";
import { longestContext } from "../model/architecture.ts";
import type { Embedder } from "../model/embedder.ts";
import { analyseFiles } from "./file-analysis.ts";

/** An embedding `[size]`, or why there is none. */
export type Outcome = Float32Array | Error;

/** Throws FormatError where this version computes another version of the feature that the model heard in training, UnsupportedError where it computes none of that name. */
export function checkFeature({ name, feature }: ModelManifest): void {
  const ours = featureNamed(feature.name);
  if (ours.version !== feature.version || ours.size !== feature.size) {
    throw new FormatError(`model ${name}: expected feature ${ours.name} version ${ours.version} of ${ours.size} numbers, got version ${feature.version} of ${feature.size}; train the model again with this version.`);
  }
}

/** Embeds each file, heard for the model's longest context, in the order of `paths`. `progress` counts files analysed. */
export async function embedFiles(paths: readonly string[], embedder: Embedder, progress?: (done: number) => void): Promise<Outcome[]> {
  const { feature, embedding } = embedder.manifest;
  checkFeature(embedder.manifest);
  const contextSeconds = longestContext(embedder.manifest);
  const outcomes: (Outcome | undefined)[] = new Array(paths.length);
  const vectors = new Map<number, Float32Array>();
  let done = 0;
  await analyseFiles(
    paths.map((path) => ({ path, feature: feature.name, contextSeconds })),
    (index, analysis) => {
      if (analysis instanceof Error) outcomes[index] = analysis;
      else vectors.set(index, analysis.values);
      progress?.(++done);
    },
  );
  const indices = [...vectors.keys()].sort((a, b) => a - b);
  const values = new Float32Array(indices.length * feature.size);
  for (const [row, index] of indices.entries()) values.set(vectors.get(index)!, row * feature.size);
  const rows = indices.length > 0 ? await embedder.embed(values, indices.length, contextSeconds) : new Float32Array(0);
  for (const [row, index] of indices.entries()) outcomes[index] = rows.slice(row * embedding.size, (row + 1) * embedding.size);
  return outcomes.map((outcome, index) => outcome ?? new Error(`${paths[index]}: expected an outcome, got none.`));
}

/** Rewrites one line on a terminal, and nothing elsewhere. */
export function progressLine(what: string, all: number): (done: number) => void {
  if (!process.stderr.isTTY) return () => {};
  return (done) => {
    if (done % 10 === 0 || done === all) process.stderr.write(done === all ? "\r\u001b[K" : `\r${what}: ${done} of ${all}`);
  };
}
