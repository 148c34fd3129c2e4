/** Reads and writes embedding presets, `NAME.simile`: someone's listening in one file, as `presets/FORMAT.md` specifies it. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { strFromU8, strToU8, Zip, ZipDeflate, ZipPassThrough } from "fflate";
import { FormatError } from "../errors.ts";
import { joined } from "../joined.ts";
import { type Archive, type ByteSource, type EntryRange, checkEntries, checkUnpacked, openArchive } from "./archive.ts";
import { type Place, fieldFault, readJson, readList, readOneOf, readRecord, isRelativePath, readRelativePath, readSha256, readText, readWhole, within } from "./fields.ts";
import { fromHalf, toHalf } from "./half.ts";
import type { Distance } from "./model-manifest.ts";

export const PRESET_FORMAT = "simile-preset";
export const PRESET_FORMAT_VERSION = 1;

/** Most sounds that one preset may hold. */
export const PRESET_MOST_SOUNDS = 2_000_000;

export type PresetNumbers = "float16" | "int8";
export type ColumnType = "text" | "number";

export interface PresetColumn {
  readonly name: string;
  readonly type: ColumnType;
}

export interface PresetManifest {
  readonly format: typeof PRESET_FORMAT;
  readonly formatVersion: typeof PRESET_FORMAT_VERSION;
  readonly name: string;
  readonly title: string;
  readonly author: string;
  readonly licence: string;
  readonly model: { readonly name: string; readonly version: number; readonly weightsSha256: string };
  readonly feature: { readonly name: string; readonly version: number };
  readonly count: number;
  readonly embedding: { readonly size: number; readonly numbers: PresetNumbers; readonly distance: Distance; readonly sha256: string };
  /** `columns[0]` is always the text column `file`. */
  readonly columns: readonly PresetColumn[];
  readonly soundsSha256: string;
  /** Whether `audio/<file>` holds the sound of each row. */
  readonly audio: boolean;
}

/** One metadata column of `[count]` values: texts, or numbers with null where unknown. */
export type ColumnValues = readonly string[] | readonly (number | null)[];

export interface EmbeddingPreset {
  readonly manifest: PresetManifest;
  /** Row-major `[count, size]`. */
  readonly embeddings: Float32Array;
  readonly columns: ReadonlyMap<string, ColumnValues>;
  /** The encoded audio of a row. Throws FormatError where the preset carries none. */
  audio(row: number): Uint8Array;
  /** Where that lies in the file, for those who read it themselves. */
  audioRange(row: number): EntryRange;
}

/** What `writePreset` needs: the rest of the manifest follows from it. */
export interface PresetContent {
  readonly name: string;
  readonly title: string;
  readonly author: string;
  readonly licence: string;
  readonly model: PresetManifest["model"];
  readonly feature: PresetManifest["feature"];
  readonly distance: Distance;
  readonly numbers: PresetNumbers;
  readonly size: number;
  /** Row-major `[count, size]`, finite. */
  readonly embeddings: Float32Array;
  /** Must hold the text column `file`: unique relative paths. */
  readonly columns: ReadonlyMap<string, ColumnValues>;
  /** Encoded audio by `file`; all rows or none. */
  readonly audio?: ReadonlyMap<string, Uint8Array>;
}

/** The largest finite float16. */
const MOST_HALF = 65504;
/** Of every entry: archives of the same content are the same. */
const TIME = new Date(1980, 0, 1);
const MANIFEST_BYTES = 2 ** 20;
/** Most bytes of metadata that a sound may have on average: what is claimed beyond is not unpacked. */
const SOUND_BYTES = 8192;
/** Characters of one value. */
const MOST_TEXT = 10_000;
const FILES = { manifest: "manifest.json", embeddings: "embeddings.bin", sounds: "sounds.json" } as const;
const TOO_MUCH = "leave the audio out, or make several presets of fewer sounds each";
const REMEDY = "fetch the preset again, or ask its author for one of format version 1";

