/** A folder of files on a server: where it lies, or, where a bundler has moved and renamed its files, where each of them lies. */

import { MissingError } from "../errors.ts";

/** An absolute address that ends in "/", or a table of addresses by path. */
export type Folder = string | FileTable;

export interface FileTable {
  readonly files: Readonly<Record<string, string>>;
}

/** Address of the file at a path with "/" in it. Each segment is escaped, so that names such as "C#4.flac" or "50%.wav" stay whole. Throws MissingError for a path that the table lacks. */
export function fileIn(folder: Folder, path: string): string {
  if (typeof folder === "string") return `${folder}${path.split("/").map(encodeURIComponent).join("/")}`;
  const address = Object.hasOwn(folder.files, path) ? folder.files[path] : undefined;
  if (address === undefined) throw new MissingError(`${path}: expected it among the files of the folder, got none of that path; name its address, too.`);
  return address;
}
