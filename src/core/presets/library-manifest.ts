/** What `presets/libraries/<name>/manifest.json` says: the sounds of a library and what is known of each. */

import { type Place, fieldFault, readList, readOneOf, readRecord, readRelativePath, readSha256, readText, readWhole, show, within } from "./fields.ts";

export const LIBRARY_FORMAT = "simile-library";
export const LIBRARY_FORMAT_VERSION = 1;

export interface SoundEntry {
  /** Path of the audio file relative to the manifest. */
  readonly file: string;
  readonly name: string;
  /** plucked, bowed, blown, struck, … */
  readonly family: string;
  readonly instrument: string;
  readonly technique: string;
  /** "none" where no mute is set. */
  readonly mute: string;
  /** Scientific pitch ("C4"), empty where the sound has none. */
  readonly pitch: string;
  /** pp, p, mf, f, ff; empty where unknown. */
  readonly dynamics: string;
  readonly durationSeconds: number;
}

export interface LibraryManifest {
  readonly format: typeof LIBRARY_FORMAT;
  readonly formatVersion: typeof LIBRARY_FORMAT_VERSION;
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  readonly author: string;
  /** Seed and command that remake the audio, where it was made. */
  readonly provenance: string;
  /** A sound's id is its index here. */
  readonly sounds: readonly SoundEntry[];
}

/** What `embeddings/<model name>.json` beside a manifest says of the float32 rows in `embeddings/<model name>.f32` (row-major `[count, size]`), and `TABLE.csv.model.json` of those in `TABLE.csv`. */
export interface EmbeddingsManifest {
  readonly format: "simile-embeddings";
  readonly formatVersion: 1;
  readonly model: string;
  readonly modelVersion: number;
  /** sha256 of the model's weights: rows of another training do not pass for this one's. */
  readonly weightsSha256: string;
  readonly feature: { readonly name: string; readonly version: number };
  readonly count: number;
  readonly size: number;
  /** sha256 of the .f32 or CSV file. */
  readonly sha256: string;
}

const LIBRARY_REMEDY = "render the library again, or fetch a whole copy of its folder";
const EMBEDDINGS_REMEDY = "embed the library again with this model";
const MOST_SOUNDS = 2_000_000;

/** Reads a library's manifest strictly: every field of this format version, every path inside the folder, no file twice. `place` names the file in the FormatError it may throw. */
export function parseLibraryManifest(json: unknown, place: string): LibraryManifest {
  const top: Place = { name: place, remedy: LIBRARY_REMEDY };
  const root = readRecord(json, top);
  const at = (key: string) => within(top, key);
  readOneOf(root.get("format"), [LIBRARY_FORMAT], at("format"));
  readOneOf(root.get("formatVersion"), [LIBRARY_FORMAT_VERSION], at("formatVersion"));
  const entries = readList(root.get("sounds"), at("sounds"));
  if (entries.length < 1 || entries.length > MOST_SOUNDS) throw fieldFault(at("sounds"), `1 to ${MOST_SOUNDS} sounds`, String(entries.length));
  const sounds = entries.map((entry, index) => parseSoundEntry(entry, within(at("sounds"), String(index))));
  const seen = new Set<string>();
  for (const { file } of sounds) {
    if (seen.has(file)) throw fieldFault(at("sounds"), "every file once", `${show(file)} twice`);
    seen.add(file);
  }
  return {
    format: LIBRARY_FORMAT,
    formatVersion: LIBRARY_FORMAT_VERSION,
    name: readText(root.get("name"), at("name"), 1, 200),
    title: readText(root.get("title"), at("title"), 1, 200),
    licence: readText(root.get("licence"), at("licence"), 0),
    author: readText(root.get("author"), at("author"), 0),
    provenance: readText(root.get("provenance"), at("provenance"), 0),
    sounds,
  };
}

function parseSoundEntry(json: unknown, place: Place): SoundEntry {
  const entry = readRecord(json, place);
  const text = (key: string, least: number) => readText(entry.get(key), within(place, key), least, 1000);
  const durationSeconds = entry.get("durationSeconds");
  if (typeof durationSeconds !== "number" || !(durationSeconds > 0 && durationSeconds < Number.POSITIVE_INFINITY)) throw fieldFault(within(place, "durationSeconds"), "seconds above 0", show(durationSeconds));
  return {
    file: readRelativePath(entry.get("file"), within(place, "file")),
    name: text("name", 1),
    family: text("family", 1),
    instrument: text("instrument", 1),
    technique: text("technique", 1),
    mute: text("mute", 1),
    pitch: text("pitch", 0),
    dynamics: text("dynamics", 0),
    durationSeconds,
  };
}

/** Reads what a library's `embeddings/<model>.json` says, strictly. `place` names the file in the FormatError it may throw. */
export function parseEmbeddingsManifest(json: unknown, place: string): EmbeddingsManifest {
  const top: Place = { name: place, remedy: EMBEDDINGS_REMEDY };
  const root = readRecord(json, top);
  const at = (key: string) => within(top, key);
  const feature = readRecord(root.get("feature"), at("feature"));
  return {
    format: readOneOf(root.get("format"), ["simile-embeddings"], at("format")),
    formatVersion: readOneOf(root.get("formatVersion"), [1], at("formatVersion")),
    model: readText(root.get("model"), at("model"), 1, 200),
    modelVersion: readWhole(root.get("modelVersion"), at("modelVersion"), 1),
    weightsSha256: readSha256(root.get("weightsSha256"), at("weightsSha256")),
    feature: { name: readText(feature.get("name"), within(at("feature"), "name"), 1, 200), version: readWhole(feature.get("version"), within(at("feature"), "version"), 1) },
    count: readWhole(root.get("count"), at("count"), 1, MOST_SOUNDS),
    size: readWhole(root.get("size"), at("size"), 1, 4096),
    sha256: readSha256(root.get("sha256"), at("sha256")),
  };
}

/** Reads the float32 rows (little-endian, `[count, size]`) that `manifest` speaks of. The caller checks the sha256. Throws FormatError for another length or values that are not finite. */
export function parseEmbeddings(bytes: Uint8Array, { count, size }: EmbeddingsManifest, place: string): Float32Array {
  const top: Place = { name: place, remedy: EMBEDDINGS_REMEDY };
  if (bytes.byteLength !== 4 * count * size) throw fieldFault(top, `${count} rows of ${size} float32 numbers (${4 * count * size} bytes)`, `${bytes.byteLength} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows = new Float32Array(count * size);
  for (let i = 0; i < rows.length; i++) rows[i] = view.getFloat32(4 * i, true);
  const bad = rows.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw fieldFault(top, "finite numbers", `${rows[bad]} in row ${Math.floor(bad / size)}`);
  return rows;
}
