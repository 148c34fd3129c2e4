/** Reads AIFF and AIFF-C (integers of 1 to 32 bits in either byte order, float of 32 and 64 bits, A-law, u-law). */

import { FormatError, UnsupportedError } from "../errors.ts";
import type { Audio } from "./audio.ts";
import { type Chunk, chunksOf, textAt } from "./chunks.ts";
import { decodePcm, integerEncoding, PCM_BYTES, type PcmEncoding, type PcmFile } from "./pcm.ts";

interface Common {
  readonly channels: number;
  readonly frames: number;
  /** To the next hertz: old machines wrote such rates as 22254.5454, and half a hertz is a cent at most. */
  readonly sampleRate: number;
  readonly encoding: PcmEncoding;
  readonly littleEndian: boolean;
}

/** Decodes the bytes of an AIFF or AIFF-C file; `place` names it in errors. Throws FormatError for a broken or cut-off file, UnsupportedError for another compression. */
export function parseAiff(bytes: Uint8Array, place: string): Audio {
  const { sampleRate, layout, start, end } = parseAiffHead(bytes, bytes.byteLength, place)!;
  return { sampleRate, channels: decodePcm(bytes.subarray(start, end), layout) };
}

/** Where the audio lies in an AIFF file of `fileBytes` bytes that begins with `head`; undefined where the head is too short to tell. Throws as `parseAiff` does. */
export function parseAiffHead(head: Uint8Array, fileBytes: number, place: string): PcmFile | undefined {
  const kind = textAt(head, 8, 4);
  if (head.byteLength < 12 || textAt(head, 0, 4) !== "FORM" || (kind !== "AIFF" && kind !== "AIFC")) {
    throw new FormatError(`${place}: expected an AIFF file, got other bytes at its start; export it as AIFF again.`);
  }
  const whole = head.byteLength >= fileBytes;
  let common: Common | undefined;
  let sound: Chunk | undefined;
  for (const chunk of chunksOf(head, 12, false)) {
    if (chunk.id === "COMM" && (whole || chunk.present === chunk.size)) common = commonOf(head, chunk, kind === "AIFC", place);
    else if (chunk.id === "SSND") sound = chunk;
  }
  if (!whole && (!common || !sound || sound.start + 8 > head.byteLength)) return undefined;
  if (!common) throw new FormatError(`${place}: expected a COMM chunk, got none before the end of the file; the file is cut off: copy or export it again.`);
  const { channels, frames, sampleRate, encoding, littleEndian } = common;
  const layout = { encoding, littleEndian, channels };
  if (frames === 0) return { sampleRate, layout, start: 0, end: 0 };
  const present = sound ? Math.min(sound.size, fileBytes - sound.start) : 0;
  if (!sound || present < 8) throw new FormatError(`${place}: expected an SSND chunk, got none before the end of the file; the file is cut off: copy or export it again.`);
  const start = sound.start + 8 + new DataView(head.buffer, head.byteOffset).getUint32(sound.start);
  const stride = PCM_BYTES[encoding] * channels;
  const there = Math.max(0, Math.floor((sound.start + present - start) / stride));
  if (frames > there) throw new FormatError(`${place}: expected ${frames} frames of audio as its header says, got ${there}; the file is cut off: copy or export it again.`);
  return { sampleRate, layout, start, end: start + frames * stride };
}

function commonOf(bytes: Uint8Array, { start, present }: Chunk, compressed: boolean, place: string): Common {
  const least = compressed ? 22 : 18;
  if (present < least) throw new FormatError(`${place}: expected a COMM chunk of at least ${least} bytes, got ${present}; export it as AIFF again.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, present);
  const channels = view.getInt16(0);
  if (channels < 1) throw new FormatError(`${place}: expected at least one channel, got ${channels}; export it as AIFF again.`);
  const bits = view.getInt16(6);
  const compression = compressed ? textAt(bytes, start + 18, 4) : "NONE";
  const coding = codingOf(compression, bits);
  if (!coding) throw new UnsupportedError(`${place}: expected PCM, float, A-law or u-law, got AIFF-C compression ${JSON.stringify(compression)} of ${bits} bits; export it as 16- or 24-bit PCM.`);
  return { channels, frames: view.getUint32(2), sampleRate: Math.round(extendedAt(view, 8)), ...coding };
}

function codingOf(compression: string, bits: number): { encoding: PcmEncoding; littleEndian: boolean } | undefined {
  const integer = integerEncoding(bits, "s8");
  switch (compression) {
    case "NONE":
    case "twos":
      return integer && { encoding: integer, littleEndian: false };
    case "sowt":
      return integer && { encoding: integer, littleEndian: true };
    case "raw ":
      return bits <= 8 ? { encoding: "u8", littleEndian: false } : undefined;
    case "in24":
      return { encoding: "s24", littleEndian: false };
    case "in32":
      return { encoding: "s32", littleEndian: false };
    case "42ni":
      return { encoding: "s24", littleEndian: true };
    case "23ni":
      return { encoding: "s32", littleEndian: true };
    case "fl32":
    case "FL32":
      return { encoding: "f32", littleEndian: false };
    case "fl64":
    case "FL64":
      return { encoding: "f64", littleEndian: false };
    case "alaw":
    case "ALAW":
      return { encoding: "alaw", littleEndian: false };
    case "ulaw":
    case "ULAW":
      return { encoding: "ulaw", littleEndian: false };
    default:
      return undefined;
  }
}

/** IEEE 754 extended precision (80 bits, big-endian): (-1)^s m 2^(e - 16383 - 63) with the 64-bit m holding its leading one. */
function extendedAt(view: DataView, at: number): number {
  const head = view.getUint16(at);
  const mantissa = view.getUint32(at + 2) * 2 ** 32 + view.getUint32(at + 6);
  return (head & 0x8000 ? -1 : 1) * mantissa * 2 ** ((head & 0x7fff) - 16383 - 63);
}
