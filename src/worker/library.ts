/** Loads a model, and a library with the embeddings that this very model made of it. */

import { FormatError } from "../core/errors.ts";
import { featureNamed } from "../core/features/families.ts";
import type { Feature } from "../core/features/feature.ts";
import { type Folder, fileIn } from "../core/library/folder.ts";
import { columnsOf } from "../core/library/sound.ts";
import { type EmbeddingsManifest, type LibraryManifest, parseEmbeddings, parseEmbeddingsManifest, parseLibraryManifest } from "../core/presets/library-manifest.ts";
import { type ModelManifest, parseModelManifest } from "../core/presets/model-manifest.ts";
import { EmbeddingIndex } from "../core/search/embedding-index.ts";
import { SoundLabels } from "../core/search/sound-labels.ts";
import { type Weights, unpackWeights } from "../model/weights.ts";
import type { EngineLibrary, EngineRows } from "../protocol/engine.ts";
import { fetchChecked, fetchFile, fetchJson } from "./fetch-file.ts";
import { createRowStore } from "./row-store.ts";

export interface LoadedModel {
  readonly manifest: ModelManifest;
  readonly feature: Feature;
  readonly weights: ReadonlyMap<string, Weights>;
}

export interface LoadedLibrary {
  readonly name: string;
  readonly title: string;
  /** The rows, which grow with the library. */
  readonly index: EmbeddingIndex;
  readonly labels: SoundLabels;
}

/** Loads the model in a folder. Rejects with MissingError, FormatError or UnsupportedError. */
export async function loadModel(folder: Folder): Promise<LoadedModel> {
  const remedy = "put a whole model folder there, or choose another model";
  const place = fileIn(folder, "manifest.json");
  const manifest = parseModelManifest(await fetchJson(place, remedy), place);
  const feature = featureNamed(manifest.feature.name);
  if (feature.version !== manifest.feature.version || feature.size !== manifest.feature.size) {
    const name = (of: { version: number; size: number }) => `version ${of.version} of ${of.size} numbers`;
    throw new FormatError(`${place}: expected feature ${feature.name} in ${name(feature)}, got ${name(manifest.feature)}; train the model again, or use the release of Simile that it was made for.`);
  }
  const file = await fetchFile(fileIn(folder, manifest.weights.file), remedy);
  return { manifest, feature, weights: await unpackWeights(manifest, file.buffer) };
}

/** A library of no sounds: what an engine answers from until it is given one. */
export function emptyLibrary(model: ModelManifest): LoadedLibrary {
  return { name: "", title: "", index: new EmbeddingIndex(model.embedding.size, model.embedding.distance), labels: new SoundLabels() };
}

/** The library of these rows and columns. Throws FormatError for rows or columns that do not fit. */
async function libraryOf(name: string, title: string, { embeddings, columns }: EngineRows, { embedding: { size, distance } }: ModelManifest): Promise<LoadedLibrary> {
  const count = embeddings.length / size;
  const labels = new SoundLabels(columns, count);
  const index = new EmbeddingIndex(size, distance, await createRowStore(size, count));
  try {
    index.add(embeddings);
  } catch (cause) {
    index.close();
    throw cause;
  }
  return { name, title, index, labels };
}

/** Opens a library of any kind. Rejects with MissingError or FormatError. */
export async function openLibrary(library: EngineLibrary, model: ModelManifest): Promise<LoadedLibrary> {
  if (library.kind === "folder") return loadLibrary(library.address, model);
  const { name, title, count, origin, embeddings, columns } = library;
  checkPairs(
    [
      ["model", model.name, origin.model],
      ["model version", model.version, origin.modelVersion],
      ["weights", model.weights.sha256.slice(0, 12), origin.weightsSha256.slice(0, 12)],
    ],
    title,
    `analyse its sounds again with the model ${model.name}`,
  );
  checkPairs([["numbers", count * model.embedding.size, embeddings.length]], title, "open the library again");
  return libraryOf(name, title, { embeddings, columns }, model);
}

/** Adds rows at the library's end, all or none. Throws FormatError for rows that do not fit. */
export function extendLibrary({ index, labels, title }: LoadedLibrary, { embeddings, columns }: EngineRows): void {
  const added = embeddings.length / index.size;
  const names = labels.count === 0 ? [...columns.keys()] : labels.names;
  checkPairs([["whole rows", Math.floor(added), added], ...names.map((name) => [`values of ${name}`, added, columns.get(name)?.length ?? 0] as const)], title, "open the library again");
  index.add(embeddings);
  labels.add(new Map(names.map((name) => [name, columns.get(name)!])), added);
}

/** Loads the library in a folder and its embeddings by that model. Rejects with MissingError or FormatError. */
async function loadLibrary(folder: Folder, model: ModelManifest): Promise<LoadedLibrary> {
  const place = fileIn(folder, "manifest.json");
  const manifest = parseLibraryManifest(await fetchJson(place, "put a whole library folder there, or choose another library"), place);
  const remedy = `embed the library again with the model ${model.name}`;
  const described = fileIn(folder, `embeddings/${model.name}.json`);
  const preset = parseEmbeddingsManifest(await fetchJson(described, remedy), described);
  checkOrigin(preset, model, manifest, described, remedy);
  const packed = fileIn(folder, `embeddings/${model.name}.f32`);
  const bytes = await fetchChecked(packed, preset.count * preset.size * 4, preset.sha256, remedy);
  const embeddings = parseEmbeddings(bytes, preset, packed);
  return libraryOf(manifest.name, manifest.title, { embeddings, columns: columnsOf(manifest.sounds) }, model);
}

/** Rows of another model, training, feature or library are numbers of another space: they must not pass. */
function checkOrigin(preset: EmbeddingsManifest, model: ModelManifest, library: LibraryManifest, place: string, remedy: string): void {
  const pairs: readonly Pair[] = [
    ["model", model.name, preset.model],
    ["model version", model.version, preset.modelVersion],
    ["weights", model.weights.sha256.slice(0, 12), preset.weightsSha256.slice(0, 12)],
    ["feature", `${model.feature.name} ${model.feature.version}`, `${preset.feature.name} ${preset.feature.version}`],
    ["embedding size", model.embedding.size, preset.size],
    ["sounds", library.sounds.length, preset.count],
  ];
  checkPairs(pairs, place, remedy);
}

/** What, expected, got. */
type Pair = readonly [string, string | number, string | number];

function checkPairs(pairs: readonly Pair[], place: string, remedy: string): void {
  const wrong = pairs.find(([, expected, got]) => expected !== got);
  if (wrong) throw new FormatError(`${place}: expected ${wrong[0]} ${wrong[1]}, got ${wrong[2]}; ${remedy}.`);
}
