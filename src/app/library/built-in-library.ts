/** Opens a library that lies in a folder of the server: its manifest tells the sounds, the engine loads their embeddings from beside it. */

import { FormatError, MissingError, messageOf } from "../../core/errors.ts";
import { type LibraryManifest, parseLibraryManifest } from "../../core/presets/library-manifest.ts";
import { type Folder, fileIn } from "../../core/library/folder.ts";
import type { OpenLibrary } from "./open-library.ts";
import { createFolderSource } from "./sound-source.ts";

/** Rejects with MissingError or FormatError. */
export async function openBuiltInLibrary(folder: Folder): Promise<OpenLibrary> {
  const { name, title, sounds } = await loadManifest(folder);
  return {
    name,
    title,
    sounds: sounds.map((entry) => ({ ...entry, key: `${name}:${entry.file}` })),
    source: createFolderSource(folder),
    rows: async () => ({ kind: "folder", address: folder }),
  };
}

async function loadManifest(folder: Folder): Promise<LibraryManifest> {
  const place = fileIn(folder, "manifest.json");
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
