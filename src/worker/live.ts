/** The live path: vectors come in from the listener, the nearest sound goes out to the player, one at a time, in order, and never late; the list is mended as more is heard. */

import { FormatError } from "../core/errors.ts";
import type { EngineEvent, EngineSettings } from "../protocol/engine.ts";
import type { ListenerEvent } from "../protocol/listener.ts";
import type { VoiceStart } from "../protocol/player.ts";
import type { Reason } from "../protocol/retrieval.ts";
import { answerGain } from "./answer-gain.ts";
import type { Hits } from "./answers.ts";

type VectorEvent = Extract<ListenerEvent, { kind: "vector" }>;

/** A vector that has waited until one posted this much later has come is dropped: an answer to it would sound out of place. Seconds of the audio clock. */
export const STALE_SECONDS = 0.25;

/** How long a late vector waits for those behind it to come in, before it is judged by them. */
const SETTLE_MILLISECONDS = 4;

/** How far the audio clock may drift from the page's, seconds a second. */
const DRIFT = 1e-4;

interface Waiting {
  readonly event: VectorEvent;
  /** When it came, milliseconds of `performance.now()`. */
  readonly since: number;
  /** It came later than its kind does: the worker was held up, or the audio clock stood still. */
  readonly late: boolean;
  /** Whether it chooses the voice, or only mends the list. */
  readonly answers: boolean;
}

/** What a vector must be to be understood. */
export interface LiveFeature {
  readonly name: string;
  readonly version: number;
  readonly size: number;
}

export interface Ranking extends Hits {
  /** Why each match is there; null where the library has been left since. */
  reasons(): Promise<readonly Reason[] | null>;
}

export interface LiveOptions {
  readonly listener: MessagePort;
  readonly player: MessagePort;
  readonly feature: LiveFeature;
  settings(): EngineSettings;
  /** The nearest sounds to a vector. `index` is the retrieval's that is mended, null for a new one. */
  rank(values: Float32Array, contextSeconds: number, index: number | null): Promise<Ranking>;
  /** A retrieval chose this sound to answer. */
  answered(index: number, id: number): void;
  /** How the player knows a sound that was just ranked. */
  voiceOf(id: number): number;
  /** The number of the next retrieval; each call counts. */
  nextIndex(): number;
  report(event: EngineEvent): void;
}

export interface Live {
  /** Falls silent and gives the ports up. */
  close(): void;
}

export function createLive(options: LiveOptions): Live {
  const { listener, player, feature } = options;
  const waiting: Waiting[] = [];
  const lateness = createLateness();
  let latest = Number.NEGATIVE_INFINITY;
  /** The onset that was answered last, and its retrieval. */
  let answered: { readonly onset: number; readonly index: number } | null = null;
  /** The latest vector of an onset that still waits for its commit time. */
  let undecided: Waiting | null = null;
  let busy = false;
  let closed = false;
  let faulted = false;

  const fault = (cause: unknown) => {
    if (faulted) return;
    faulted = true;
    const { name, message } = cause as Error;
    options.report({ kind: "fault", name, message });
  };

  const answer = async ({ event, since, answers }: Waiting) => {
    const { answering } = options.settings();
    const mended = answers || answered?.onset !== event.onset ? null : answered.index;
    if (!answers && mended === null) return;
    const ranking = await options.rank(event.values, event.contextSeconds, mended);
    if (closed) return;
    const index = mended ?? options.nextIndex();
    answered = { onset: event.onset, index };
    const { matches, rejected } = ranking;
    const best = matches[0];
    if (answers && best) options.answered(index, best.id);
    if (answers && best && answering) player.postMessage({ kind: "start", index, sound: options.voiceOf(best.id), gain: answerGain(event.loudnessDb) } satisfies VoiceStart);
    const milliseconds = performance.now() - since;
    options.report({ kind: "retrieval", retrieval: { index, onsetTime: event.onsetTime, contextSeconds: event.contextSeconds, loudnessDb: event.loudnessDb, matches, rejected, milliseconds } });
    faulted = false;
    // Whoever waits comes first.
    if (matches.length > 0 && waiting.length === 0) void explain(index, event.contextSeconds, ranking);
  };

  const explain = async (index: number, contextSeconds: number, ranking: Ranking) => {
    try {
      const reasons = await ranking.reasons();
      if (reasons && !closed) options.report({ kind: "reasons", index, contextSeconds, reasons });
    } catch (cause) {
      fault(cause);
    }
  };

  const drain = async () => {
    if (busy) return;
    busy = true;
    for (let next = waiting.shift(); next && !closed; next = waiting.shift()) {
      if (next.late) await new Promise((resolve) => setTimeout(resolve, SETTLE_MILLISECONDS));
      if (latest - next.event.time > STALE_SECONDS) continue;
      try {
        await answer(next);
      } catch (cause) {
        fault(cause);
      }
    }
    busy = false;
  };

  const hear = (event: VectorEvent) => {
    const { commitSeconds } = options.settings();
    latest = Math.max(latest, event.time);
    if (event.feature !== feature.name || event.version !== feature.version || event.values.length !== feature.size) {
      fault(new FormatError(`Listener: expected feature ${feature.name} ${feature.version} of ${feature.size} numbers, got ${event.feature} ${event.version} of ${event.values.length}; choose a model for this release of Simile.`));
      return;
    }
    const since = performance.now();
    const waiter = { event, since, late: lateness.of(event.time, since / 1000) > STALE_SECONDS, answers: event.contextSeconds === commitSeconds };
    undecided = event.contextSeconds < commitSeconds ? { ...waiter, answers: true } : null;
    if (undecided) return;
    waiting.push(waiter);
    void drain();
  };

  /** A sound that the next one cuts short before its commit time is answered by what was heard of it. */
  const cutShort = () => {
    if (!undecided) return;
    waiting.push({ ...undecided, since: performance.now() });
    undecided = null;
    void drain();
  };

  listener.onmessage = ({ data }: MessageEvent<ListenerEvent>) => {
    switch (data.kind) {
      case "onset":
        cutShort();
        options.report({ kind: "onset", index: data.onset, time: data.time });
        break;
      case "vector":
        hear(data);
        break;
      default:
        data satisfies never;
    }
  };

  return {
    close() {
      closed = true;
      waiting.length = 0;
      listener.onmessage = null;
      listener.close();
      player.close();
    },
  };
}

/** How much later than the promptest an event came: the delay of this one, less the least delay so far, which may grow by the clocks' drift. Seconds. */
function createLateness(): { of(time: number, arrival: number): number } {
  let least = Number.POSITIVE_INFINITY;
  let last = 0;
  return {
    of(time, arrival) {
      const delay = arrival - time;
      least = Math.min(delay, least + DRIFT * (arrival - last));
      const late = delay - least;
      // After a jump of the audio clock what came is the new measure.
      if (late > STALE_SECONDS) least = delay;
      last = arrival;
      return late;
    },
  };
}
