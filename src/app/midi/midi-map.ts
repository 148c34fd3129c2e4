/** Turns the events of one MIDI input into what the instrument does: pads and the pedal that holds them, learned controls, programs and transport, and an end for every beginning. */

import type { GridSize } from "../../core/pads/pad-bank.ts";
import { type LayoutId, layoutOf, notesOf } from "./layouts.ts";
import type { MidiEvent } from "./midi-message.ts";

/** What a hand moved on the device. Channels are 1 to 16. */
export type Trigger =
  | { readonly kind: "note"; readonly channel: number; readonly note: number }
  | { readonly kind: "control"; readonly channel: number; readonly controller: number };

/** What it moves on the page: a pad of the chosen bank, or a control by its name. */
export type Target = { readonly kind: "pad"; readonly pad: number } | { readonly kind: "control"; readonly control: string };

export interface Binding {
  readonly trigger: Trigger;
  readonly target: Target;
}

/** How one device is heard. */
export interface DeviceSettings {
  readonly layout: LayoutId;
  /** 1 to 16; null: all channels (omni). */
  readonly channel: number | null;
  /** MIDI Polyphonic Expression, lower zone: channel 1 is the master, each note has a channel of its own. */
  readonly mpe: boolean;
  readonly bindings: readonly Binding[];
}

export const DEFAULT_DEVICE: DeviceSettings = { layout: "plain", channel: null, mpe: false, bindings: [] };

/** Transport messages go on as they came. */
export type TransportEvent = Extract<MidiEvent, { kind: "clock" | "start" | "continue" | "stop" | "position" }>;

export type MidiAction =
  /** A pad is struck; `voice` names this strike until its release. Velocity and values are 0 to 1. */
  | { readonly kind: "strike"; readonly voice: number; readonly pad: number; readonly velocity: number }
  | { readonly kind: "release"; readonly voice: number }
  | { readonly kind: "press"; readonly voice: number; readonly value: number }
  | { readonly kind: "bend"; readonly voice: number; readonly semitones: number }
  /** A learned control is turned to a value, or pushed (`value` null). */
  | { readonly kind: "control"; readonly control: string; readonly value: number | null }
  | { readonly kind: "program"; readonly program: number }
  | { readonly kind: "learned"; readonly binding: Binding }
  /** The device has declared how many channels its MPE zone has; 0 ends it. */
  | { readonly kind: "mpe"; readonly on: boolean }
  | { readonly kind: "transport"; readonly event: TransportEvent };

export interface MidiMap {
  /** Strikes that wait for their release. */
  readonly held: number;
  configure(settings: DeviceSettings, size: GridSize): void;
  /** The next note or controller is taken for this target; null: no longer. */
  learn(target: Target | null): void;
  hear(event: MidiEvent): void;
  /** Releases all that is held, as when the port closes. */
  release(): void;
}

/** Sustain pedal: down from the middle of its way on. */
const SUSTAIN = 64;
const PEDAL_DOWN = 64;
const ALL_SOUND_OFF = 120;
const RESET_CONTROLLERS = 121;
const ALL_NOTES_OFF = 123;
const DATA_ENTRY = 6;
const RPN_LOW = 100;
const RPN_HIGH = 101;
const RPN_BEND_RANGE = 0;
const RPN_MPE = 6;
/** Semitones of a full bend where the device says nothing: MIDI's and MPE's own. */
const BEND_SEMITONES = 2;
const MPE_BEND_SEMITONES = 48;
const MASTER = 1;
const CHANNELS = 16;
/** Controllers from here on are channel mode messages, and cannot be learned. */
const FIRST_MODE = 120;

