/** Decodes Ogg Vorbis with libvorbis. */

import type { Audio } from "../signal/audio.ts";
import { DecoderQueue } from "./decoder.ts";
import { guarded } from "./guarded.ts";

const queue = new DecoderQueue(async () => new (await import("@wasm-audio-decoders/ogg-vorbis")).OggVorbisDecoder());

export async function decodeVorbis(bytes: Uint8Array, place: string): Promise<Audio> {
  const { channelData, sampleRate } = await guarded("Vorbis", place, () => queue.run((decoder) => decoder.decodeFile(bytes)));
  return { sampleRate, channels: channelData };
}
