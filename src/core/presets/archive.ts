/** Reads zip archives within stated bounds, entry by entry: nothing is unpacked before its declared size, name and place have been checked. */

import { inflateSync, strFromU8, strToU8 } from "fflate";
import { FormatError, messageOf } from "../errors.ts";
import { type Place, fieldFault } from "./fields.ts";

/** A file that is read in parts. */
export interface ByteSource {
  readonly size: number;
  /** Bytes `[start, end)`, both within the file. */
  read(start: number, end: number): Uint8Array;
}

export interface ArchiveLimits {
  readonly entries: number;
  /** Bytes of all unpacked entries together. */
  readonly unpackedBytes: number;
  /** Unpacked bytes that each byte of the file may stand for, beyond `freeBytes`: what sounds and their numbers never reach, and a bomb needs. */
  readonly ratio: number;
  readonly freeBytes: number;
}

export const ARCHIVE_LIMITS: ArchiveLimits = { entries: 65_000, unpackedBytes: 2 ** 31 - 1, ratio: 200, freeBytes: 2 ** 24 };

export interface ArchiveEntry {
  readonly path: string;
  /** Unpacked. */
  readonly bytes: number;
}

/** Where an entry lies in the file, by the directory: its bytes begin `dataOffset` behind `header`. */
export interface EntryRange {
  readonly header: number;
  readonly packed: number;
  /** Deflated without a zlib header ("deflate-raw"), else stored as they are. */
  readonly deflated: boolean;
  /** Unpacked. */
  readonly bytes: number;
}

/** An archive whose directory has been checked. */
export interface Archive {
  readonly entries: readonly ArchiveEntry[];
  /** Unpacks one entry. Throws FormatError where it is absent, damaged or not of its declared size. */
  read(path: string): Uint8Array;
  /** Where one entry lies, for those who read it themselves. Throws FormatError where it is absent. */
  range(path: string): EntryRange;
}

interface Entry extends ArchiveEntry, EntryRange {
  readonly crc: number;
}

const END = 0x06054b50;
const END_BYTES = 22;
const MOST_COMMENT = 0xffff;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;
const DIRECTORY = 0x02014b50;
const DIRECTORY_BYTES = 46;
/** Most bytes of a whole directory: names of a kilobyte each. */
const MOST_DIRECTORY = 2 ** 26;
/** Characters of a path. */
const MOST_PATH = 1024;
const LOCAL = 0x04034b50;
/** Bytes of an entry's own header that tell where its data begin. */
export const LOCAL_BYTES = 30;
const ENCRYPTED = 1;
const UTF8 = 1 << 11;

/** Bytes in memory as a file. */
export function bytesAsSource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (start, end) => bytes.subarray(start, end) };
}

/** Opens an archive. `place` names it in the FormatError that a damaged, hostile or zip64 archive gives. */
export function openArchive(file: Uint8Array | ByteSource, place: string, limits: ArchiveLimits = ARCHIVE_LIMITS): Archive {
  const source = file instanceof Uint8Array ? bytesAsSource(file) : file;
  const entries = new Map<string, Entry>();
  let unpacked = 0;
  let packed = 0;
  const most = Math.min(limits.unpackedBytes, limits.freeBytes + limits.ratio * source.size);
  for (const entry of directory(source, place, limits)) {
    checkPath(entry.path, place);
    if (entries.has(entry.path)) throw fault(place, `the entry ${entry.path} once`, "it twice");
    unpacked += entry.bytes;
    packed += entry.packed;
    if (unpacked > most) throw fault(place, `at most ${most} bytes unpacked`, "more");
    if (packed > source.size) throw fault(place, "entries that do not overlap", `${packed} bytes of them in ${source.size}`);
    entries.set(entry.path, entry);
  }
  const find = (path: string): Entry => {
    const entry = entries.get(path);
    if (!entry) throw fault(place, `an entry ${path}`, "none");
    return entry;
  };
  const data = (entry: Entry): Uint8Array => {
    const inside = entry.header + LOCAL_BYTES <= source.size;
    const start = entry.header + dataOffset(inside ? source.read(entry.header, entry.header + LOCAL_BYTES) : new Uint8Array(), `${place}: ${entry.path}`);
    const end = start + entry.packed;
    if (end > source.size) throw fault(place, `${entry.path} inside the file`, `its end at ${end} of ${source.size}`);
    return source.read(start, end);
  };
  return {
    entries: [...entries.values()],
    range(path) {
      const { header, packed, deflated, bytes } = find(path);
      return { header, packed, deflated, bytes };
    },
    read(path) {
      const entry = find(path);
      const unpacked = unpack(data(entry), entry, place);
      if (crc32(unpacked) !== entry.crc) throw fault(place, `${path} as it was packed`, "another checksum (CRC-32)");
      return unpacked;
    },
  };
}

/** Throws FormatError for entries, each there once, that `openArchive` would refuse by their paths: before an archive of them is written. */
export function checkEntries(paths: readonly string[], place: Place): void {
  const { entries } = ARCHIVE_LIMITS;
  if (paths.length > entries) throw fieldFault(place, `at most ${entries} entries`, String(paths.length));
  let size = 0;
  for (const path of paths) {
    const name = strToU8(path);
    if (!isSafePath(path) || strFromU8(name) !== path) throw fieldFault({ ...place, remedy: "rename that file" }, `entries with relative Unicode paths of at most ${MOST_PATH} characters`, `${JSON.stringify(path.slice(0, 60))} of ${path.length}`);
    size += DIRECTORY_BYTES + name.length;
  }
  if (size > MOST_DIRECTORY) throw fieldFault(place, `paths of at most ${MOST_DIRECTORY} bytes together`, String(size));
}

