/** Decodes MPEG audio (MP3) with mpg123, the encoder's delay and padding taken off where a LAME tag tells them. */

import { FormatError } from "../errors.ts";
import type { Audio } from "../signal/audio.ts";
import { mpegStreamOf } from "../signal/mpeg.ts";
import { DecoderQueue } from "./decoder.ts";
import { guarded } from "./guarded.ts";

const queue = new DecoderQueue(async () => new (await import("mpg123-decoder")).MPEGDecoder());

export async function decodeMp3(bytes: Uint8Array, place: string): Promise<Audio> {
  const stream = mpegStreamOf(bytes);
  if (!stream) throw new FormatError(`${place}: expected MPEG audio frames, got none; export it again.`);
  const { channelData, sampleRate } = await guarded("MPEG", place, () =>
    queue.run(async (decoder) => {
      const decoded = decoder.decode(bytes.subarray(stream.start));
      await decoder.reset();
      // mpg123 notes every tag between frames and goes on behind it
      return { ...decoded, errors: [] };
    }),
  );
  const got = channelData[0]?.length ?? 0;
  const { promise } = stream;
  if (promise && got < promise.samples) throw new FormatError(`${place}: expected ${promise.samples} frames of audio as its header says, got ${got}; the file is cut off: copy or export it again.`);
  // mpg123 gives both sides of a mono stream, and leaves a rest of a padding that is shorter than its own delay
  const channels = channelData.slice(0, stream.frame.channels);
  return { sampleRate, channels: promise?.exact ? channels.map((channel) => channel.slice(0, promise.samples)) : channels };
}
