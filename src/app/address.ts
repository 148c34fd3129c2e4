/** Reads an address that a user typed or pasted. */

/** The http or https address, or null where it is none; relative ones are taken from `base`. */
export function webAddress(text: string, base?: string): URL | null {
  try {
    const url = new URL(text.trim(), base);
    return /^https?:$/.test(url.protocol) ? url : null;
  } catch {
    return null;
  }
}
