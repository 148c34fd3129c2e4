/** Sounds and segments decoded: the right part of the file at the context's rate, and of an uncompressed one no more than that part. */

import { describe, expect, test } from "vitest";
import { createSoundDecoder, decodeSound } from "../../src/app/library/decode-sound.ts";
import { writeWav } from "../../src/core/kits/wav.ts";
import { resample } from "../../src/core/signal/resample.ts";
import flac from "../golden/audio/stereo-44100.flac?url";
import { noise, sine } from "../signals.ts";

const RATE = 44_100;
const context = new OfflineAudioContext(1, 1, RATE);

/** A file that tells how many of its bytes were read. */
function watched(bytes: Uint8Array): { readonly file: Blob; read(): number } {
  let count = 0;
  const watch = (blob: Blob): Blob => {
    const { arrayBuffer, slice } = blob;
    return Object.assign(blob, {
      arrayBuffer: async () => {
        count += blob.size;
        return arrayBuffer.call(blob);
      },
      slice: (from?: number, to?: number) => watch(slice.call(blob, from, to)),
    });
  };
  return { file: watch(new Blob([bytes as Uint8Array<ArrayBuffer>])), read: () => count };
}

function close(got: Float32Array, wanted: Float32Array): void {
  expect(got.length).toBe(wanted.length);
  expect(Math.max(...got.map((sample, i) => Math.abs(sample - wanted[i]!)))).toBeLessThan(1e-4);
}

describe("a segment", () => {
  test.each([RATE, 22_050])("of a WAV file at %d Hz is read alone", async (rate) => {
    const samples = sine(300, 30, rate, 0.5);
    const { file, read } = watched(writeWav({ sampleRate: rate, channels: [samples] }, 24));
    const buffer = await decodeSound(context, file, { startSeconds: 20, endSeconds: 20.5 }, "long.wav");
    close(buffer.getChannelData(0), resample(samples.slice(20 * rate, 20.5 * rate), rate, RATE));
    expect(read()).toBeLessThan(2 ** 16 + 0.5 * rate * 3 + 1);
  });

  test("of a compressed file is cut out of the whole, which is decoded once", async () => {
    const { file, read } = watched(new Uint8Array(await (await fetch(flac)).arrayBuffer()));
    const whole = await context.decodeAudioData(await file.arrayBuffer());
    const before = read();
    const decoder = createSoundDecoder(context);
    for (const startSeconds of [0.05, 0.1]) {
      const part = await decoder.decode(file, { startSeconds, endSeconds: startSeconds + 0.05 }, "take.flac");
      close(part.getChannelData(0), whole.getChannelData(0).slice(Math.round(startSeconds * RATE), Math.round((startSeconds + 0.05) * RATE)));
    }
    expect(read() - before).toBeLessThan(2 * file.size + 2 * 2 ** 16);
  });

  test("that begins after the file's end is a sentence", async () => {
    const file = new Blob([writeWav({ sampleRate: RATE, channels: [noise(1, RATE, 0.1, 1)] }, 16) as Uint8Array<ArrayBuffer>]);
    await expect(decodeSound(context, file, { startSeconds: 2, endSeconds: 3 }, "short.wav")).rejects.toMatchObject({ name: "FormatError", message: expect.stringMatching(/short\.wav: expected sound from 2 to 3 s, got 1\.00 s in all; open its folder again/) });
  });
});
