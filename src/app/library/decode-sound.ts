/** Decodes a sound, or the segment of a file that it is, at the rate of an audio context. */

import { FormatError, messageOf } from "../../core/errors.ts";
import type { Segment } from "../../core/library/sound.ts";
import { parseAiff } from "../../core/signal/aiff.ts";
import { audioKindOf } from "../../core/signal/audio-type.ts";
import { resample } from "../../core/signal/resample.ts";

/** `place` names the file in the FormatError of one that is damaged or of an unknown kind. */
export async function decodeSound(context: BaseAudioContext, file: Blob, segment: Segment | undefined, place: string): Promise<AudioBuffer> {
  const bytes = await file.arrayBuffer();
  const whole = await decodeWhole(context, bytes, place);
  return segment ? cut(context, whole, segment, place) : whole;
}

async function decodeWhole(context: BaseAudioContext, bytes: ArrayBuffer, place: string): Promise<AudioBuffer> {
  // No browser but Safari decodes AIFF: our parser does.
  if (audioKindOf(new Uint8Array(bytes)).type === "aiff") {
    const { channels, sampleRate } = parseAiff(new Uint8Array(bytes), place);
    if (!channels[0]?.length) throw new FormatError(`${place}: expected sound, got 0 frames of audio; record or export it again.`);
    return bufferOf(context, channels.slice(0, 2).map((channel) => resample(channel, sampleRate, context.sampleRate)));
  }
  try {
    return await context.decodeAudioData(bytes);
  } catch (cause) {
    throw new FormatError(`${place}: expected audio that this browser decodes, got "${messageOf(cause)}"; put a whole file in its place.`);
  }
}

function cut(context: BaseAudioContext, buffer: AudioBuffer, { startSeconds, endSeconds }: Segment, place: string): AudioBuffer {
  const start = Math.round(startSeconds * buffer.sampleRate);
  const end = Math.min(buffer.length, Math.round(endSeconds * buffer.sampleRate));
  if (!(start < end)) throw new FormatError(`${place}: expected sound from ${startSeconds} to ${endSeconds} s, got ${buffer.duration.toFixed(2)} s in all; open its folder again, so that the change is noticed.`);
  return bufferOf(context, Array.from({ length: buffer.numberOfChannels }, (_, channel) => buffer.getChannelData(channel).subarray(start, end)));
}

function bufferOf(context: BaseAudioContext, channels: readonly Float32Array[]): AudioBuffer {
  const buffer = context.createBuffer(channels.length, channels[0]!.length, context.sampleRate);
  for (const [channel, samples] of channels.entries()) buffer.copyToChannel(samples as Float32Array<ArrayBuffer>, channel);
  return buffer;
}
