/** Paths that a kit names, taken inside the folder that it came in and never out of it. */

import { FormatError } from "../errors.ts";

/**
 * Joins `path` (either slash) to the folder `base` ("" for the top) and resolves "." and "..". Throws FormatError for absolute paths, drive letters
 * and paths that climb out of the top; `place` names the file that holds the path.
 */
export function joinInside(base: string, path: string, place: string): string {
  const clean = path.replaceAll("\\", "/");
  const parts: string[] = [];
  const absolute = clean.startsWith("/") || /^[a-zA-Z]:/.test(clean) || clean.includes("\0");
  for (const part of absolute ? [".."] : `${base}/${clean}`.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) {
      const got = JSON.stringify(path.slice(0, 100));
      throw new FormatError(`${place}: expected paths inside the kit's folder, got ${got}; put the sounds beside the kit and correct the path.`);
    }
  }
  return parts.join("/");
}

/** The folder of a path, "" at the top. */
export function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}
