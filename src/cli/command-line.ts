/** Reads the arguments of a command, and tells wrong usage apart from faults. */

import { type ParseArgsConfig, parseArgs } from "node:util";

/** A command line that asks for something we do not offer: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** node:util's parseArgs with its errors as UsageError. */
export function parseCommand<const T extends ParseArgsConfig>(command: string, config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (cause) {
    throw new UsageError(`simile ${command}: ${sentence(cause)} See npx simile ${command} --help.`);
  }
}

/** First sentence of what parseArgs says, which goes on with advice on dashes. */
export function sentence(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const first = text.split(/\. |\n/)[0]!;
  return first.endsWith(".") ? first : `${first}.`;
}

/** A whole number of at least `least` from an option's text. */
export function wholeOption(command: string, option: string, text: string, least = 1): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || !Number.isSafeInteger(value)) throw new UsageError(`simile ${command}: expected a whole number of at least ${least} after --${option}, got ${JSON.stringify(text)}.`);
  return value;
}