/** `voiceOf` gives each strike a number that no other has. */
export function createMidiMap(send: (action: MidiAction) => void, voiceOf: () => number): MidiMap {
  let settings = DEFAULT_DEVICE;
  let padOfNote = new Map<number, number>();
  let learning: Target | null = null;
  /** The strike that holds each key (128 channel + note); one at most. */
  const keys = new Map<number, number>();
  /** Channels whose pedal is down, and the keys that it alone holds. */
  const pedals = new Set<number>();
  const sustained = new Set<number>();
  /** Last bend of each channel, and what a full one is. */
  const bends = new Float64Array(CHANNELS + 1);
  const ranges = new Float64Array(CHANNELS + 1).fill(Number.NaN);
  /** Registered parameter chosen on each channel, high and low byte. */
  const parameters = Array.from({ length: CHANNELS + 1 }, () => ({ high: 127, low: 127 }));

  const keyOf = (channel: number, note: number) => 128 * channel + note;
  const releaseKey = (key: number) => {
    const voice = keys.get(key);
    if (voice === undefined) return;
    keys.delete(key);
    sustained.delete(key);
    send({ kind: "release", voice });
  };
  /** Whether a message on the one channel is for the notes of the other: under MPE the master's is for all. */
  const reaches = (from: number, channel: number) => from === channel || (settings.mpe && from === MASTER && channel <= CHANNELS);
  const noteOff = (channel: number, note: number) => {
    const key = keyOf(channel, note);
    if (![...pedals].some((pedal) => reaches(pedal, channel))) releaseKey(key);
    else if (keys.has(key)) sustained.add(key);
  };
  const pedal = (channel: number, down: boolean) => {
    if (down) return void pedals.add(channel);
    pedals.delete(channel);
    for (const key of [...sustained]) if (reaches(channel, key >> 7)) releaseKey(key);
  };
  const hears = (channel: number) => settings.mpe || settings.channel === null || settings.channel === channel;
  const bindingOf = (trigger: Trigger) => settings.bindings.find((binding) => sameTrigger(binding.trigger, trigger));
  const range = (channel: number) => {
    const said = ranges[channel]!;
    return Number.isNaN(said) ? (settings.mpe && channel !== MASTER ? MPE_BEND_SEMITONES : BEND_SEMITONES) : said;
  };
  /** A note's bend; under MPE its own and the master's. */
  const bendOf = (channel: number) => bends[channel]! * range(channel) + (settings.mpe && channel !== MASTER ? bends[MASTER]! * range(MASTER) : 0);
  /** Voices that a message on this channel moves: under MPE the master moves all. */
  const forVoices = (channel: number, act: (voice: number, channel: number) => void) => {
    for (const [key, voice] of keys) {
      const its = key >> 7;
      if (reaches(channel, its)) act(voice, its);
    }
  };
  const learned = (trigger: Trigger) => {
    if (!learning) return false;
    const target = learning;
    learning = null;
    send({ kind: "learned", binding: { trigger, target } });
    return true;
  };

  const noteOn = (channel: number, note: number, velocity: number) => {
    const key = keyOf(channel, note);
    releaseKey(key);
    // Under MPE the channels of notes take turns: they tell nothing about the key.
    const trigger = { kind: "note", channel: settings.mpe ? MASTER : channel, note } as const;
    if (learned(trigger)) return;
    const target = bindingOf(trigger)?.target;
    if (target?.kind === "control") return send({ kind: "control", control: target.control, value: null });
    const pad = target?.pad ?? padOfNote.get(note);
    if (pad === undefined) return;
    const voice = voiceOf();
    keys.set(key, voice);
    send({ kind: "strike", voice, pad, velocity: velocity / 127 });
    const semitones = bendOf(channel);
    if (semitones !== 0) send({ kind: "bend", voice, semitones });
  };

  const control = (channel: number, controller: number, value: number) => {
    if (controller === ALL_SOUND_OFF || controller >= ALL_NOTES_OFF) {
      for (const key of [...keys.keys()]) if (key >> 7 === channel || (settings.mpe && channel === MASTER)) releaseKey(key);
      return;
    }
    if (controller === RESET_CONTROLLERS) {
      pedal(channel, false);
      bends[channel] = 0;
      forVoices(channel, (voice, its) => send({ kind: "bend", voice, semitones: bendOf(its) }));
      return;
    }
    const parameter = parameters[channel]!;
    if (controller === RPN_HIGH) parameter.high = value;
    else if (controller === RPN_LOW) parameter.low = value;
    else if (controller === DATA_ENTRY && parameter.high === 0 && parameter.low === RPN_BEND_RANGE) ranges[channel] = value;
    else if (controller === DATA_ENTRY && parameter.high === 0 && parameter.low === RPN_MPE && channel === MASTER) send({ kind: "mpe", on: value > 0 });
    else {
      const trigger = { kind: "control", channel, controller } as const;
      if (controller < FIRST_MODE && learned(trigger)) return;
      const target = bindingOf(trigger)?.target;
      if (target?.kind === "control") send({ kind: "control", control: target.control, value: value / 127 });
      else if (target?.kind === "pad") controlledPad(channel, controller, target.pad, value);
      else if (controller === SUSTAIN) pedal(channel, value >= PEDAL_DOWN);
    }
  };

  /** A pad learned to a controller is struck as its value rises from 0, and released as it falls back. */
  const controlledPad = (channel: number, controller: number, pad: number, value: number) => {
    const key = keyOf(CHANNELS + channel, controller);
    if (value === 0) return releaseKey(key);
    if (keys.has(key)) return;
    const voice = voiceOf();
    keys.set(key, voice);
    send({ kind: "strike", voice, pad, velocity: value / 127 });
  };

  const release = () => {
    for (const key of [...keys.keys()]) releaseKey(key);
    pedals.clear();
    bends.fill(0);
  };

  return {
    get held() {
      return keys.size;
    },
    configure(next, size) {
      const elsewhere = next.channel !== settings.channel || next.mpe !== settings.mpe;
      settings = next;
      padOfNote = new Map(notesOf(layoutOf(next.layout), size).flatMap((note, pad) => (note === null ? [] : [[note, pad] as const])));
      // Ends on a channel that is no longer heard would never come, nor those of a pedal that means something else now.
      if (elsewhere) release();
      for (const channel of [...pedals]) if (bindingOf({ kind: "control", channel, controller: SUSTAIN })) pedal(channel, false);
    },
    learn(target) {
      learning = target;
    },
    hear(event) {
      switch (event.kind) {
        case "clock":
        case "start":
        case "continue":
        case "stop":
        case "position":
          return send({ kind: "transport", event });
        case "reset":
          return release();
        default:
      }
      if (!hears(event.channel)) return;
      switch (event.kind) {
        case "note-on":
          return noteOn(event.channel, event.note, event.velocity);
        case "note-off":
          return noteOff(event.channel, event.note);
        case "key-pressure": {
          const voice = keys.get(keyOf(event.channel, event.note));
          if (voice !== undefined) send({ kind: "press", voice, value: event.value / 127 });
          return;
        }
        case "pressure":
          return forVoices(event.channel, (voice) => send({ kind: "press", voice, value: event.value / 127 }));
        case "bend":
          bends[event.channel] = event.value;
          return forVoices(event.channel, (voice, its) => send({ kind: "bend", voice, semitones: bendOf(its) }));
        case "control":
          return control(event.channel, event.controller, event.value);
        case "program":
          return send({ kind: "program", program: event.program });
        default:
          event satisfies never;
      }
    },
    release,
  };
}

export function sameTrigger(a: Trigger, b: Trigger): boolean {
  if (a.channel !== b.channel) return false;
  return a.kind === "note" ? b.kind === "note" && a.note === b.note : b.kind === "control" && a.controller === b.controller;
}

export function sameTarget(a: Target, b: Target): boolean {
  return a.kind === "pad" ? b.kind === "pad" && a.pad === b.pad : b.kind === "control" && a.control === b.control;
}

/** A trigger moves one target, and a target has one trigger: what was learned before for either gives way. */
export function withBinding(bindings: readonly Binding[], binding: Binding): readonly Binding[] {
  return [...bindings.filter(({ trigger, target }) => !sameTrigger(trigger, binding.trigger) && !sameTarget(target, binding.target)), binding];
}
