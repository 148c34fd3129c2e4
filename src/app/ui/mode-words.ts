/** What the ways of playing are called, and what each does. */

import type { PlayMode } from "../../core/answer/play-settings.ts";

export const MODE_WORDS: Readonly<Record<PlayMode, { readonly name: string; readonly about: string }>> = {
  hit: { name: "Hits", about: "One answer to every onset, chosen once its time has been heard." },
  progressive: { name: "Progressive", about: "An answer at once; another sound takes over where more of yours changes the choice." },
  mosaic: { name: "Mosaic", about: "Grains of sounds follow what you play for as long as you play." },
};
