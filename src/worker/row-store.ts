/** Chooses where a library's float32 rows lie: in memory while they are few, beyond that in a file of the browser's own, so that a million sounds take no more memory than their int8 scan. */

import { UnsupportedError } from "../core/errors.ts";
import type { RowStore } from "../core/search/embedding-index.ts";
import { createRowMemory } from "../core/search/row-memory.ts";

/** Most rows that are kept in memory: 32 MiB of 128 numbers each. */
export const MEMORY_ROWS = 65_536;
const FOLDER = "simile-rows";
/** Rows written at once. */
const BATCH_ROWS = 8192;

/** A store for about `count` rows of `size` numbers. Memory serves where the browser has no files of its own. */
export async function createRowStore(size: number, count: number): Promise<RowStore> {
  return (count > MEMORY_ROWS ? await createRowFile(size) : null) ?? createRowMemory(size);
}

/** Rows in a file of the origin private file system, which goes when the store is closed; null where there is none to be had. */
export async function createRowFile(size: number): Promise<RowStore | null> {
  try {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
    await clear(folder);
    const name = crypto.randomUUID();
    const file = await (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
    const stride = 4 * size;
    let end = 0;
    return {
      append(rows) {
        let at = end;
        for (let from = 0; from < rows.length; from += BATCH_ROWS * size) {
          const part = rows.subarray(from, from + BATCH_ROWS * size);
          if (file.write(part as Float32Array<ArrayBuffer>, { at }) !== part.byteLength) throw new UnsupportedError("library: expected room on the disk for its rows, got none; free some and open the library again.");
          at += part.byteLength;
        }
        end = at;
      },
      read: (id, into) => void file.read(into as Float32Array<ArrayBuffer>, { at: id * stride }),
      close() {
        file.close();
        folder.removeEntry(name).catch(() => {});
      },
    };
  } catch {
    return null;
  }
}

/** Takes away what engines left behind that ended without closing; files that another page's engine reads are locked, and stay. */
async function clear(folder: FileSystemDirectoryHandle): Promise<void> {
  for await (const name of folder.keys()) await folder.removeEntry(name).catch(() => {});
}
