/** Reads the addresses of files and folders: what a user typed or pasted, what a page names relative to itself. */

import type { Folder } from "../core/library/folder.ts";

/** The http or https address, or null where it is none; relative ones are taken from `base`. */
export function webAddress(text: string, base?: string): URL | null {
  try {
    const url = new URL(text.trim(), base);
    return /^https?:$/.test(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

/** An address relative to the page as an absolute one that ends in "/". */
export function absolute(folder: Folder): Folder {
  if (typeof folder !== "string") return folder;
  const address = new URL(folder, document.baseURI).href;
  return address.endsWith("/") ? address : `${address}/`;
}
