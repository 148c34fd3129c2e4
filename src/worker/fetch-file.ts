/** Fetches the files of models and libraries, and names what is missing. */

import { FormatError, MissingError, messageOf } from "../core/errors.ts";

/** Bytes of a file. Rejects with MissingError where the server has none, even where it answers a page of its own instead. */
export async function fetchFile(url: string, remedy: string): Promise<Uint8Array<ArrayBuffer>> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new MissingError(`${url}: expected a file, got "${messageOf(cause)}"; check the connection to the server and try again.`);
  }
  if (!response.ok) throw new MissingError(`${url}: expected a file, got ${response.status} ${response.statusText}; ${remedy}.`);
  if (response.headers.get("content-type")?.startsWith("text/html")) throw new MissingError(`${url}: expected a file, got a web page; ${remedy}.`);
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new MissingError(`${url}: expected a whole file, got "${messageOf(cause)}"; check the connection to the server and try again.`);
  }
}

export async function fetchJson(url: string, remedy: string): Promise<unknown> {
  const bytes = await fetchFile(url, remedy);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new FormatError(`${url}: expected whole JSON, got ${bytes.length} bytes that are not; ${remedy}.`);
  }
}

/** Fetches a file whose length and sha256 are known. Rejects with FormatError where they differ. */
export async function fetchChecked(url: string, bytes: number, sha256: string, remedy: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = await fetchFile(url, remedy);
  if (file.length !== bytes) throw new FormatError(`${url}: expected ${bytes} bytes, got ${file.length}; ${remedy}.`);
  // Pages without a secure context have no digest; there the length must do.
  if (!globalThis.crypto?.subtle) return file;
  const digest = Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", file)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (digest !== sha256) throw new FormatError(`${url}: expected the sha256 ${sha256.slice(0, 12)}…, got ${digest.slice(0, 12)}…; ${remedy}.`);
  return file;
}
