/** The module's parameters: every setting of the remote control that is a number, a switch or a choice. */

import type { WamParameterConfiguration, WamParameterDataMap } from "@webaudiomodules/api";
import type { ControlArgument } from "../../core/control/control-message.ts";
import { type ArgumentKind, CONTROL_SETTINGS, CONTROL_SETTING_NAMES, type ControlSetting } from "../../protocol/control.ts";
import { SETTING_HANDLES } from "../remote/settings.ts";
import type { SimileState } from "../simile-state.ts";

const KINDS: Readonly<Record<ControlSetting, ArgumentKind>> = CONTROL_SETTINGS;
export const PARAMETERS = CONTROL_SETTING_NAMES.filter((name) => KINDS[name].kind !== "text");

/** As hosts want them, with what the instrument is set to now as the default. */
export function parameterConfigurations(state: SimileState): Readonly<Record<string, WamParameterConfiguration>> {
  return Object.fromEntries(PARAMETERS.map((name) => [name, { ...shape(KINDS[name]), label: name.replaceAll("-", " "), defaultValue: parameterValue(name, state) }]));
}

function shape(is: ArgumentKind): WamParameterConfiguration {
  if (is.kind === "number") return { type: is.whole ? "int" : "float", minValue: is.least, maxValue: is.most };
  return is.kind === "choice" ? { type: "choice", choices: [...is.of], minValue: 0, maxValue: is.of.length - 1 } : { type: "boolean", minValue: 0, maxValue: 1 };
}

/** A setting as a number within its parameter's bounds: choices count from 0. */
export function parameterValue(name: ControlSetting, state: SimileState): number {
  const is = KINDS[name];
  const value = SETTING_HANDLES[name].read(state);
  if (is.kind === "choice") return Math.max(0, is.of.indexOf(String(value)));
  // What stands still, as a beat without a tempo, has no place among the values that can be set.
  return is.kind === "number" ? Math.min(is.most, Math.max(is.least, Number(value))) : Number(value);
}

/** The setting that a parameter's number stands for. */
export function settingOf(name: ControlSetting, value: number): ControlArgument {
  const is = KINDS[name];
  return is.kind === "choice" ? is.of[Math.round(value)] ?? is.of[0]! : value;
}

/** All of them as they are now. */
export function parameterValues(state: SimileState): WamParameterDataMap {
  return Object.fromEntries(PARAMETERS.map((id) => [id, { id, value: parameterValue(id, state), normalized: false }]));
}
