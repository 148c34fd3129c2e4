/** One message of the remote control: an address and its arguments, as OSC has them, bounded before anything reads them. */

import { FormatError } from "../errors.ts";
import { type Place, readJson, readList, readRecord, readText, show, within } from "../presets/fields.ts";

export type ControlArgument = string | number;

export interface ControlMessage {
  /** Begins with "/simile/". */
  readonly address: string;
  readonly args: readonly ControlArgument[];
}

/** Bytes of a message as text. */
export const MOST_MESSAGE_BYTES = 65_536;
export const MOST_ARGUMENTS = 1024;
export const MOST_TEXT = 1000;

const ADDRESS = /^\/simile(\/[a-z0-9-]+){1,4}$/;
const PLACE: Place = { name: "message", remedy: 'send { "address": "/simile/…", "args": […] }; src/docs/bridge.md lists them' };

/** Throws FormatError for what is no message, or too large for one. */
export function readControlMessage(value: unknown): ControlMessage {
  const fields = readRecord(value, PLACE);
  const address = readText(fields.get("address"), within(PLACE, "address"), 1, 128);
  if (!ADDRESS.test(address)) throw new FormatError(`message: address: expected one like /simile/play, got ${show(address)}; ${PLACE.remedy}.`);
  const args = readList(fields.get("args") ?? [], within(PLACE, "args"));
  if (args.length > MOST_ARGUMENTS) throw new FormatError(`message: args: expected at most ${MOST_ARGUMENTS}, got ${args.length}; ${PLACE.remedy}.`);
  return { address, args: args.map((arg, i) => readControlArgument(arg, within(PLACE, `args: ${i}`))) };
}

/** A message out of JSON text. Throws FormatError. */
export function parseControlMessage(text: string): ControlMessage {
  if (text.length > MOST_MESSAGE_BYTES) throw new FormatError(`message: expected at most ${MOST_MESSAGE_BYTES} characters, got ${text.length}; ${PLACE.remedy}.`);
  return readControlMessage(readJson(text, PLACE));
}

/** A number, or a text of at most MOST_TEXT characters; true and false are 1 and 0. */
export function readControlArgument(value: unknown, place: Place): ControlArgument {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string") return readText(value, place, 0, MOST_TEXT);
  if (typeof value !== "number" || !Number.isFinite(value)) throw new FormatError(`${place.name}: expected a number or a text, got ${show(value)}; ${place.remedy}.`);
  return value;
}
