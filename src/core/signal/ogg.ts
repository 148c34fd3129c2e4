/** Takes the packets out of an Ogg file (RFC 3533) and checks its pages: whole, undamaged, one stream, ended. */

import { FormatError, UnsupportedError } from "../errors.ts";
import { joined } from "../joined.ts";
import { textAt } from "./chunks.ts";

export interface OggStream {
  readonly codec: "opus" | "vorbis" | "flac";
  /** All packets in order; the first is the codec's identification header. */
  readonly packets: readonly OggPacket[];
}

export interface OggPacket {
  readonly bytes: Uint8Array;
  /** Granule position of the page, given with the last packet that ends on it: the samples that can be had up to there, as the codec counts them. */
  readonly granule?: number;
}

const HEADER_BYTES = 27;
const FIRST_PAGE = 2;
const LAST_PAGE = 4;

/** CRC-32 of Ogg: polynomial 0x04c11db7, not reflected, starting at 0. */
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

/** Checksum of a page, its own four bytes (22 to 25) taken as 0. */
function checksum(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0;
  for (let i = start; i < end; i++) {
    const place = i - start;
    const byte = place >= 22 && place < 26 ? 0 : bytes[i]!;
    crc = (crc << 8) ^ CRC[(crc >>> 24) ^ byte]!;
  }
  return crc >>> 0;
}

/** Codec of an Ogg file's first packet, undefined where it is none that we know. */
function codecOf(head: Uint8Array): OggStream["codec"] | undefined {
  if (textAt(head, 0, 8) === "OpusHead") return "opus";
  if (textAt(head, 0, 7) === "\x01vorbis") return "vorbis";
  if (textAt(head, 0, 5) === "\x7fFLAC") return "flac";
  return undefined;
}

/** Reads all pages. Throws FormatError where one is damaged, missing or cut off, UnsupportedError for several streams in one file or another codec. */
export function parseOgg(bytes: Uint8Array, place: string): OggStream {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packets: OggPacket[] = [];
  let parts: Uint8Array[] = [];
  let serial: number | undefined;
  let sequence = 0;
  let ended = false;
  for (let at = 0; at < bytes.byteLength && !(ended && textAt(bytes, at, 4) !== "OggS"); ) {
    const segments = at + HEADER_BYTES <= bytes.byteLength ? bytes[at + 26]! : 0;
    const content = at + HEADER_BYTES + segments;
    let end = content;
    for (let i = 0; i < segments; i++) end += bytes[at + HEADER_BYTES + i] ?? 0;
    if (at + HEADER_BYTES > bytes.byteLength || end > bytes.byteLength) throw cutOff(place, `got a page that ends ${Math.max(1, end - bytes.byteLength)} bytes after the file`);
    if (textAt(bytes, at, 4) !== "OggS") throw new FormatError(`${place}: expected an Ogg page at byte ${at}, got other bytes; the file is damaged: copy or export it again.`);
    if (checksum(bytes, at, end) !== view.getUint32(at + 22, true)) throw new FormatError(`${place}: expected an undamaged Ogg page at byte ${at}, got another checksum; the file is damaged: copy or export it again.`);
    const flags = bytes[at + 5]!;
    if (serial === undefined) {
      serial = view.getUint32(at + 14, true);
      sequence = view.getUint32(at + 18, true);
    } else if (flags & FIRST_PAGE || view.getUint32(at + 14, true) !== serial) {
      throw new UnsupportedError(`${place}: expected one audio stream, got several in one Ogg file; extract the audio into a file of its own.`);
    } else if (view.getUint32(at + 18, true) !== ++sequence) {
      throw new FormatError(`${place}: expected Ogg page ${sequence} at byte ${at}, got page ${view.getUint32(at + 18, true)}; the file is damaged: copy or export it again.`);
    }
    // A packet is a run of segments of 255 bytes and one shorter; it may go on over pages.
    const before = packets.length;
    let start = content;
    for (let i = 0, stop = content; i < segments; i++) {
      const length = bytes[at + HEADER_BYTES + i]!;
      stop += length;
      if (length === 255 && i < segments - 1) continue;
      parts.push(bytes.subarray(start, stop));
      start = stop;
      if (length === 255) break;
      packets.push({ bytes: parts.length === 1 ? parts[0]! : joined(parts, Uint8Array) });
      parts = [];
    }
    if (packets.length > before) packets[packets.length - 1] = { ...packets[packets.length - 1]!, granule: Number(view.getBigInt64(at + 6, true)) };
    ended = (flags & LAST_PAGE) !== 0;
    at = end;
  }
  const head = packets[0]?.bytes;
  if (!head || !ended) throw cutOff(place, "got the end of the file before it");
  const codec = codecOf(head);
  if (!codec) throw new UnsupportedError(`${place}: expected Opus, Vorbis or FLAC in Ogg, got another codec; export it as one of them.`);
  return { codec, packets };
}

function cutOff(place: string, got: string): FormatError {
  return new FormatError(`${place}: expected a last Ogg page, ${got}; the file is cut off: copy or export it again.`);
}
