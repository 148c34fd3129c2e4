/** The vocabulary of the remote control: every message that the Max page and the bridge take and send, in one table each way. */

import { FASTEST_TEMPO, SLOWEST_TEMPO } from "../core/answer/beat.ts";
import { CHOKES, PLAY_BOUNDS, PLAY_MODES, type PlayNumber } from "../core/answer/play-settings.ts";

export const CONTROL_VERSION = 1;

/** What an argument may be. `text` is cut at no length here: the message is bounded before. */
export type ArgumentKind =
  | { readonly kind: "number"; readonly least: number; readonly most: number; readonly whole?: true }
  | { readonly kind: "switch" }
  | { readonly kind: "text" }
  | { readonly kind: "choice"; readonly of: readonly string[] };

export interface Argument {
  readonly name: string;
  readonly is: ArgumentKind;
  readonly optional?: true;
}

/** What a message does, for documents and help. */
export interface Word {
  readonly about: string;
  readonly args: readonly Argument[];
}

const number = (least: number, most: number): ArgumentKind => ({ kind: "number", least, most });
const whole = (least: number, most: number): ArgumentKind => ({ kind: "number", least, most, whole: true });
const choice = (of: readonly string[]): ArgumentKind => ({ kind: "choice", of });
const ON: ArgumentKind = { kind: "switch" };
const TEXT: ArgumentKind = { kind: "text" };
const ID = whole(0, 2 ** 24 - 1);

/** Settings, `/simile/set/NAME value`; -1 stands for "none" where there is no bound to set. */
export const CONTROL_SETTINGS = {
  answering: ON,
  commit: number(0, 2),
  count: whole(1, 1024),
  radius: number(-1, 100),
  "reject-beyond": number(-1, 100),
  diversity: number(0, 1),
  "no-repeat": whole(0, 1024),
  "other-techniques": ON,
  "other-instruments": ON,
  "own-technique": TEXT,
  "own-instrument": TEXT,
  mode: choice(PLAY_MODES),
  choke: choice(CHOKES),
  ...(Object.fromEntries(Object.entries(PLAY_BOUNDS).map(([name, { least, most, ...more }]) => [name, "whole" in more ? whole(least, most) : number(least, most)])) as Readonly<Record<PlayNumber, ArgumentKind>>),
  sensitivity: number(0, 1),
  volume: number(-96, 12),
  mix: number(0, 1),
  monitor: ON,
  guard: ON,
  tempo: number(SLOWEST_TEMPO, FASTEST_TEMPO),
  beat: ON,
  bank: whole(0, 7),
} as const satisfies Readonly<Record<string, ArgumentKind>>;

export type ControlSetting = keyof typeof CONTROL_SETTINGS;
export const CONTROL_SETTING_NAMES = Object.keys(CONTROL_SETTINGS) as readonly ControlSetting[];

/** To the instrument. */
export const CONTROL_ORDERS = {
  "/simile/listen": { about: "listen to the microphone, or to the demo take", args: [{ name: "source", is: choice(["device", "demo"]), optional: true }] },
  "/simile/stop": { about: "listen no more", args: [] },
  "/simile/play": { about: "sound a sample of the library", args: [{ name: "id", is: ID }, { name: "velocity", is: number(0, 1), optional: true }] },
  "/simile/pad": { about: "strike a pad of the chosen bank, bottom left is 0; velocity 0 lets it go", args: [{ name: "pad", is: whole(0, 63) }, { name: "velocity", is: number(0, 1), optional: true }] },
  "/simile/note": { about: "the same by MIDI note, 36 is bottom left, and MIDI velocity", args: [{ name: "note", is: whole(0, 127) }, { name: "velocity", is: whole(0, 127), optional: true }] },
  "/simile/panic": { about: "silence everything", args: [] },
  "/simile/preset": { about: "recall a pad preset by its name", args: [{ name: "name", is: TEXT }] },
  "/simile/exclude": { about: "keep a sound from answering; -1 lets all answer again", args: [{ name: "id", is: whole(-1, 2 ** 24 - 1) }] },
  "/simile/record": { about: "begin or end a take", args: [{ name: "on", is: ON }] },
  "/simile/get": { about: "tell all settings, the library and the pads", args: [] },
} as const satisfies Readonly<Record<string, Word>>;

export type ControlOrder = keyof typeof CONTROL_ORDERS;

/** From the instrument. */
export const CONTROL_REPORTS = {
  "/simile/hello": { about: "a page has come; version of this vocabulary", args: [{ name: "version", is: whole(1, 1000) }] },
  "/simile/state": { about: "idle, loading, ready or listening", args: [{ name: "phase", is: TEXT }] },
  "/simile/library": { about: "the library that answers", args: [{ name: "title", is: TEXT }, { name: "sounds", is: whole(0, 2 ** 24) }] },
  "/simile/answer": {
    about: "an onset was answered: its count, the nearest sound, how far it is, MIDI note of its pad and velocity",
    args: [{ name: "index", is: ID }, { name: "id", is: ID }, { name: "name", is: TEXT }, { name: "distance", is: number(0, 100) }, { name: "note", is: whole(0, 127) }, { name: "velocity", is: whole(0, 127) }],
  },
  "/simile/list": { about: "all that is near to it, again as more is heard: index, then id, name and distance of each, nearest first", args: [{ name: "index", is: ID }] },
  "/simile/nothing": { about: "an onset that nothing is like: its count, and how far the nearest is (-1: nothing is left to choose from)", args: [{ name: "index", is: ID }, { name: "distance", is: number(-1, 100) }] },
  "/simile/pads": { about: "the chosen bank: MIDI note and id of each pad, bottom left first, -1 where it is empty", args: [] },
  "/simile/playing": { about: "ids of the sounds that sound now", args: [] },
  "/simile/setting": { about: "a setting and its value", args: [{ name: "name", is: TEXT }, { name: "value", is: TEXT }] },
  "/simile/fault": { about: "what went wrong, in one sentence", args: [{ name: "sentence", is: TEXT }] },
} as const satisfies Readonly<Record<string, Word>>;

export type ControlReport = keyof typeof CONTROL_REPORTS;

/** Sounds of one list. */
export const MOST_LISTED = 16;
