/** Keeps the decoders' own notes on damaged frames out of the terminal: what they found comes back as an error of ours. */

const NOTES = /^(@wasm-audio-decoders|mpg123-decoder|libopus|codec-parser)/;
let running = 0;
let restore: () => void = () => {};

/** Runs `decode` with those notes left out; everything else that is logged meanwhile passes. */
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
  const passing =
    (write: typeof console.error): typeof console.error =>
    (...parts) => {
      if (!NOTES.test(String(parts[0]))) write(...parts);
    };
  console.error = passing(error);
  console.warn = passing(warn);
  return () => Object.assign(console, { error, warn });
}
