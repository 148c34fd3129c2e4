/** Lists the audio files below a folder. */

import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { FormatError, MissingError, PermissionError } from "../core/errors.ts";

/** Names that audio files have; others in a folder are passed over. */
const EXTENSIONS = new Set([".wav", ".wave", ".aif", ".aiff", ".aifc", ".flac", ".mp3", ".ogg", ".oga", ".opus"]);

/** Orders texts by code unit: the same on every machine. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Paths relative to `folder`, with forward slashes, sorted. Hidden files and folders are passed over, links to folders not followed. `note` is called with a sentence for a folder below that cannot be
 * read, and is left out; without it such a folder throws. Throws MissingError where there is no audio, PermissionError or FormatError where `folder` itself cannot be read.
 */
export async function listAudio(folder: string, note?: (sentence: string) => void): Promise<string[]> {
  const files: string[] = [];
  const visit = async (prefix: string): Promise<void> => {
    const entries = await readdir(join(folder, prefix), { withFileTypes: true }).catch((cause: unknown) => {
      const fault = folderFault(cause, join(folder, prefix));
      if (!note || prefix === "") throw fault;
      note(fault.message);
      return [];
    });
    for (const entry of entries) {
      if (entry.name.startsWith(".")) continue;
      const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
      if (entry.isDirectory()) await visit(path);
      else if (EXTENSIONS.has(extname(entry.name).toLowerCase()) && (entry.isFile() || (entry.isSymbolicLink() && (await isFile(join(folder, path)))))) files.push(path);
    }
  };
  await visit("");
  if (files.length === 0) throw new MissingError(`${folder}: expected audio files (${[...EXTENSIONS].join(", ")}) in this folder or below, got none; choose a folder that holds some.`);
  return files.sort(byCodeUnit);
}

function folderFault(cause: unknown, path: string): Error {
  const code = (cause as { code?: string }).code;
  if (code === "EACCES" || code === "EPERM") return new PermissionError(`${path}: expected a readable folder, got no permission; change its permissions or leave it out.`);
  return new FormatError(`${path}: expected a readable folder, got ${code ?? String(cause)}; check the disk and the path.`);
}

/** A link that leads nowhere is kept, so that it is named when it cannot be read. */
async function isFile(path: string): Promise<boolean> {
  return stat(path).then((found) => !found.isDirectory(), () => true);
}
