/** Explains one answer: how far and how near the top it is, by what of the model's graph, in which qualities it is like what was played, and lets both be heard beside each other. */

import { compareQualities, type QualityComparison } from "../core/answer/compare-qualities.ts";
import { messageOf } from "../core/errors.ts";
import type { Sound } from "../core/library/sound.ts";
import { findOnset } from "../core/onset/find-onset.ts";
import { type Audio, toMono } from "../core/signal/audio.ts";
import { integratedLoudness, SILENCE_LUFS } from "../core/signal/loudness.ts";
import { qualitiesOf, type SoundQualities } from "../core/signal/sound-qualities.ts";
import type { DistanceScale, Reason } from "../protocol/retrieval.ts";
import type { Simile } from "./simile-state.ts";

/** What was played, and what answered. */
export type Side = "query" | "hit";

export interface WhyState {
  readonly id: number;
  readonly sound: Sound;
  /** Seconds of the query that were heard when it was ranked. */
  readonly contextSeconds: number;
  /** Null until they are known. */
  readonly distance: number | null;
  readonly rank: number | null;
  readonly reason: Reason | null;
  /** How far apart the library's sounds lie. */
  readonly scale: DistanceScale;
  /** Sounds of the library among which it ranks. */
  readonly of: number;
  readonly qualities: readonly QualityComparison[];
  /** Null while it is waited for; gone: it was not kept, or cannot be read. */
  readonly query: "there" | "gone" | null;
  readonly hit: "there" | "gone" | null;
  readonly playing: Side | null;
  /** One sentence of what failed. */
  readonly fault: string | null;
}

export type WhyAction =
  /** Explain this sound of the library as an answer to the last query. */
  | { readonly kind: "open"; readonly id: number }
  | { readonly kind: "close" }
  | { readonly kind: "play"; readonly side: Side }
  /** Play the other side than the last; the query first. */
  | { readonly kind: "switch" }
  | { readonly kind: "stop" };

export interface Why extends EventTarget {
  /** Null while nothing is explained. An immutable snapshot; a "change" event follows each new one. */
  readonly state: WhyState | null;
  act(action: WhyAction): void;
}

/** Seconds of the hit that are kept before its onset. */
const LEAD_SECONDS = 0.005;

/**
 * Linear gains that bring both to the loudness of the softer, so that neither is louder than it was and nothing clips; 1 for a side that is not there or silent. Loudness is integrated
 * (BS.1770).
 */
export function matchedGains(query: Audio | null, hit: Audio | null): Readonly<Record<Side, number>> {
  const [a, b] = [query, hit].map((audio) => (audio ? integratedLoudness(audio) : SILENCE_LUFS)) as [number, number];
  if (a <= SILENCE_LUFS || b <= SILENCE_LUFS) return { query: 1, hit: 1 };
  const least = Math.min(a, b);
  return { query: 10 ** ((least - a) / 20), hit: 10 ** ((least - b) / 20) };
}

export function createWhy({ simile }: { readonly simile: Simile }): Why {
  return new Desk(simile);
}

class Desk extends EventTarget implements Why {
  readonly #simile: Simile;
  #state: WhyState | null = null;
  /** Counts what was opened: what comes late for an earlier one is left. */
  #turn = 0;
  #audio: { query: Audio | null; hit: Audio | null } = { query: null, hit: null };
  #stop: () => void = () => {};
  /** The side that was played last. */
  #last: Side = "hit";

  constructor(simile: Simile) {
    super();
    this.#simile = simile;
  }

  get state(): WhyState | null {
    return this.#state;
  }

  act(action: WhyAction): void {
    switch (action.kind) {
      case "open":
        this.#open(action.id);
        break;
      case "close":
        this.#turn++;
        this.#silence();
        this.#audio = { query: null, hit: null };
        this.#state = null;
        this.dispatchEvent(new Event("change"));
        break;
      case "play":
        this.#play(action.side);
        break;
      case "switch":
        this.#play(this.#last === "query" ? "hit" : "query");
        break;
      case "stop":
        this.#silence();
        break;
      default:
        action satisfies never;
    }
  }

