/** Keeps the beat: a tempo and a phase on the audio clock, set by hand or by an outside clock, which Tone's transport follows and quantised answers are held to. */

import type * as Tone from "tone";
import { type Beat, NO_BEAT, beatsAt, isBeating, withTempo } from "../../core/answer/beat.ts";

export interface Transport {
  readonly beat: Beat;
  /** Beats a minute; 0 stands still. While it runs the phase is kept. */
  setTempo(tempo: number): void;
  /** Begins; a beat falls on that audio-clock second (default: now). */
  start(at?: number): void;
  stop(): void;
  /** As an outside clock tells: at this tempo a beat falls on that audio-clock second. Runs from the first such word on, until `stop`. */
  follow(tempo: number, beatSeconds: number): void;
  dispose(): void;
}

export const DEFAULT_TEMPO = 120;

/** Tone's transport is put in place again where it is further than this from the beat, seconds: less is the jitter of an outside clock. */
const TOLERANCE_SECONDS = 0.02;

/** Works on the transport that the context has; takes and pads leave it alone. `onChange` gets each new beat. */
export function createTransport(context: Tone.Context, onChange: (beat: Beat) => void): Transport {
  const { transport } = context;
  let beat: Beat = { ...NO_BEAT, tempo: DEFAULT_TEMPO };
  const now = () => context.immediate();

  /** Tone's transport runs while the beat does, in its phase. */
  const align = () => {
    if (!isBeating(beat)) {
      if (transport.state === "started") transport.stop(now());
      return;
    }
    const at = now();
    transport.bpm.value = beat.tempo;
    const phase = (((beatsAt(beat, at) % 1) + 1) % 1) * (60 / beat.tempo);
    if (transport.state !== "started") return void transport.start(at, phase);
    const beatSeconds = 60 / beat.tempo;
    const apart = Math.abs(((((transport.getSecondsAtTime(at) - phase) % beatSeconds) + 1.5 * beatSeconds) % beatSeconds) - beatSeconds / 2);
    if (apart > TOLERANCE_SECONDS) transport.stop(at).start(at, phase);
  };
  const set = (next: Beat) => {
    if (next.running === beat.running && next.tempo === beat.tempo && next.originSeconds === beat.originSeconds) return;
    beat = next;
    align();
    onChange(beat);
  };

  return {
    get beat() {
      return beat;
    },
    setTempo(tempo) {
      set(withTempo(beat, Number.isFinite(tempo) ? Math.max(0, tempo) : 0, now()));
    },
    start(at = now()) {
      set({ ...beat, running: true, originSeconds: at });
    },
    stop() {
      set({ ...beat, running: false });
    },
    follow(tempo, beatSeconds) {
      if (Number.isFinite(tempo) && Number.isFinite(beatSeconds)) set({ running: true, tempo: Math.max(0, tempo), originSeconds: beatSeconds });
    },
    dispose() {
      if (transport.state === "started") transport.stop(now());
    },
  };
}
