/** Writes a file whole or not at all: beside its place first, then moved there. */

import { renameSync, rmSync, writeFileSync } from "node:fs";
import { access, constants, rename, stat, unlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FormatError, MissingError, PermissionError } from "../core/errors.ts";

/** Throws what `writeWhole` would, before the work is done whose result is to be written. */
export async function checkWritable(path: string): Promise<void> {
  const folder = dirname(path);
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw new MissingError(`${path}: expected a folder ${folder} to write into, got none; make it first.`);
  if ((await stat(path).catch(() => undefined))?.isDirectory()) throw new FormatError(`${path}: expected a file to write, got a folder; name a file in it.`);
  await access(folder, constants.W_OK).catch(() => {
    throw new PermissionError(`${path}: expected to be allowed to write into ${folder}, got no permission; choose another place.`);
  });
}

/** Replaces `path`; a fault (one of what comes part by part, too), Ctrl-C or a request to end on the way leaves what was there. */
export async function writeWhole(path: string, content: string | Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  await checkWritable(path);
  const part = partOf(path);
  const interrupted = (_: NodeJS.Signals, signal: number) => {
    rmSync(part, { force: true });
    process.exit(128 + signal);
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    await writeFile(part, content);
    await rename(part, path);
  } catch (cause) {
    await unlink(part).catch(() => {});
    throw cause;
  } finally {
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  }
}

/** Replaces `path` at once, for small files: nothing else of this process runs meanwhile. A fault leaves what was there. */
export function writeWholeSync(path: string, content: Uint8Array): void {
  const part = partOf(path);
  try {
    writeFileSync(part, content);
    renameSync(part, path);
  } catch (cause) {
    rmSync(part, { force: true });
    throw cause;
  }
}

/** Where a file is written first: beside its place, by a name of this process alone. */
function partOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.part`);
}
