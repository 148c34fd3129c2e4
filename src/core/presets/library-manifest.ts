/** What `presets/libraries/<name>/manifest.json` says: the sounds of a library and what is known of each. */

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

/** What `embeddings/<model name>.json` beside a manifest says of the float32 rows in `embeddings/<model name>.f32` (row-major `[count, size]`). */
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
  /** sha256 of the .f32 file. */
  readonly sha256: string;
}
