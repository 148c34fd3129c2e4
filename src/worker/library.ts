/** Loads a model, and a library with the embeddings that this very model made of it. */

import { FormatError } from "../core/errors.ts";
import { featureNamed } from "../core/features/families.ts";
import type { Feature } from "../core/features/feature.ts";
import { type EmbeddingsManifest, type LibraryManifest, parseEmbeddings, parseEmbeddingsManifest, parseLibraryManifest } from "../core/presets/library-manifest.ts";
import { type ModelManifest, parseModelManifest } from "../core/presets/model-manifest.ts";
import { Neighbours } from "../core/search/neighbours.ts";
import { type Weights, unpackWeights } from "../model/weights.ts";
import { fetchChecked, fetchFile, fetchJson } from "./fetch-file.ts";

export interface LoadedModel {
  readonly manifest: ModelManifest;
  readonly feature: Feature;
  readonly weights: ReadonlyMap<string, Weights>;
}

export interface LoadedLibrary {
  readonly manifest: LibraryManifest;
  /** Row-major `[sounds, size]`. */
  readonly embeddings: Float32Array;
  readonly neighbours: Neighbours;
}

/** Loads the model in a folder (an absolute address that ends in "/"). Rejects with MissingError, FormatError or UnsupportedError. */
export async function loadModel(folder: string): Promise<LoadedModel> {
  const remedy = "put a whole model folder there, or choose another model";
  const place = `${folder}manifest.json`;
  const manifest = parseModelManifest(await fetchJson(place, remedy), place);
  const feature = featureNamed(manifest.feature.name);
  if (feature.version !== manifest.feature.version || feature.size !== manifest.feature.size) {
    const name = (of: { version: number; size: number }) => `version ${of.version} of ${of.size} numbers`;
    throw new FormatError(`${place}: expected feature ${feature.name} in ${name(feature)}, got ${name(manifest.feature)}; train the model again, or use the release of Simile that it was made for.`);
  }
  const file = await fetchFile(`${folder}${manifest.weights.file}`, remedy);
  return { manifest, feature, weights: await unpackWeights(manifest, file.buffer) };
}

/** Loads the library in a folder and its embeddings by that model. Rejects with MissingError or FormatError. */
export async function loadLibrary(folder: string, model: ModelManifest): Promise<LoadedLibrary> {
  const place = `${folder}manifest.json`;
  const manifest = parseLibraryManifest(await fetchJson(place, "put a whole library folder there, or choose another library"), place);
  const remedy = `embed the library again with the model ${model.name}`;
  const stem = `${folder}embeddings/${encodeURIComponent(model.name)}`;
  const preset = parseEmbeddingsManifest(await fetchJson(`${stem}.json`, remedy), `${stem}.json`);
  checkOrigin(preset, model, manifest, `${stem}.json`, remedy);
  const bytes = await fetchChecked(`${stem}.f32`, preset.count * preset.size * 4, preset.sha256, remedy);
  const embeddings = parseEmbeddings(bytes, preset, `${stem}.f32`);
  return { manifest, embeddings, neighbours: new Neighbours(embeddings, preset.count, preset.size, model.embedding.distance) };
}

/** Rows of another model, training, feature or library are numbers of another space: they must not pass. */
function checkOrigin(preset: EmbeddingsManifest, model: ModelManifest, library: LibraryManifest, place: string, remedy: string): void {
  const pairs: readonly (readonly [string, string | number, string | number])[] = [
    ["model", model.name, preset.model],
    ["model version", model.version, preset.modelVersion],
    ["weights", model.weights.sha256.slice(0, 12), preset.weightsSha256.slice(0, 12)],
    ["feature", `${model.feature.name} ${model.feature.version}`, `${preset.feature.name} ${preset.feature.version}`],
    ["embedding size", model.embedding.size, preset.size],
    ["sounds", library.sounds.length, preset.count],
  ];
  const wrong = pairs.find(([, expected, got]) => expected !== got);
  if (wrong) throw new FormatError(`${place}: expected ${wrong[0]} ${wrong[1]}, got ${wrong[2]}; ${remedy}.`);
}
