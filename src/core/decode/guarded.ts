/** Runs a decoder so that whatever it meets in a damaged file comes back as one error of ours. */

import { FormatError, messageOf } from "../errors.ts";

/** How the notes begin that the decoders write to the console on their own. */
const DECODER_NOTES = /^(@wasm-audio-decoders|mpg123-decoder|libopus|codec-parser)/;

/** A console's method without the decoders' notes on damaged files: what matters of them comes as an error. */
export function withoutDecoderNotes(write: (...parts: unknown[]) => void): (...parts: unknown[]) => void {
  return (...parts) => {
    if (!DECODER_NOTES.test(String(parts[0]))) write(...parts);
  };
}

/** What the decoders give. */
export interface Decoded {
  readonly channelData: Float32Array[];
  readonly sampleRate: number;
  readonly errors: readonly { readonly message: string }[];
}

/** Runs `decode`, which reads `codec` packets of the file named `place`; a packet that it cannot read and anything that it throws is a FormatError. */
export async function guarded(codec: string, place: string, decode: () => Promise<Decoded>): Promise<Decoded> {
  try {
    const decoded = await decode();
    if (decoded.errors.length > 0) throw new Error(`${decoded.errors.length} damaged (${decoded.errors[0]!.message})`);
    return decoded;
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError(`${place}: expected whole ${codec} packets, got ${messageOf(cause).replaceAll(/\s+/g, " ")}; the file is damaged: copy or export it again.`);
  }
}
