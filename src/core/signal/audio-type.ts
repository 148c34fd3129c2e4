/** Tells what kind of audio a file holds by its bytes, whatever its name says. */

import { textAt } from "./chunks.ts";
import { id3Length, mpegStreamOf } from "./mpeg.ts";

/** What we decode. */
export type AudioType = "wav" | "aiff" | "flac" | "ogg" | "mp3";

export interface AudioKind {
  readonly type?: AudioType;
  /** What the bytes are, in words. */
  readonly name: string;
}

/** Kind of a file from its bytes; `type` is absent where it is none that we decode. */
export function audioKindOf(bytes: Uint8Array): AudioKind {
  const head = textAt(bytes, 0, 4);
  const form = textAt(bytes, 8, 4);
  if ((head === "RIFF" || head === "RF64") && form === "WAVE") return { type: "wav", name: "WAV" };
  if (head === "FORM" && (form === "AIFF" || form === "AIFC")) return { type: "aiff", name: "AIFF" };
  if (head === "OggS") return { type: "ogg", name: "Ogg" };
  if (head === "fLaC" || textAt(bytes, id3Length(bytes), 4) === "fLaC") return { type: "flac", name: "FLAC" };
  const other = otherKind(bytes, head, form);
  if (other) return { name: other };
  return mpegStreamOf(bytes) ? { type: "mp3", name: "MP3" } : { name: unknown(bytes) };
}

function otherKind(bytes: Uint8Array, head: string, form: string): string | undefined {
  if (textAt(bytes, 4, 4) === "ftyp") return "an MP4 file (AAC or ALAC)";
  if (head === "caff") return "a Core Audio file (CAF)";
  if (head === ".snd") return "a Sun audio file (AU)";
  if (head === "\x1aE\xdf\xa3") return "a Matroska or WebM file";
  if (head === "0&\xb2u") return "a Windows Media file";
  if (head === "wvpk") return "a WavPack file";
  if (head === "MAC ") return "a Monkey's Audio file";
  if (head === "RIFX" || (head === "RIFF" && form !== "WAVE")) return "a RIFF file without WAV audio";
  if (head === "MThd") return "a MIDI file";
  if (head === "\x89PNG" || head.startsWith("\xff\xd8\xff") || head === "GIF8") return "a picture";
  if (head === "%PDF") return "a PDF document";
  if (head.startsWith("PK\x03\x04")) return "a ZIP archive";
  if (bytes[0] === 0xff && (bytes[1]! & 0xf6) === 0xf0) return "an AAC stream";
  return undefined;
}

function unknown(bytes: Uint8Array): string {
  const start = bytes.subarray(0, 512);
  if (start.every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13)) return "text";
  return `bytes of no audio format known here (they begin with ${[...start.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ")})`;
}
