/** Reads zip archives within stated bounds: nothing is unpacked before its declared size, name and place have been checked. */

import { unzipSync, type UnzipFileInfo } from "fflate";
import { FormatError } from "../errors.ts";

export interface ArchiveLimits {
  readonly entries: number;
  /** Bytes of all unpacked entries together. */
  readonly unpackedBytes: number;
}

export const ARCHIVE_LIMITS: ArchiveLimits = { entries: 65_000, unpackedBytes: 2 ** 31 - 1 };

export interface ArchiveEntry {
  readonly path: string;
  readonly bytes: number;
}

/** An archive whose directory has been checked. */
export interface Archive {
  readonly entries: readonly ArchiveEntry[];
  /** Unpacks one entry. Throws FormatError where it is absent, damaged or not of its declared size. */
  read(path: string): Uint8Array;
}

const END = 0x06054b50;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;
const END_BYTES = 22;
const DIRECTORY_BYTES = 46;

/** Opens an archive. `place` names it in the FormatError that a damaged, hostile or zip64 archive gives. */
export function openArchive(bytes: Uint8Array, place: string, limits: ArchiveLimits = ARCHIVE_LIMITS): Archive {
  checkDirectory(bytes, place, limits);
  const entries = new Map<string, ArchiveEntry>();
  let unpacked = 0;
  list(bytes, place, (info) => {
    checkPath(info.name, place);
    if (entries.has(info.name)) throw fault(place, `the entry ${info.name} once`, "it twice");
    if (info.compression !== 0 && info.compression !== 8) throw fault(place, `${info.name} stored or deflated`, `compression ${info.compression}`);
    unpacked += info.originalSize;
    if (unpacked > limits.unpackedBytes) throw fault(place, `at most ${limits.unpackedBytes} bytes unpacked`, "more");
    entries.set(info.name, { path: info.name, bytes: info.originalSize });
    return false;
  });
  return {
    entries: [...entries.values()],
    read(path) {
      const entry = entries.get(path);
      if (!entry) throw fault(place, `an entry ${path}`, "none");
      const data = list(bytes, place, (info) => info.name === path)[path];
      if (!data || data.length !== entry.bytes) throw fault(place, `${entry.bytes} bytes in ${path}`, `${data?.length ?? 0}`);
      return data;
    },
  };
}

/** fflate's reader with its errors as ours; `take` decides entry by entry what is unpacked. */
function list(bytes: Uint8Array, place: string, take: (info: UnzipFileInfo) => boolean): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter: take });
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw fault(place, "a whole zip archive", cause instanceof Error ? cause.message : String(cause));
  }
}

/** Finds the end record and checks that as many entries as it claims can lie in the bytes that there are. */
function checkDirectory(bytes: Uint8Array, place: string, limits: ArchiveLimits): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - END_BYTES;
  const first = Math.max(0, end - 0xffff);
  while (end >= first && view.getUint32(end, true) !== END) end--;
  if (end < first || bytes.length < END_BYTES) throw fault(place, "a zip archive", bytes.length === 0 ? "an empty file" : "no end record: another type of file, or one cut short");
  const count = view.getUint16(end + 10, true);
  if (view.getUint16(end + 8, true) !== count) throw fault(place, "an archive in one part", "a part of several");
  const size = view.getUint32(end + 12, true);
  const offset = view.getUint32(end + 16, true);
  const zip64 = end >= ZIP64_LOCATOR_BYTES && view.getUint32(end - ZIP64_LOCATOR_BYTES, true) === ZIP64_LOCATOR;
  if (zip64 || count === 0xffff || size === 0xffffffff || offset === 0xffffffff) throw fault(place, "a zip archive of fewer than 65,535 entries and 4 GiB", "zip64");
  if (count > limits.entries) throw fault(place, `at most ${limits.entries} entries`, String(count));
  if (offset + size > end || count * DIRECTORY_BYTES > size) throw fault(place, "a directory inside the file", `${count} entries in ${size} bytes at ${offset} of ${bytes.length}`);
}

function checkPath(path: string, place: string): void {
  const parts = path.replace(/\/$/, "").split("/");
  if (path.length > 1024 || /[\\\0]|^[a-zA-Z]:/.test(path) || parts.some((part) => part === "" || part === "." || part === "..")) {
    throw fault(place, "entries with relative paths that stay inside", JSON.stringify(path.slice(0, 60)));
  }
}

function fault(place: string, expected: string, got: string): FormatError {
  return new FormatError(`${place}: expected ${expected}, got ${got}; fetch the file again or ask its author for a whole copy.`);
}
