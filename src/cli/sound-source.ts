/** Opens a library with both its embeddings and the audio of its sounds. */

import { join } from "node:path";
import { MissingError } from "../core/errors.ts";
import { stemOf } from "../core/kits/file-names.ts";
import { joinInside } from "../core/kits/relative-path.ts";
import type { Distance } from "../core/presets/model-manifest.ts";
import type { Audio } from "../core/signal/audio.ts";
import type { Embedder } from "../model/embedder.ts";
import { decodeAudio, readAudioFile } from "./audio-file.ts";
import { loadLibrary } from "./library-files.ts";

export interface SoundSource {
  readonly sounds: readonly { readonly file: string; readonly name: string; readonly family: string; readonly pitch: string }[];
  /** Row-major `[sounds, embedding size]`. */
  readonly rows: Float32Array;
  readonly distance: Distance;
  /** Reads and decodes the sound of a row. */
  readonly audio: (row: number) => Promise<Audio>;
}

/** As `loadLibrary`; the files lie in `folder` where the library does not tell. Throws MissingError where nobody knows where they are. */
export async function loadSoundSource(nameOrPath: string, embedder: Embedder, folder: string | undefined): Promise<SoundSource> {
  const library = await loadLibrary(nameOrPath, embedder, (sentence) => console.error(sentence));
  const { rows, audio } = library;
  const sounds = library.sounds.map(({ file, name, family, pitch }) => ({ file, name: name === file ? stemOf(file) : name, family: family ?? "", pitch: pitch ?? "" }));
  const { distance } = embedder.manifest.embedding;
  const root = folder ?? library.folder;
  if (root !== null) return { sounds, rows, distance, audio: (row) => readAudioFile(join(root, joinInside("", sounds[row]!.file, nameOrPath))) };
  if (audio) return { sounds, rows, distance, audio: (row) => decodeAudio(audio(row), `${nameOrPath}: ${sounds[row]!.file}`) };
  const got = nameOrPath.endsWith(".simile") ? "expected a preset with its sounds, got one without" : "expected to know where its sounds are, got a CSV file";
  throw new MissingError(`${nameOrPath}: ${got}; name ${nameOrPath.endsWith(".simile") ? "the folder that holds them" : "their folder"} with --sounds.`);
}
