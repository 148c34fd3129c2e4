/** Loads a library with its embeddings: one of presets/libraries, a folder of audio files, an embedding preset, or a CSV of embeddings. */

import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { FormatError, messageOf, MissingError } from "../core/errors.ts";
import { readPreset, readPresetManifest } from "../core/presets/embedding-preset.ts";
import { parseEmbeddingsCsv } from "../core/presets/embeddings-csv.ts";
import { readJson } from "../core/presets/fields.ts";
import { type LibraryManifest, LIBRARY_FORMAT, parseEmbeddings, parseEmbeddingsManifest, parseLibraryManifest, type SoundEntry } from "../core/presets/library-manifest.ts";
import type { Embedder } from "../model/embedder.ts";
import { listAudio } from "./audio-folder.ts";
import { embedFiles, progressLine } from "./file-embeddings.ts";
import { tableModel, tableModelPath } from "./table-model.ts";

/** The library that is used where none is named. */
export const DEFAULT_LIBRARY = "studio";

const PRESETS = resolve(import.meta.dirname, "../../presets/libraries");

/** A sound that can be an answer; all that a manifest tells of it, where there is one. */
export type LibrarySound = Pick<SoundEntry, "file" | "name"> & Partial<SoundEntry>;

export interface Library {
  readonly name: string;
  /** Where the sounds' files are; null for a CSV or preset, which does not tell. */
  readonly folder: string | null;
  readonly sounds: readonly LibrarySound[];
  /** Row-major `[sounds, embedding size]`. */
  readonly rows: Float32Array;
  /** The encoded audio of a row, where the library itself holds it. */
  readonly audio?: (row: number) => Uint8Array;
}

export interface LibraryOptions {
  /** Pitches of the sounds of a folder are estimated. */
  readonly pitch?: boolean;
  /** A folder at that path goes before a library that ships by that name. */
  readonly folderFirst?: boolean;
}

/**
 * Loads the library of that name in presets/libraries, else the folder, preset or CSV file at that path; where there are both, a note says which was taken. `note` is called with a sentence for every sound that is left out and every other thing to know.
 * Throws MissingError or FormatError where there is no library to be had.
 */
export async function loadLibrary(nameOrPath: string, embedder: Embedder, note: (sentence: string) => void, options: LibraryOptions = {}): Promise<Library> {
  const found = await stat(nameOrPath).catch(() => undefined);
  const shipped = await shippedLibrary(nameOrPath);
  if (shipped && !(options.folderFirst && found?.isDirectory())) {
    if (found) note(`${nameOrPath}: took the library that ships by this name, not the ${found.isDirectory() ? "folder" : "file"} here; name ./${nameOrPath} for that.`);
    return loadManifestLibrary(shipped, embedder, note);
  }
  if (!found) throw new MissingError(`library: expected a name in ${PRESETS}, a folder or a CSV file, got ${JSON.stringify(nameOrPath)}; check the name or the path.`);
  if (!found.isDirectory()) return loadTableLibrary(nameOrPath, embedder);
  const manifest = await readFile(join(nameOrPath, "manifest.json"), "utf8").catch(() => "");
  if (manifest.includes(JSON.stringify(LIBRARY_FORMAT))) return loadManifestLibrary(nameOrPath, embedder, note);
  const files = await listAudio(nameOrPath, note);
  const name = basename(resolve(nameOrPath));
  return embedLibrary(name, nameOrPath, files.map((file) => ({ file, name: basename(file) })), embedder, note, options);
}

/** Folder of the library that ships by that name, where there is one. */
async function shippedLibrary(name: string): Promise<string | undefined> {
  const folder = join(PRESETS, name);
  return /^[\w-]+$/.test(name) && (await stat(join(folder, "manifest.json")).catch(() => undefined)) ? folder : undefined;
}

/** Reads and checks `manifest.json` of a library's folder. */
export async function loadLibraryManifest(folder: string): Promise<LibraryManifest> {
  const path = join(folder, "manifest.json");
  const text = await readFile(path, "utf8").catch(() => {
    throw new MissingError(`${path}: expected the manifest of a library, got no file; choose the folder of a library.`);
  });
  return parseLibraryManifest(readJson(text, { name: path, remedy: "render the library again, or fetch a whole copy of its folder" }), path);
}

async function loadManifestLibrary(folder: string, embedder: Embedder, note: (sentence: string) => void): Promise<Library> {
  const { name, sounds } = await loadLibraryManifest(folder);
  try {
    return { name, folder, sounds, rows: await loadRows(folder, sounds.length, embedder) };
  } catch (cause) {
    note(`${messageOf(cause)} Analysing its ${sounds.length} sounds instead.`);
    return embedLibrary(name, folder, sounds, embedder, note);
  }
}

