/** The contract of the preset worker, wrapped by comlink in the page: what a preset's file holds, where its sounds are in the user's folder, and what they sound like to another model. */

import type { Segment } from "../core/library/sound.ts";
import type { EntryRange } from "../core/presets/archive.ts";
import type { ColumnValues, PresetManifest } from "../core/presets/embedding-preset.ts";
import type { ImportHost, ListedFile } from "./library.ts";

/** A preset that was read whole and checked. */
export interface OpenedPreset {
  readonly manifest: PresetManifest;
  /** Row-major `[count, size]`. */
  readonly embeddings: Float32Array;
  readonly columns: ReadonlyMap<string, ColumnValues>;
  /** Where each row's audio lies in the file; null where the preset carries none. */
  readonly audio: readonly EntryRange[] | null;
}

/** What of a preset was found in a folder. */
export interface Attachment {
  /** The file of each row, null where it is missing. */
  readonly files: readonly (File | null)[];
  readonly byPath: number;
  readonly byContent: number;
}

export interface PresetApi {
  /** Reads and checks a preset. Rejects with FormatError; `place` names the file in it. */
  read(file: Blob, place: string): Promise<OpenedPreset>;
  /** Finds files by their relative paths, then the rest by what is in them (`sha256`, empty where it is not known). Rejects with MissingError or PermissionError where the folder cannot be read. */
  attach(paths: readonly string[], sha256: readonly string[], folder: FileSystemDirectoryHandle | readonly ListedFile[], report: (done: number, all: number) => void): Promise<Attachment>;
  /** The vector of a sound as a model's feature has it, at `contextSeconds`. Rejects with FormatError or UnsupportedError, one sentence that begins with `path`. */
  analyse(file: Blob, path: string, segment: Segment | null, feature: { readonly name: string; readonly version: number; readonly contextSeconds?: number | undefined }, decode: ImportHost["decode"]): Promise<Float32Array>;
  /** The part of a file that a sound is, as a WAV of its own at the file's rate. Rejects as `analyse`. */
  cut(file: Blob, path: string, segment: Segment, decode: ImportHost["decode"]): Promise<Uint8Array>;
}
