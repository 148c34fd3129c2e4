/** Decodes Ogg Vorbis with libvorbis. */

import { FormatError } from "../../core/errors.ts";
import type { Audio } from "../../core/signal/audio.ts";
import { DecoderQueue } from "./decoder.ts";
import { quietly } from "./quiet.ts";

const queue = new DecoderQueue(async () => new (await import("@wasm-audio-decoders/ogg-vorbis")).OggVorbisDecoder());

export async function decodeVorbis(bytes: Uint8Array, place: string): Promise<Audio> {
  const { channelData, sampleRate, errors } = await quietly(() => queue.run((decoder) => decoder.decodeFile(bytes)));
  if (errors.length > 0) throw new FormatError(`${place}: expected whole Vorbis packets, got ${errors.length} damaged (${errors[0]!.message}); copy or export it again.`);
  return { sampleRate, channels: channelData };
}
