/** The tables of the user's libraries in IndexedDB, and how older ones become those of today. */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { UnsupportedError, messageOf } from "../../core/errors.ts";
import type { PathField } from "../../core/metadata/path-pattern.ts";
import type { CutSettings } from "../../core/onset/segment-cutter.ts";
import type { LibraryOrigin, SoundAnalysis } from "../../protocol/library.ts";

export const DATABASE_NAME = "simile";
/** Version 1 had no edits. */
export const SCHEMA_VERSION = 2;

export interface LibraryRecord {
  readonly id: string;
  readonly title: string;
  readonly root: FileSystemDirectoryHandle | null;
  readonly origin: LibraryOrigin;
  readonly cut: CutSettings;
  readonly patterns: readonly string[];
  /** Which of the row files holds; a rewritten one has the next number. */
  readonly generation: number;
  /** Rows that are committed: what a row file holds beyond them counts for nothing. */
  readonly rows: number;
  /** Sounds in it, and of files that went away. */
  readonly sounds: number;
  readonly dropped: number;
  /** An import was begun and has not come to its end. */
  readonly unfinished: boolean;
}

export interface FileRecord {
  readonly library: string;
  readonly path: string;
  /** Bytes, and milliseconds of the last change: while both stay, the file is not read again. */
  readonly size: number;
  readonly modified: number;
  /** Empty for a file that could not be read. */
  readonly sha256: string;
  /** held: its sounds are in the library; gone: they were, and can be taken back; twin: another file has the same content; faulty: it could not be used. */
  readonly state: "held" | "gone" | "twin" | "faulty";
  /** One sentence of a faulty file, or something to know about another. */
  readonly note: string;
  /** Row of its first sound; the others follow on. */
  readonly firstRow: number;
  readonly sounds: readonly SoundAnalysis[];
  /** Length of the file, and how it was cut, in the words of `cutKey`. */
  readonly seconds: number;
  readonly cut: string;
}

/** What the user said of one sound, by its key. */
export interface EditRecord {
  readonly library: string;
  readonly key: string;
  readonly favourite: boolean;
  readonly fields: Readonly<Partial<Record<PathField, string>>>;
}

interface Schema extends DBSchema {
  libraries: { key: string; value: LibraryRecord };
  files: { key: [string, string]; value: FileRecord };
  edits: { key: [string, string]; value: EditRecord };
}

export type LibraryDatabase = IDBPDatabase<Schema>;

/** Rejects with UnsupportedError where the browser gives no storage, or a later release of Simile has written there. */
export async function openDatabase(name: string, onVersionChange: () => void): Promise<LibraryDatabase> {
  try {
    const database = await openDB<Schema>(name, SCHEMA_VERSION, {
      upgrade(db, before) {
        if (before < 1) {
          db.createObjectStore("libraries", { keyPath: "id" });
          db.createObjectStore("files", { keyPath: ["library", "path"] });
        }
        if (before < 2) db.createObjectStore("edits", { keyPath: ["library", "key"] });
      },
      blocking: () => {
        database.close();
        onVersionChange();
      },
    });
    return database;
  } catch (cause) {
    if ((cause as Error).name === "VersionError") throw new UnsupportedError("Library: expected a storage of this release, got one of a later; load the page again, or use the later release.");
    throw new UnsupportedError(`Library: expected a browser that keeps data for this page, got "${messageOf(cause)}"; leave private browsing, or allow the page to keep data.`);
  }
}

/** All of a library's records in a table. */
export function rangeOf(library: string): IDBKeyRange {
  return IDBKeyRange.bound([library], [library, []]);
}
