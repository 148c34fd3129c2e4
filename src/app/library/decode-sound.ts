/** Decodes sounds, or the segments of files that they are, at the rate of an audio context: of an uncompressed file no more than the segment is read. */

import { FormatError, messageOf } from "../../core/errors.ts";
import type { Segment } from "../../core/library/sound.ts";
import { parseAiff, parseAiffHead } from "../../core/signal/aiff.ts";
import { audioKindOf } from "../../core/signal/audio-type.ts";
import { PCM_BYTES, type PcmFile, decodePcm } from "../../core/signal/pcm.ts";
import { resample } from "../../core/signal/resample.ts";
import { parseWavHead } from "../../core/signal/wav.ts";
import { audioOf } from "../audio/audio-of.ts";
import { bufferOf } from "../audio/buffer-of.ts";

export interface SoundDecoder {
  /** `place` names the file in the FormatError of one that is damaged or of an unknown kind. */
  decode(file: Blob, segment: Segment | undefined, place: string): Promise<AudioBuffer>;
}

/** Bytes at the start of a file among which its format is told. */
const HEAD_BYTES = 2 ** 16;
/** A compressed file whose segments are asked for is kept decoded so long after the last was. */
const KEPT_MILLISECONDS = 5000;

export function createSoundDecoder(context: BaseAudioContext): SoundDecoder {
  /** The compressed file that was cut last. */
  let kept: { readonly place: string; readonly size: number; readonly whole: Promise<AudioBuffer> } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const wholeOf = (file: Blob, place: string): Promise<AudioBuffer> => {
    clearTimeout(timer);
    timer = setTimeout(() => (kept = null), KEPT_MILLISECONDS);
    if (kept?.place !== place || kept.size !== file.size) kept = { place, size: file.size, whole: file.arrayBuffer().then((bytes) => decodeWhole(context, bytes, place)) };
    return kept.whole;
  };

  return {
    async decode(file, segment, place) {
      if (!segment) return decodeWhole(context, await file.arrayBuffer(), place);
      const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
      const { type } = audioKindOf(head);
      const pcm = type === "wav" ? parseWavHead(head, file.size, place) : type === "aiff" ? parseAiffHead(head, file.size, place) : undefined;
      return pcm ? readSegment(context, file, pcm, segment, place) : cut(context, await wholeOf(file, place), segment, place);
    },
  };
}

/** The same for one sound alone. */
export function decodeSound(context: BaseAudioContext, file: Blob, segment: Segment | undefined, place: string): Promise<AudioBuffer> {
  return createSoundDecoder(context).decode(file, segment, place);
}

async function decodeWhole(context: BaseAudioContext, bytes: ArrayBuffer, place: string): Promise<AudioBuffer> {
  // No browser but Safari decodes AIFF: our parser does.
  if (audioKindOf(new Uint8Array(bytes)).type === "aiff") {
    const { channels, sampleRate } = parseAiff(new Uint8Array(bytes), place);
    if (!channels[0]?.length) throw new FormatError(`${place}: expected sound, got 0 frames of audio; record or export it again.`);
    return heardIn(context, channels, sampleRate);
  }
  try {
    return await context.decodeAudioData(bytes);
  } catch (cause) {
    throw new FormatError(`${place}: expected audio that this browser decodes, got "${messageOf(cause)}"; put a whole file in its place.`);
  }
}

async function readSegment(context: BaseAudioContext, file: Blob, { sampleRate, layout, start, end }: PcmFile, segment: Segment, place: string): Promise<AudioBuffer> {
  const stride = PCM_BYTES[layout.encoding] * layout.channels;
  const [from, to] = framesOf(segment, sampleRate, Math.floor((end - start) / stride), place);
  const bytes = new Uint8Array(await file.slice(start + from * stride, start + to * stride).arrayBuffer());
  return heardIn(context, decodePcm(bytes, layout), sampleRate);
}

function cut(context: BaseAudioContext, buffer: AudioBuffer, segment: Segment, place: string): AudioBuffer {
  const [from, to] = framesOf(segment, buffer.sampleRate, buffer.length, place);
  return heardIn(context, audioOf(buffer).channels.map((channel) => channel.subarray(from, to)), buffer.sampleRate);
}

function framesOf({ startSeconds, endSeconds }: Segment, sampleRate: number, frames: number, place: string): readonly [number, number] {
  const from = Math.round(startSeconds * sampleRate);
  const to = Math.min(frames, Math.round(endSeconds * sampleRate));
  if (!(from < to)) throw new FormatError(`${place}: expected sound from ${startSeconds} to ${endSeconds} s, got ${(frames / sampleRate).toFixed(2)} s in all; open its folder again, so that the change is noticed.`);
  return [from, to];
}

/** A buffer at the context's rate, of two channels at most. */
function heardIn(context: BaseAudioContext, channels: readonly Float32Array[], sampleRate: number): AudioBuffer {
  return bufferOf({ sampleRate: context.sampleRate, channels: channels.slice(0, 2).map((channel) => (sampleRate === context.sampleRate ? channel : resample(channel, sampleRate, context.sampleRate))) });
}
