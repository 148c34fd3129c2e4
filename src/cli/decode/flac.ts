/** Decodes FLAC, plain or in Ogg, with libFLAC. */

import { FormatError } from "../../core/errors.ts";
import type { Audio } from "../../core/signal/audio.ts";
import { id3Length } from "../../core/signal/mpeg.ts";
import { DecoderQueue } from "./decoder.ts";
import { guarded } from "./guarded.ts";

const queue = new DecoderQueue(async () => new (await import("@wasm-audio-decoders/flac")).FLACDecoder());

/** `promised` samples a channel are expected where the stream's head names a number; fewer, or a damaged frame, is a FormatError. */
async function decode(bytes: Uint8Array, promised: number, place: string): Promise<Audio> {
  const { channelData, sampleRate } = await guarded("FLAC", place, async () => {
    const decoded = await queue.run((decoder) => decoder.decodeFile(bytes));
    const got = decoded.channelData[0]?.length ?? 0;
    if (got < promised) throw new FormatError(`${place}: expected ${promised} frames of audio as its header says, got ${got}; the file is cut off or damaged: copy or export it again.`);
    return decoded;
  });
  return { sampleRate, channels: channelData };
}

/** Plain FLAC: STREAMINFO (RFC 9639, 8.2) must come first and holds 36 bits of sample count. */
export async function decodeFlac(bytes: Uint8Array, place: string): Promise<Audio> {
  const flac = bytes.subarray(id3Length(bytes));
  if (flac.byteLength < 42 || (flac[4]! & 0x7f) !== 0) throw new FormatError(`${place}: expected a STREAMINFO block, got none; the file is cut off or damaged: copy or export it again.`);
  return decode(flac, promisedSamples(flac, 8), place);
}

/** FLAC in Ogg, whose first packet holds the same block after 13 bytes of mapping, marker and 4 of block head. */
export function decodeOggFlac(bytes: Uint8Array, head: Uint8Array, place: string): Promise<Audio> {
  return decode(bytes, head.byteLength >= 51 ? promisedSamples(head, 17) : 0, place);
}

/** Total samples in the STREAMINFO at byte `at`; 0 means unknown. */
function promisedSamples(bytes: Uint8Array, at: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  return (view.getUint8(13) & 15) * 2 ** 32 + view.getUint32(14);
}