/** Reads a preset. `place` names the file in the FormatError that anything but a whole, consistent preset gives. */
export function readPreset(file: Uint8Array | ByteSource, place: string): EmbeddingPreset {
  const archive = openArchive(file, place);
  const manifest = readManifest(archive, { name: place, remedy: REMEDY });
  const embeddings = readEmbeddings(archive, manifest, { name: `${place}: ${FILES.embeddings}`, remedy: REMEDY });
  const columns = readColumns(archive, manifest, { name: `${place}: ${FILES.sounds}`, remedy: REMEDY });
  const names = columns.get("file") as readonly string[];
  if (manifest.audio) {
    const held = new Set(archive.entries.map(({ path }) => path));
    const absent = names.find((file) => !held.has(`audio/${file}`));
    if (absent !== undefined) throw fieldFault({ name: place, remedy: REMEDY }, "audio for every sound", `none for ${absent}`);
  }
  const entryOf = (row: number): string => {
    if (!manifest.audio) throw fieldFault({ name: place, remedy: "attach the preset to the folder that holds its sounds" }, "audio in the preset", "none");
    return `audio/${names[row]}`;
  };
  return { manifest, embeddings, columns, audio: (row) => archive.read(entryOf(row)), audioRange: (row) => archive.range(entryOf(row)) };
}

/** Reads the manifest alone: what a list of presets shows. */
export function readPresetManifest(file: Uint8Array | ByteSource, place: string): PresetManifest {
  return readManifest(openArchive(file, place), { name: place, remedy: REMEDY });
}

function readManifest(archive: Archive, place: Place): PresetManifest {
  const here = within(place, FILES.manifest);
  const entry = archive.entries.find(({ path }) => path === FILES.manifest);
  if (!entry) throw fieldFault(place, `an embedding preset (a zip with ${FILES.manifest})`, "a zip without one");
  if (entry.bytes > MANIFEST_BYTES) throw fieldFault(here, `at most ${MANIFEST_BYTES} bytes`, String(entry.bytes));
  return parseManifest(readJson(strFromU8(archive.read(FILES.manifest)), here), here);
}

function parseManifest(value: unknown, here: Place): PresetManifest {
  const root = readRecord(value, here);
  const at = (key: string) => within(here, key);
  readOneOf(root.get("format"), [PRESET_FORMAT], at("format"));
  readOneOf(root.get("formatVersion"), [PRESET_FORMAT_VERSION], at("formatVersion"));
  const model = readRecord(root.get("model"), at("model"));
  const feature = readRecord(root.get("feature"), at("feature"));
  const embedding = readRecord(root.get("embedding"), at("embedding"));
  const columns = readList(root.get("columns"), at("columns")).map((value, index) => readColumn(value, at(`columns[${index}]`)));
  if (columns[0]?.name !== "file" || columns[0].type !== "text") throw fieldFault(at("columns[0]"), "the text column file", JSON.stringify(columns[0] ?? "nothing"));
  if (new Set(columns.map(({ name }) => name)).size < columns.length) throw fieldFault(at("columns"), "every name once", "a name twice");
  const audio = root.get("audio");
  if (typeof audio !== "boolean") throw fieldFault(at("audio"), "true or false", JSON.stringify(audio) ?? "nothing");
  return {
    format: PRESET_FORMAT,
    formatVersion: PRESET_FORMAT_VERSION,
    ...readWords(root, here),
    model: { name: readText(model.get("name"), at("model.name"), 1, 200), version: readWhole(model.get("version"), at("model.version")), weightsSha256: readSha256(model.get("weightsSha256"), at("model.weightsSha256")) },
    feature: { name: readText(feature.get("name"), at("feature.name"), 1, 200), version: readWhole(feature.get("version"), at("feature.version")) },
    count: readWhole(root.get("count"), at("count"), 0, PRESET_MOST_SOUNDS),
    embedding: {
      size: readWhole(embedding.get("size"), at("embedding.size"), 1, 4096),
      numbers: readOneOf(embedding.get("numbers"), ["float16", "int8"], at("embedding.numbers")),
      distance: readOneOf(embedding.get("distance"), ["euclidean", "cosine"], at("embedding.distance")),
      sha256: readSha256(embedding.get("sha256"), at("embedding.sha256")),
    },
    columns,
    soundsSha256: readSha256(root.get("soundsSha256"), at("soundsSha256")),
    audio,
  };
}

