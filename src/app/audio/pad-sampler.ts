/** Plays what fingers ask for: the sixteen pads as one Tone sampler, and single sounds of the library, at once and without Tone's look-ahead. */

import * as Tone from "tone";
import { PAD_COUNT, noteOfPad } from "../pads.ts";

export interface PadSampler {
  /** Puts a sound on a pad, or takes it away. */
  fill(pad: number, buffer: AudioBuffer | null): void;
  /** Whether the pad has its sound. */
  filled(pad: number): boolean;
  /** Plays a pad to its end; returns how to stop it. `onEnd` is called once, either way. Gain is linear. */
  strike(pad: number, gain: number, onEnd: () => void): () => void;
  /** Plays a sound once, the same way. */
  audition(buffer: AudioBuffer, gain: number, onEnd: () => void): () => void;
  /** Stops everything, with a short fade. */
  silence(): void;
  dispose(): void;
}

/** Seconds in which a sound that is stopped fades. */
const FADE_SECONDS = 0.02;

export function createPadSampler(context: Tone.Context, output: Tone.InputNode): PadSampler {
  const sampler = new Tone.Sampler({ context, release: FADE_SECONDS });
  sampler.connect(output);
  const durations: (number | null)[] = Array.from({ length: PAD_COUNT }, () => null);
  const names = Array.from({ length: PAD_COUNT }, (_, pad) => Tone.Frequency(noteOfPad(pad), "midi").toNote());
  const stops = new Set<() => void>();

  /** Joins the two ways in which a sound ends. */
  const ending = (halt: () => void, onEnd: () => void) => {
    const finish = () => {
      if (stops.delete(stop)) onEnd();
    };
    const stop = () => {
      if (!stops.has(stop)) return;
      halt();
      finish();
    };
    stops.add(stop);
    return { stop, finish };
  };

  return {
    fill(pad, buffer) {
      durations[pad] = buffer?.duration ?? null;
      const name = names[pad];
      if (buffer && name) sampler.add(name, buffer);
    },
    filled: (pad) => (durations[pad] ?? null) !== null,
    strike(pad, gain, onEnd) {
      const duration = durations[pad];
      const name = names[pad];
      if (!duration || !name) return () => {};
      sampler.triggerAttack(name, context.immediate(), gain);
      const timer = setTimeout(() => finish(), duration * 1000);
      const { stop, finish } = ending(() => {
        clearTimeout(timer);
        sampler.triggerRelease(name, context.immediate());
      }, onEnd);
      return stop;
    },
    audition(buffer, gain, onEnd) {
      const source = new Tone.ToneBufferSource({ context, url: buffer, fadeOut: FADE_SECONDS, onended: () => finish() });
      const { stop, finish } = ending(() => source.stop(context.immediate()), () => {
        onEnd();
        setTimeout(() => source.dispose(), FADE_SECONDS * 2000);
      });
      source.connect(output).start(context.immediate(), 0, undefined, gain);
      return stop;
    },
    silence() {
      for (const stop of [...stops]) stop();
    },
    dispose() {
      for (const stop of [...stops]) stop();
      sampler.dispose();
    },
  };
}
