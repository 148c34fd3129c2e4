/** What is remembered of MIDI between visits: each device's layout, channel and learned controls, and where answers go. */

import { FormatError } from "../../core/errors.ts";
import { type Place, fieldFault, readJson, readList, readOneOf, readRecord, readText, readWhole, show, within } from "../../core/presets/fields.ts";
import { MAX_BANK_PADS } from "../../core/pads/pad-bank.ts";
import { LAYOUTS } from "./layouts.ts";
import { type Binding, DEFAULT_DEVICE, type DeviceSettings, type Target, type Trigger } from "./midi-map.ts";

/** How answers are sent on. */
export interface OutSettings {
  /** The note of the answer's pad, or the pitch of its sound where it has one. */
  readonly notes: "pad" | "pitch";
  /** Controller that tells the answer's distance just before its note; null: none. */
  readonly distanceController: number | null;
}

export interface MidiSettings {
  /** Device that is heard, by its key; null: all. */
  readonly input: string | null;
  /** Device that answers are sent to; null: none. */
  readonly output: string | null;
  /** Channel of answers, 1 to 16. */
  readonly channel: number;
  readonly out: OutSettings;
  /** By device key. */
  readonly devices: ReadonlyMap<string, DeviceSettings>;
}

export const DEFAULT_MIDI: MidiSettings = { input: null, output: null, channel: 1, out: { notes: "pad", distanceController: null }, devices: new Map() };

/** The distance that controller value 127 stands for; farther ones are 127 as well. */
export const FARTHEST = 1;

/** Controller value of a distance: round(127 d / FARTHEST), 127 at most. */
export function distanceValue(distance: number): number {
  return Math.round(127 * Math.min(1, Math.max(0, distance / FARTHEST)));
}

const VERSION = 1;
const MAX_DEVICES = 200;
const MAX_BINDINGS = 500;

export function writeMidiSettings({ input, output, channel, out, devices }: MidiSettings): string {
  return JSON.stringify({ format: "simile-midi", formatVersion: VERSION, input, output, channel, out, devices: Object.fromEntries(devices) });
}

/** Throws FormatError. */
export function parseMidiSettings(text: string, name = "MIDI settings"): MidiSettings {
  const place: Place = { name, remedy: "set MIDI up again" };
  const fields = readRecord(readJson(text, place), place);
  readOneOf(fields.get("format"), ["simile-midi"], within(place, "format"));
  readOneOf(fields.get("formatVersion"), [VERSION], within(place, "formatVersion"));
  const key = (field: string) => (fields.get(field) === null ? null : readText(fields.get(field), within(place, field), 1, 400));
  const out = readRecord(fields.get("out"), within(place, "out"));
  const devices = [...readRecord(fields.get("devices"), within(place, "devices"))];
  if (devices.length > MAX_DEVICES) throw new FormatError(`${name}: expected at most ${MAX_DEVICES} devices, got ${devices.length}; set MIDI up again.`);
  return {
    input: key("input"),
    output: key("output"),
    channel: readWhole(fields.get("channel"), within(place, "channel"), 1, 16),
    out: {
      notes: readOneOf(out.get("notes"), ["pad", "pitch"], within(place, "notes")),
      distanceController: out.get("distanceController") === null ? null : readWhole(out.get("distanceController"), within(place, "distanceController"), 0, 119),
    },
    devices: new Map(devices.map(([device, value]) => [device, readDevice(value, within(place, device.slice(0, 60)))])),
  };
}

function readDevice(value: unknown, place: Place): DeviceSettings {
  const fields = readRecord(value, place);
  const channel = fields.get("channel");
  const bindings = readList(fields.get("bindings"), within(place, "bindings"));
  if (bindings.length > MAX_BINDINGS) throw fieldFault(within(place, "bindings"), `at most ${MAX_BINDINGS}`, String(bindings.length));
  const mpe = fields.get("mpe");
  if (typeof mpe !== "boolean") throw fieldFault(within(place, "mpe"), "true or false", show(mpe));
  return {
    ...DEFAULT_DEVICE,
    layout: readOneOf(fields.get("layout"), LAYOUTS.map(({ id }) => id), within(place, "layout")),
    channel: channel === null ? null : readWhole(channel, within(place, "channel"), 1, 16),
    mpe,
    bindings: bindings.map((binding, index) => readBinding(binding, within(place, `binding ${index + 1}`))),
  };
}

function readBinding(value: unknown, place: Place): Binding {
  const fields = readRecord(value, place);
  return { trigger: readTrigger(fields.get("trigger"), within(place, "trigger")), target: readTarget(fields.get("target"), within(place, "target")) };
}

function readTrigger(value: unknown, place: Place): Trigger {
  const fields = readRecord(value, place);
  const channel = readWhole(fields.get("channel"), within(place, "channel"), 1, 16);
  const kind = readOneOf(fields.get("kind"), ["note", "control"], within(place, "kind"));
  if (kind === "note") return { kind, channel, note: readWhole(fields.get("note"), within(place, "note"), 0, 127) };
  return { kind, channel, controller: readWhole(fields.get("controller"), within(place, "controller"), 0, 127) };
}

function readTarget(value: unknown, place: Place): Target {
  const fields = readRecord(value, place);
  const kind = readOneOf(fields.get("kind"), ["pad", "control"], within(place, "kind"));
  if (kind === "pad") return { kind, pad: readWhole(fields.get("pad"), within(place, "pad"), 0, MAX_BANK_PADS - 1) };
  return { kind, control: readText(fields.get("control"), within(place, "control"), 1, 60) };
}
