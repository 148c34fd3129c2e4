/** Where the encoded audio of a library's sounds comes from: a folder of the server, files of the user, an archive. */

import { MissingError } from "../../core/errors.ts";
import { type Folder, fileIn } from "../../core/library/folder.ts";
import type { Sound } from "../../core/library/sound.ts";

export interface SoundSource {
  /** Why there is no audio at all, where there is none: nothing is read then. */
  readonly none?: string;
  /** The whole file that a sound is, or is a segment of; read as late and as little as the browser can. Rejects with MissingError or PermissionError. */
  read(sound: Sound, signal: AbortSignal): Promise<Blob>;
}

/** Files below a folder of the server. */
export function createFolderSource(folder: Folder): SoundSource {
  return {
    async read({ file }, signal) {
      const response = await fetch(fileIn(folder, file), { signal });
      if (!response.ok) throw new MissingError(`${file}: expected the library's sound, got ${response.status} ${response.statusText}; put the file back, or choose another library.`);
      return response.blob();
    },
  };
}
