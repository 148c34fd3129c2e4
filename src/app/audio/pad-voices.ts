/** Plays what fingers ask for: a voice for each strike of a pad, with its gain, pitch, envelope, part, mode and choke group, at once and without Tone's look-ahead. */

import * as Tone from "tone";
import { gainOfDb } from "../../core/kits/kit.ts";
import { type PadSettings, velocityGain } from "../../core/pads/pad-bank.ts";

export interface PadVoice {
  /** The finger leaves: a gate or loop goes over to its release, a one-shot plays on. */
  release(): void;
  /** Ends the voice, with a short fade. */
  stop(): void;
  /** Pressure of the finger, 0 to 1: up to twice as loud. */
  press(value: number): void;
  /** Bends the pitch, against the pad's own. */
  bend(semitones: number): void;
}

export interface PadVoices {
  /** Voices that sound now. */
  readonly sounding: number;
  /** Strikes a pad; `velocity` is 0 to 1. Voices of other pads in its choke group fade. `onEnd` is called once, however the voice ends. Null, and nothing else, where the
   * context does not run: what is struck then would all sound at once when it does. */
  strike(pad: number, buffer: AudioBuffer, settings: PadSettings, velocity: number, onEnd: () => void): PadVoice | null;
  /** Whether the context runs, as soon as it does, and after so many milliseconds at the latest: the gesture that strikes may be the one that wakes it. */
  awake(milliseconds: number): Promise<boolean>;
  /** Plays a whole sound once, at a linear gain; not where the context does not come to run at once. */
  audition(buffer: AudioBuffer, gain: number, onEnd: () => void): () => void;
  /** Fades everything. */
  silence(): void;
  dispose(): void;
}

/** Seconds in which a voice that is stopped, choked or stolen fades. */
export const FADE_SECONDS = 0.01;
/** Least seconds of an attack into the middle of a sound, and of any release: no click. */
export const LEAST_RAMP_SECONDS = 0.002;
/** A context that takes longer to wake than this is too late for what was asked of it. */
const LATE_MILLISECONDS = 250;
/** Voices at once; the oldest gives way. */
export const MAX_VOICES = 48;

interface Sounding {
  readonly pad: number;
  readonly group: number | null;
  readonly voice: PadVoice;
}

/**
 * The envelope is the kit's: linear to 1 over `attack`, held, linear to `sustain` over `decay`, and at the release linear to 0 from wherever it is. The source
 * is a bare AudioBufferSourceNode: its part counts in the sound's own seconds at every pitch, which Tone's does not.
 */
export function createPadVoices(context: Tone.Context | Tone.OfflineContext, output: Tone.InputNode): PadVoices {
  const voices = new Set<Sounding>();
  const now = () => context.rawContext.currentTime;

  const running = () => context.isOffline || context.rawContext.state === "running";

  const awake = (milliseconds: number): Promise<boolean> => {
    if (running()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const raw = context.rawContext;
      const tell = () => {
        clearTimeout(timer);
        raw.removeEventListener("statechange", look);
        resolve(running());
      };
      const look = () => {
        if (running()) tell();
      };
      const timer = setTimeout(tell, milliseconds);
      raw.addEventListener("statechange", look);
    });
  };

  const fadeOthers = (pad: number, group: number) => {
    for (const other of [...voices]) if (other.group === group && other.pad !== pad) other.voice.stop();
  };

  const strike = (pad: number, buffer: AudioBuffer, settings: PadSettings, velocity: number, onEnd: () => void): PadVoice | null => {
    if (!running()) return null;
    const { envelope, mode, chokeGroup, tuneSemitones, start, end } = settings;
    if (chokeGroup !== null) fadeOthers(pad, chokeGroup);
    // Sets keep the order of coming: the first is the oldest.
    for (const oldest of voices) {
      if (voices.size < MAX_VOICES) break;
      oldest.voice.stop();
    }
    const at = now();
    const from = start * buffer.duration;
    const seconds = Math.max(1 / buffer.sampleRate, (end - start) * buffer.duration);
    const level = gainOfDb(settings.gainDb) * velocityGain(settings.velocity, velocity);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.detune.value = 100 * tuneSemitones;
    const shape = new Tone.Gain({ context, gain: 0 });
    const loudness = new Tone.Gain({ context, gain: level });
    Tone.connect(source, shape);
    shape.connect(loudness);
    loudness.connect(output);

    const attack = Math.max(envelope.attack, from > 0 ? LEAST_RAMP_SECONDS : 0);
    if (attack > 0) shape.gain.setValueAtTime(0, at).linearRampToValueAtTime(1, at + attack);
    else shape.gain.setValueAtTime(1, at);
    if (envelope.sustain < 1) {
      const decayed = at + attack + envelope.hold;
      shape.gain.setValueAtTime(1, decayed).linearRampToValueAtTime(envelope.sustain, decayed + Math.max(envelope.decay, LEAST_RAMP_SECONDS));
    }
    if (mode === "loop") {
      source.loop = true;
      source.loopStart = from;
      source.loopEnd = from + seconds;
      source.start(at, from);
    } else source.start(at, from, seconds);

    let ending = false;
    const sounding: Sounding = { pad, group: chokeGroup, voice: { release, stop, press, bend } };
    voices.add(sounding);
    source.onended = () => {
      finish();
      source.disconnect();
      shape.dispose();
      loudness.dispose();
    };
    function finish(): void {
      if (voices.delete(sounding)) onEnd();
    }
    function fade(over: number): void {
      if (ending) return;
      ending = true;
      const when = now();
      shape.gain.cancelAndHoldAtTime(when).linearRampToValueAtTime(0, when + over);
      source.stop(when + over);
    }
    function release(): void {
      if (mode !== "one-shot") fade(Math.max(envelope.release, LEAST_RAMP_SECONDS));
    }
    function stop(): void {
      if (!voices.has(sounding)) return;
      // A release under way is cut short.
      ending = false;
      fade(FADE_SECONDS);
      finish();
    }
    function press(value: number): void {
      loudness.gain.rampTo(level * (1 + Math.min(1, Math.max(0, value))), LEAST_RAMP_SECONDS, now());
    }
    function bend(semitones: number): void {
      source.detune.setTargetAtTime(100 * (tuneSemitones + semitones), now(), LEAST_RAMP_SECONDS);
    }
    return sounding.voice;
  };

  return {
    get sounding() {
      return voices.size;
    },
    strike,
    awake,
    audition(buffer, gain, onEnd) {
      const play = () => strike(AUDITION, buffer, { ...WHOLE, gainDb: 20 * Math.log10(Math.max(gain, 1e-3)) }, 1, onEnd);
      let voice = play();
      if (voice) return voice.stop;
      let stopped = false;
      void awake(LATE_MILLISECONDS).then(() => {
        if (!stopped) voice = play();
        if (!voice) onEnd();
      });
      return () => {
        stopped = true;
        voice?.stop();
      };
    },
    silence() {
      for (const { voice } of [...voices]) voice.stop();
    },
    dispose() {
      for (const { voice } of [...voices]) voice.stop();
    },
  };
}

/** No pad's number. */
const AUDITION = -1;
const WHOLE: PadSettings = {
  gainDb: 0,
  tuneSemitones: 0,
  start: 0,
  end: 1,
  envelope: { attack: 0, hold: 0, decay: 0, sustain: 1, release: FADE_SECONDS },
  chokeGroup: null,
  mode: "one-shot",
  velocity: { amount: 0, exponent: 1 },
};
