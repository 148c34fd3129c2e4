/** Waits until a server has its port, or says which option chooses another. */

import { type EventEmitter, once } from "node:events";
import { UnsupportedError, messageOf } from "../core/errors.ts";

/** Resolves when `server` listens. Throws UnsupportedError: `who: expected …, got …`. */
export async function listening(server: EventEmitter, { who, expected, option }: { readonly who: string; readonly expected: string; readonly option: string }): Promise<void> {
  try {
    await once(server, "listening");
  } catch (cause) {
    throw new UnsupportedError(`${who}: expected ${expected}, got ${messageOf(cause)}; choose another with ${option}, or stop what holds it.`);
  }
}
