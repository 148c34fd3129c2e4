/** Decodes Opus packets with libopus at 48 kHz: pre-skip and end trimmed, output gain applied (RFC 7845, 4 and 5.1). */

import { FormatError } from "../errors.ts";
import type { Audio } from "../signal/audio.ts";
import type { OggPacket } from "../signal/ogg.ts";
import { guarded } from "./guarded.ts";

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

interface OpusHead {
  readonly channels: number;
  readonly preSkip: number;
  /** Linear. */
  readonly gain: number;
  readonly streamCount: number;
  readonly coupledStreamCount: number;
  readonly channelMappingTable: number[];
}

/** Reads OpusHead (RFC 7845, 5.1); mapping family 0 is mono or one coupled stream. */
function headOf(head: Uint8Array, place: string): OpusHead {
  const damaged = (expected: string, got: string) => new FormatError(`${place}: expected ${expected}, got ${got}; the file is damaged: copy or export it again.`);
  if (head.byteLength < 19) throw damaged("an OpusHead of at least 19 bytes", String(head.byteLength));
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const channels = head[9]!;
  const plain = head[18] === 0;
  if (channels < 1 || (plain ? channels > 2 : head.byteLength < 21 + channels)) throw damaged("a channel mapping in OpusHead", `none for ${channels} channels`);
  const streamCount = plain ? 1 : head[19]!;
  const coupledStreamCount = plain ? channels - 1 : head[20]!;
  const channelMappingTable = plain ? [0, 1].slice(0, channels) : [...head.subarray(21, 21 + channels)];
  const decoded = streamCount + coupledStreamCount;
  const fits = streamCount > 0 && coupledStreamCount <= streamCount && decoded <= 255 && channelMappingTable.every((index) => index === 255 || index < decoded);
  if (!fits) throw damaged("a channel mapping in OpusHead that fits its streams", `${streamCount} streams, ${coupledStreamCount} of them coupled, mapped ${channelMappingTable.join(" ")}`);
  return { channels, preSkip: view.getUint16(10, true), gain: 10 ** (view.getInt16(16, true) / 256 / 20), streamCount, coupledStreamCount, channelMappingTable };
}

/** `packets` are those of one Ogg Opus stream: head, tags, audio. */
export async function decodeOpus(packets: readonly OggPacket[], place: string): Promise<Audio> {
  const [first, , ...audio] = packets;
  const { preSkip, gain, ...layout } = headOf(first!.bytes, place);
  const { OpusDecoder } = await import("opus-decoder");
  const { channelData } = await guarded("Opus", place, async () => {
    const decoder = new OpusDecoder(layout);
    await decoder.ready;
    const decoded = decoder.decodeFrames(audio.map((packet) => packet.bytes));
    decoder.free(); // one that threw is left to the garbage collector with its memory
    return decoded;
  });
  const end = Math.min(channelData[0]!.length, preSkip + Math.max(0, playable(audio) - preSkip));
  const channels = channelData.map((channel) => channel.slice(preSkip, end));
  if (gain !== 1) for (const channel of channels) for (let i = 0; i < channel.length; i++) channel[i]! *= gain;
  return { sampleRate: SAMPLE_RATE, channels };
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
