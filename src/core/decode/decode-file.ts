/** Decodes audio files of any kind that we read ourselves, told apart by their bytes, not by their names: the same samples in every host. */

import { FormatError, UnsupportedError } from "../errors.ts";
import { parseAiff } from "../signal/aiff.ts";
import type { Audio } from "../signal/audio.ts";
import { type AudioType, audioKindOf } from "../signal/audio-type.ts";
import { parseOgg } from "../signal/ogg.ts";
import { parseWav } from "../signal/wav.ts";

export const MAX_CHANNELS = 8;
/** Hertz. */
export const MAX_SAMPLE_RATE = 768_000;
export const MIN_SAMPLE_RATE = 1000;
const KINDS = "wav, aiff, flac, mp3, ogg (Vorbis) or opus";

/** Decodes the bytes of an audio file; `place` names it in errors, which are FormatError and UnsupportedError. */
export async function decodeFileBytes(bytes: Uint8Array, place: string): Promise<Audio> {
  if (bytes.byteLength === 0) throw new FormatError(`${place}: expected audio (${KINDS}), got an empty file; copy or export it again.`);
  const { type, name } = audioKindOf(bytes);
  if (!type) throw new UnsupportedError(`${place}: expected audio (${KINDS}), got ${name}; convert it to one of these.`);
  return checkAudio(await decoded(type, bytes, place), place);
}

async function decoded(type: AudioType, bytes: Uint8Array, place: string): Promise<Audio> {
  switch (type) {
    case "wav":
      return parseWav(bytes, place);
    case "aiff":
      return parseAiff(bytes, place);
    case "flac":
      return (await import("./flac.ts")).decodeFlac(bytes, place);
    case "mp3":
      return (await import("./mp3.ts")).decodeMp3(bytes, place);
    case "ogg": {
      const { codec, packets } = parseOgg(bytes, place);
      if (codec === "opus") return (await import("./opus.ts")).decodeOpus(packets, place);
      if (codec === "vorbis") return (await import("./vorbis.ts")).decodeVorbis(bytes, place);
      return (await import("./flac.ts")).decodeOggFlac(packets, place);
    }
    default:
      return type satisfies never;
  }
}

/** Throws for audio that has no frames, too many channels, an unlikely rate, or samples that are not finite. */
export function checkAudio(audio: Audio, place: string): Audio {
  const { sampleRate, channels } = audio;
  if (channels.length > MAX_CHANNELS) throw new UnsupportedError(`${place}: expected 1 to ${MAX_CHANNELS} channels, got ${channels.length}; mix it down first.`);
  if (!(sampleRate >= MIN_SAMPLE_RATE && sampleRate <= MAX_SAMPLE_RATE)) {
    throw new UnsupportedError(`${place}: expected a sample rate of ${MIN_SAMPLE_RATE} to ${MAX_SAMPLE_RATE} Hz, got ${sampleRate} Hz; resample or export it again.`);
  }
  if (!channels[0]?.length) throw new FormatError(`${place}: expected sound, got 0 frames of audio; record or export it again.`);
  for (const channel of channels) {
    const at = channel.findIndex((sample) => !Number.isFinite(sample));
    if (at >= 0) throw new FormatError(`${place}: expected finite samples, got ${channel[at]} at frame ${at}; export it again.`);
  }
  return audio;
}
