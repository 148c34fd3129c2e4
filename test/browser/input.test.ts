/** Files that the page opens: what no browser decodes is decoded by our own parser, and what nobody decodes is told in a sentence. */

import { expect, test } from "vitest";
import { decodeFile } from "../../src/app/audio/input.ts";
import { aiff } from "../unit/audio-encoders.ts";

const context = new OfflineAudioContext(1, 1, 44_100);

test("AIFF comes out sample for sample, at its own rate", async () => {
  const sample = (channel: number, frame: number) => Math.sin(0.01 * frame + channel) / 2;
  const buffer = await decodeFile(context, new File([aiff({ sampleRate: 48_000, channels: 2, frames: 1000, numbers: "int24" }, sample) as Uint8Array<ArrayBuffer>], "take.aif"));
  expect([buffer.sampleRate, buffer.numberOfChannels, buffer.length]).toEqual([48_000, 2, 1000]);
  for (const frame of [0, 1, 999]) expect(buffer.getChannelData(1)[frame]).toBeCloseTo(sample(1, frame), 6);
});

test.each([
  ["empty.wav", new Uint8Array(0)],
  ["notes.aiff", new TextEncoder().encode("FORM....AIFF and nothing more")],
  ["text.wav", new TextEncoder().encode("no audio at all")],
])("%s is a FormatError that names it", async (name, bytes) => {
  await expect(decodeFile(context, new File([bytes], name))).rejects.toMatchObject({ name: "FormatError", message: expect.stringContaining(name) });
});