type PresetWords = Pick<PresetManifest, "name" | "title" | "author" | "licence">;

function readWords(root: ReadonlyMap<string, unknown>, here: Place): PresetWords {
  const words = (key: string, least: number, most?: number) => readText(root.get(key), within(here, key), least, most);
  return { name: words("name", 1, 200), title: words("title", 1, 200), author: words("author", 0, 200), licence: words("licence", 0) };
}

/** Throws FormatError where a preset cannot say this of itself, before work goes into what it holds. */
export function checkPresetWords(words: PresetWords): void {
  readWords(new Map(Object.entries(words)), within(placeOf(words), FILES.manifest));
}

function readColumn(value: unknown, place: Place): PresetColumn {
  const column = readRecord(value, place);
  const name = readText(column.get("name"), within(place, "name"), 1, 32);
  if (!/^[a-z][A-Za-z0-9]*$/.test(name)) throw fieldFault(within(place, "name"), "a letter, then letters and digits", JSON.stringify(name));
  return { name, type: readOneOf(column.get("type"), ["text", "number"], within(place, "type")) };
}

/** An entry of known length and checksum. */
function readChecked(archive: Archive, path: string, sha: string, place: Place): Uint8Array {
  const data = archive.read(path);
  const got = hash(data);
  if (got !== sha) throw fieldFault(place, `the checksum ${sha.slice(0, 12)}…`, `${got.slice(0, 12)}…`);
  return data;
}

function readEmbeddings(archive: Archive, manifest: PresetManifest, place: Place): Float32Array {
  const { count, embedding } = manifest;
  const bytes = count * rowBytes(embedding.size, embedding.numbers);
  const entry = archive.entries.find(({ path }) => path === FILES.embeddings);
  if (entry?.bytes !== bytes) throw fieldFault(place, `${count} rows of ${embedding.size} ${embedding.numbers} numbers, ${bytes} bytes`, `${entry?.bytes ?? 0} bytes`);
  const rows = unpackRows(readChecked(archive, FILES.embeddings, embedding.sha256, place), count, embedding.size, embedding.numbers);
  const bad = rows.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw fieldFault(place, "finite numbers", `${rows[bad]} in row ${Math.floor(bad / embedding.size)}`);
  return rows;
}

function readColumns(archive: Archive, manifest: PresetManifest, place: Place): ReadonlyMap<string, ColumnValues> {
  checkSoundsBytes(archive.entries.find(({ path }) => path === FILES.sounds)?.bytes ?? 0, manifest, place);
  const root = readRecord(readJson(strFromU8(readChecked(archive, FILES.sounds, manifest.soundsSha256, place)), place), place);
  const columns = new Map<string, ColumnValues>();
  for (const column of manifest.columns) columns.set(column.name, readValues(root.get(column.name), column, manifest, place));
  checkFiles(columns.get("file") as readonly string[], within(place, "file"));
  return columns;
}

function checkSoundsBytes(bytes: number, { count }: PresetManifest, place: Place): void {
  const most = MANIFEST_BYTES + SOUND_BYTES * count;
  if (bytes > most) throw fieldFault(place, `at most ${most} bytes for ${count} sounds`, String(bytes));
}

function readValues(value: unknown, { name, type }: PresetColumn, { count }: PresetManifest, place: Place): ColumnValues {
  const here = within(place, name);
  const values = readList(value, here);
  if (values.length !== count) throw fieldFault(here, `${count} values`, String(values.length));
  return type === "text" ? readTexts(values, here) : readNumbers(values, here);
}

/** Places are named only where there is a fault: there may be millions of values. */
function readTexts(values: readonly unknown[], place: Place): readonly string[] {
  const bad = values.findIndex((value) => typeof value !== "string" || value.length > MOST_TEXT);
  if (bad >= 0) readText(values[bad], within(place, String(bad)), 0, MOST_TEXT);
  return values as readonly string[];
}

