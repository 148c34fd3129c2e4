/** Opens an audio file for reading stretch by stretch: uncompressed ones from where they lie, of any length; others decoded as a whole. */

import { checkAudio, decodeFileBytes } from "../../core/decode/decode-file.ts";
import { FormatError, UnsupportedError } from "../../core/errors.ts";
import { parseAiffHead } from "../../core/signal/aiff.ts";
import type { Audio } from "../../core/signal/audio.ts";
import { type AudioKind, type AudioType, audioKindOf } from "../../core/signal/audio-type.ts";
import { parseFlac } from "../../core/signal/flac.ts";
import { mpegStreamOf } from "../../core/signal/mpeg.ts";
import { parseOgg } from "../../core/signal/ogg.ts";
import { PCM_BYTES, type PcmFile, decodePcm } from "../../core/signal/pcm.ts";
import { parseWavHead } from "../../core/signal/wav.ts";
import type { ImportHost } from "../../protocol/library.ts";

export interface AudioReader {
  readonly kind: AudioKind;
  readonly sampleRate: number;
  readonly channels: number;
  readonly frames: number;
  /** Frames `[from, to)`, checked to be finite. Rejects with FormatError. */
  read(from: number, to: number): Promise<Audio>;
}

/** Bytes at the start of a file among which its format is told. */
const HEAD_BYTES = 2 ** 20;
/** Seconds of compressed sound that are decoded at once: some 700 MB of stereo. */
const MOST_DECODED_SECONDS = 1800;
/** Bytes of a compressed file that are looked at at all. */
const MOST_COMPRESSED_BYTES = 2 ** 29;

/** `path` names the file in the FormatError or UnsupportedError that it may reject with. `decode` is asked for kinds that we do not read ourselves. */
export async function openAudio(file: Blob, path: string, decode: ImportHost["decode"]): Promise<AudioReader> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  if (head.length === 0) throw new FormatError(`${path}: expected audio, got an empty file; copy or export it again.`);
  const kind = audioKindOf(head);
  if (kind.type === "wav" || kind.type === "aiff") {
    const pcm = (kind.type === "wav" ? parseWavHead : parseAiffHead)(head, file.size, path);
    if (pcm) return openPcm(file, kind, pcm, path);
  }
  if (file.size > MOST_COMPRESSED_BYTES) throw tooLong(path, `${Math.round(file.size / 2 ** 20)} MiB`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const audio = kind.type ? await decodeOwn(kind.type, bytes, path) : await decodeForeign(kind, bytes, path, decode);
  return {
    kind,
    sampleRate: audio.sampleRate,
    channels: audio.channels.length,
    frames: audio.channels[0]!.length,
    read: async (from, to) => ({ sampleRate: audio.sampleRate, channels: audio.channels.map((channel) => channel.subarray(from, to)) }),
  };
}

function openPcm(file: Blob, kind: AudioKind, { sampleRate, layout, start, end }: PcmFile, path: string): AudioReader {
  const stride = PCM_BYTES[layout.encoding] * layout.channels;
  const frames = Math.floor((end - start) / stride);
  // One frame of silence in that shape tells whether rate and channels can be used, before anything is read.
  checkAudio({ sampleRate, channels: Array.from({ length: layout.channels }, () => new Float32Array(Math.min(1, frames))) }, path);
  return {
    kind,
    sampleRate,
    channels: layout.channels,
    frames,
    async read(from, to) {
      const bytes = new Uint8Array(await file.slice(start + from * stride, start + to * stride).arrayBuffer());
      return checkAudio({ sampleRate, channels: decodePcm(bytes, layout) }, path);
    },
  };
}

async function decodeOwn(type: AudioType, bytes: Uint8Array, path: string): Promise<Audio> {
  const seconds = promisedSeconds(type, bytes, path);
  if (seconds > MOST_DECODED_SECONDS) throw tooLong(path, `${Math.round(seconds / 60)} minutes`);
  return decodeFileBytes(bytes, path);
}

/** Seconds that a compressed file holds by its own word, or by its bit rate; 0 where it does not tell. */
function promisedSeconds(type: AudioType, bytes: Uint8Array, path: string): number {
  switch (type) {
    case "flac": {
      const { samples, sampleRate } = parseFlac(bytes, path).info;
      return samples / sampleRate;
    }
    case "ogg": {
      const { packets } = parseOgg(bytes, path);
      // Granules count samples of at least 8 kHz and, with Opus, of 48 kHz.
      return (packets.at(-1)?.granule ?? 0) / 48_000;
    }
    case "mp3": {
      const stream = mpegStreamOf(bytes);
      if (!stream) return 0;
      const { frame, promise } = stream;
      return (promise?.samples ?? (bytes.length / frame.bytes) * frame.samples) / frame.sampleRate;
    }
    default:
      return 0;
  }
}

function tooLong(path: string, got: string): UnsupportedError {
  return new UnsupportedError(`${path}: expected at most ${MOST_DECODED_SECONDS / 60} minutes of compressed audio, got ${got}; convert it to WAV, which is read piece by piece at any length.`);
}

async function decodeForeign(kind: AudioKind, bytes: Uint8Array<ArrayBuffer>, path: string, decode: ImportHost["decode"]): Promise<Audio> {
  const audio = isContainer(kind) ? await decode(bytes.buffer) : null;
  if (!audio) throw new UnsupportedError(`${path}: expected audio, got ${kind.name}; convert it to WAV or FLAC.`);
  return checkAudio(audio, path);
}

/** Whether a browser may know how to decode what we do not. */
function isContainer({ name }: AudioKind): boolean {
  return /MP4|AAC|Matroska|Core Audio|Sun audio/.test(name);
}
