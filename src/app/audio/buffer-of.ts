/** Our own arithmetic's sound as the browser plays it. */

import type { Audio } from "../../core/signal/audio.ts";

/** Copies at least one channel, of at least one frame, at its own rate. */
export function bufferOf({ channels, sampleRate }: Audio): AudioBuffer {
  const buffer = new AudioBuffer({ numberOfChannels: channels.length, length: channels[0]!.length, sampleRate });
  for (const [channel, samples] of channels.entries()) buffer.copyToChannel(samples as Float32Array<ArrayBuffer>, channel);
  return buffer;
}
