/** Loads a library's manifest for the page: what its sounds are called and where they lie. */

import { FormatError, MissingError, messageOf } from "../../core/errors.ts";
import { type LibraryManifest, parseLibraryManifest } from "../../core/presets/library-manifest.ts";

/** `folder` is an absolute address that ends in "/". Rejects with MissingError or FormatError. */
export async function loadLibrary(folder: string): Promise<LibraryManifest> {
  const place = `${folder}manifest.json`;
  let response: Response;
  try {
    response = await fetch(place);
  } catch (cause) {
    throw new MissingError(`${place}: expected a library's manifest, got "${messageOf(cause)}"; check the connection to the server and try again.`);
  }
  if (!response.ok || response.headers.get("content-type")?.startsWith("text/html")) {
    throw new MissingError(`${place}: expected a library's manifest, got ${response.ok ? "a web page" : `${response.status} ${response.statusText}`}; put a whole library folder there, or choose another library.`);
  }
  let json: unknown;
  try {
    json = await response.json();
  } catch {
    throw new FormatError(`${place}: expected whole JSON, got something else; fetch a whole copy of the library's folder.`);
  }
  return parseLibraryManifest(json, place);
}
