/** What `presets/models/<name>/manifest.json` says: the architecture, the feature it hears, its anchors and where its weights lie. */

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
