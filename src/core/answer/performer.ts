/** Decides what to play: which of the vectors that are heard ask for an answer, and what voice a ranking leads to. The worker live and the offline render run this object. */

import { CONTEXTS } from "../features/feature.ts";
import type { Match } from "../search/neighbours.ts";
import { type Beat, nextStep } from "./beat.ts";
import { GrainChooser, REST_GRAINS } from "./grain-chooser.ts";
import type { PlaySettings } from "./play-settings.ts";
import type { VoiceOrder } from "./voice-order.ts";

/** What the listener says of the sound that it hears. */
export interface HeardVector {
  /** Counts onsets. */
  readonly onset: number;
  /** Audio-clock seconds of the onset. */
  readonly onsetTime: number;
  /** Audio-clock seconds by which it was heard. */
  readonly time: number;
  readonly contextSeconds: number;
  /** Loudness of the context, LUFS. */
  readonly lufs: number;
  /** Pitch; null where unknown or not asked for. */
  readonly hertz: number | null;
  /** A piece of the running input, not a sound from its onset on. */
  readonly grain: boolean;
}

export interface PerformerSettings {
  /** Seconds of sound after which an answer is chosen (hit) or no longer changed (progressive). */
  readonly commitSeconds: number;
  readonly answering: boolean;
  readonly play: PlaySettings;
}

/** answer: chooses a voice. mend: tells more of a sound that was answered. grain: chooses a grain. */
export type Purpose = "answer" | "mend" | "grain";

export interface Task<V extends HeardVector = HeardVector> {
  readonly vector: V;
  readonly purpose: Purpose;
}

export interface Decision {
  readonly index: number;
  /** Null: nothing new sounds. */
  readonly order: VoiceOrder | null;
}

export interface PerformerOptions {
  settings(): PerformerSettings;
  beat(): Beat;
  /** The number of the next retrieval; each call counts. */
  nextIndex(): number;
}

/** Sounds that a voice may fall back on where the nearest are not at hand. */
const SUBSTITUTES = 16;
/** A grain sounds this long after its piece was heard: the way there takes less, so that grains lie evenly. Seconds. */
export const GRAIN_LEAD_SECONDS = 0.016;

const FIRST_CONTEXT = CONTEXTS[0];

/** Vectors and rankings must come in the order of their time. */
export class Performer<V extends HeardVector = HeardVector> {
  readonly #options: PerformerOptions;
  readonly #chooser = new GrainChooser();
  /** The onset that was answered last, its retrieval, and the sound that answers it; negative where none is like it so far. */
  #answered: { readonly onset: number; readonly index: number; sound: number } | null = null;
  /** The latest vector of an onset that still waits for its commit time. */
  #undecided: V | null = null;
  #onsetTime = Number.NEGATIVE_INFINITY;
  #grainIndex = -1;
  /** Time of the grain that was heard last. */
  #grainTime = Number.NEGATIVE_INFINITY;
  /** Sounds that began up to this time are only listed; null: none. */
  #hushed: number | null = null;

  constructor(options: PerformerOptions) {
    this.#options = options;
  }

  /** A sound begins: one that it cuts short before its commit time is answered by what was heard of it. */
  begin(time: number): Task<V> | null {
    this.#onsetTime = time;
    const vector = this.#undecided;
    this.#undecided = null;
    return vector && { vector, purpose: "answer" };
  }

  /** What sounds now is answered no more, and only listed, until another begins or grains come again after a rest. */
  hush(): void {
    this.#hushed = this.#onsetTime;
  }

