/** A decoded sound as our own arithmetic takes it. */

import type { Audio } from "../../core/signal/audio.ts";

/** The buffer's own samples, not copies. */
export function audioOf(buffer: AudioBuffer): Audio & { readonly channels: readonly Float32Array<ArrayBuffer>[] } {
  return { sampleRate: buffer.sampleRate, channels: Array.from({ length: buffer.numberOfChannels }, (_, channel) => buffer.getChannelData(channel)) };
}
