/** Loads a model, and a library with the embeddings that this very model made of it. */

import { FormatError } from "../core/errors.ts";
import { featureNamed } from "../core/features/families.ts";
import type { Feature } from "../core/features/feature.ts";
import type { ColumnValues } from "../core/presets/embedding-preset.ts";
import { type EmbeddingsManifest, type LibraryManifest, type SoundEntry, parseEmbeddings, parseEmbeddingsManifest, parseLibraryManifest } from "../core/presets/library-manifest.ts";
import { type ModelManifest, parseModelManifest } from "../core/presets/model-manifest.ts";
import { Neighbours } from "../core/search/neighbours.ts";
import { type Weights, unpackWeights } from "../model/weights.ts";
import type { EngineLibrary, EngineRows } from "../protocol/engine.ts";
import { fetchChecked, fetchFile, fetchJson } from "./fetch-file.ts";

export interface LoadedModel {
  readonly manifest: ModelManifest;
  readonly feature: Feature;
  readonly weights: ReadonlyMap<string, Weights>;
}

export interface LoadedLibrary {
  readonly name: string;
  readonly title: string;
  readonly count: number;
  /** Row-major `[count, size]`. */
  readonly embeddings: Float32Array;
  readonly columns: ReadonlyMap<string, ColumnValues>;
  readonly neighbours: Neighbours;
}

/** Columns that a library's manifest gives of each sound. */
const COLUMNS = ["name", "family", "instrument", "technique", "mute", "pitch", "dynamics"] as const satisfies readonly (keyof SoundEntry)[];

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

/** A library of no sounds: what an engine answers from until it is given one. */
export function emptyLibrary(model: ModelManifest): LoadedLibrary {
  return { name: "", title: "", count: 0, embeddings: new Float32Array(), columns: new Map(), neighbours: new Neighbours(new Float32Array(), 0, model.embedding.size, model.embedding.distance) };
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
  for (const [column, values] of columns) checkPairs([[`values of ${column}`, count, values.length]], title, "open the library again");
  return { name, title, count, embeddings, columns, neighbours: new Neighbours(embeddings, count, model.embedding.size, model.embedding.distance) };
}

/** The library with rows added at its end. Throws FormatError for rows that do not fit. */
export function extendLibrary(library: LoadedLibrary, { embeddings, columns }: EngineRows): LoadedLibrary {
  const { size, distance } = library.neighbours;
  const added = embeddings.length / size;
  const names = library.count === 0 ? [...columns.keys()] : [...library.columns.keys()];
  checkPairs([["whole rows", Math.floor(added), added], ...names.map((name) => [`values of ${name}`, added, columns.get(name)?.length ?? 0] as const)], library.title, "open the library again");
  const all = new Float32Array(library.embeddings.length + embeddings.length);
  all.set(library.embeddings);
  all.set(embeddings, library.embeddings.length);
  const joined = new Map(names.map((name) => [name, [...(library.columns.get(name) ?? []), ...columns.get(name)!] as ColumnValues]));
  const count = library.count + added;
  return { ...library, count, embeddings: all, columns: joined, neighbours: new Neighbours(all, count, size, distance) };
}

/** Loads the library in a folder and its embeddings by that model. Rejects with MissingError or FormatError. */
async function loadLibrary(folder: string, model: ModelManifest): Promise<LoadedLibrary> {
  const place = `${folder}manifest.json`;
  const manifest = parseLibraryManifest(await fetchJson(place, "put a whole library folder there, or choose another library"), place);
  const remedy = `embed the library again with the model ${model.name}`;
  const stem = `${folder}embeddings/${encodeURIComponent(model.name)}`;
  const preset = parseEmbeddingsManifest(await fetchJson(`${stem}.json`, remedy), `${stem}.json`);
  checkOrigin(preset, model, manifest, `${stem}.json`, remedy);
  const bytes = await fetchChecked(`${stem}.f32`, preset.count * preset.size * 4, preset.sha256, remedy);
  const embeddings = parseEmbeddings(bytes, preset, `${stem}.f32`);
  const columns = new Map<string, ColumnValues>([
    ...COLUMNS.map((column) => [column, manifest.sounds.map((sound) => sound[column])] as const),
    ["durationSeconds", manifest.sounds.map(({ durationSeconds }) => durationSeconds)],
  ]);
  return { name: manifest.name, title: manifest.title, count: preset.count, embeddings, columns, neighbours: new Neighbours(embeddings, preset.count, preset.size, model.embedding.distance) };
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
