/** The contract of the engine worker, wrapped by comlink in the page: what it can be asked, and what it reports. */

import { type Beat, NO_BEAT } from "../core/answer/beat.ts";
import { DEFAULT_PLAY, type PlaySettings } from "../core/answer/play-settings.ts";
import type { Folder } from "../core/library/folder.ts";
import type { ColumnValues } from "../core/presets/embedding-preset.ts";
import type { Distance } from "../core/presets/model-manifest.ts";
import { DEFAULT_RETRIEVAL, type DistanceScale, type Reason, type RetrievalSettings } from "./retrieval.ts";

export type BackendName = "webgl" | "wasm" | "cpu";

/** One backend as measured at load: median milliseconds of one live query, or why there is no measurement. */
export interface BackendTrial {
  readonly name: BackendName;
  readonly milliseconds: number | null;
  readonly reason?: string;
}

export interface EngineStatus {
  readonly model: { readonly name: string; readonly version: number; readonly weightsSha256: string; readonly feature: string; readonly featureSize: number; readonly contextSeconds: number; readonly anchors: number; readonly embeddingSize: number; readonly distance: Distance };
  readonly library: { readonly name: string; readonly title: string; readonly sounds: number; readonly scale: DistanceScale };
  readonly backend: BackendName;
  readonly trials: readonly BackendTrial[];
}

/** A model's and a library's folder. Without a library the engine opens with one of no sounds. */
export interface EngineSources {
  readonly model: Folder;
  readonly library?: Folder;
}

/** Where the embeddings of a library come from; those of another model are refused. */
export interface EmbeddingOrigin {
  readonly model: string;
  readonly modelVersion: number;
  readonly weightsSha256: string;
}

/** Rows of a library: row i is the sound of id i. */
export interface EngineRows {
  /** Row-major `[count, size]`. */
  readonly embeddings: Float32Array;
  /** Metadata by which retrieval filters, `[count]` values each. */
  readonly columns: ReadonlyMap<string, ColumnValues>;
}

/** A library from anywhere: a folder that the engine loads itself, or rows that the page hands over. */
export type EngineLibrary =
  | { readonly kind: "folder"; readonly address: Folder }
  | ({ readonly kind: "rows"; readonly name: string; readonly title: string; readonly count: number; readonly origin: EmbeddingOrigin } & EngineRows);

/** The player knows sound `id` of library number `n` as `n * LIBRARY_STRIDE + id`: a voice of the library before never passes for one of the next. */
export const LIBRARY_STRIDE = 2 ** 24;

export interface EngineSettings extends RetrievalSettings {
  /** Seconds of sound heard after the onset before the answer is chosen: one of CONTEXTS. A sound that the next one cuts short is answered then, by what was heard of it. */
  readonly commitSeconds: number;
  /** Whether an onset starts a voice, or only lists. */
  readonly answering: boolean;
  /** How answers are played. */
  readonly play: PlaySettings;
  /** What quantised answers are held to. */
  readonly beat: Beat;
}

export const DEFAULT_SETTINGS: EngineSettings = { ...DEFAULT_RETRIEVAL, commitSeconds: 0.25, answering: true, play: DEFAULT_PLAY, beat: NO_BEAT };

/** One neighbour: `id` indexes the library's sounds. */
export interface Match {
  readonly id: number;
  readonly distance: number;
  /** Why it is among the nearest; of live answers it comes later, in an event of its own. */
  readonly reason?: Reason;
}

/** What one onset of the live input led to; told again, with the same index and a longer context, as more of the sound is heard. Of a mosaic: what one sound, grain by grain, answers. */
export interface Retrieval {
  /** Counts retrievals since the engine was opened; also the `index` of the voice that answers. */
  readonly index: number;
  /** Audio-clock seconds of the onset. */
  readonly onsetTime: number;
  readonly contextSeconds: number;
  /** Loudness of the context, dB re full scale (root mean square). */
  readonly loudnessDb: number;
  /** Nearest first; none where nothing of the library is like the sound, or the settings leave nothing over. */
  readonly matches: readonly Match[];
  /** Nothing is like the sound: the nearest is this far, beyond the radius or the distance beyond which the settings reject. Else null. */
  readonly rejected: number | null;
  /** Milliseconds spent from vector to ranking. */
  readonly milliseconds: number;
  /** Audio-clock seconds by which the onset was known, and at which the vector was posted. */
  readonly detectedTime?: number;
  readonly heardTime?: number;
  /** Weighted loudness of the context, LUFS. */
  readonly lufs?: number;
  /** Whether a grain of a mosaic led to it. */
  readonly grain?: boolean;
}

