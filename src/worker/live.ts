/** The live path: vectors come in from the listener, the nearest sound goes out to the player, one at a time, in order, and never late. */

import { FormatError } from "../core/errors.ts";
import type { EngineEvent, EngineSettings, Match } from "../protocol/engine.ts";
import type { ListenerEvent } from "../protocol/listener.ts";
import type { VoiceStart } from "../protocol/player.ts";
import { answerGain } from "./answer-gain.ts";

type VectorEvent = Extract<ListenerEvent, { kind: "vector" }>;

/** A vector that has waited until one posted this much later has come is dropped: an answer to it would sound out of place. Seconds of the audio clock. */
export const STALE_SECONDS = 0.25;

/** What a vector must be to be understood. */
export interface LiveFeature {
  readonly name: string;
  readonly version: number;
  readonly size: number;
}

export interface LiveOptions {
  readonly listener: MessagePort;
  readonly player: MessagePort;
  readonly feature: LiveFeature;
  settings(): EngineSettings;
  /** The nearest sounds to a vector, nearest first. */
  rank(values: Float32Array, contextSeconds: number, count: number): Promise<readonly Match[]>;
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
  const waiting: { readonly event: VectorEvent; readonly since: number }[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  let busy = false;
  let closed = false;
  let faulted = false;

  const fault = (cause: unknown) => {
    if (faulted) return;
    faulted = true;
    const { name, message } = cause as Error;
    options.report({ kind: "fault", name, message });
  };

  const answer = async ({ event, since }: { readonly event: VectorEvent; readonly since: number }) => {
    const { answering, count } = options.settings();
    const matches = await options.rank(event.values, event.contextSeconds, count);
    if (closed) return;
    const index = options.nextIndex();
    const best = matches[0];
    if (best && answering) player.postMessage({ kind: "start", index, sound: best.id, gain: answerGain(event.loudnessDb) } satisfies VoiceStart);
    const milliseconds = performance.now() - since;
    options.report({ kind: "retrieval", retrieval: { index, onsetTime: event.onsetTime, contextSeconds: event.contextSeconds, loudnessDb: event.loudnessDb, matches, milliseconds } });
    faulted = false;
  };

  const drain = async () => {
    if (busy) return;
    busy = true;
    for (let next = waiting.shift(); next && !closed; next = waiting.shift()) {
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
    latest = Math.max(latest, event.time);
    if (event.contextSeconds !== options.settings().commitSeconds) return;
    if (event.feature !== feature.name || event.version !== feature.version || event.values.length !== feature.size) {
      fault(new FormatError(`Listener: expected feature ${feature.name} ${feature.version} of ${feature.size} numbers, got ${event.feature} ${event.version} of ${event.values.length}; choose a model for this release of Simile.`));
      return;
    }
    waiting.push({ event, since: performance.now() });
    void drain();
  };

  listener.onmessage = ({ data }: MessageEvent<ListenerEvent>) => {
    switch (data.kind) {
      case "onset":
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
