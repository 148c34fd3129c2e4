/** Joins typed arrays of one kind, end to end. */

/** A new array of `Kind` with all of `parts` in turn. */
export function joined<T extends Uint8Array | Float32Array>(parts: readonly T[], Kind: new (length: number) => T): T {
  const whole = new Kind(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
