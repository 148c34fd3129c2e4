/** Sounds one sample now, of the library or of what was heard, outside of the pads and the trigger path. */

import { velocityOf } from "../core/answer/velocity.ts";
import { MissingError } from "../core/errors.ts";
import type { Audio } from "../core/signal/audio.ts";
import type { Retrieval } from "../protocol/engine.ts";
import { audioOf } from "./audio/audio-of.ts";
import { bufferOf } from "./audio/buffer-of.ts";
import type { Graph } from "./audio/graph.ts";
import type { SoundStore } from "./library/sound-store.ts";

export interface AuditionOptions {
  graph(): Graph | null;
  store(): SoundStore | null;
  retrieval(): Retrieval | null;
  /** One voice of a sound of the library more; gives how to tell its end. */
  sounding(id: number): () => void;
}

export interface Auditions {
  /** Returns how to stop it. */
  play(id: number, velocity?: number): () => void;
  /** A sound that was not lent yet, as in the first seconds, plays as soon as it is decoded, unless that is too late to be an answer. */
  playLate(id: number | null): void;
  /** Plays what is in no library, at a linear gain. */
  audition(audio: Audio, gain: number, onEnd?: () => void): () => void;
  /** A sound of the library. Rejects with MissingError or FormatError. */
  sound(id: number): Promise<Audio>;
  peaks(id: number, points: number): Promise<Float32Array>;
}

/** An answer later than this would sound out of place. */
const LATE_MILLISECONDS = 250;

export function createAuditions({ graph, store, retrieval, sounding }: AuditionOptions): Auditions {
  const play = (id: number, velocity = 1): (() => void) => {
    const [here, sounds] = [graph(), store()];
    if (!here || !sounds) return () => {};
    let stop: (() => void) | null = null;
    let stopped = false;
    const start = (buffer: AudioBuffer) => {
      if (!stopped) stop = here.pads.audition(buffer, velocity, sounding(id));
    };
    const kept = sounds.kept(id);
    if (kept) start(kept);
    else sounds.decoded(id).then(start, () => {});
    return () => {
      stopped = true;
      stop?.();
    };
  };

  return {
    play,
    playLate(id) {
      const sounds = store();
      if (!sounds || id === null) return;
      const asked = performance.now();
      const now = retrieval();
      const velocity = now?.matches[0]?.id === id ? velocityOf(now.loudnessDb) / 127 : 1;
      sounds.prefer([id]);
      sounds.decoded(id).then(
        () => {
          if (performance.now() - asked < LATE_MILLISECONDS) play(id, velocity);
        },
        () => {},
      );
    },
    audition(audio, gain, onEnd = () => {}) {
      const here = graph();
      if (!here || !audio.channels[0]?.length) return () => {};
      return here.pads.audition(bufferOf(audio), gain, onEnd);
    },
    async sound(id) {
      const sounds = store();
      if (!sounds) throw new MissingError("Library: expected one to play from, got none; load the library again.");
      return audioOf(await sounds.decoded(id));
    },
    async peaks(id, points) {
      return (await store()?.peaks(id, points).catch(() => undefined)) ?? new Float32Array(points * 2);
    },
  };
}
