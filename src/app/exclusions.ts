/** Sounds that shall never answer, kept by what they are: whatever library is open, and however it is ordered. */

import type { Sound } from "../core/library/sound.ts";

export interface Exclusions {
  exclude(sound: Sound): void;
  /** Lets all of them answer again. */
  clear(): void;
  /** Ids of those that a library holds. */
  idsIn(sounds: readonly Sound[]): readonly number[];
}

export function createExclusions(): Exclusions {
  const keys = new Set<string>();
  return {
    exclude: ({ key }) => void keys.add(key),
    clear: () => keys.clear(),
    idsIn: (sounds) => (keys.size === 0 ? [] : sounds.flatMap(({ key }, id) => (keys.has(key) ? [id] : []))),
  };
}
