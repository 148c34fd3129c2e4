/** Fetches a preset from an address: with progress, a limit of size and, where the address names it, a checksum. */

import { sha256 as hashOf } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { FormatError, MissingError, UnsupportedError, messageOf } from "../../core/errors.ts";
import { webAddress } from "../address.ts";

/** Most bytes of a preset: what its format allows. */
export const MOST_PRESET_BYTES = 2 ** 31 - 1;

export interface FetchOptions {
  readonly signal: AbortSignal;
  /** `all` is null where the server does not tell. */
  onProgress(done: number, all: number | null): void;
  /** Checked on the way; also taken from an address that ends in `#sha256=…`. */
  readonly sha256?: string;
  readonly mostBytes?: number;
}

/** The file at `address`, absolute or relative to the page. Rejects with FormatError, MissingError or UnsupportedError, or with the signal's reason. */
export async function fetchPreset(address: string, { signal, onProgress, sha256, mostBytes = MOST_PRESET_BYTES }: FetchOptions): Promise<File> {
  const url = webAddress(address, document.baseURI);
  if (!url) throw new FormatError(`${address.slice(0, 60)}: expected an address that begins with https:// or http://, got another; copy it from the page that offers the preset.`);
  const wanted = sha256 ?? /^#sha256=([0-9a-fA-F]{64})$/.exec(url.hash)?.[1]?.toLowerCase();
  url.hash = "";
  const response = await fetch(url, { signal }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new MissingError(`${url.href}: expected a preset, got "${messageOf(cause)}"; check the address, or, where that server does not let other pages read it, download the file and open it here.`);
  });
  if (!response.ok || !response.body) throw new MissingError(`${url.href}: expected a preset, got ${response.status} ${response.statusText}; check the address.`);
  if (response.headers.get("content-type")?.startsWith("text/html")) throw new FormatError(`${url.href}: expected a preset, got a web page; copy the address of the file itself.`);
  const told = Number(response.headers.get("content-length") ?? Number.NaN);
  const tooLarge = (got: string) => new UnsupportedError(`${url.href}: expected at most ${mostBytes} bytes, got ${got}; ask its author for a smaller preset, or one without audio.`);
  if (told > mostBytes) throw tooLarge(String(told));
  const hash = wanted === undefined ? null : hashOf.create();
  const parts: Blob[] = [];
  const reader = response.body.getReader();
  let done = 0;
  // What is compressed on the way has another length than is told.
  const all = Number.isFinite(told) && !response.headers.has("content-encoding") ? told : null;
  try {
    for (;;) {
      const { value, done: ended } = await reader.read();
      if (ended) break;
      done += value.length;
      if (done > mostBytes) throw tooLarge("more");
      hash?.update(value);
      parts.push(new Blob([value]));
      onProgress(done, all);
    }
  } catch (cause) {
    signal.throwIfAborted();
    await reader.cancel().catch(() => {});
    if (cause instanceof UnsupportedError) throw cause;
    throw new MissingError(`${url.href}: expected a whole preset, got "${messageOf(cause)}" after ${done} bytes; check the connection and try again.`);
  }
  const got = hash && bytesToHex(hash.digest());
  if (wanted !== undefined && got !== wanted) throw new FormatError(`${url.href}: expected the sha256 ${wanted.slice(0, 12)}…, got ${got!.slice(0, 12)}…; fetch it again, or ask its author for the right address.`);
  return new File(parts, fileName(url) || "preset.simile");
}

/** The last part of the path; as it stands where a bare % makes it no escaped text. */
function fileName({ pathname }: URL): string {
  const name = pathname.slice(pathname.lastIndexOf("/") + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
