/** Keeps the sound that was answered last, so that it can be heard beside its answers. */

import type { Audio } from "../core/signal/audio.ts";
import type { Retrieval } from "../protocol/engine.ts";
import type { RecorderNode } from "./audio/recorder-node.ts";

/** Most that is kept of a sound. */
export const QUERY_SECONDS = 2;
/** Before the onset, so that its attack is whole. */
const LEAD_SECONDS = 0.005;
/** A sound ends this long before the next begins. */
const GAP_SECONDS = 0.01;
/** Seconds in which the end fades, since the sound may go on. */
const FADE_SECONDS = 0.02;

export interface QueryKeeperOptions {
  recorder(): Pick<RecorderNode, "recall"> | null;
  /** Hertz of the audio clock, and its seconds now. */
  sampleRate(): number;
  now(): number;
}

export interface QueryKeeper {
  retrieved(retrieval: Pick<Retrieval, "index" | "onsetTime">): void;
  /** The sound that led to the retrieval of this index, once it has been heard; null where it is not kept any more. */
  sound(index: number): Promise<Audio | null>;
  forget(): void;
}

interface Query {
  readonly index: number;
  readonly onset: number;
  /** Audio-clock seconds where the next sound begins. */
  next: number;
  /** It was asked for, or is kept for good. */
  audio: Promise<Audio | null> | null;
  /** Ends the waiting for what is still to come. */
  wake: () => void;
}

/** The recorder holds the last seconds anyway. Once a sound has been the last for its length, it is taken from there, for it may be asked for much later. */
export function createQueryKeeper(options: QueryKeeperOptions): QueryKeeper {
  let query: Query | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const end = ({ onset, next }: Query) => Math.min(onset + QUERY_SECONDS, next - GAP_SECONDS);

  const take = async (of: Query): Promise<Audio | null> => {
    while (options.now() < end(of)) {
      const left = 1000 * (end(of) - options.now());
      await new Promise<void>((resolve) => {
        of.wake = resolve;
        setTimeout(resolve, left + 5);
      });
    }
    const sampleRate = options.sampleRate();
    const frame = Math.max(0, Math.round((of.onset - LEAD_SECONDS) * sampleRate));
    const frames = Math.round(end(of) * sampleRate) - frame;
    const channels = frames > 0 ? await options.recorder()?.recall(frame, frames) : null;
    if (!channels) return null;
    for (const channel of channels) fadeOut(channel, Math.round(FADE_SECONDS * sampleRate));
    return { sampleRate, channels };
  };

  return {
    retrieved({ index, onsetTime }) {
      if (query?.index === index) return;
      if (query) {
        query.next = Math.max(onsetTime, query.onset + LEAD_SECONDS + GAP_SECONDS);
        query.wake();
      }
      const next: Query = { index, onset: onsetTime, next: Infinity, audio: null, wake: () => {} };
      query = next;
      clearTimeout(timer);
      timer = setTimeout(() => (next.audio ??= take(next)), 1000 * Math.max(0, onsetTime + QUERY_SECONDS - options.now()));
    },
    sound(index) {
      if (query?.index !== index) return Promise.resolve(null);
      query.audio ??= take(query);
      return query.audio;
    },
    forget() {
      clearTimeout(timer);
      if (query) query.next = 0;
      query?.wake();
      query = null;
    },
  };
}

function fadeOut(samples: Float32Array, frames: number): void {
  const from = Math.max(0, samples.length - frames);
  for (let i = from; i < samples.length; i++) samples[i]! *= (samples.length - i) / (samples.length - from);
}
