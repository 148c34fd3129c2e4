/** A bank of pads: a grid of 4 x 4 or 8 x 8, each pad with a sound and how it is played. */

import { clamp, DEFAULT_ENVELOPE, DEFAULT_VELOCITY, MAX_CHOKE_GROUP, PAD_BOUNDS, type PadEnvelope, type PadMode, type VelocityCurve } from "../kits/kit.ts";

/** Names a sound for as long as it exists, whatever library is open: its path within the library, or the key of an imported one. */
export type SoundKey = string;

/**
 * What a retrieval does to the bank. `follow`: the nearest sounds, and one that stays keeps its pad. `spread`: diverse neighbours, near at the bottom left,
 * far at the top right. `hold`: as `follow`, but locked pads stay. `kit`: nothing, hands alone fill it.
 */
export type BankMode = "follow" | "spread" | "hold" | "kit";
export const BANK_MODES: readonly BankMode[] = ["follow", "spread", "hold", "kit"];

/** Pads along a side. */
export type GridSize = 4 | 8;

export const BANK_NAMES = ["A", "B", "C", "D", "E", "F", "G", "H"] as const;
export const MAX_BANK_PADS = 64;

/** MIDI note of pad 0, bottom left; pads run to the right and up, and keep their number and note in either size. */
export const FIRST_PAD_NOTE = 36;

export interface PadSettings {
  /** -60 to 6. */
  readonly gainDb: number;
  /** -48 to 48. */
  readonly tuneSemitones: number;
  /** Shares of the sound, 0 to 1, so that they hold for whatever sound comes next: `start` is below `end`. */
  readonly start: number;
  readonly end: number;
  readonly envelope: PadEnvelope;
  /** 1 to 16: a pad silences the others of its group. */
  readonly chokeGroup: number | null;
  readonly mode: PadMode;
  readonly velocity: VelocityCurve;
}

export interface Pad {
  readonly sound: SoundKey | null;
  /** Distance from the sound that brought it here; null where hands did. */
  readonly distance: number | null;
  /** Stays while a bank in mode `hold` follows. */
  readonly locked: boolean;
  readonly settings: PadSettings;
  /** Sounds that "more like this" and "less like this" have led through. */
  readonly trail: readonly SoundKey[];
}

export interface PadBank {
  readonly title: string;
  readonly mode: BankMode;
  readonly size: GridSize;
  /** Always 64; a bank of 4 x 4 shows the first sixteen. */
  readonly pads: readonly Pad[];
}

/** Least share of a sound between its start and its end. */
export const LEAST_PART = 0.001;

export const DEFAULT_SETTINGS: PadSettings = {
  gainDb: 0,
  tuneSemitones: 0,
  start: 0,
  end: 1,
  envelope: DEFAULT_ENVELOPE,
  chokeGroup: null,
  mode: "one-shot",
  velocity: DEFAULT_VELOCITY,
};

export const EMPTY_PAD: Pad = { sound: null, distance: null, locked: false, settings: DEFAULT_SETTINGS, trail: [] };

export function createBank(mode: BankMode, title = ""): PadBank {
  return { title, mode, size: 4, pads: Array.from({ length: MAX_BANK_PADS }, () => EMPTY_PAD) };
}

export function padCount({ size }: Pick<PadBank, "size">): number {
  return size * size;
}

export function noteOfPad(pad: number): number {
  return FIRST_PAD_NOTE + pad;
}

/** What a change of settings may hold: parts of envelope and velocity curve alone as well. */
export interface SettingsChange extends Partial<Omit<PadSettings, "envelope" | "velocity">> {
  readonly envelope?: Partial<PadEnvelope>;
  readonly velocity?: Partial<VelocityCurve>;
}

/** Settings after a change, each number within its bounds; one that is no number changes nothing. */
export function changeSettings(before: PadSettings, change: SettingsChange): PadSettings {
  // 0 is added so that -0, which no file keeps, becomes 0.
  const bounded = (key: keyof typeof PAD_BOUNDS, value: number | undefined, old: number) => (value === undefined || Number.isNaN(value) ? old : clamp(value, PAD_BOUNDS[key]) + 0);
  const share = (value: number | undefined, old: number) => (value === undefined || Number.isNaN(value) ? old : Math.min(1, Math.max(0, value)) + 0);
  const envelope = change.envelope ?? {};
  const start = Math.min(1 - LEAST_PART, share(change.start, before.start));
  const end = Math.max(LEAST_PART, share(change.end, before.end));
  // Of two that cross, the one that moved gives way.
  const crossed = end - start < LEAST_PART;
  const moved = change.end !== undefined && change.start === undefined;
  return {
    gainDb: bounded("gainDb", change.gainDb, before.gainDb),
    tuneSemitones: bounded("tuneSemitones", change.tuneSemitones, before.tuneSemitones),
    start: crossed && !moved ? Math.max(0, end - LEAST_PART) : start,
    end: crossed && moved ? Math.min(1, start + LEAST_PART) : end,
    envelope: {
      attack: bounded("attack", envelope.attack, before.envelope.attack),
      hold: bounded("hold", envelope.hold, before.envelope.hold),
      decay: bounded("decay", envelope.decay, before.envelope.decay),
      sustain: bounded("sustain", envelope.sustain, before.envelope.sustain),
      release: bounded("release", envelope.release, before.envelope.release),
    },
    chokeGroup: change.chokeGroup === undefined ? before.chokeGroup : chokeGroupOf(change.chokeGroup),
    mode: change.mode ?? before.mode,
    velocity: {
      amount: bounded("velocityAmount", change.velocity?.amount, before.velocity.amount),
      exponent: bounded("velocityExponent", change.velocity?.exponent, before.velocity.exponent),
    },
  };
}

function chokeGroupOf(group: number | null): number | null {
  return group === null || !(group >= 1) ? null : Math.min(MAX_CHOKE_GROUP, Math.round(group));
}

/** Linear gain of a hit of velocity 0 to 1: g = 1 - amount + amount v^exponent. */
export function velocityGain({ amount, exponent }: VelocityCurve, velocity: number): number {
  return 1 - amount + amount * Math.min(1, Math.max(0, velocity)) ** exponent;
}
