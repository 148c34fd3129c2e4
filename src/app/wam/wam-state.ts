/** What a host keeps of the module, read strictly: a state that is none of ours changes nothing. */

import { type ControlArgument, readControlArgument } from "../../core/control/control-message.ts";
import type { PadBank } from "../../core/pads/pad-bank.ts";
import { type Place, readOneOf, readRecord, readText, within } from "../../core/presets/fields.ts";
import { parsePadPreset } from "../../core/presets/pad-preset.ts";
import { CONTROL_SETTINGS, CONTROL_SETTING_NAMES, type ControlSetting } from "../../protocol/control.ts";
import { readArgument } from "../remote/argument.ts";

export const WAM_STATE_VERSION = 1;

export interface SimileWamState {
  readonly version: typeof WAM_STATE_VERSION;
  readonly settings: Readonly<Record<string, ControlArgument>>;
  /** All banks, as a pad preset. */
  readonly pads: string;
}

export interface WamStateParts {
  /** Those settings that the state has, in the order of the vocabulary. */
  readonly settings: readonly (readonly [ControlSetting, ControlArgument])[];
  readonly banks: readonly PadBank[];
}

/** Characters of the pads of a state. */
const MOST_PADS = 2 ** 22;
const PLACE: Place = { name: "Web Audio Module: state", remedy: "hand over what getState gave" };

/** Throws FormatError for what `getState` would not have written; names of settings that this version does not know are passed over. */
export function readWamState(state: unknown): WamStateParts {
  const fields = readRecord(state, PLACE);
  readOneOf(fields.get("version"), [WAM_STATE_VERSION], within(PLACE, "version"));
  const kept = readRecord(fields.get("settings"), within(PLACE, "settings"));
  // A tempo of nothing is no tempo to set.
  const told = CONTROL_SETTING_NAMES.filter((name) => kept.has(name) && !(name === "tempo" && kept.get(name) === 0));
  const settings = told.map((name) => {
    const place = within(within(PLACE, "settings"), name);
    return [name, readArgument(readControlArgument(kept.get(name), place), CONTROL_SETTINGS[name], place)] as const;
  });
  const pads = readText(fields.get("pads"), within(PLACE, "pads"), 1, MOST_PADS);
  return { settings, banks: parsePadPreset(pads, "Web Audio Module: state: pads").banks };
}
