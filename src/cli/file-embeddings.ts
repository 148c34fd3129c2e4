/** From audio files to rows of embeddings by one model. */

import { FormatError } from "../core/errors.ts";
import { featureNamed } from "../core/features/families.ts";
import { joined } from "../core/joined.ts";
import { DEFAULT_CUT } from "../core/onset/segment-cutter.ts";
import type { ModelManifest } from "../core/presets/model-manifest.ts";
import { longestContext } from "../model/architecture.ts";
import type { Embedder } from "../model/embedder.ts";
import { type FileAnalysis, analyseFiles } from "./file-analysis.ts";

export interface EmbeddedFile {
  /** `[size]`. */
  readonly embedding: Float32Array;
  readonly durationSeconds: number;
  /** The estimated pitch, empty where there is none, or nobody asked. */
  readonly pitch: string;
}

/** An embedding, or why there is none. */
export type Outcome = EmbeddedFile | Error;

export interface EmbeddingOptions {
  /** Counts files analysed. */
  readonly progress?: (done: number) => void;
  /** Called with a sentence for every file that is too long to be one sound. */
  readonly note?: (sentence: string) => void;
  /** Pitches are estimated, too. */
  readonly pitch?: boolean;
}

/** Throws FormatError where this version computes another version of the feature that the model heard in training, UnsupportedError where it computes none of that name. */
export function checkFeature({ name, feature }: ModelManifest): void {
  const ours = featureNamed(feature.name);
  if (ours.version !== feature.version || ours.size !== feature.size) {
    throw new FormatError(`model ${name}: expected feature ${ours.name} version ${ours.version} of ${ours.size} numbers, got version ${feature.version} of ${feature.size}; train the model again with this version.`);
  }
}

/** Embeds each file, heard for the model's longest context, in the order of `paths`. */
export async function embedFiles(paths: readonly string[], embedder: Embedder, { progress, note, pitch = false }: EmbeddingOptions = {}): Promise<Outcome[]> {
  const { feature, embedding } = embedder.manifest;
  checkFeature(embedder.manifest);
  const contextSeconds = longestContext(embedder.manifest);
  const analyses: (FileAnalysis | Error | undefined)[] = new Array(paths.length);
  let done = 0;
  await analyseFiles(
    paths.map((path) => ({ path, feature: feature.name, contextSeconds, pitch })),
    (index, analysis) => {
      analyses[index] = analysis;
      progress?.(++done);
    },
  );
  const heard = analyses.flatMap((analysis) => (analysis instanceof Error || !analysis ? [] : [analysis]));
  const rows = heard.length > 0 ? await embedder.embed(joined(heard.map(({ values }) => values), Float32Array), heard.length, contextSeconds) : new Float32Array(0);
  let row = 0;
  return analyses.map((analysis, index): Outcome => {
    const path = paths[index]!;
    if (!analysis || analysis instanceof Error) return analysis ?? new Error(`${path}: expected an outcome, got none.`);
    const { durationSeconds, pitch: name } = analysis;
    if (durationSeconds > DEFAULT_CUT.fromSeconds) note?.(`${path}: lasts ${Math.round(durationSeconds)} s, of which the first sound alone is heard, for ${contextSeconds} s at most; cut it into its sounds, or import it in the page, which does.`);
    return { embedding: rows.slice(row * embedding.size, ++row * embedding.size), durationSeconds, pitch: name };
  });
}

/** Rewrites one line on a terminal, and nothing elsewhere. */
export function progressLine(what: string, all: number): (done: number) => void {
  if (!process.stderr.isTTY) return () => {};
  return (done) => {
    if (done % 10 === 0 || done === all) process.stderr.write(done === all ? "\r\u001b[K" : `\r${what}: ${done} of ${all}`);
  };
}