/** Throws FormatError for so many unpacked bytes, in a file of `fileBytes` where that is known already, that `openArchive` would refuse them. */
export function checkUnpacked(bytes: number, place: Place, fileBytes = Number.POSITIVE_INFINITY): void {
  const { unpackedBytes, freeBytes, ratio } = ARCHIVE_LIMITS;
  const most = Math.min(unpackedBytes, freeBytes + ratio * fileBytes);
  if (bytes > most) throw fieldFault(place, `at most ${most} bytes unpacked`, String(bytes));
}

/** How far behind the start of an entry's own header (its first LOCAL_BYTES) its data begin. Throws FormatError where it is no such header; `place` names it. */
export function dataOffset(header: Uint8Array, place: string): number {
  const view = viewOf(header);
  if (header.length < LOCAL_BYTES || view.getUint32(0, true) !== LOCAL) throw fault(place, "an entry where the directory says", "something else there");
  return LOCAL_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
}

function unpack(bytes: Uint8Array, entry: Entry, place: string): Uint8Array {
  if (!entry.deflated) {
    if (entry.packed !== entry.bytes) throw fault(place, `${entry.bytes} bytes in ${entry.path}`, String(entry.packed));
    return bytes.slice();
  }
  let data: Uint8Array;
  try {
    data = inflateSync(bytes, { out: new Uint8Array(entry.bytes) });
  } catch (cause) {
    throw fault(place, `${entry.path} deflated`, messageOf(cause));
  }
  if (data.length !== entry.bytes) throw fault(place, `${entry.bytes} bytes in ${entry.path}`, String(data.length));
  return data;
}

/** The entries of the central directory, which must hold as many as its end record says. */
function* directory(source: ByteSource, place: string, limits: ArchiveLimits): Generator<Entry> {
  const { count, offset, size } = findDirectory(source, place, limits);
  const bytes = source.read(offset, offset + size);
  const view = viewOf(bytes);
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + DIRECTORY_BYTES > size || view.getUint32(at, true) !== DIRECTORY) throw fault(place, `a directory of ${count} entries`, `${i}`);
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    const [crc, packed, unpacked] = [16, 20, 24].map((field) => view.getUint32(at + field, true)) as [number, number, number];
    const name = at + DIRECTORY_BYTES;
    const nameEnd = name + view.getUint16(at + 28, true);
    const entryOffset = view.getUint32(at + 42, true);
    at = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (at > size) throw fault(place, `a directory of ${count} entries`, `${i}`);
    const path = strFromU8(bytes.subarray(name, nameEnd), (flags & UTF8) === 0);
    if ((flags & ENCRYPTED) !== 0) throw fault(place, `${path} open to read`, "it encrypted");
    if (method !== 0 && method !== 8) throw fault(place, `${path} stored or deflated`, `compression ${method}`);
    if (packed === 0xffffffff || unpacked === 0xffffffff || entryOffset === 0xffffffff) throw fault(place, "a zip archive of fewer than 65,535 entries and 4 GiB", "zip64");
    yield { path, bytes: unpacked, packed, deflated: method === 8, crc, header: entryOffset };
  }
}

/** Finds the end record and checks that as many entries as it claims can lie in the bytes that there are. */
function findDirectory(source: ByteSource, place: string, limits: ArchiveLimits): { readonly count: number; readonly offset: number; readonly size: number } {
  if (source.size < END_BYTES) throw fault(place, "a zip archive", source.size === 0 ? "an empty file" : "no end record: another type of file, or one cut short");
  const tailStart = Math.max(0, source.size - END_BYTES - MOST_COMMENT - ZIP64_LOCATOR_BYTES);
  const view = viewOf(source.read(tailStart, source.size));
  let at = view.byteLength - END_BYTES;
  const first = Math.max(0, at - MOST_COMMENT);
  while (at >= first && view.getUint32(at, true) !== END) at--;
  if (at < first) throw fault(place, "a zip archive", "no end record: another type of file, or one cut short");
  const count = view.getUint16(at + 10, true);
  if (view.getUint16(at + 8, true) !== count) throw fault(place, "an archive in one part", "a part of several");
  const size = view.getUint32(at + 12, true);
  const offset = view.getUint32(at + 16, true);
  const zip64 = at >= ZIP64_LOCATOR_BYTES && view.getUint32(at - ZIP64_LOCATOR_BYTES, true) === ZIP64_LOCATOR;
  if (zip64 || count === 0xffff || size === 0xffffffff || offset === 0xffffffff) throw fault(place, "a zip archive of fewer than 65,535 entries and 4 GiB", "zip64");
  if (count > limits.entries) throw fault(place, `at most ${limits.entries} entries`, String(count));
  if (offset + size > tailStart + at || count * DIRECTORY_BYTES > size || size > MOST_DIRECTORY) throw fault(place, "a directory inside the file", `${count} entries in ${size} bytes at ${offset} of ${source.size}`);
  return { count, offset, size };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** CRC-32 of zip, as of each byte alone: polynomial 0xEDB88320, reflected. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ bytes[i]!) & 0xff]!;
  return (crc ^ 0xffffffff) >>> 0;
}

function isSafePath(path: string): boolean {
  const parts = path.replace(/\/$/, "").split("/");
  return path.length <= MOST_PATH && !/[\\\0]|^[a-zA-Z]:/.test(path) && parts.every((part) => part !== "" && part !== "." && part !== "..");
}

function checkPath(path: string, place: string): void {
  if (!isSafePath(path)) throw fault(place, "entries with relative paths that stay inside", JSON.stringify(path.slice(0, 60)));
}

function fault(place: string, expected: string, got: string): FormatError {
  return new FormatError(`${place}: expected ${expected}, got ${got}; fetch the file again or ask its author for a whole copy.`);
}