export type EngineEvent =
  | { readonly kind: "retrieval"; readonly retrieval: Retrieval }
  /** Why each of the first matches of a retrieval, told before, is among the nearest: in their order. Left out where the next sound comes first. */
  | { readonly kind: "reasons"; readonly index: number; readonly contextSeconds: number; readonly reasons: readonly Reason[] }
  | { readonly kind: "onset"; readonly index: number; readonly time: number }
  /** What the engine left out so far to keep in time: refinements of lists and answers first, then grains. */
  | { readonly kind: "shed"; readonly refinements: number; readonly grains: number }
  | { readonly kind: "backend"; readonly status: EngineStatus }
  /** From here on every id is of this library, which `setLibrary` numbered. */
  | { readonly kind: "library"; readonly number: number; readonly status: EngineStatus }
  | { readonly kind: "progress"; readonly stage: "model" | "library" | "analysis" | "warm-up"; readonly done: number; readonly all: number }
  | { readonly kind: "fault"; readonly name: string; readonly message: string };

export interface EngineApi {
  /** Loads model and library, measures the backends and warms the chosen one up. Rejects with FormatError, MissingError or UnsupportedError (by name). */
  open(sources: EngineSources, report: (event: EngineEvent) => void): Promise<EngineStatus>;
  /** Joins the listener worklet (vectors in) and the player worklet (voices out): the live path from here on never crosses the page. `orders` is the memory that the player was given with its port. */
  attach(listener: MessagePort, player: MessagePort, orders?: SharedArrayBuffer): Promise<void>;
  /** Answers what sounds now no more, until another sound begins. */
  hush(): Promise<void>;
  /** Goes over to another library between two answers; the model stays, and so does the live path. `number` counts the page's libraries: that of `open` is 0. Rejects with FormatError or MissingError, and keeps the library before. */
  setLibrary(number: number, library: EngineLibrary): Promise<EngineStatus>;
  /** Adds rows at the end of the library of that number, where it still is the one that answers; their ids follow on. */
  addSounds(number: number, rows: EngineRows): Promise<EngineStatus>;
  /** Describes the sounds of the library of that number anew, where it still is the one that answers. */
  describe(number: number, columns: ReadonlyMap<string, ColumnValues>): Promise<void>;
  configure(settings: Partial<EngineSettings>): Promise<void>;
  /** `[size]` embedding of a mono sound, onset found by the offline rule. */
  embed(samples: Float32Array, sampleRate: number): Promise<Float32Array>;
  /** `[rows, size]` embeddings of `[rows, feature size]` feature vectors, as `analyse` gives them at the longest context. */
  embedFeatures(values: Float32Array, rows: number): Promise<Float32Array>;
  /** Nearest sounds of the library to a mono sound, as the settings ask, with their reasons; none where there is nothing like it. `count`: in place of the settings'. */
  match(samples: Float32Array, sampleRate: number, count?: number): Promise<readonly Match[]>;
  /** The same of one of the library's own sounds, itself left out. */
  near(id: number, count?: number): Promise<readonly Match[]>;
  /** Of these matches, nearest first, the nearest and then those that differ most from what is chosen already (maximal marginal relevance): `count` at most, nearest first. */
  diverse(matches: readonly Match[], count: number): Promise<readonly Match[]>;
  /** `[size]` embedding of the live sound that was ranked last; null before the first. */
  heard(): Promise<Float32Array | null>;
  /** Where a sound of the library stands to the live sound that was ranked last, whatever the settings leave out: its distance, its rank among all (1: the nearest), and why; null before the first. */
  explain(id: number): Promise<{ readonly distance: number; readonly rank: number; readonly reason: Reason } | null>;
  /** `[ids.length, size]` embeddings of sounds of the library. */
  rows(ids: readonly number[]): Promise<Float32Array>;
  /** Offers the rows of the library that answers to another worker, over this port (see `RowLender`). */
  lend(port: MessagePort): Promise<void>;
  /** `[sounds]` distances of the library's sounds from the live sound that was ranked last; null before the first, and where another was ranked meanwhile. */
  distances(): Promise<Float32Array | null>;
  status(): Promise<EngineStatus>;
  /** Live tensors, for leak checks. */
  tensors(): Promise<number>;
  /** Frees everything; the worker can then be terminated. */
  close(): Promise<void>;
}
