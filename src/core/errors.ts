/** Names the faults that a caller can act on; every text reads "place: expected …, got …; remedy". */

/** Input of a kind we read, whose content breaks its format or names another version. */
export class FormatError extends Error {
  override readonly name = "FormatError";
}

/** Something this host, file type or parameter range does not offer. */
export class UnsupportedError extends Error {
  override readonly name = "UnsupportedError";
}

/** The user or the browser refused access to a device, a folder or a port. */
export class PermissionError extends Error {
  override readonly name = "PermissionError";
}

/** A file, preset, device or sound that was named is not there. */
export class MissingError extends Error {
  override readonly name = "MissingError";
}

/** Throws a plain Error for a bug of ours: `message` is built only when `condition` is false. */
export function assert(condition: unknown, message: () => string): asserts condition {
  if (!condition) throw new Error(message());
}

/** What `act` gives. Its FormatError or UnsupportedError comes on with `place` before its text, so that it names the input that is at fault. */
export function placed<T>(place: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof FormatError) throw new FormatError(`${place}: ${cause.message}`, { cause });
    if (cause instanceof UnsupportedError) throw new UnsupportedError(`${place}: ${cause.message}`, { cause });
    throw cause;
  }
}

/** Text of whatever was thrown, without a stack. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
