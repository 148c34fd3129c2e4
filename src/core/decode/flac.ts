/** Decodes FLAC frames with libFLAC. */

import { FormatError } from "../errors.ts";
import type { Audio } from "../signal/audio.ts";
import { type FlacStreamInfo, parseFlac, parseStreamInfo } from "../signal/flac.ts";
import type { OggPacket } from "../signal/ogg.ts";
import { DecoderQueue } from "./decoder.ts";
import { guarded } from "./guarded.ts";

const queue = new DecoderQueue(async () => new (await import("@wasm-audio-decoders/flac")).FLACDecoder());
/** Where STREAMINFO lies in the first packet of an Ogg stream (RFC 9639, 10.1). */
const OGG_HEAD = { info: 17, end: 51 } as const;

/** Decodes a whole file. Throws FormatError where it is damaged, or holds fewer samples than its head says. */
export function decodeFlac(bytes: Uint8Array, place: string): Promise<Audio> {
  const { info, frames } = parseFlac(bytes, place);
  return decode(info, frames, place);
}

/** Decodes the packets of FLAC in Ogg: the first holds the head, then come metadata, then a frame a packet. */
export function decodeOggFlac(packets: readonly OggPacket[], place: string): Promise<Audio> {
  const first = packets[0]!.bytes;
  if (first.byteLength < OGG_HEAD.end) throw new FormatError(`${place}: expected a STREAMINFO block, got none; the file is damaged: copy or export it again.`);
  const frames = packets.slice(1).flatMap(({ bytes }) => (bytes[0] === 0xff ? [bytes] : []));
  return decode(parseStreamInfo(first, OGG_HEAD.info), frames, place);
}

async function decode({ sampleRate, samples }: FlacStreamInfo, frames: readonly Uint8Array[], place: string): Promise<Audio> {
  const { channelData } = await guarded("FLAC", place, () =>
    queue.run(async (decoder) => {
      // no STREAMINFO: a frame's own head tells all, and a piece without sound makes the decoder free what it never had
      const decoded = await decoder.decodeFrames([...frames]);
      await decoder.reset();
      return decoded;
    }),
  );
  const got = channelData[0]?.length ?? 0;
  if (got < samples) throw new FormatError(`${place}: expected ${samples} frames of audio as its header says, got ${got}; the file is cut off: copy or export it again.`);
  return { sampleRate, channels: channelData };
}