  /** What is to be ranked because of this vector; null: nothing. */
  hear(vector: V): Task<V> | null {
    const { commitSeconds, play } = this.#options.settings();
    if (vector.grain) {
      if (vector.time - this.#grainTime > REST_GRAINS * play.grain) this.#hushed = null;
      this.#grainTime = vector.time;
      return play.mode === "mosaic" ? { vector, purpose: "grain" } : null;
    }
    if (play.mode === "mosaic") return null;
    const due = play.mode === "progressive" ? FIRST_CONTEXT : commitSeconds;
    if (vector.contextSeconds < due) {
      this.#undecided = vector;
      return null;
    }
    this.#undecided = null;
    return { vector, purpose: vector.contextSeconds === due ? "answer" : "mend" };
  }

  /** The retrieval that a task mends or goes on with; null where it is a new one's. */
  indexOf({ vector, purpose }: Task<V>): number | null {
    if (purpose === "grain") return this.#grainIndex < 0 ? null : this.#grainIndex;
    return purpose === "mend" && this.#answered?.onset === vector.onset ? this.#answered.index : null;
  }

  /** What a ranking, nearest first, leads to; null where its sound is no longer the one that was answered. */
  decide({ vector, purpose }: Task<V>, matches: readonly Match[]): Decision | null {
    if (purpose === "grain") return this.#grain(vector, matches);
    const { play, commitSeconds } = this.#options.settings();
    const answering = this.#answers(vector);
    if (purpose === "answer") {
      const index = this.#options.nextIndex();
      const best = matches[0]?.id ?? -1;
      this.#answered = { onset: vector.onset, index, sound: best };
      return { index, order: best < 0 || !answering ? null : this.#hit(index, vector, matches) };
    }
    const answered = this.#answered;
    if (answered?.onset !== vector.onset) return null;
    const { index } = answered;
    if (play.mode !== "progressive" || !answering || vector.contextSeconds > commitSeconds) return { index, order: null };
    const best = this.#firmly(matches, answered.sound, play.continuity);
    if (best < 0 || best === answered.sound) return { index, order: null };
    const unanswered = answered.sound < 0;
    answered.sound = best;
    // Nothing was like what was heard before: this is the first that there is to sound.
    if (unanswered) return { index, order: this.#hit(index, vector, matches) };
    return { index, order: orderOf("mend", index, [best, ...idsOf(matches)], vector, 0, 0) };
  }

  #answers({ grain, onsetTime }: V): boolean {
    return this.#options.settings().answering && (this.#hushed === null || (grain ? this.#onsetTime : onsetTime) > this.#hushed);
  }

  #hit(index: number, vector: V, matches: readonly Match[]): VoiceOrder {
    const { quantise } = this.#options.settings().play;
    const at = quantise > 0 ? nextStep(this.#options.beat(), quantise, vector.time) : 0;
    return orderOf("hit", index, idsOf(matches), vector, at, 0);
  }

  /** The nearest sound, where it is nearer than (1 - continuity) times the distance of the one that sounds. */
  #firmly(matches: readonly Match[], sounding: number, continuity: number): number {
    const [best] = matches;
    if (!best) return -1;
    const current = matches.find(({ id }) => id === sounding);
    return current && best.distance >= (1 - continuity) * current.distance ? sounding : best.id;
  }

  #grain(vector: V, matches: readonly Match[]): Decision | null {
    const { play } = this.#options.settings();
    const grain = this.#chooser.choose(matches, vector.time, vector.time - this.#onsetTime, play);
    if (!grain || !grain.continued || this.#grainIndex < 0) this.#grainIndex = this.#options.nextIndex();
    const index = this.#grainIndex;
    if (!grain || !this.#answers(vector)) return { index, order: null };
    return { index, order: orderOf("grain", index, [grain.sound, ...idsOf(matches)], vector, vector.time + GRAIN_LEAD_SECONDS, grain.into) };
  }
}

function idsOf(matches: readonly Match[]): readonly number[] {
  return matches.slice(0, SUBSTITUTES).map(({ id }) => id);
}

function orderOf(as: VoiceOrder["as"], index: number, sounds: readonly number[], { lufs, contextSeconds, hertz }: HeardVector, at: number, into: number): VoiceOrder {
  return { as, index, sounds, gain: 1, lufs, contextSeconds, hertz, at, into };
}
