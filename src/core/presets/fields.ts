/** Reads the fields of untrusted JSON one by one, so that a fault names the place, what was expected and what came. */

import { FormatError } from "../errors.ts";

/** Where a value stands, and what the reader of a fault should do. */
export interface Place {
  readonly name: string;
  readonly remedy: string;
}

/** The place of `key` inside `place`. */
export function within(place: Place, key: string): Place {
  return { ...place, name: `${place.name}: ${key}` };
}

/** FormatError in the house's form: "place: expected …, got …; remedy." */
export function fieldFault(place: Place, expected: string, got: string): FormatError {
  return new FormatError(`${place.name}: expected ${expected}, got ${got}; ${place.remedy}.`);
}

/** A short text of any value, for a fault. */
export function show(value: unknown): string {
  return value === undefined ? "nothing" : (JSON.stringify(value) ?? String(value)).slice(0, 60);
}

/** Parses JSON text; a syntax error is a FormatError. */
export function readJson(source: string, place: Place): unknown {
  try {
    return JSON.parse(source);
  } catch {
    throw fieldFault(place, "JSON", source.length === 0 ? "an empty file" : `text that begins ${show(source.slice(0, 20))}`);
  }
}

/** An object's own fields; inherited and prototype-naming keys are out of reach. */
export function readRecord(value: unknown, place: Place, expected = "an object"): ReadonlyMap<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw fieldFault(place, expected, show(value));
  return new Map(Object.entries(value));
}

export function readList(value: unknown, place: Place): readonly unknown[] {
  if (!Array.isArray(value)) throw fieldFault(place, "a list", show(value));
  return value;
}

/** A text of `least` to `most` characters. */
export function readText(value: unknown, place: Place, least = 1, most = 10_000): string {
  if (typeof value !== "string") throw fieldFault(place, "a text", show(value));
  if (value.length < least || value.length > most) throw fieldFault(place, `a text of ${least} to ${most} characters`, `${value.length} characters`);
  return value;
}

/** A whole number from `least` to `most`. */
export function readWhole(value: unknown, place: Place, least = 0, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least || value > most) throw fieldFault(place, `a whole number from ${least} to ${most}`, show(value));
  return value;
}

/** One of the values that this version knows. */
export function readOneOf<const T extends string | number>(value: unknown, allowed: readonly T[], place: Place): T {
  const known = allowed.find((candidate) => candidate === value);
  if (known === undefined) throw fieldFault(place, allowed.map((candidate) => JSON.stringify(candidate)).join(" or "), show(value));
  return known;
}

export function readSha256(value: unknown, place: Place): string {
  const text = readText(value, place);
  if (!/^[0-9a-f]{64}$/.test(text)) throw fieldFault(place, "64 hexadecimal digits", show(text));
  return text;
}

/** Whether a path is relative, with forward slashes, and stays inside its folder. */
export function isRelativePath(path: string): boolean {
  return path.length > 0 && path.length <= 1024 && !/[\\\0]|^[a-zA-Z]:/.test(path) && path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/** A relative path with forward slashes that stays inside its folder. */
export function readRelativePath(value: unknown, place: Place): string {
  const path = readText(value, place, 1, 1024);
  if (!isRelativePath(path)) throw fieldFault(place, "a relative path inside the folder, with forward slashes", show(path));
  return path;
}
