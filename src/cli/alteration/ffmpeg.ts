/** Encodes sounds with ffmpeg where it is installed, and says why not where it is not. */

import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { FormatError, UnsupportedError, messageOf } from "../../core/errors.ts";

export const CODECS = ["mp3", "opus"] as const;
export type Codec = (typeof CODECS)[number];

const ENCODERS: Readonly<Record<Codec, { readonly name: string; readonly format: string }>> = { mp3: { name: "libmp3lame", format: "mp3" }, opus: { name: "libopus", format: "ogg" } };

let encoders: Promise<string | undefined> | undefined;

/** Why a codec cannot be had here; undefined where it can. */
export async function codecFault(codec: Codec): Promise<string | undefined> {
  encoders ??= promisify(execFile)("ffmpeg", ["-hide_banner", "-encoders"]).then(
    ({ stdout }) => stdout,
    () => undefined,
  );
  const list = await encoders;
  if (list === undefined) return "ffmpeg is not installed";
  return list.includes(ENCODERS[codec].name) ? undefined : `this ffmpeg has no encoder ${ENCODERS[codec].name}`;
}

/** Bytes of an MP3 or Ogg Opus file of the sound. Throws UnsupportedError where ffmpeg or its encoder is missing. */
export async function encoded(samples: Float32Array, sampleRate: number, codec: Codec, kbps: number): Promise<Uint8Array> {
  const fault = await codecFault(codec);
  if (fault) throw new UnsupportedError(`coding to ${codec}: expected ffmpeg with ${ENCODERS[codec].name}, got none (${fault}); install it, or leave the coding out.`);
  const { name, format } = ENCODERS[codec];
  const child = spawn("ffmpeg", ["-v", "error", "-f", "f32le", "-ar", String(sampleRate), "-ac", "1", "-i", "pipe:0", "-c:a", name, "-b:a", `${kbps}k`, "-f", format, "pipe:1"]);
  const chunks: Uint8Array[] = [];
  let complaint = "";
  child.stdout.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Uint8Array) => (complaint += String(chunk)));
  // ffmpeg that ends early closes its end: the exit code tells
  child.stdin.on("error", () => undefined);
  child.stdin.end(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve)).catch((cause: unknown) => messageOf(cause));
  if (code !== 0) throw new FormatError(`coding to ${codec}: expected ffmpeg to end well, got ${complaint.trim().split("\n")[0] || code}; check the sound.`);
  return Buffer.concat(chunks);
}
