/** Numbers the choke groups of a foreign kit from 1 on, in the order they are met. */

import { MAX_CHOKE_GROUP } from "./kit.ts";
import type { KitNotes } from "./kit-notes.ts";

export class ChokeGroups {
  readonly #numbers = new Map<string, number>();
  readonly #notes: KitNotes;

  constructor(notes: KitNotes) {
    this.#notes = notes;
  }

  /** The group that stands for `foreign`; null, with a note, once all are given away. */
  of(foreign: string): number | null {
    const known = this.#numbers.get(foreign);
    if (known !== undefined) return known;
    if (this.#numbers.size >= MAX_CHOKE_GROUP) {
      this.#notes.say(`Only ${MAX_CHOKE_GROUP} choke groups can be held: pads of further ones silence nobody.`);
      return null;
    }
    const number = this.#numbers.size + 1;
    this.#numbers.set(foreign, number);
    return number;
  }
}
