/** Writes and reads gzipped tar archives (POSIX ustar; reading also GNU and pax long names) within stated bounds. */

import { Gunzip, gzipSync, strFromU8, strToU8 } from "fflate";
import { FormatError } from "../errors.ts";
import { joined } from "../joined.ts";
import { joinInside } from "./relative-path.ts";

export interface TarLimits {
  readonly entries: number;
  /** Bytes of the unpacked archive. */
  readonly unpackedBytes: number;
}

export const TAR_LIMITS: TarLimits = { entries: 10_000, unpackedBytes: 2 ** 30 };

const BLOCK = 512;
const NAME_BYTES = 100;
/** Head and tail of a gzip file with nothing between them. */
const GZIP_BYTES = 18;
/** Place and length of the fields of a header that we write or read. */
const FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 8],
  prefix: [345, 155],
} as const;
const REMEDY = "fetch the archive again or ask its author for a whole copy";

/** Packs files by path. Same files, same bytes: times are 0. Paths are ASCII of at most 100 bytes. */
export function writeTarGz(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const [path, content] of files) {
    blocks.push(headerOf(path, content.length), content, new Uint8Array((BLOCK - (content.length % BLOCK)) % BLOCK));
  }
  blocks.push(new Uint8Array(2 * BLOCK));
  const tar = new Uint8Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const block of blocks) {
    tar.set(block, at);
    at += block.length;
  }
  return gzipSync(tar, { mtime: 0 });
}

function headerOf(path: string, size: number): Uint8Array {
  const name = strToU8(path);
  if (name.length > NAME_BYTES) throw new FormatError(`tar: expected paths of at most ${NAME_BYTES} bytes, got ${JSON.stringify(path)}; shorten the name.`);
  const header = new Uint8Array(BLOCK);
  const put = (field: keyof typeof FIELDS, text: string) => header.set(strToU8(text), FIELDS[field][0]);
  header.set(name);
  put("mode", "0000644\0");
  put("uid", "0000000\0");
  put("gid", "0000000\0");
  put("size", `${size.toString(8).padStart(11, "0")}\0`);
  put("mtime", "00000000000\0");
  put("checksum", " ".repeat(8));
  put("type", "0");
  put("magic", "ustar\x0000");
  put("checksum", `${sumOf(header).toString(8).padStart(6, "0")}\0 `);
  return header;
}

/** Sum of a header's bytes with blanks for the checksum itself. */
function sumOf(header: Uint8Array): number {
  const [start, length] = FIELDS.checksum;
  return header.reduce((sum, byte, index) => sum + (index >= start && index < start + length ? 0x20 : byte), 0);
}

/**
 * Unpacks the regular files of a gzipped tar. `place` names it in the FormatError that a damaged or cut-off archive, one beyond the limits, or a path that
 * climbs out of it gives. Links, devices and folders are left out.
 */
export function readTarGz(bytes: Uint8Array, place: string, limits: TarLimits = TAR_LIMITS): ReadonlyMap<string, Uint8Array> {
  const tar = gunzip(bytes, place, limits.unpackedBytes);
  const files = new Map<string, Uint8Array>();
  let longName: string | undefined;
  let entries = 0;
  for (let at = 0; ; ) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.length < BLOCK) throw fault(place, "the two empty blocks that end a tar", "the end of the file");
    if (header.every((byte) => byte === 0)) return files;
    if (++entries > limits.entries) throw fault(place, `at most ${limits.entries} entries`, "more");
    if (octal(header, "checksum") !== sumOf(header)) throw fault(place, "a tar header with its checksum", `other bytes at ${at}`);
    const size = octal(header, "size");
    const content = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) throw fault(place, `${size} bytes of an entry`, String(content.length));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const type = String.fromCharCode(header[FIELDS.type[0]]!);
    if (type === "L") longName = zeroEnded(content);
    else if (type === "x") longName = paxPath(content) ?? longName;
    else {
      if (type === "0" || type === "\0" || type === "7") files.set(joinInside("", longName ?? nameOf(header), place), content);
      if (type !== "g") longName = undefined;
    }
  }
}

/** Unpacks piece by piece, so that a small file which claims to be endless is stopped at the limit. */
function gunzip(bytes: Uint8Array, place: string, limit: number): Uint8Array {
  if (bytes.length < GZIP_BYTES || bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    throw fault(place, "a gzipped tar", bytes.length === 0 ? "an empty file" : "other bytes at its start");
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  const stream = new Gunzip((part) => {
    length += part.length;
    if (length > limit) throw fault(place, `at most ${limit} bytes unpacked`, "more");
    parts.push(part);
  });
  const step = 1 << 16;
  try {
    for (let at = 0; at < bytes.length; at += step) stream.push(bytes.subarray(at, at + step), at + step >= bytes.length);
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw fault(place, "a whole gzip file", cause instanceof Error ? cause.message : String(cause));
  }
  const promised = new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
  if (promised !== length) throw fault(place, `${promised} bytes unpacked, as its end says`, String(length));
  return joined(parts, Uint8Array);
}

function octal(header: Uint8Array, field: "size" | "checksum"): number {
  const [start, length] = FIELDS[field];
  return Number.parseInt(zeroEnded(header.subarray(start, start + length)).trim() || "0", 8);
}

function nameOf(header: Uint8Array): string {
  const field = (key: "name" | "prefix") => zeroEnded(header.subarray(FIELDS[key][0], FIELDS[key][0] + FIELDS[key][1]));
  const posix = zeroEnded(header.subarray(FIELDS.magic[0], FIELDS.magic[0] + 6)) === "ustar";
  const prefix = posix ? field("prefix") : "";
  return prefix ? `${prefix}/${field("name")}` : field("name");
}

/** The value of "path" in a pax header, whose records read "length key=value\n". */
function paxPath(content: Uint8Array): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(strFromU8(content))?.[1];
}

function zeroEnded(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return strFromU8(end < 0 ? bytes : bytes.subarray(0, end));
}

function fault(place: string, expected: string, got: string): FormatError {
  return new FormatError(`${place}: expected ${expected}, got ${got}; ${REMEDY}.`);
}
