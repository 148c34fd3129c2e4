/** Reads audio files of any kind that we decode, told apart by their bytes, not by their names. */

import { readFile } from "node:fs/promises";
import { decodeFileBytes } from "../core/decode/decode-file.ts";
import { FormatError, MissingError, PermissionError, UnsupportedError } from "../core/errors.ts";
import { type Audio } from "../core/signal/audio.ts";
import { quietly } from "./quiet-decoders.ts";

/**
 * Reads and decodes the file at `path`: wav, aiff, flac, mp3, ogg (Vorbis, Opus, FLAC), 1 to 8 channels, 1 to 768 kHz, at the file's own rate.
 * Throws MissingError or PermissionError where it cannot be read, UnsupportedError for another kind of file, FormatError for one that is empty, damaged or cut off
 * (what is left of a cut-off file is not used), or holds samples that are not finite. Silence is audio. Calls may overlap.
 */
export async function readAudioFile(path: string): Promise<Audio> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw readFault(cause, path);
  }
  return decodeAudio(bytes, path);
}

/** Decodes the bytes of an audio file; `place` names it in errors, which are those of `readAudioFile`. */
export async function decodeAudio(bytes: Uint8Array, place: string): Promise<Audio> {
  return quietly(() => decodeFileBytes(bytes, place));
}

function readFault(cause: unknown, path: string): Error {
  const code = (cause as { code?: string }).code;
  if (code === "ENOENT" || code === "ENOTDIR") return new MissingError(`${path}: expected an audio file, got none at that place; check the path.`);
  if (code === "EACCES" || code === "EPERM") return new PermissionError(`${path}: expected a readable file, got no permission; change its permissions.`);
  if (code === "EISDIR") return new FormatError(`${path}: expected an audio file, got a folder; name a file in it.`);
  if (code === "ERR_FS_FILE_TOO_LARGE") return new UnsupportedError(`${path}: expected an audio file of at most 2 GiB, got a larger one; cut it first.`);
  return new FormatError(`${path}: expected a readable file, got ${code ?? String(cause)}; check the disk and the path.`);
}