function readNumbers(values: readonly unknown[], place: Place): readonly (number | null)[] {
  const bad = values.findIndex((value) => value !== null && !(typeof value === "number" && Number.isFinite(value)));
  if (bad >= 0) throw fieldFault(within(place, String(bad)), "a number or null", JSON.stringify(values[bad]) ?? "nothing");
  return values as readonly (number | null)[];
}

function checkFiles(files: readonly string[], place: Place): void {
  const bad = files.findIndex((file) => !isRelativePath(file));
  if (bad >= 0) readRelativePath(files[bad], within(place, String(bad)));
  if (new Set(files).size < files.length) throw fieldFault(place, "every file once", "a file twice");
}

/** Packs a preset in memory. Throws FormatError for content that `readPreset` would refuse. */
export function writePreset(content: PresetContent): Uint8Array {
  const { audio } = content;
  const parts: Uint8Array[] = [];
  const zip = createZip(placeOf(content), (part) => parts.push(part));
  const entries = packContent(content, audio !== undefined);
  for (const file of audio ? entries.files : []) {
    if (!audio!.has(file)) throw fieldFault(placeOf(content), "audio for every sound or for none", `none for ${file}`);
  }
  for (const [path, bytes] of entries.packed) zip.add(path, bytes, true);
  for (const file of audio ? entries.files : []) zip.add(`audio/${file}`, audio!.get(file)!, false);
  zip.end();
  return joined(parts, Uint8Array);
}

/**
 * The bytes of a preset, part by part: sounds are asked for one at a time, in their order, so that a library larger than memory can be written; without `audio` the preset carries none.
 * Throws FormatError for content that `readPreset` would refuse (of more sounds than fit, at the first that does not), and what `audio` rejects with.
 */
export async function* streamPreset(content: Omit<PresetContent, "audio">, audio?: (file: string, row: number) => Promise<Uint8Array>): AsyncGenerator<Uint8Array> {
  const parts: Uint8Array[] = [];
  const zip = createZip(placeOf(content), (part) => parts.push(part));
  const { packed, files } = packContent(content, audio !== undefined);
  for (const [path, bytes] of packed) {
    zip.add(path, bytes, true);
    yield* parts.splice(0);
  }
  for (const [row, file] of audio ? files.entries() : []) {
    zip.add(`audio/${file}`, await audio!(file, row), false);
    yield* parts.splice(0);
  }
  zip.end();
  yield* parts;
}

/** A zip archive whose bytes go to `write` as they come; the same content gives the same bytes. Throws FormatError for more of them than a reader takes. */
function createZip(place: Place, write: (part: Uint8Array) => void) {
  const here = { ...place, remedy: TOO_MUCH };
  let unpacked = 0;
  let written = 0;
  const zip = new Zip((fault, part) => {
    if (fault) throw fault;
    written += part.length;
    write(part);
  });
  return {
    add(path: string, bytes: Uint8Array, deflated: boolean): void {
      unpacked += bytes.length;
      checkUnpacked(unpacked, here);
      const entry = deflated ? new ZipDeflate(path) : new ZipPassThrough(path);
      entry.mtime = TIME;
      zip.add(entry);
      entry.push(bytes, true);
    },
    end(): void {
      zip.end();
      checkUnpacked(unpacked, here, written);
    },
  };
}

function placeOf({ name }: { readonly name: string }): Place {
  return { name: `preset ${name}`, remedy: "correct the content before it is written" };
}

