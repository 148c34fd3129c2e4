/** What `presets/models/<name>/manifest.json` says: the architecture, the feature it hears, its anchors and where its weights lie. */

import { type Place, fieldFault, readList, readOneOf, readRecord, readRelativePath, readSha256, readText, readWhole, show, within } from "./fields.ts";

export const MODEL_FORMAT = "simile-model";
export const MODEL_FORMAT_VERSION = 1;

export type Distance = "euclidean" | "cosine";

/** One tensor in `weights.bin`: little-endian float32, row-major, at `offset` bytes. */
export interface TensorEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
}

export interface ModelManifest {
  readonly format: typeof MODEL_FORMAT;
  readonly formatVersion: typeof MODEL_FORMAT_VERSION;
  /** Unique name; presets of embeddings name it. */
  readonly name: string;
  readonly version: number;
  /** `kind` picks the network; the rest are its parameters, plain JSON. */
  readonly architecture: { readonly kind: string; readonly [parameter: string]: unknown };
  readonly feature: { readonly name: string; readonly version: number; readonly size: number };
  readonly embedding: { readonly size: number; readonly distance: Distance };
  /** How the frozen graph was chosen; absent for models without a graph. */
  readonly anchors?: { readonly count: number; readonly method: string };
  /** Seed, commit, data and command: enough to remake the file. */
  readonly training: { readonly seed: number; readonly commit: string; readonly data: string; readonly command: string; readonly date: string };
  readonly weights: { readonly file: string; readonly sha256: string; readonly tensors: readonly TensorEntry[] };
}

const REMEDY = "train the model again, or fetch a whole copy of its folder";

/** Reads a manifest strictly: every field of this format version, nothing missing. `place` names the file in the FormatError it may throw. */
export function parseModelManifest(json: unknown, place: string): ModelManifest {
  const top: Place = { name: place, remedy: REMEDY };
  const root = readRecord(json, top);
  const section = (key: string) => ({ at: within(top, key), fields: readRecord(root.get(key), within(top, key)) });
  readOneOf(root.get("format"), [MODEL_FORMAT], within(top, "format"));
  readOneOf(root.get("formatVersion"), [MODEL_FORMAT_VERSION], within(top, "formatVersion"));
  const architecture = section("architecture");
  const feature = section("feature");
  const embedding = section("embedding");
  const training = section("training");
  const weights = section("weights");
  const tensorsPlace = within(weights.at, "tensors");
  const tensors = readList(weights.fields.get("tensors"), tensorsPlace).map((entry, index) => parseTensorEntry(entry, within(tensorsPlace, String(index))));
  const doubled = tensors.find(({ name }, index) => tensors.findIndex((other) => other.name === name) < index);
  if (doubled) throw fieldFault(tensorsPlace, "every name once", `${show(doubled.name)} twice`);
  const manifest: ModelManifest = {
    format: MODEL_FORMAT,
    formatVersion: MODEL_FORMAT_VERSION,
    name: readText(root.get("name"), within(top, "name")),
    version: readWhole(root.get("version"), within(top, "version"), 1),
    architecture: { ...Object.fromEntries(architecture.fields), kind: readText(architecture.fields.get("kind"), within(architecture.at, "kind")) },
    feature: {
      name: readText(feature.fields.get("name"), within(feature.at, "name")),
      version: readWhole(feature.fields.get("version"), within(feature.at, "version"), 1),
      size: readWhole(feature.fields.get("size"), within(feature.at, "size"), 1, 65_536),
    },
    embedding: {
      size: readWhole(embedding.fields.get("size"), within(embedding.at, "size"), 1, 4096),
      distance: readOneOf(embedding.fields.get("distance"), ["euclidean", "cosine"], within(embedding.at, "distance")),
    },
    training: {
      seed: readWhole(training.fields.get("seed"), within(training.at, "seed")),
      commit: readText(training.fields.get("commit"), within(training.at, "commit")),
      data: readText(training.fields.get("data"), within(training.at, "data")),
      command: readText(training.fields.get("command"), within(training.at, "command")),
      date: readText(training.fields.get("date"), within(training.at, "date")),
    },
    weights: {
      file: readRelativePath(weights.fields.get("file"), within(weights.at, "file")),
      sha256: readSha256(weights.fields.get("sha256"), within(weights.at, "sha256")),
      tensors,
    },
  };
  if (!root.has("anchors")) return manifest;
  const anchors = section("anchors");
  return {
    ...manifest,
    anchors: { count: readWhole(anchors.fields.get("count"), within(anchors.at, "count"), 1), method: readText(anchors.fields.get("method"), within(anchors.at, "method")) },
  };
}

function parseTensorEntry(json: unknown, place: Place): TensorEntry {
  const entry = readRecord(json, place);
  const shapePlace = within(place, "shape");
  const shape = readList(entry.get("shape"), shapePlace).map((size) => readWhole(size, shapePlace, 1, 16_777_216));
  const offset = readWhole(entry.get("offset"), within(place, "offset"));
  if (offset % 4 !== 0) throw fieldFault(within(place, "offset"), "a multiple of 4 bytes", String(offset));
  return { name: readText(entry.get("name"), within(place, "name")), shape, offset };
}
