/** Keeps rows of float32 numbers in files of the page's own (OPFS): appended and flushed before they are committed elsewhere, and never changed after. */

import { UnsupportedError, messageOf } from "../../core/errors.ts";

const FOLDER = "simile";
const AUDIO = "audio";
const COPY_CHUNK = 2 ** 22;
/** Times that a file is read again which another tab has just written to. */
const TRIES = 5;

export type RowKind = "embeddings" | "features";

/** The files of one library. Writing is for the tab that holds the lock; reading is for all. */
export class RowFiles {
  readonly #folder: string;

  constructor(library: string) {
    this.#folder = library;
  }

  async #open(create: boolean): Promise<FileSystemDirectoryHandle> {
    const root = await storageRoot();
    return (await root.getDirectoryHandle(FOLDER, { create })).getDirectoryHandle(this.#folder, { create });
  }

  /** Writes rows from `row` on over whatever a kill left there, and onto the disk. */
  async write(kind: RowKind, generation: number, row: number, size: number, rows: Float32Array): Promise<void> {
    const file = await (await this.#open(true)).getFileHandle(name(kind, generation), { create: true });
    const access = await file.createSyncAccessHandle();
    try {
      const at = row * size * 4;
      const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
      access.truncate(at);
      for (let done = 0; done < bytes.length; ) {
        const written = access.write(bytes.subarray(done), { at: at + done });
        if (written === 0) throw new DOMException("no room left", "QuotaExceededError");
        done += written;
      }
      access.flush();
    } finally {
      access.close();
    }
  }

  /** Rows `[from, to)`. */
  async read(kind: RowKind, generation: number, from: number, to: number, size: number): Promise<Float32Array> {
    if (from === to) return new Float32Array();
    for (let tries = 1; ; tries++) {
      try {
        const file = await (await (await this.#open(false)).getFileHandle(name(kind, generation))).getFile();
        const bytes = await file.slice(from * size * 4, to * size * 4).arrayBuffer();
        return new Float32Array(bytes);
      } catch (cause) {
        // Another tab appended while this one read: what was asked for is still there.
        if (tries === TRIES || (cause as Error).name !== "NotReadableError") throw cause;
      }
    }
  }

  /** Whole rows that the file holds. */
  async count(kind: RowKind, generation: number, size: number): Promise<number> {
    try {
      const file = await (await (await this.#open(false)).getFileHandle(name(kind, generation))).getFile();
      return Math.floor(file.size / (size * 4));
    } catch {
      return 0;
    }
  }

  /** Deletes the row files of other generations. */
  async tidy(generation: number): Promise<void> {
    const folder = await this.#open(false).catch(() => null);
    for await (const entry of folder?.keys() ?? []) {
      if (entry.endsWith(".f32") && !entry.endsWith(`.${generation}.f32`)) await folder!.removeEntry(entry).catch(() => {});
    }
  }

  /** Copies a file's audio under its digest; one that is there whole is left. */
  async copyAudio(sha256: string, from: Blob): Promise<void> {
    const folder = await (await this.#open(true)).getDirectoryHandle(AUDIO, { create: true });
    const file = await folder.getFileHandle(sha256, { create: true });
    const access = await file.createSyncAccessHandle();
    try {
      if (access.getSize() === from.size) return;
      access.truncate(0);
      for (let at = 0; at < from.size; at += COPY_CHUNK) {
        const bytes = new Uint8Array(await from.slice(at, at + COPY_CHUNK).arrayBuffer());
        if (access.write(bytes, { at }) < bytes.length) throw new DOMException("no room left", "QuotaExceededError");
      }
      access.flush();
    } finally {
      access.close();
    }
  }

  /** Deletes copies of audio that no file of the library has. */
  async tidyAudio(held: ReadonlySet<string>): Promise<void> {
    const folder = await this.#open(false).then((here) => here.getDirectoryHandle(AUDIO)).catch(() => null);
    for await (const entry of folder?.keys() ?? []) if (!held.has(entry)) await folder!.removeEntry(entry).catch(() => {});
  }

  /** Deletes all. */
  async remove(): Promise<void> {
    const root = await (await storageRoot()).getDirectoryHandle(FOLDER, { create: true });
    await root.removeEntry(this.#folder, { recursive: true }).catch((cause: Error) => {
      if (cause.name !== "NotFoundError") throw cause;
    });
  }
}

/** Rejects with UnsupportedError where the browser gives the page no files of its own. */
async function storageRoot(): Promise<FileSystemDirectoryHandle> {
  try {
    return await navigator.storage.getDirectory();
  } catch (cause) {
    throw new UnsupportedError(`Library: expected a browser that keeps files for this page, got "${messageOf(cause)}"; use a current browser, leave private browsing, and open the page over https or on localhost.`);
  }
}

function name(kind: RowKind, generation: number): string {
  return `${kind}.${generation}.f32`;
}
