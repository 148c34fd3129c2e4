/** The contract of the library worker, wrapped by comlink in the page: the user's own libraries, how they are imported, kept and described. */

import type { Sound } from "../core/library/sound.ts";
import type { PathMetadata } from "../core/metadata/path-pattern.ts";
import type { CutSettings } from "../core/onset/segment-cutter.ts";
import type { Audio } from "../core/signal/audio.ts";
import type { EmbeddingOrigin } from "./engine.ts";

/** What made a library's rows; rows of another origin are made anew. */
export interface LibraryOrigin extends EmbeddingOrigin {
  readonly feature: string;
  readonly featureVersion: number;
  /** Numbers of a feature vector. */
  readonly featureSize: number;
  /** Seconds after the onset that the vectors have heard; the feature's longest context where absent, as in records of before there was a choice. */
  readonly contextSeconds?: number;
  /** Numbers of an embedding. */
  readonly size: number;
}

export interface LibraryInfo {
  readonly id: string;
  readonly title: string;
  /** Where the audio lies: in the user's folder, remembered by its handle, or copied into the browser's storage. */
  readonly audio: "folder" | "copies";
  readonly root: FileSystemDirectoryHandle | null;
  readonly sounds: number;
  readonly cut: CutSettings;
  /** Path patterns, most telling first. */
  readonly patterns: readonly string[];
  /** An import was begun and has not come to its end. */
  readonly unfinished: boolean;
  /** Sounds of files that went away, which can be taken back. */
  readonly dropped: number;
  readonly origin: LibraryOrigin;
}

/** A sound as a library of the user's own keeps it. */
export interface LibrarySound extends Sound {
  /** Its row in the library's files. */
  readonly row: number;
  /** LUFS. */
  readonly loudness: number;
  /** The pitch was estimated from the sound, not told by its path or the user. */
  readonly estimated: boolean;
  readonly favourite: boolean;
}

/** What the user says of sounds; null takes a word back, so that path and estimate count again. */
export type SoundEdit = Readonly<Partial<Record<keyof PathMetadata, string | null>>> & { readonly favourite?: boolean };

/** A file that the page lists itself, where there is no handle of its folder. */
export interface ListedFile {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  readonly file: File;
}

/** What an import asks of the page. */
export interface ImportHost {
  /** `[rows, size]` embeddings of feature vectors. */
  embed(features: Float32Array, rows: number): Promise<Float32Array>;
  /** Decodes what only the browser can (AAC and others); null where it cannot either. */
  decode(bytes: ArrayBuffer): Promise<Audio | null>;
}

export interface ImportProgress {
  readonly library: string;
  readonly phase: "looking" | "analysing" | "paused";
  /** Files, those that were known before among them. */
  readonly done: number;
  readonly all: number;
  /** Files analysed a second, pauses left out; 0 before the first. */
  readonly rate: number;
  /** Null while it cannot be told. */
  readonly secondsLeft: number | null;
}

/** One file's sentence. */
export interface FileNote {
  readonly path: string;
  readonly sentence: string;
}

export interface ImportReport {
  readonly library: string;
  readonly ended: "done" | "cancelled" | "stopped";
  /** Why it stopped. */
  readonly fault?: { readonly name: string; readonly message: string };
  /** Files. */
  readonly analysed: number;
  readonly unchanged: number;
  readonly renamed: number;
  /** Sounds. */
  readonly added: number;
  readonly dropped: number;
  /** Files that could not be used, each with one sentence: the first of them. */
  readonly faults: readonly FileNote[];
  readonly faulty: number;
  /** Files that were used, with something to know about them. */
  readonly notes: readonly FileNote[];
}

export type LibraryEvent =
  | { readonly kind: "libraries"; readonly libraries: readonly LibraryInfo[]; readonly writer: boolean }
  | { readonly kind: "progress"; readonly progress: ImportProgress }
  /** One sentence to know before the import goes on, as of room that runs out. */
  | { readonly kind: "warning"; readonly sentence: string }
  /** Sounds that were just kept for good; their rows follow on those before. */
  | { readonly kind: "kept"; readonly library: string; readonly sounds: readonly LibrarySound[]; readonly embeddings: Float32Array }
  /** Sounds went, moved or were described anew: what was loaded is out of date. */
  | { readonly kind: "changed"; readonly library: string };

export interface LibraryApi {
  /** Opens the storage and mends what a kill left behind. Where another tab writes, this one only reads, and is told when it may write. Rejects with UnsupportedError. */
  open(report: (event: LibraryEvent) => void): Promise<void>;
  /**
   * The library of a folder; the same folder again is the same library. Without a handle its audio will be copied, and it is the same folder where its name is the same and it holds
   * some of the same `paths`.
   */
  add(title: string, root: FileSystemDirectoryHandle | null, origin: LibraryOrigin, paths?: readonly string[]): Promise<string>;
  /** In the order of their rows. */
  sounds(id: string): Promise<readonly LibrarySound[]>;
  /** `[rows.length, size]` embeddings. */
  embeddings(id: string, rows: Uint32Array): Promise<Float32Array>;
  /** Brings a library up to what its folder holds now: analyses what is new or changed, follows renames, drops what is gone. One import at a time. */
  import(id: string, files: readonly ListedFile[] | null, origin: LibraryOrigin, host: ImportHost): Promise<ImportReport>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends the import; what it has kept stays. */
  cancel(): Promise<void>;
  /** Takes back the sounds of files that went away. */
  undrop(id: string): Promise<void>;
  /** Says something of sounds, by their keys; it stays with their content, however files are named. */
  edit(id: string, keys: readonly string[], edit: SoundEdit): Promise<void>;
  configure(id: string, settings: { readonly title?: string; readonly cut?: CutSettings; readonly patterns?: readonly string[] }): Promise<void>;
  /** Makes embeddings anew from the kept features, for a model of the same feature. */
  embedAnew(id: string, origin: LibraryOrigin, host: ImportHost): Promise<void>;
  /** Forgets a library: its rows, descriptions and copies; never the user's own files. */
  remove(id: string): Promise<void>;
  close(): Promise<void>;
}

/** What the import found out about one sound of a file. */
export interface SoundAnalysis {
  readonly segment?: { readonly startSeconds: number; readonly endSeconds: number };
  readonly durationSeconds: number;
  /** LUFS. */
  readonly loudness: number;
  /** Scientific name of the estimated pitch, empty where it has none. */
  readonly pitch: string;
}

export interface FileAnalysis {
  /** Length of the file. */
  readonly seconds: number;
  readonly sounds: readonly SoundAnalysis[];
  /** Row-major `[sounds, feature size]`. */
  readonly features: Float32Array;
  /** Something to know about the file. */
  readonly note?: string;
}

/** The contract of one worker of the pool. */
export interface AnalysisApi {
  /** Before the first file. `decode` is asked for what we do not decode ourselves. Rejects with FormatError for a feature of another version. */
  prepare(feature: { readonly name: string; readonly version: number; readonly contextSeconds?: number | undefined }, cut: CutSettings, decode: ImportHost["decode"]): Promise<void>;
  /** sha256 of a file, in hexadecimal. What was read is kept for `analyse`. */
  digest(file: File): Promise<string>;
  /** Analyses the file whose digest was taken last. Rejects with FormatError or UnsupportedError, one sentence that begins with `path`. */
  analyse(path: string): Promise<FileAnalysis>;
}
