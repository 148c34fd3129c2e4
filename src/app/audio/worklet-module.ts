/** Loads a worklet's module into an audio context, afresh after a failure. */

import { UnsupportedError, messageOf } from "../../core/errors.ts";

const loaded = new WeakMap<BaseAudioContext, Set<string>>();
const failures = new Map<string, number>();

/** Adds the module once per context. A failed module stays failed in the browser's module map, so each new try asks under a new address. */
export async function loadWorkletModule(context: BaseAudioContext, url: string): Promise<void> {
  const done = loaded.get(context) ?? new Set<string>();
  loaded.set(context, done);
  if (done.has(url)) return;
  if (!context.audioWorklet) {
    throw new UnsupportedError("Audio worklet: expected a browser and a page that have AudioWorklet, got none; open the page over https or on localhost, in a current browser.");
  }
  const address = new URL(url, document.baseURI);
  const failed = failures.get(url) ?? 0;
  if (failed > 0) address.searchParams.set("attempt", String(failed + 1));
  try {
    await context.audioWorklet.addModule(address.href);
  } catch (cause) {
    failures.set(url, failed + 1);
    throw new UnsupportedError(`Audio worklet: expected ${address.pathname} to load, got "${messageOf(cause)}"; check the connection to the server and try again.`);
  }
  done.add(url);
}
