/** Cuts a FLAC file (RFC 9639) into its frames, each checked by its checksums. */

import { FormatError } from "../errors.ts";
import { textAt } from "./chunks.ts";
import { id3Length } from "./mpeg.ts";

/** What the first metadata block says. */
export interface FlacStreamInfo {
  readonly sampleRate: number;
  readonly channels: number;
  /** Samples a channel; 0 where the encoder did not know. */
  readonly samples: number;
}

export interface FlacStream {
  readonly info: FlacStreamInfo;
  readonly frames: readonly Uint8Array[];
}

/** Bytes of "fLaC", a block's head and STREAMINFO. */
const HEAD_BYTES = 42;
/** ID3v1, which some programs put behind the audio. */
const ID3V1_BYTES = 128;

/** Table of a CRC of `bits` bits, not reflected, starting at 0. */
function crcTable(polynomial: number, bits: number): Uint16Array {
  const top = 1 << (bits - 1);
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << (bits - 8);
    for (let bit = 0; bit < 8; bit++) crc = crc & top ? (crc << 1) ^ polynomial : crc << 1;
    return crc & (2 * top - 1);
  });
}

const CRC8 = crcTable(0x07, 8);
const CRC16 = crcTable(0x8005, 16);

/** Whether a frame's header (9.1), checksum included, starts at byte `at`. */
function isFrameHeader(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== 0xff || (bytes[at + 1]! & 0xfe) !== 0xf8 || at + 6 > bytes.byteLength) return false;
  const blockSize = bytes[at + 2]! >> 4;
  const rate = bytes[at + 2]! & 15;
  if (blockSize === 0 || rate === 15 || bytes[at + 3]! >> 4 > 10 || bytes[at + 3]! & 1) return false;
  // the frame's number is coded as UTF-8 codes letters, up to 7 bytes
  const ones = Math.clz32(~(bytes[at + 4]! << 24));
  if (ones === 1 || ones > 7) return false;
  const end = at + 4 + Math.max(1, ones) + (blockSize === 6 ? 1 : blockSize === 7 ? 2 : 0) + (rate === 12 ? 1 : rate === 13 || rate === 14 ? 2 : 0);
  if (end >= bytes.byteLength) return false;
  let crc = 0;
  for (let i = at; i < end; i++) crc = CRC8[crc ^ bytes[i]!]!;
  return crc === bytes[end];
}

/** Reads STREAMINFO (8.2) at byte `at`. */
export function parseStreamInfo(bytes: Uint8Array, at: number): FlacStreamInfo {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 18);
  const packed = view.getUint32(10);
  return { sampleRate: packed >>> 12, channels: ((packed >>> 9) & 7) + 1, samples: view.getUint8(13) % 16 * 2 ** 32 + view.getUint32(14) };
}

/** Cuts the file. A frame ends where its checksum over all its bytes is 0 and another frame's header, or the end of the file, follows. Throws FormatError where the file is damaged or cut off. */
export function parseFlac(file: Uint8Array, place: string): FlacStream {
  const start = id3Length(file);
  const tagged = textAt(file, file.byteLength - ID3V1_BYTES, 3) === "TAG";
  const bytes = file.subarray(start, tagged ? file.byteLength - ID3V1_BYTES : file.byteLength);
  if (textAt(bytes, 0, 4) !== "fLaC" || bytes.byteLength < HEAD_BYTES || (bytes[4]! & 0x7f) !== 0) throw damaged(place, "a STREAMINFO block", "none");
  let at = 4;
  for (let last = false; !last; ) {
    if (at + 4 > bytes.byteLength) throw damaged(place, "the end of the metadata", "the end of the file");
    last = bytes[at]! >= 0x80;
    at += 4 + ((bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!);
  }
  return { info: parseStreamInfo(bytes, 8), frames: framesOf(bytes, at, place) };
}

function framesOf(bytes: Uint8Array, first: number, place: string): Uint8Array[] {
  const frames: Uint8Array[] = [];
  let start = first;
  let crc = 0;
  for (let at = first; at <= bytes.byteLength; at++) {
    const ended = at === bytes.byteLength;
    if (at === start || (crc === 0 && (ended || isFrameHeader(bytes, at)))) {
      if (at > start) frames.push(bytes.subarray(start, at));
      if (!ended && !isFrameHeader(bytes, at)) throw damaged(place, `a FLAC frame at byte ${at}`, "other bytes");
      start = at;
      crc = 0;
    }
    if (!ended) crc = ((crc << 8) & 0xffff) ^ CRC16[(crc >> 8) ^ bytes[at]!]!;
  }
  if (start < bytes.byteLength) throw damaged(place, `a whole FLAC frame at byte ${start} (the ${frames.length + 1}th)`, "one that ends too early or has another checksum");
  return frames;
}

function damaged(place: string, expected: string, got: string): FormatError {
  return new FormatError(`${place}: expected ${expected}, got ${got}; the file is cut off or damaged: copy or export it again.`);
}
