/** A kit: up to 128 pads with their sounds, as every sampler format can be written from it and read into it. */

import { FormatError, MissingError } from "../errors.ts";
import type { Audio } from "../signal/audio.ts";

/** How a pad answers a held note: plays through, stops at the note's end, or repeats from start to end until then. */
export type PadMode = "one-shot" | "gate" | "loop";

/** Gain of velocity v of 1 to 127: g(v) = 1 - amount + amount (v / 127)^exponent. */
export interface VelocityCurve {
  /** 0 (every hit as loud) to 1. */
  readonly amount: number;
  /** 0.25 to 4; 1 is linear. */
  readonly exponent: number;
}

/**
 * Linear envelope after the note's start: 0 to 1 over `attack`, 1 for `hold`, down to `sustain` over `decay`; at the note's end (never in mode
 * "one-shot") down to 0 over `release`.
 */
export interface PadEnvelope {
  /** Seconds, 0 to 20. */
  readonly attack: number;
  /** Seconds, 0 to 60. */
  readonly hold: number;
  /** Seconds, 0 to 60. */
  readonly decay: number;
  /** Linear level, 0 to 1. */
  readonly sustain: number;
  /** Seconds, 0 to 60. */
  readonly release: number;
}

export interface KitPad {
  /** Any text; formats carry it as it is, file names are made safe from `file`. */
  readonly name: string;
  /** MIDI note 0 to 127, no two pads on the same. */
  readonly note: number;
  /** Wanted name of the audio file, with or without folder and extension; writers make it safe and unique. */
  readonly file: string;
  /** One or two channels; null where the sound cannot be had, which no writer accepts. */
  readonly audio: Audio | null;
  /** -60 to 6. */
  readonly gainDb: number;
  /** -48 to 48 against the sound as recorded. */
  readonly tuneSemitones: number;
  /** Where the sound begins, from the audio's first sample. */
  readonly startSeconds: number;
  /** Where it ends: above `startSeconds`, at most the audio's length. */
  readonly endSeconds: number;
  readonly envelope: PadEnvelope;
  /** 1 to 16: a pad silences the others of its group. */
  readonly chokeGroup: number | null;
  readonly mode: PadMode;
  readonly velocity: VelocityCurve;
  /** 0xRRGGBB. */
  readonly colour?: number;
}

export interface Kit {
  readonly name: string;
  /** 1 to 128. */
  readonly pads: readonly KitPad[];
}

/** A kit that was read, with a sentence for everything that this model does not hold or that could not be found. */
export interface KitImport {
  readonly kit: Kit;
  readonly notes: readonly string[];
}

/** A file of a kit by its path inside the kit's folder, with forward slashes. */
export type KitFiles = ReadonlyMap<string, Uint8Array>;

export const MAX_PADS = 128;
export const MAX_CHOKE_GROUP = 16;

export interface Bounds {
  readonly least: number;
  readonly most: number;
}

export const PAD_BOUNDS = {
  gainDb: { least: -60, most: 6 },
  tuneSemitones: { least: -48, most: 48 },
  attack: { least: 0, most: 20 },
  hold: { least: 0, most: 60 },
  decay: { least: 0, most: 60 },
  sustain: { least: 0, most: 1 },
  release: { least: 0, most: 60 },
  velocityAmount: { least: 0, most: 1 },
  velocityExponent: { least: 0.25, most: 4 },
} as const satisfies Record<string, Bounds>;

export const DEFAULT_ENVELOPE: PadEnvelope = { attack: 0, hold: 0, decay: 0, sustain: 1, release: 0.01 };
export const DEFAULT_VELOCITY: VelocityCurve = { amount: 1, exponent: 1 };

/** A pad that plays the whole of `audio` once; `settings` replaces what is not to be so. */
export function createPad(name: string, note: number, audio: Audio, settings: Partial<Omit<KitPad, "name" | "note" | "audio">> = {}): KitPad {
  return {
    name,
    note,
    file: name,
    audio,
    gainDb: 0,
    tuneSemitones: 0,
    startSeconds: 0,
    endSeconds: secondsOf(audio),
    envelope: DEFAULT_ENVELOPE,
    chokeGroup: null,
    mode: "one-shot",
    velocity: DEFAULT_VELOCITY,
    ...settings,
  };
}

export function secondsOf({ sampleRate, channels }: Audio): number {
  return (channels[0]?.length ?? 0) / sampleRate;
}

/** 10^(dB / 20). */
export function gainOfDb(db: number): number {
  return 10 ** (db / 20);
}

