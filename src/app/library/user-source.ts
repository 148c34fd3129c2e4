/** Audio of the user's own libraries: read from where it lies by the folder's handle, or from the copies in the browser's storage. */

import { MissingError, PermissionError, messageOf } from "../../core/errors.ts";
import type { SoundSource } from "./sound-source.ts";

/** Files below a folder that the browser remembers. */
export function createHandleSource(root: FileSystemDirectoryHandle): SoundSource {
  const folders = new Map<string, Promise<FileSystemDirectoryHandle>>([["", Promise.resolve(root)]]);
  const folderOf = (path: string): Promise<FileSystemDirectoryHandle> => {
    const known = folders.get(path);
    if (known) return known;
    const cut = path.lastIndexOf("/");
    const opened = folderOf(path.slice(0, Math.max(0, cut))).then((parent) => parent.getDirectoryHandle(path.slice(cut + 1)));
    folders.set(path, opened);
    opened.catch(() => folders.delete(path));
    return opened;
  };
  return {
    async read({ file }) {
      const cut = file.lastIndexOf("/");
      try {
        const folder = await folderOf(file.slice(0, Math.max(0, cut)));
        return await (await folder.getFileHandle(file.slice(cut + 1))).getFile();
      } catch (cause) {
        throw fault(file, root.name, cause);
      }
    },
  };
}

/** Copies below the page's own folder of the library, under the digest of their content: what a key begins with. */
export function createCopySource(library: string): SoundSource {
  let folder: Promise<FileSystemDirectoryHandle> | null = null;
  const open = async () => {
    const root = await navigator.storage.getDirectory();
    return (await (await root.getDirectoryHandle("simile")).getDirectoryHandle(library)).getDirectoryHandle("audio");
  };
  return {
    async read({ file, key }) {
      folder ??= open();
      try {
        return await (await (await folder).getFileHandle(key.slice(0, 64))).getFile();
      } catch (cause) {
        folder = null;
        throw fault(file, "the browser's storage", cause);
      }
    },
  };
}

/** Of a folder that must be allowed first: nothing is read, and nothing is amiss; once it is allowed, the library is opened with another source. */
export const LOCKED_SOURCE: SoundSource = {
  read: (_, signal) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true })),
};

function fault(file: string, place: string, cause: unknown): Error {
  if ((cause as Error).name === "NotAllowedError") return new PermissionError(`${file}: expected permission to read ${place}, got none; allow the folder again.`);
  if ((cause as Error).name === "NotFoundError") return new MissingError(`${file}: expected the sound in ${place}, got nothing there; put it back, or bring the library up to date.`);
  return new MissingError(`${file}: expected a readable sound in ${place}, got "${messageOf(cause)}"; connect its disk and try again.`);
}
