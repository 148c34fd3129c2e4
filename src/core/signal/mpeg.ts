/** Reads the headers of MPEG audio (MP3): frames, their lengths, and the frame count that a Xing, Info or VBRI header promises. */

import { textAt } from "./chunks.ts";

export interface MpegFrame {
  readonly sampleRate: number;
  readonly channels: number;
  readonly samples: number;
  readonly bytes: number;
}

export interface MpegStream {
  /** Place of the first frame. */
  readonly start: number;
  readonly frame: MpegFrame;
  /** What the stream's own header promises; undefined where it has no such header. */
  readonly promise: MpegPromise | undefined;
}

export interface MpegPromise {
  /** Samples a channel, at the least; encoder delay and padding taken off. */
  readonly samples: number;
  /** Whether delay and padding are known, so that there are no more than that. */
  readonly exact: boolean;
}

/** kbit/s by [MPEG-1 ? 0 : 1][layer - 1][index] (ISO 11172-3 and 13818-3, 2.4.2.3); 0 is free format. */
const BITRATES = [
  [
    [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  ],
  [
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ],
] as const;

/** The frame whose header starts at byte `at`, or undefined where there is none. */
export function mpegFrameAt(bytes: Uint8Array, at: number): MpegFrame | undefined {
  if (at + 4 > bytes.byteLength || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) return undefined;
  const version = (bytes[at + 1]! >> 3) & 3; // 0: MPEG-2.5, 2: MPEG-2, 3: MPEG-1
  const layer = 4 - ((bytes[at + 1]! >> 1) & 3);
  const rate = (bytes[at + 2]! >> 2) & 3;
  if (version === 1 || layer === 4 || rate === 3) return undefined;
  const bitrate = BITRATES[version === 3 ? 0 : 1]![layer - 1]![bytes[at + 2]! >> 4];
  if (!bitrate) return undefined;
  const sampleRate = [44100, 48000, 32000][rate]! / (version === 3 ? 1 : version === 2 ? 2 : 4);
  const padding = (bytes[at + 2]! >> 1) & 1;
  const samples = layer === 1 ? 384 : layer === 3 && version !== 3 ? 576 : 1152;
  const slots = Math.floor(((layer === 1 ? 12 : samples / 8) * 1000 * bitrate) / sampleRate) + padding;
  return { sampleRate, channels: bytes[at + 3]! >> 6 === 3 ? 1 : 2, samples, bytes: layer === 1 ? 4 * slots : slots };
}

/** Length of an ID3v2 tag at the start, 0 where there is none. */
export function id3Length(bytes: Uint8Array): number {
  if (textAt(bytes, 0, 3) !== "ID3" || bytes.byteLength < 10) return 0;
  const size = (bytes[6]! << 21) | (bytes[7]! << 14) | (bytes[8]! << 7) | bytes[9]!;
  return 10 + size + (bytes[5]! & 0x10 ? 10 : 0);
}

const SEARCH_BYTES = 65536;

/** Finds the first frame after any tag that holds a count of frames, or that two frames of the same rate follow (or the end of the file); undefined where the bytes are no MPEG audio. */
export function mpegStreamOf(bytes: Uint8Array): MpegStream | undefined {
  const tag = id3Length(bytes);
  for (let start = tag; start < Math.min(bytes.byteLength, tag + SEARCH_BYTES); start++) {
    const frame = mpegFrameAt(bytes, start);
    if (!frame) continue;
    const promise = promiseOf(bytes, start, frame);
    if (promise || followed(bytes, start, frame)) return { start, frame, promise };
  }
  return undefined;
}

function followed(bytes: Uint8Array, start: number, { sampleRate, bytes: length }: MpegFrame): boolean {
  let at = start + length;
  for (let i = 0; i < 2; i++) {
    if (at >= bytes.byteLength || textAt(bytes, at, 3) === "TAG") return i > 0 && at <= bytes.byteLength;
    const next = mpegFrameAt(bytes, at);
    if (next?.sampleRate !== sampleRate) return false;
    at += next.bytes;
  }
  return true;
}

/** Samples by which a decoder is late, and which a gapless one takes off where no tag tells the encoder's delay. */
const DECODER_DELAY = 529;

/** LAME's tag holds delay and padding in 12 bits each. A VBRI header may count itself. */
function promiseOf(bytes: Uint8Array, start: number, frame: MpegFrame): MpegPromise | undefined {
  const mpeg1 = frame.samples === 1152;
  const xing = start + 4 + (mpeg1 ? (frame.channels === 1 ? 17 : 32) : frame.channels === 1 ? 9 : 17);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = textAt(bytes, xing, 4);
  if ((name === "Xing" || name === "Info") && xing + 12 <= bytes.byteLength) {
    const flags = view.getUint32(xing + 4);
    if (!(flags & 1)) return undefined;
    const total = view.getUint32(xing + 8) * frame.samples;
    const lame = xing + 8 + 4 * ((flags & 1) + ((flags >> 1) & 1) + ((flags >> 3) & 1)) + (flags & 4 ? 100 : 0);
    if (lame + 24 > bytes.byteLength || !/^[\x20-\x7e]{4}/.test(textAt(bytes, lame, 4))) return { samples: total - DECODER_DELAY, exact: false };
    const gaps = (bytes[lame + 21]! << 16) | (bytes[lame + 22]! << 8) | bytes[lame + 23]!;
    return gaps === 0 ? { samples: total - DECODER_DELAY, exact: false } : { samples: Math.max(0, total - (gaps >> 12) - (gaps & 0xfff)), exact: true };
  }
  const vbri = start + 36;
  if (textAt(bytes, vbri, 4) === "VBRI" && vbri + 18 <= bytes.byteLength) return { samples: (view.getUint32(vbri + 14) - 1) * frame.samples - DECODER_DELAY, exact: false };
  return undefined;
}
