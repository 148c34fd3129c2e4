/** Runs a decoder so that whatever it meets in a damaged file comes back as one error of ours, and its own notes stay out of the terminal. */

import { FormatError, messageOf } from "../../core/errors.ts";

const NOTES = /^(@wasm-audio-decoders|mpg123-decoder|libopus|codec-parser)/;
let running = 0;
let restore: () => void = () => {};

/** What the decoders give. */
export interface Decoded {
  readonly channelData: Float32Array[];
  readonly sampleRate: number;
  readonly errors: readonly { readonly message: string }[];
}

/** Runs `decode`, which reads `codec` packets of the file named `place`; a packet that it cannot read and anything that it throws is a FormatError. Other logging passes meanwhile. */
export async function guarded(codec: string, place: string, decode: () => Promise<Decoded>): Promise<Decoded> {
  if (running++ === 0) restore = filtered();
  try {
    const decoded = await decode();
    if (decoded.errors.length > 0) throw new Error(`${decoded.errors.length} damaged (${decoded.errors[0]!.message})`);
    return decoded;
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError(`${place}: expected whole ${codec} packets, got ${messageOf(cause).replaceAll(/\s+/g, " ")}; the file is damaged: copy or export it again.`);
  } finally {
    if (--running === 0) restore();
  }
}

function filtered(): () => void {
  const { error, warn } = console;
  const passing =
    (write: typeof console.error): typeof console.error =>
    (...parts) => {
      if (!NOTES.test(String(parts[0]))) write(...parts);
    };
  console.error = passing(error);
  console.warn = passing(warn);
  return () => Object.assign(console, { error, warn });
}
