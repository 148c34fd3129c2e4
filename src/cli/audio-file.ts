/** Reads audio files of any kind that we decode, told apart by their bytes, not by their names. */

import { readFile } from "node:fs/promises";
import { FormatError, MissingError, PermissionError, UnsupportedError } from "../core/errors.ts";
import { type Audio } from "../core/signal/audio.ts";
import { audioKindOf } from "../core/signal/audio-type.ts";
import { parseAiff } from "../core/signal/aiff.ts";
import { parseOgg } from "../core/signal/ogg.ts";
import { parseWav } from "../core/signal/wav.ts";

export const MAX_CHANNELS = 8;
/** Hertz. */
export const MAX_SAMPLE_RATE = 768_000;
export const MIN_SAMPLE_RATE = 1000;
const KINDS = "wav, aiff, flac, mp3, ogg (Vorbis) or opus";

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
  if (bytes.byteLength === 0) throw new FormatError(`${place}: expected audio (${KINDS}), got an empty file; copy or export it again.`);
  const { type, name } = audioKindOf(bytes);
  if (!type) throw new UnsupportedError(`${place}: expected audio (${KINDS}), got ${name}; convert it to one of these.`);
  return checked(await decoded(type, bytes, place), place);
}

async function decoded(type: NonNullable<ReturnType<typeof audioKindOf>["type"]>, bytes: Uint8Array, place: string): Promise<Audio> {
  switch (type) {
    case "wav":
      return parseWav(bytes, place);
    case "aiff":
      return parseAiff(bytes, place);
    case "flac":
      return (await import("./decode/flac.ts")).decodeFlac(bytes, place);
    case "mp3":
      return (await import("./decode/mp3.ts")).decodeMp3(bytes, place);
    case "ogg": {
      const { codec, packets } = parseOgg(bytes, place);
      if (codec === "opus") return (await import("./decode/opus.ts")).decodeOpus(packets, place);
      if (codec === "vorbis") return (await import("./decode/vorbis.ts")).decodeVorbis(bytes, place);
      return (await import("./decode/flac.ts")).decodeOggFlac(packets, place);
    }
    default:
      return type satisfies never;
  }
}

function checked(audio: Audio, place: string): Audio {
  const { sampleRate, channels } = audio;
  if (channels.length > MAX_CHANNELS) throw new UnsupportedError(`${place}: expected 1 to ${MAX_CHANNELS} channels, got ${channels.length}; mix it down first.`);
  if (!(sampleRate >= MIN_SAMPLE_RATE && sampleRate <= MAX_SAMPLE_RATE)) {
    throw new UnsupportedError(`${place}: expected a sample rate of ${MIN_SAMPLE_RATE} to ${MAX_SAMPLE_RATE} Hz, got ${sampleRate} Hz; resample or export it again.`);
  }
  if (!channels[0]?.length) throw new FormatError(`${place}: expected sound, got 0 frames of audio; record or export it again.`);
  for (const channel of channels) {
    const at = channel.findIndex((sample) => !Number.isFinite(sample));
    if (at >= 0) throw new FormatError(`${place}: expected finite samples, got ${channel[at]} at frame ${at}; export it again.`);
  }
  return audio;
}

function readFault(cause: unknown, path: string): Error {
  const code = (cause as { code?: string }).code;
  if (code === "ENOENT" || code === "ENOTDIR") return new MissingError(`${path}: expected an audio file, got none at that place; check the path.`);
  if (code === "EACCES" || code === "EPERM") return new PermissionError(`${path}: expected a readable file, got no permission; change its permissions.`);
  if (code === "EISDIR") return new FormatError(`${path}: expected an audio file, got a folder; name a file in it.`);
  if (code === "ERR_FS_FILE_TOO_LARGE") return new UnsupportedError(`${path}: expected an audio file of at most 2 GiB, got a larger one; cut it first.`);
  return new FormatError(`${path}: expected a readable file, got ${code ?? String(cause)}; check the disk and the path.`);
}
