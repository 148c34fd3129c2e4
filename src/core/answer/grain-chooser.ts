/** Chooses the sound of each grain of a mosaic: near to the input, rather the one that sounds than another, and none that was left a moment ago. */

import type { Match } from "../search/neighbours.ts";
import type { PlaySettings } from "./play-settings.ts";

export interface Grain {
  readonly sound: number;
  /** Seconds into the sound, from its own onset on. */
  readonly into: number;
  /** Whether it goes on with the sound of the grain before. */
  readonly continued: boolean;
}

/** Grains that follow each other further apart than so many of their kind take have a rest between them. */
export const REST_GRAINS = 4;

/** A sound is entered as far in as the input is past its onset, at most this far, seconds: attacks answer attacks, and held notes held ones. */
const ENTRY_SECONDS = 0.25;

/**
 * Among the candidates the grain takes the least d_i (1 - c [i sounds now]), d_i being the distance to the input and c the continuity. A sound that was left is not chosen again within the taboo time,
 * unless nothing else is there: then the one that was left the longest ago. A sound that goes on moves through itself from grain to grain, and so does not repeat either.
 */
export class GrainChooser {
  #sound = -1;
  #into = 0;
  #time = Number.NEGATIVE_INFINITY;
  readonly #left = new Map<number, number>();

  /** Forgets what sounded. */
  reset(): void {
    this.#sound = -1;
    this.#left.clear();
  }

  /** `time`: of this grain, seconds on any clock that rises; `sinceOnset`: seconds since the input last began. Null where there is no candidate. */
  choose(candidates: readonly Match[], time: number, sinceOnset: number, { continuity, taboo, grain }: Pick<PlaySettings, "continuity" | "taboo" | "grain">): Grain | null {
    const gone = time - this.#time > REST_GRAINS * grain;
    // After a rest nothing sounds that could be gone on with.
    if (gone && this.#sound >= 0) {
      this.#left.set(this.#sound, this.#time);
      this.#sound = -1;
    }
    for (const [sound, left] of this.#left) if (time - left >= taboo) this.#left.delete(sound);
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    let oldest = -1;
    let earliest = Number.POSITIVE_INFINITY;
    for (const { id, distance } of candidates) {
      const left = this.#left.get(id);
      if (left !== undefined && id !== this.#sound) {
        if (left < earliest) [earliest, oldest] = [left, id];
        continue;
      }
      const cost = distance * (id === this.#sound ? 1 - continuity : 1);
      if (cost < least || best < 0) [least, best] = [cost, id];
    }
    const sound = best >= 0 ? best : oldest;
    if (sound < 0) return null;
    const continued = sound === this.#sound;
    if (!continued && this.#sound >= 0) this.#left.set(this.#sound, time);
    this.#left.delete(sound);
    this.#into = continued ? this.#into + (time - this.#time) : Math.min(ENTRY_SECONDS, Math.max(0, sinceOnset));
    this.#sound = sound;
    this.#time = time;
    return { sound, into: this.#into, continued };
  }
}