/** 20 log10(gain); -Infinity for 0. */
export function dbOfGain(gain: number): number {
  return 20 * Math.log10(gain);
}

/** `value` moved to the nearest one within bounds. */
export function clamp(value: number, { least, most }: Bounds): number {
  return Math.min(most, Math.max(least, value));
}

/** A pad whose audio is there, with its part to play in whole frames: [startFrame, endFrame), at least one frame. */
export interface SoundingPad extends KitPad {
  readonly audio: Audio;
  readonly startFrame: number;
  readonly endFrame: number;
}

/** The kit's pads, checked: MissingError for a pad without audio, FormatError for anything outside the bounds that this file states. */
export function soundingPads(kit: Kit): readonly SoundingPad[] {
  const place = `kit ${JSON.stringify(kit.name.slice(0, 60))}`;
  if (kit.pads.length < 1 || kit.pads.length > MAX_PADS) throw fault(place, `1 to ${MAX_PADS} pads`, String(kit.pads.length), "fill a pad, or split the kit");
  const notes = new Set<number>();
  return kit.pads.map((pad, index) => {
    const here = `${place}: pad ${index + 1} (${pad.name.slice(0, 60)})`;
    const sounding = soundingPad(pad, here);
    if (notes.has(pad.note)) throw fault(`${here}: note`, "a note of its own", `note ${pad.note} twice`, "give the pad another note");
    notes.add(pad.note);
    return sounding;
  });
}

function soundingPad(pad: KitPad, place: string): SoundingPad {
  const { audio, envelope, velocity } = pad;
  if (!audio) {
    const file = JSON.stringify(pad.file.slice(0, 200));
    throw new MissingError(`${place}: expected its sound, got none; find the file ${file} again, or clear the pad.`);
  }
  const frames = audio.channels[0]?.length ?? 0;
  if (audio.channels.length < 1 || audio.channels.length > 2 || frames < 1 || audio.channels.some(({ length }) => length !== frames)) {
    throw fault(`${place}: audio`, "one or two channels of equal length above 0", audio.channels.map(({ length }) => length).join(", ") || "none", "mix it to stereo first");
  }
  checkWhole(audio.sampleRate, { least: 1000, most: 768_000 }, `${place}: sample rate`);
  checkWhole(pad.note, { least: 0, most: 127 }, `${place}: note`);
  checkNumber(pad.gainDb, PAD_BOUNDS.gainDb, `${place}: gainDb`);
  checkNumber(pad.tuneSemitones, PAD_BOUNDS.tuneSemitones, `${place}: tuneSemitones`);
  for (const key of ["attack", "hold", "decay", "sustain", "release"] as const) checkNumber(envelope[key], PAD_BOUNDS[key], `${place}: ${key}`);
  checkNumber(velocity.amount, PAD_BOUNDS.velocityAmount, `${place}: velocity amount`);
  checkNumber(velocity.exponent, PAD_BOUNDS.velocityExponent, `${place}: velocity exponent`);
  if (pad.chokeGroup !== null) checkWhole(pad.chokeGroup, { least: 1, most: MAX_CHOKE_GROUP }, `${place}: chokeGroup`);
  if (pad.colour !== undefined) checkWhole(pad.colour, { least: 0, most: 0xffffff }, `${place}: colour`);
  checkNumber(pad.startSeconds, { least: 0, most: frames / audio.sampleRate }, `${place}: startSeconds`);
  checkNumber(pad.endSeconds, { least: pad.startSeconds, most: (frames + 0.5) / audio.sampleRate }, `${place}: endSeconds`);
  const startFrame = Math.min(frames - 1, Math.round(pad.startSeconds * audio.sampleRate));
  const endFrame = Math.min(frames, Math.max(startFrame + 1, Math.round(pad.endSeconds * audio.sampleRate)));
  return { ...pad, audio, startFrame, endFrame };
}

function checkNumber(value: number, { least, most }: Bounds, place: string): void {
  if (!(value >= least && value <= most)) throw fault(place, `${least} to ${most}`, String(value), "correct the pad");
}

function checkWhole(value: number, bounds: Bounds, place: string): void {
  checkNumber(value, bounds, place);
  if (!Number.isInteger(value)) throw fault(place, "a whole number", String(value), "correct the pad");
}

function fault(place: string, expected: string, got: string, remedy: string): FormatError {
  return new FormatError(`${place}: expected ${expected}, got ${got}; ${remedy}.`);
}