  #open(id: number): void {
    const { retrieval, sounds, engine } = this.#simile.state;
    const sound = sounds[id];
    if (!sound) return;
    const turn = ++this.#turn;
    this.#silence();
    this.#last = "hit";
    this.#audio = { query: null, hit: null };
    const at = retrieval?.matches.findIndex((match) => match.id === id) ?? -1;
    const match = retrieval?.matches[at];
    this.#state = Object.freeze({
      id,
      sound,
      contextSeconds: retrieval?.contextSeconds ?? 0,
      distance: match?.distance ?? null,
      rank: null,
      reason: match?.reason ?? null,
      scale: engine?.library.scale ?? { nearest: 0, random: 0 },
      of: sounds.length,
      qualities: compareQualities(null, null),
      query: retrieval ? null : "gone",
      hit: null,
      playing: null,
      fault: null,
    });
    this.dispatchEvent(new Event("change"));
    const set = (change: Partial<WhyState>) => {
      if (turn === this.#turn) this.#set(change);
    };
    if (retrieval) {
      // What the engine says holds for the sound that it ranked last: while that is still this one.
      this.#simile.ask((remote) => remote.explain(id)).then(
        (found) => {
          const { retrieval: now } = this.#simile.state;
          if (found && now?.index === retrieval.index && now.contextSeconds === retrieval.contextSeconds) set({ distance: found.distance, rank: found.rank, reason: found.reason });
          else if (at >= 0) set({ rank: at + 1 });
        },
        (cause) => set({ fault: messageOf(cause), ...(at >= 0 ? { rank: at + 1 } : {}) }),
      );
    }
    const qualities: { query: SoundQualities | null; hit: SoundQualities | null } = { query: null, hit: null };
    const take = async (side: Side, of: Promise<Audio | null>) => {
      const audio = await of.catch((cause: unknown) => {
        set({ fault: messageOf(cause) });
        return null;
      });
      if (turn !== this.#turn) return;
      this.#audio[side] = audio;
      if (audio) qualities[side] = qualitiesOf(toMono(audio), audio.sampleRate);
      set({ [side]: audio ? "there" : "gone", qualities: compareQualities(qualities.query, qualities.hit) });
    };
    void take("query", retrieval ? this.#simile.heard(retrieval.index) : Promise.resolve(null));
    void take("hit", this.#simile.sound(id).then(fromOnset));
  }

  #play(side: Side): void {
    const audio = this.#audio[side];
    this.#silence();
    if (!audio || !this.#state) return;
    const turn = this.#turn;
    let ended = false;
    const stop = this.#simile.audition(audio, matchedGains(this.#audio.query, this.#audio.hit)[side], () => {
      ended = true;
      if (turn === this.#turn && this.#stop === silence) this.#set({ playing: null });
    });
    const silence = () => {
      if (!ended) stop();
    };
    this.#stop = silence;
    this.#last = side;
    this.#set({ playing: side });
  }

  #silence(): void {
    const stop = this.#stop;
    this.#stop = () => {};
    stop();
    if (this.#state?.playing) this.#set({ playing: null });
  }

  #set(change: Partial<WhyState>): void {
    if (!this.#state) return;
    this.#state = Object.freeze({ ...this.#state, ...change });
    this.dispatchEvent(new Event("change"));
  }
}

/** As the query begins: a moment before its first sample that sounds. */
function fromOnset(audio: Audio): Audio {
  const from = Math.max(0, findOnset(toMono(audio), audio.sampleRate) - Math.round(LEAD_SECONDS * audio.sampleRate));
  return { sampleRate: audio.sampleRate, channels: audio.channels.map((channel) => channel.slice(from)) };
}
