/** Writes WAV files of 16 or 24 bits that also tell a sampler their note, tuning, gain and loop. */

import { strToU8 } from "fflate";
import { FormatError } from "../errors.ts";
import type { Audio } from "../signal/audio.ts";

/** What the chunks "inst" and "smpl" say. */
export interface SamplerInfo {
  /** MIDI note at which the sound plays as recorded. */
  readonly rootNote: number;
  readonly gainDb?: number;
  /** First and last frame of the loop, both played. */
  readonly loop?: { readonly first: number; readonly last: number };
}

const NO_SMPTE = 0;
const INST_BYTES = 7;
const SMPL_BYTES = 36;
const LOOP_BYTES = 24;

/**
 * PCM, plain header, one or more channels of equal length at a whole rate. Sample x becomes round(x 2^(bits - 1)), kept within the integers of that
 * width, without dither: what was read from PCM of that width comes out bit for bit. The sampler's chunks follow the audio: some readers (Polyphone 2.2)
 * lose their place after a chunk of odd length before it. Throws FormatError for samples that are not finite.
 */
export function writeWav({ sampleRate, channels }: Audio, bits: 16 | 24 = 24, sampler?: SamplerInfo): Uint8Array {
  const frames = channels[0]?.length ?? 0;
  const dataBytes = (frames * channels.length * bits) / 8;
  const chunks = [chunk("fmt ", formatOf(sampleRate, channels.length, bits)), chunk("data", dataOf(channels, frames, bits))];
  if (sampler) chunks.push(chunk("smpl", smplOf(sampler, sampleRate)), chunk("inst", instOf(sampler)));
  const size = chunks.reduce((sum, { length }) => sum + length, 4);
  if (size > 0xffffffff) throw new FormatError(`wav: expected at most 4 GiB of audio, got ${dataBytes} bytes; cut it first.`);
  const bytes = new Uint8Array(8 + size);
  bytes.set(strToU8("RIFF", true));
  new DataView(bytes.buffer).setUint32(4, size, true);
  bytes.set(strToU8("WAVE", true), 8);
  let at = 12;
  for (const part of chunks) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function chunk(id: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + content.length + (content.length % 2));
  bytes.set(strToU8(id, true));
  new DataView(bytes.buffer).setUint32(4, content.length, true);
  bytes.set(content, 8);
  return bytes;
}

function formatOf(sampleRate: number, channels: number, bits: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(16));
  const frameBytes = (channels * bits) / 8;
  view.setUint16(0, 1, true);
  view.setUint16(2, channels, true);
  view.setUint32(4, sampleRate, true);
  view.setUint32(8, sampleRate * frameBytes, true);
  view.setUint16(12, frameBytes, true);
  view.setUint16(14, bits, true);
  return new Uint8Array(view.buffer);
}

/** Note, cents, gain in whole dB, then the ranges of notes and velocities: all. */
function instOf({ rootNote, gainDb = 0 }: SamplerInfo): Uint8Array {
  const view = new DataView(new ArrayBuffer(INST_BYTES));
  const values = [rootNote, 0, Math.round(gainDb), 0, 127, 1, 127];
  values.forEach((value, index) => view.setInt8(index, value));
  return new Uint8Array(view.buffer);
}

/** Maker, product, nanoseconds a frame, note, its fraction, SMPTE format and offset, count of loops, further bytes; then each loop. */
function smplOf({ rootNote, loop }: SamplerInfo, sampleRate: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(SMPL_BYTES + (loop ? LOOP_BYTES : 0)));
  const head = [0, 0, Math.round(1e9 / sampleRate), rootNote, 0, NO_SMPTE, 0, loop ? 1 : 0, 0];
  const forward = loop ? [0, 0, loop.first, loop.last, 0, 0] : [];
  [...head, ...forward].forEach((value, index) => view.setUint32(4 * index, value, true));
  return new Uint8Array(view.buffer);
}

function dataOf(channels: readonly Float32Array[], frames: number, bits: 16 | 24): Uint8Array {
  const width = bits / 8;
  const bytes = new Uint8Array(frames * channels.length * width);
  const scale = 2 ** (bits - 1);
  const stride = width * channels.length;
  channels.forEach((channel, index) => {
    for (let frame = 0, at = index * width; frame < frames; frame++, at += stride) {
      const sample = channel[frame]!;
      if (!Number.isFinite(sample)) throw new FormatError(`wav: expected finite samples, got ${sample} at frame ${frame}; export the sound again.`);
      const value = Math.max(-scale, Math.min(scale - 1, Math.round(sample * scale)));
      bytes[at] = value & 0xff;
      bytes[at + 1] = (value >> 8) & 0xff;
      if (width === 3) bytes[at + 2] = (value >> 16) & 0xff;
    }
  });
  return bytes;
}
