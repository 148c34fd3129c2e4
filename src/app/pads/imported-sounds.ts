/** Keeps the sounds of imported kits in the browser, so that pads find them again on the next visit. */

import type { Sound } from "../../core/library/sound.ts";
import type { SoundKey } from "../../core/pads/pad-bank.ts";

export interface ImportedSounds {
  /** Keeps a sound with its encoded audio; the oldest give way. Nothing where the browser has no room. */
  keep(sound: Sound, audio: Blob): Promise<void>;
  find(key: SoundKey): Promise<{ readonly sound: Sound; readonly audio: Blob } | null>;
}

const CACHE = "simile-imported-sounds";
/** Some kits of many pads. */
const MOST_SOUNDS = 1_000;
const NAME_HEADER = "x-simile-sound";

/** Null where the browser keeps no caches, as without a secure context, or denies them. */
export function openImportedSounds(): ImportedSounds | null {
  try {
    if (!globalThis.caches) return null;
  } catch {
    return null;
  }
  const addressOf = (key: SoundKey) => new URL(`/${CACHE}/${encodeURIComponent(key)}`, location.origin).href;
  return {
    async keep(sound, audio) {
      try {
        const cache = await caches.open(CACHE);
        await cache.put(addressOf(sound.key), new Response(audio, { headers: { [NAME_HEADER]: encodeURIComponent(JSON.stringify(sound)) } }));
        // Requests come back in the order in which they were put.
        const requests = await cache.keys();
        for (const oldest of requests.slice(0, Math.max(0, requests.length - MOST_SOUNDS))) await cache.delete(oldest);
      } catch {
        // They last as long as the page then.
      }
    },
    async find(key) {
      try {
        const response = await (await caches.open(CACHE)).match(addressOf(key));
        const described = response?.headers.get(NAME_HEADER);
        if (!response || !described) return null;
        return { sound: JSON.parse(decodeURIComponent(described)) as Sound, audio: await response.blob() };
      } catch {
        return null;
      }
    },
  };
}
