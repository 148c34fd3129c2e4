/** Lists the audio files of a folder and the folders below it, by handle or as the page listed them; what cannot be read is told, and the walk goes on. */

import { MissingError, PermissionError, messageOf } from "../../core/errors.ts";
import { audioKindOf } from "../../core/signal/audio-type.ts";
import type { FileNote, ListedFile } from "../../protocol/library.ts";

export interface FoundFile {
  readonly path: string;
  readonly file: File;
}

export interface FolderWalk {
  readonly files: readonly FoundFile[];
  readonly faults: readonly FileNote[];
  /** Whether all folders could be read: only then is what was not found gone. */
  readonly whole: boolean;
}

/** Names that audio files have; a name without extension is told by its first bytes, any other is passed over. */
const AUDIO = /\.(wav|wave|bwf|rf64|aif|aiff|aifc|flac|mp3|mp2|mpga|ogg|oga|opus|m4a|mp4|aac|webm|weba|caf|au|snd)$/i;
const HEAD_BYTES = 4096;
/** Folders within folders that are followed; more than this is a link that leads back. */
const MOST_DEPTH = 64;
/** Longest path that is kept: what presets and exports can carry. */
const MOST_PATH = 1024;
/** Files opened side by side. */
const LANES = 16;

/** Rejects with MissingError or PermissionError where the folder itself cannot be read. */
export async function walkFolder(root: FileSystemDirectoryHandle, signal: AbortSignal): Promise<FolderWalk> {
  const faults: FileNote[] = [];
  const found: { readonly path: string; readonly handle: FileSystemFileHandle }[] = [];
  let whole = true;
  const folders: { readonly prefix: string; readonly handle: FileSystemDirectoryHandle; readonly depth: number }[] = [{ prefix: "", handle: root, depth: 0 }];
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    const { prefix, depth } = folder;
    try {
      for await (const handle of folder.handle.values()) {
        signal.throwIfAborted();
        const path = prefix + handle.name;
        if (handle.name.startsWith(".")) continue;
        if (handle.kind === "file") found.push({ path, handle });
        else if (depth < MOST_DEPTH) folders.push({ prefix: `${path}/`, handle, depth: depth + 1 });
        else faults.push({ path, sentence: `${path}: expected folders at most ${MOST_DEPTH} deep, got more; a link may lead back to a folder above: open the folder that it leads to by itself.` });
      }
    } catch (cause) {
      if (signal.aborted) throw cause;
      if (prefix === "") throw rootFault(root.name, cause);
      whole = false;
      faults.push({ path: prefix, sentence: `${prefix}: expected a readable folder, got "${messageOf(cause)}"; what was known of it stays: put it back or allow it, and open the library again.` });
    }
  }
  const files: FoundFile[] = [];
  let next = 0;
  const lane = async () => {
    for (let at = next++; at < found.length; at = next++) {
      signal.throwIfAborted();
      const { path, handle } = found[at]!;
      try {
        const taken = await takeFile(path, () => handle.getFile());
        if (taken && "sentence" in taken) faults.push(taken);
        else if (taken) files.push(taken);
      } catch (cause) {
        // It went away since it was listed: the same as not being there.
        if ((cause as Error).name === "NotFoundError") continue;
        whole = false;
        faults.push({ path, sentence: `${path}: expected a readable file, got "${messageOf(cause)}"; allow it to be read and open the library again.` });
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return { files: files.sort(byPath), faults, whole };
}

export async function walkList(listed: readonly ListedFile[]): Promise<FolderWalk> {
  const files: FoundFile[] = [];
  const faults: FileNote[] = [];
  for (const { path, file } of listed) {
    if (path.split("/").some((part) => part.startsWith("."))) continue;
    const taken = await takeFile(path, async () => file);
    if (taken && "sentence" in taken) faults.push(taken);
    else if (taken) files.push(taken);
  }
  return { files: files.sort(byPath), faults, whole: true };
}

/** The file, where it is audio by its name or, without one, by its bytes. */
async function takeFile(path: string, open: () => Promise<File>): Promise<FoundFile | FileNote | undefined> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const bare = !/\.[A-Za-z0-9]{1,5}$/.test(name);
  if (!bare && !AUDIO.test(name)) return undefined;
  if (path.length > MOST_PATH) return { path, sentence: `${path.slice(0, 60)}…: expected a path of at most ${MOST_PATH} characters, got ${path.length}; open a folder further down by itself.` };
  const file = await open();
  if (bare && !audioKindOf(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer())).type) return undefined;
  return { path, file };
}

/** The root of a walk, or of a file that was just missed, cannot be read. */
export function rootFault(name: string, cause: unknown): Error {
  if ((cause as Error).name === "NotAllowedError") return new PermissionError(`${name}: expected permission to read the folder, got none; allow it again.`);
  if ((cause as Error).name === "NotFoundError") return new MissingError(`${name}: expected the folder where it was, got nothing there; what was analysed stays: put it back, or open it where it is now.`);
  return new MissingError(`${name}: expected a readable folder, got "${messageOf(cause)}"; connect its disk and try again.`);
}

function byPath(a: FoundFile, b: FoundFile): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
