/** Keeps the decoders' own notes on damaged files out of the terminal: what matters of them comes as an error. */

import { withoutDecoderNotes } from "../core/decode/guarded.ts";

let running = 0;
let restore: () => void = () => {};

/** Runs a decoding; other logging passes meanwhile. */
export async function quietly<T>(decode: () => Promise<T>): Promise<T> {
  if (running++ === 0) restore = filtered();
  try {
    return await decode();
  } finally {
    if (--running === 0) restore();
  }
}

function filtered(): () => void {
  const { error, warn } = console;
  console.error = withoutDecoderNotes(error);
  console.warn = withoutDecoderNotes(warn);
  return () => Object.assign(console, { error, warn });
}
