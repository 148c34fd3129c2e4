/** Has the neighbours of the last answers decoded before they are asked for: what answers next is mostly among them. */

/** Neighbours of each answer. */
export const AHEAD = 16;
/** Answers whose neighbours were asked for lately are not asked for again. */
const REMEMBERED = 32;

export interface DecodeAheadOptions {
  /** Sounds of the library nearest to one of its own. */
  near(id: number, count: number): Promise<readonly { readonly id: number }[]>;
  /** Moves these to the front of what is decoded. */
  prefer(ids: readonly number[]): void;
}

export interface DecodeAhead {
  answered(id: number): void;
  /** Another library: its ids are others. */
  forget(): void;
}

/** One question at a time; answers that come meanwhile wait, the latest alone. */
export function createDecodeAhead({ near, prefer }: DecodeAheadOptions): DecodeAhead {
  let recent: number[] = [];
  let next: number | null = null;
  let asking = false;
  let era = 0;
  const ask = async () => {
    if (asking) return;
    asking = true;
    for (let id = next; id !== null; id = next) {
      next = null;
      const now = era;
      try {
        const found = await near(id, AHEAD);
        if (era === now) prefer(found.map((match) => match.id));
      } catch {
        // An engine that is not there yet, or no more, has nothing to say.
      }
    }
    asking = false;
  };
  return {
    answered(id) {
      if (recent.includes(id)) return;
      recent = [...recent.slice(1 - REMEMBERED), id];
      next = id;
      void ask();
    },
    forget() {
      recent = [];
      next = null;
      era++;
    },
  };
}
