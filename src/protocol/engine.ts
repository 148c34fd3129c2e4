/** The contract of the engine worker, wrapped by comlink in the page: what it can be asked, and what it reports. */

export type BackendName = "webgl" | "wasm" | "cpu";

/** One backend as measured at load: median milliseconds of one live query, or why it is not to be had. */
export interface BackendTrial {
  readonly name: BackendName;
  readonly milliseconds: number | null;
  readonly reason?: string;
}

export interface EngineStatus {
  readonly model: { readonly name: string; readonly version: number; readonly feature: string; readonly anchors: number; readonly embeddingSize: number };
  readonly library: { readonly name: string; readonly title: string; readonly sounds: number };
  readonly backend: BackendName;
  readonly trials: readonly BackendTrial[];
}

/** Absolute URLs of a model's and a library's folder, each ending in "/". */
export interface EngineSources {
  readonly model: string;
  readonly library: string;
}

export interface EngineSettings {
  /** Seconds of sound heard after the onset before the answer is chosen: one of CONTEXTS. A sound that the next one cuts short is answered then, by what was heard of it. */
  readonly commitSeconds: number;
  /** Whether an onset starts a voice, or only lists. */
  readonly answering: boolean;
  /** Neighbours reported for each onset, nearest first. */
  readonly count: number;
}

/** One neighbour: `id` indexes the library's sounds. */
export interface Match {
  readonly id: number;
  readonly distance: number;
}

/** What one onset of the live input led to; told again, with the same index and a longer context, as more of the sound is heard. The voice is chosen by the first. */
export interface Retrieval {
  /** Counts retrievals since the engine was opened; also the `index` of the voice that answers. */
  readonly index: number;
  /** Audio-clock seconds of the onset. */
  readonly onsetTime: number;
  readonly contextSeconds: number;
  /** Loudness of the context, dB re full scale (root mean square). */
  readonly loudnessDb: number;
  readonly matches: readonly Match[];
  /** Milliseconds spent from vector to ranking. */
  readonly milliseconds: number;
}

export type EngineEvent =
  | { readonly kind: "retrieval"; readonly retrieval: Retrieval }
  | { readonly kind: "onset"; readonly index: number; readonly time: number }
  | { readonly kind: "backend"; readonly status: EngineStatus }
  | { readonly kind: "progress"; readonly stage: "model" | "library" | "analysis" | "warm-up"; readonly done: number; readonly all: number }
  | { readonly kind: "fault"; readonly name: string; readonly message: string };

export interface EngineApi {
  /** Loads model and library, measures the backends and warms the chosen one up. Rejects with FormatError, MissingError or UnsupportedError (by name). */
  open(sources: EngineSources, report: (event: EngineEvent) => void): Promise<EngineStatus>;
  /** Joins the listener worklet (vectors in) and the player worklet (voices out): the live path from here on never crosses the page. */
  attach(listener: MessagePort, player: MessagePort): Promise<void>;
  configure(settings: Partial<EngineSettings>): Promise<void>;
  /** `[size]` embedding of a mono sound, onset found by the offline rule. */
  embed(samples: Float32Array, sampleRate: number): Promise<Float32Array>;
  /** Nearest sounds of the library to a mono sound. */
  match(samples: Float32Array, sampleRate: number, count: number): Promise<readonly Match[]>;
  /** Nearest sounds to one of the library's own, itself left out. */
  near(id: number, count: number): Promise<readonly Match[]>;
  status(): Promise<EngineStatus>;
  /** Live tensors, for leak checks. */
  tensors(): Promise<number>;
  /** Frees everything; the worker can then be terminated. */
  close(): Promise<void>;
}
