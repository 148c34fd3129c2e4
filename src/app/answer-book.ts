/** Follows each answer from the player's reports: which sound it sounds with now, when its note is heard, how long it took. */

import type { Retrieval } from "../protocol/engine.ts";
import type { PlayerReport } from "../protocol/player.ts";
import type { OutputClock } from "./audio/output-clock.ts";
import type { DeviceLatency, LatencyLog } from "./latency-log.ts";
import type { AnswerNotes } from "./midi/answer-notes.ts";

export interface AnswerBookOptions {
  /** Null while there is no audio. */
  clock(): OutputClock | null;
  device(): DeviceLatency;
  readonly notes: Pick<AnswerNotes, "started" | "ended">;
  readonly latency: Pick<LatencyLog, "retrieved" | "started">;
  /** Whether answers are held to a beat: how long they wait for it is no latency. */
  held(): boolean;
  /** A voice of a sound, as the player numbers them, begins or ends. */
  onVoice(voice: number, step: 1 | -1): void;
}

export interface AnswerBook {
  retrieved(retrieval: Retrieval): void;
  started(report: Extract<PlayerReport, { kind: "started" }>): void;
  ended(report: Extract<PlayerReport, { kind: "ended" }>): void;
  /** The player is gone, and with it all that sounded. */
  clear(): void;
}

export function createAnswerBook({ clock, device, notes, latency, held, onVoice }: AnswerBookOptions): AnswerBook {
  const voices = new Map<number, number>();
  const leave = (index: number) => {
    const voice = voices.get(index);
    if (voice !== undefined && voices.delete(index)) onVoice(voice, -1);
  };
  return {
    retrieved(retrieval) {
      if (!held()) latency.retrieved(retrieval, device());
    },
    started({ index, sound, time, as }) {
      leave(index);
      voices.set(index, sound);
      onVoice(sound, 1);
      const now = clock();
      // A sound that takes over from another goes on with its note.
      if (now && as !== "mend") notes.started(index, now.heardAt(time));
      if (as === "hit" && !held()) latency.started(index, time);
    },
    ended({ index }) {
      leave(index);
      notes.ended(index);
    },
    clear() {
      voices.clear();
    },
  };
}
