/** Decodes Opus packets with libopus at 48 kHz: pre-skip and end trimmed, output gain applied (RFC 7845, 4 and 5.1). */

import { FormatError } from "../../core/errors.ts";
import type { Audio } from "../../core/signal/audio.ts";
import type { OggPacket } from "../../core/signal/ogg.ts";
import { quietly } from "./quiet.ts";

const SAMPLE_RATE = 48_000;
/** Milliseconds of a frame by the upper five bits of a packet's first byte (RFC 6716, 3.1). */
const FRAME_MS = [10, 20, 40, 60, 10, 20, 40, 60, 10, 20, 40, 60, 10, 20, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10, 20] as const;

/** Samples at 48 kHz that a packet decodes to. */
function samplesOf({ bytes }: OggPacket): number {
  const head = bytes[0] ?? 0;
  const code = head & 3;
  const frames = code === 0 ? 1 : code === 3 ? (bytes[1] ?? 0) & 63 : 2;
  return (frames * FRAME_MS[head >> 3]! * SAMPLE_RATE) / 1000;
}

/** `packets` are those of one Ogg Opus stream: head, tags, audio. */
export async function decodeOpus(packets: readonly OggPacket[], place: string): Promise<Audio> {
  const [first, , ...audio] = packets;
  const head = first!.bytes;
  if (head.byteLength < 19 || head[9]! < 1) throw new FormatError(`${place}: expected an OpusHead of at least 19 bytes, got ${head.byteLength}; the file is damaged: copy or export it again.`);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const channels = head[9]!;
  const mapped = head[18] !== 0;
  if (mapped ? head.byteLength < 21 + channels : channels > 2) throw new FormatError(`${place}: expected a channel mapping for ${channels} channels, got none; the file is damaged: copy or export it again.`);
  const layout = mapped ? { streamCount: head[19]!, coupledStreamCount: head[20]!, channelMappingTable: [...head.subarray(21, 21 + channels)] } : {};

  const { OpusDecoder } = await import("opus-decoder");
  const decoder = new OpusDecoder({ channels, ...layout });
  await decoder.ready;
  try {
    const { channelData, errors } = await quietly(async () => decoder.decodeFrames(audio.map((packet) => packet.bytes)));
    if (errors.length > 0) throw new FormatError(`${place}: expected whole Opus packets, got ${errors.length} damaged (${errors[0]!.message}); copy or export it again.`);
    const preSkip = view.getUint16(10, true);
    const gain = 10 ** (view.getInt16(16, true) / 256 / 20);
    const end = Math.min(channelData[0]!.length, preSkip + Math.max(0, playable(audio) - preSkip));
    const kept = channelData.map((channel) => channel.slice(preSkip, end));
    if (gain !== 1) for (const channel of kept) for (let i = 0; i < channel.length; i++) channel[i]! *= gain;
    return { sampleRate: SAMPLE_RATE, channels: kept };
  } finally {
    decoder.free();
  }
}

/**
 * Samples up to the last granule position, pre-skip included. A stream cut out of a longer one starts at the first page's granule position less the samples of the packets that end on it;
 * one whose first page is its last starts at 0, since that page's position tells the trimming at the end.
 */
function playable(audio: readonly OggPacket[]): number {
  const last = audio.at(-1)?.granule ?? 0;
  const firstPage = audio.findIndex((packet) => packet.granule !== undefined);
  if (firstPage < 0 || firstPage === audio.length - 1) return last;
  const samples = audio.slice(0, firstPage + 1).reduce((sum, packet) => sum + samplesOf(packet), 0);
  return last - Math.max(0, audio[firstPage]!.granule! - samples);
}
