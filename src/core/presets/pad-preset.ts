/** A pad preset: named banks of pads as a JSON file, written with only what differs from the default, read strictly. */

import { BANK_MODES, BANK_NAMES, changeSettings, createBank, DEFAULT_SETTINGS, EMPTY_PAD, MAX_BANK_PADS, type Pad, type PadBank, padCount, type PadSettings, type SettingsChange } from "../pads/pad-bank.ts";
import { type Bounds, MAX_CHOKE_GROUP, PAD_BOUNDS } from "../kits/kit.ts";
import { fieldFault, type Place, readJson, readList, readOneOf, readRecord, readText, readWhole, show, within } from "./fields.ts";

export interface PadPreset {
  readonly name: string;
  readonly author: string;
  readonly licence: string;
  /** 1 to 8, laid from the chosen bank on. */
  readonly banks: readonly PadBank[];
}

export const PAD_PRESET_FORMAT = "simile-pads";
const VERSION = 1;
const MAX_NAME = 200;
const MAX_KEY = 1100;

export function writePadPreset({ name, author, licence, banks }: PadPreset): string {
  const file = { format: PAD_PRESET_FORMAT, formatVersion: VERSION, name, author, licence, banks: banks.map(bankJson) };
  return `${JSON.stringify(file, null, 1)}\n`;
}

function bankJson({ title, mode, size, pads }: PadBank): object {
  const used = pads.slice(0, padCount({ size })).flatMap((pad, index) => (pad.sound === null && pad.settings === DEFAULT_SETTINGS ? [] : [padJson(pad, index)]));
  return { title, mode, size, pads: used };
}

function padJson({ sound, locked, settings }: Pad, pad: number): object {
  const { envelope, velocity, ...plain } = settings;
  const parts = { ...differing(plain, DEFAULT_SETTINGS), envelope: differing(envelope, DEFAULT_SETTINGS.envelope), velocity: differing(velocity, DEFAULT_SETTINGS.velocity) };
  const kept = Object.fromEntries(Object.entries(parts).filter(([, value]) => !(typeof value === "object" && value !== null && Object.keys(value).length === 0)));
  return { pad, sound, ...(locked ? { locked } : {}), ...kept };
}

function differing<T extends object>(values: T, defaults: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([key, value]) => value !== defaults[key as keyof T])) as Partial<T>;
}

/** Throws FormatError for anything that the format does not say. */
export function parsePadPreset(text: string, name: string): PadPreset {
  const place: Place = { name, remedy: "export the preset again" };
  const fields = readRecord(readJson(text, place), place);
  readOneOf(fields.get("format"), [PAD_PRESET_FORMAT], within(place, "format"));
  readOneOf(fields.get("formatVersion"), [VERSION], within(place, "formatVersion"));
  const banks = readList(fields.get("banks"), within(place, "banks"));
  if (banks.length < 1 || banks.length > BANK_NAMES.length) throw fieldFault(within(place, "banks"), `1 to ${BANK_NAMES.length} banks`, String(banks.length));
  return {
    name: readText(fields.get("name"), within(place, "name"), 1, MAX_NAME),
    author: readText(fields.get("author") ?? "", within(place, "author"), 0, MAX_NAME),
    licence: readText(fields.get("licence") ?? "", within(place, "licence"), 0, MAX_NAME),
    banks: banks.map((bank, index) => readBank(bank, within(place, `bank ${index + 1}`))),
  };
}

