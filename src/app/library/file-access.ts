/** The parts of the File System Access interface that not every browser has, and what takes their place. */

import type { ListedFile } from "../../protocol/library.ts";

interface AskableHandle extends FileSystemDirectoryHandle {
  queryPermission?(descriptor: { mode: "read" }): Promise<PermissionState>;
  requestPermission?(descriptor: { mode: "read" }): Promise<PermissionState>;
}

interface HandleItem {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}

/** What was dropped on the page: a folder that can be remembered, or files of one that cannot. */
export type Dropped = { readonly kind: "folder"; readonly root: FileSystemDirectoryHandle } | { readonly kind: "files"; readonly title: string; readonly files: readonly ListedFile[] };

export function canPickFolders(): boolean {
  return "showDirectoryPicker" in window;
}

/** The folder that the user picks, null where they pick none. Call from a gesture. */
export async function pickFolder(): Promise<FileSystemDirectoryHandle | null> {
  try {
    return await (window as unknown as { showDirectoryPicker(options: object): Promise<FileSystemDirectoryHandle> }).showDirectoryPicker({ id: "simile-samples", mode: "read" });
  } catch (cause) {
    if ((cause as Error).name === "AbortError") return null;
    throw cause;
  }
}

/** Whether a remembered folder may be read; with `ask`, from a gesture, the user is asked where it is not. */
export async function mayRead(root: FileSystemDirectoryHandle, ask = false): Promise<boolean> {
  const handle = root as AskableHandle;
  // Folders of the page's own, and browsers that ask for nothing.
  if (!handle.queryPermission) return true;
  if ((await handle.queryPermission({ mode: "read" })) === "granted") return true;
  return ask && (await handle.requestPermission?.({ mode: "read" })) === "granted";
}

/** Files of `<input type="file" webkitdirectory>`. */
export function listOf(files: Iterable<File>): { readonly title: string; readonly files: readonly ListedFile[] } {
  const listed = [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  const title = listed[0]?.path.split("/")[0] ?? "";
  // Paths are of the folder, without its own name.
  const within = listed.every(({ path }) => path.startsWith(`${title}/`));
  return { title: within ? title : "Dropped files", files: within ? listed.map(({ path, file }) => ({ path: path.slice(title.length + 1), file })) : listed };
}

/** Whether a drop is a folder or several files: a library, not a sound to hear. Call within the event. */
export function isLibraryDrop(transfer: DataTransfer): boolean {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.());
  return entries.some((entry) => entry?.isDirectory) || transfer.files.length > 1;
}

/** What was dropped. Call within the event: the browser forgets it after. */
export async function readDrop(transfer: DataTransfer): Promise<Dropped> {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry !== null && entry !== undefined);
  const plain = [...transfer.files];
  const handles = await Promise.all(items.map((item) => (item as unknown as HandleItem).getAsFileSystemHandle?.().catch(() => null)));
  const [first] = handles;
  if (handles.length === 1 && first?.kind === "directory") return { kind: "folder", root: first as FileSystemDirectoryHandle };
  if (entries.length === 0) return { kind: "files", ...listOf(plain) };
  const files = (await Promise.all(entries.map((entry) => filesBelow(entry, "")))).flat();
  const [only] = entries;
  if (entries.length === 1 && only?.isDirectory) return { kind: "files", title: only.name, files: files.map(({ path, file }) => ({ path: path.slice(only.name.length + 1), file })) };
  return { kind: "files", title: "Dropped files", files };
}

/** Folders within folders that are followed; more than this is a link that leads back. */
const MOST_DEPTH = 64;

async function filesBelow(entry: FileSystemEntry, prefix: string, depth = 0): Promise<ListedFile[]> {
  if (depth > MOST_DEPTH) return [];
  const path = prefix + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File | null>((resolve) => (entry as FileSystemFileEntry).file(resolve, () => resolve(null)));
    return file ? [{ path, file }] : [];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: ListedFile[] = [];
  // A folder is read a hundred entries at a time.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (entries.length === 0) return files;
    for (const below of entries) files.push(...(await filesBelow(below, `${path}/`, depth + 1)));
  }
}