/** The rows that lie beside a library for this very model. Throws MissingError or FormatError where they are absent, damaged or another model's. */
async function loadRows(folder: string, count: number, { manifest: model }: Embedder): Promise<Float32Array> {
  const path = join(folder, "embeddings", `${model.name}.json`);
  const remedy = "embed the library again with npm run embed:library";
  const read = (file: string) =>
    readFile(file).catch(() => {
      throw new MissingError(`${file}: expected embeddings by model ${model.name}, got no file; ${remedy}.`);
    });
  const manifest = parseEmbeddingsManifest(readJson((await read(path)).toString("utf8"), { name: path, remedy }), path);
  const same = manifest.model === model.name && manifest.weightsSha256 === model.weights.sha256 && manifest.feature.name === model.feature.name && manifest.feature.version === model.feature.version;
  if (!same) throw new FormatError(`${path}: expected embeddings by model ${model.name} version ${model.version}, got those of another training; ${remedy}.`);
  if (manifest.count !== count || manifest.size !== model.embedding.size) {
    throw new FormatError(`${path}: expected ${count} rows of ${model.embedding.size}, got ${manifest.count} of ${manifest.size}; ${remedy}.`);
  }
  const rowsPath = join(folder, "embeddings", `${model.name}.f32`);
  const bytes = await read(rowsPath);
  const rows = parseEmbeddings(bytes, manifest, rowsPath);
  if (createHash("sha256").update(bytes).digest("hex") !== manifest.sha256) throw new FormatError(`${rowsPath}: expected the checksum in ${basename(path)}, got another; ${remedy}.`);
  return rows;
}

/** Bytes that a zip archive, and so an embedding preset, begins with. */
const ZIP = "PK";

function isPreset(path: string, bytes: Buffer): boolean {
  return bytes.toString("latin1", 0, ZIP.length) === ZIP || path.endsWith(".simile");
}

/** Name of the model that made the embedding preset at that path; undefined where there is no preset, but a library of another kind. */
export async function presetModel(path: string): Promise<string | undefined> {
  if (!path.endsWith(".simile")) return undefined;
  const bytes = await readFile(path).catch(() => undefined);
  return bytes && readPresetManifest(bytes, path).model.name;
}

async function loadTableLibrary(path: string, embedder: Embedder): Promise<Library> {
  const bytes = await readFile(path);
  return isPreset(path, bytes) ? presetLibrary(path, bytes, embedder) : csvLibrary(path, bytes, embedder);
}

function presetLibrary(path: string, bytes: Uint8Array, { manifest: model }: Embedder): Library {
  const { manifest, columns, embeddings, audio } = readPreset(bytes, path);
  if (manifest.model.weightsSha256 !== model.weights.sha256 || manifest.embedding.size !== model.embedding.size) {
    throw new FormatError(`${path}: expected a preset by model ${model.name} version ${model.version}, got one by ${manifest.model.name} version ${manifest.model.version} of another training; index its folder again, or choose its model with --model.`);
  }
  const files = columns.get("file") as readonly string[];
  const texts = manifest.columns.filter(({ type }) => type === "text").map(({ name }) => name);
  const sounds = files.map((file, row) => {
    const known = Object.fromEntries(texts.map((column) => [column, columns.get(column)![row] as string]));
    return { ...known, file, name: known["name"] || file };
  });
  return { name: manifest.name, folder: null, sounds, rows: embeddings, ...(manifest.audio ? { audio } : {}) };
}

async function csvLibrary(path: string, bytes: Buffer, { manifest }: Embedder): Promise<Library> {
  if (bytes.subarray(0, 4096).includes(0)) throw new FormatError(`${path}: expected a CSV file of embeddings, got bytes of another kind; write one with npx simile embed, or name a folder.`);
  const { files, size, rows } = parseEmbeddingsCsv(bytes.toString("utf8"), path);
  const by = await tableModel(path, bytes);
  if (by && by.weightsSha256 !== manifest.weights.sha256) {
    throw new FormatError(`${path}: expected embeddings by model ${manifest.name} version ${manifest.version}, got those by ${by.model} version ${by.modelVersion} of another training, as ${basename(tableModelPath(path))} says; write it again with this model, or choose the model that wrote it with --model.`);
  }
  if (size !== manifest.embedding.size) throw new FormatError(`${path}: expected ${manifest.embedding.size} numbers a sound as model ${manifest.name} gives, got ${size}; write it again with this model, or choose the model that wrote it.`);
  return { name: basename(path), folder: null, sounds: files.map((file) => ({ file, name: file })), rows };
}

/** Analyses the sounds of a folder; bad ones are noted and left out. */
async function embedLibrary(name: string, folder: string, sounds: readonly LibrarySound[], embedder: Embedder, note: (sentence: string) => void, { pitch = false }: LibraryOptions = {}): Promise<Library> {
  const outcomes = await embedFiles(sounds.map(({ file }) => join(folder, file)), embedder, { progress: progressLine(name, sounds.length), note, pitch });
  const kept = sounds.flatMap((sound, index): LibrarySound[] => {
    const outcome = outcomes[index]!;
    if (!(outcome instanceof Error)) return [{ durationSeconds: outcome.durationSeconds, ...(pitch ? { pitch: outcome.pitch } : {}), ...sound }];
    note(outcome.message);
    return [];
  });
  if (kept.length === 0) throw new FormatError(`${folder}: expected at least one sound that can be read, got ${sounds.length} that cannot; choose another folder.`);
  const { size } = embedder.manifest.embedding;
  const rows = new Float32Array(kept.length * size);
  let row = 0;
  for (const outcome of outcomes) if (!(outcome instanceof Error)) rows.set(outcome.embedding, size * row++);
  return { name, folder, sounds: kept, rows };
}