function readBank(value: unknown, place: Place): PadBank {
  const fields = readRecord(value, place);
  const bank = createBank(readOneOf(fields.get("mode"), BANK_MODES, within(place, "mode")), readText(fields.get("title") ?? "", within(place, "title"), 0, MAX_NAME));
  const size = readOneOf(fields.get("size"), [4, 8], within(place, "size"));
  const pads: Pad[] = [...bank.pads];
  const used = new Set<number>();
  const list = readList(fields.get("pads"), within(place, "pads"));
  if (list.length > MAX_BANK_PADS) throw fieldFault(within(place, "pads"), `at most ${MAX_BANK_PADS}`, String(list.length));
  for (const [index, entry] of list.entries()) {
    const here = within(place, `pads ${index + 1}`);
    const values = readRecord(entry, here);
    const pad = readWhole(values.get("pad"), within(here, "pad"), 0, size * size - 1);
    if (used.has(pad)) throw fieldFault(within(here, "pad"), "each pad once", `${pad} twice`);
    used.add(pad);
    const sound = values.get("sound") ?? null;
    const locked = values.get("locked") ?? false;
    if (typeof locked !== "boolean") throw fieldFault(within(here, "locked"), "true or false", show(locked));
    pads[pad] = { ...EMPTY_PAD, sound: sound === null ? null : readText(sound, within(here, "sound"), 1, MAX_KEY), locked, settings: readSettings(values, here) };
  }
  return { ...bank, size, pads };
}

function readSettings(values: ReadonlyMap<string, unknown>, place: Place): PadSettings {
  const number = (from: ReadonlyMap<string, unknown>, key: string, bounds: Bounds, at: Place): number | undefined => {
    const value = from.get(key);
    if (value === undefined) return undefined;
    if (typeof value !== "number" || !(value >= bounds.least && value <= bounds.most)) throw fieldFault(within(at, key), `${bounds.least} to ${bounds.most}`, show(value));
    return value;
  };
  const record = (key: string) => (values.has(key) ? readRecord(values.get(key), within(place, key)) : new Map<string, unknown>());
  const [envelope, velocity] = [record("envelope"), record("velocity")];
  const share = { least: 0, most: 1 };
  const group = values.get("chokeGroup") ?? null;
  const change: { -readonly [Key in keyof SettingsChange]: SettingsChange[Key] } = {
    chokeGroup: group === null ? null : readWhole(group, within(place, "chokeGroup"), 1, MAX_CHOKE_GROUP),
    mode: values.has("mode") ? readOneOf(values.get("mode"), ["one-shot", "gate", "loop"], within(place, "mode")) : DEFAULT_SETTINGS.mode,
    envelope: defined({
      attack: number(envelope, "attack", PAD_BOUNDS.attack, within(place, "envelope")),
      hold: number(envelope, "hold", PAD_BOUNDS.hold, within(place, "envelope")),
      decay: number(envelope, "decay", PAD_BOUNDS.decay, within(place, "envelope")),
      sustain: number(envelope, "sustain", PAD_BOUNDS.sustain, within(place, "envelope")),
      release: number(envelope, "release", PAD_BOUNDS.release, within(place, "envelope")),
    }),
    velocity: defined({
      amount: number(velocity, "amount", PAD_BOUNDS.velocityAmount, within(place, "velocity")),
      exponent: number(velocity, "exponent", PAD_BOUNDS.velocityExponent, within(place, "velocity")),
    }),
    ...defined({
      gainDb: number(values, "gainDb", PAD_BOUNDS.gainDb, place),
      tuneSemitones: number(values, "tuneSemitones", PAD_BOUNDS.tuneSemitones, place),
      start: number(values, "start", share, place),
      end: number(values, "end", share, place),
    }),
  };
  const settings = changeSettings(DEFAULT_SETTINGS, change);
  if ((change.start ?? 0) >= (change.end ?? 1)) throw fieldFault(within(place, "start"), "a start before the end", `${change.start ?? 0} to ${change.end ?? 1}`);
  return isDefault(settings) ? DEFAULT_SETTINGS : settings;
}

/** Without the keys whose value is undefined. */
function defined<T extends object>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [Key in keyof T]?: Exclude<T[Key], undefined> };
}

function isDefault(settings: PadSettings): boolean {
  return JSON.stringify(settings) === JSON.stringify(DEFAULT_SETTINGS);
}