/** All entries but the sounds, checked. */
function packContent(content: Omit<PresetContent, "audio">, audio: boolean): { readonly packed: readonly (readonly [path: string, bytes: Uint8Array])[]; readonly files: readonly string[] } {
  const place = placeOf(content);
  const files = content.columns.get("file") as readonly string[] | undefined;
  if (!files) throw fieldFault(place, "a column file", "none");
  checkFiles(files, within(place, "file"));
  if (audio) checkEntries([...Object.values(FILES), ...files.map((file) => `audio/${file}`)], { ...place, remedy: TOO_MUCH });
  const count = files.length;
  if (content.embeddings.length !== count * content.size) throw fieldFault(place, `${count} rows of ${content.size}`, `${content.embeddings.length} numbers`);
  if (!content.embeddings.every(Number.isFinite)) throw fieldFault(place, "finite embeddings", "NaN or infinite ones");
  if (content.numbers === "float16" && content.embeddings.some((value) => Math.abs(value) > MOST_HALF)) throw fieldFault(place, `embeddings within ±${MOST_HALF}`, "larger ones");
  const embeddings = packRows(content.embeddings, count, content.size, content.numbers);
  const sounds = strToU8(JSON.stringify(Object.fromEntries(content.columns)));
  const manifest: PresetManifest = {
    format: PRESET_FORMAT,
    formatVersion: PRESET_FORMAT_VERSION,
    name: content.name,
    title: content.title,
    author: content.author,
    licence: content.licence,
    model: content.model,
    feature: content.feature,
    count,
    embedding: { size: content.size, numbers: content.numbers, distance: content.distance, sha256: hash(embeddings) },
    columns: ["file", ...[...content.columns.keys()].filter((name) => name !== "file")].map((name) => ({ name, type: columnType(content.columns.get(name)!) })),
    soundsSha256: hash(sounds),
    audio,
  };
  parseManifest(manifest, within(place, FILES.manifest));
  for (const column of manifest.columns) readValues(content.columns.get(column.name), column, manifest, place);
  checkSoundsBytes(sounds.length, manifest, within(place, FILES.sounds));
  const packed = [
    [FILES.manifest, strToU8(`${JSON.stringify(manifest, null, 2)}\n`)],
    [FILES.embeddings, embeddings],
    [FILES.sounds, sounds],
  ] as const;
  return { packed, files };
}

function columnType(values: ColumnValues): ColumnType {
  return values.some((value) => typeof value === "string") ? "text" : values.length === 0 ? "text" : "number";
}

function hash(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

/** Bytes of a row: float16 takes two a number; int8 takes one a number after the row's float32 scale. */
function rowBytes(size: number, numbers: PresetNumbers): number {
  return numbers === "float16" ? 2 * size : 4 + size;
}

/** `value = scale * int8`, with `scale = max |value| / 127` of each row; or the nearest float16. Little-endian. */
export function packRows(rows: Float32Array, count: number, size: number, numbers: PresetNumbers): Uint8Array {
  const stride = rowBytes(size, numbers);
  const bytes = new Uint8Array(count * stride);
  const view = new DataView(bytes.buffer);
  for (let row = 0; row < count; row++) {
    const values = rows.subarray(row * size, (row + 1) * size);
    const at = row * stride;
    if (numbers === "float16") {
      for (let i = 0; i < size; i++) view.setUint16(at + 2 * i, toHalf(values[i]!), true);
    } else {
      const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
      view.setFloat32(at, scale, true);
      for (let i = 0; i < size; i++) view.setInt8(at + 4 + i, scale === 0 ? 0 : Math.round(values[i]! / scale));
    }
  }
  return bytes;
}

/** Every float16 as a number. */
const HALVES = Float32Array.from({ length: 65_536 }, (_, half) => fromHalf(half));

/** The inverse of `packRows`, up to its rounding. */
export function unpackRows(bytes: Uint8Array, count: number, size: number, numbers: PresetNumbers): Float32Array {
  const stride = rowBytes(size, numbers);
  if (bytes.length !== count * stride) throw new FormatError(`embeddings: expected ${count * stride} bytes, got ${bytes.length}; ${REMEDY}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows = new Float32Array(count * size);
  if (numbers === "float16") {
    for (let i = 0; i < rows.length; i++) rows[i] = HALVES[view.getUint16(2 * i, true)]!;
    return rows;
  }
  for (let row = 0; row < count; row++) {
    const at = row * stride;
    const scale = view.getFloat32(at, true);
    for (let i = 0; i < size; i++) rows[row * size + i] = scale * view.getInt8(at + 4 + i);
  }
  return rows;
}
