/** Decoding of every format against the formula that its samples were made from, and what is said of files that are not whole. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { decodeAudio, readAudioFile } from "../../src/cli/audio-file.ts";
import type { Audio } from "../../src/core/signal/audio.ts";
import { aiff, bitsOf, type Sample, type Shape, wav } from "./audio-encoders.ts";

const GOLDEN = `${import.meta.dirname}/../golden/audio`;
const SECONDS = 0.25;

const chirp = (t: number) => 0.5 * Math.sin(2 * Math.PI * (300 * t + 2000 * t * t));
const tone = (t: number) => 0.25 * Math.sin(2 * Math.PI * 660 * t);

function formulas(channels: number): ((t: number) => number)[] {
  if (channels <= 2) return [chirp, tone].slice(0, channels);
  return Array.from({ length: channels }, (_, c) => (t: number) => 0.1 * Math.sin(2 * Math.PI * 100 * (c + 1) * t));
}

function sampled(channels: number, sampleRate: number): Sample {
  const at = formulas(channels);
  return (channel, frame) => at[channel]!(frame / sampleRate);
}

function largestError(audio: Audio, sample: Sample): number {
  let largest = 0;
  for (const [c, channel] of audio.channels.entries()) for (let i = 0; i < channel.length; i++) largest = Math.max(largest, Math.abs(channel[i]! - sample(c, i)));
  return largest;
}

/** Signal-to-noise ratio in dB of `samples` as a rendering of `formula`, moved by `lag` samples. */
function snr(samples: Float32Array, formula: (t: number) => number, sampleRate: number, lag = 0): number {
  let signal = 0;
  let noise = 0;
  for (let i = 200; i < samples.length - 200; i++) {
    const wanted = formula((i + lag) / sampleRate);
    signal += wanted ** 2;
    noise += (samples[i]! - wanted) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

const shapes = (channels: number, sampleRate: number, numbers: Shape["numbers"]): Shape => ({ channels, sampleRate, numbers, frames: 301 });

describe("wav", () => {
  test.each(["int8", "int16", "int24", "int32", "float32", "float64"] as const)("%s is read to its last bit", async (numbers) => {
    for (const [channels, sampleRate] of [[1, 8000], [2, 44100], [8, 192000]] as const) {
      const shape = shapes(channels, sampleRate, numbers);
      for (const extensible of [false, true]) {
        const audio = await decodeAudio(wav(shape, sampled(channels, sampleRate), { extensible, oddChunk: extensible }), "x.wav");
        expect(audio.sampleRate).toBe(sampleRate);
        expect(audio.channels.map(({ length }) => length)).toEqual(new Array(channels).fill(301));
        expect(largestError(audio, sampled(channels, sampleRate))).toBeLessThanOrEqual(numbers.startsWith("float") ? 2 ** -25 : Math.max(2 ** -bitsOf(shape), 2 ** -25));
      }
    }
  });

  test("full scale is -1 exactly, and just below 1", async () => {
    const { channels } = await decodeAudio(wav({ ...shapes(1, 48000, "int16"), frames: 2 }, (_, i) => (i === 0 ? -1 : 1)), "x.wav");
    expect([...channels[0]!]).toEqual([-1, 32767 / 32768]);
  });

  test("G.711: the codes that the standard's tables name", async () => {
    // ITU-T G.711 decision values: A-law 0xd5 is the least positive value, 0xaa the largest; u-law 0xff is zero, 0x80 the largest
    const alaw = await decodeAudio(wav(shapes(1, 8000, "int8"), () => 0, { coded: { tag: 6, bytes: Uint8Array.of(0xd5, 0x55, 0xaa, 0x2a) } }), "a.wav");
    expect([...alaw.channels[0]!].map((value) => value * 4096)).toEqual([1, -1, 4032, -4032]);
    const ulaw = await decodeAudio(wav(shapes(1, 8000, "int8"), () => 0, { coded: { tag: 7, bytes: Uint8Array.of(0xff, 0x80, 0x00, 0xfe) } }), "u.wav");
    expect([...ulaw.channels[0]!].map((value) => value * 8192)).toEqual([0, 8031, -8031, 2]);
  });

  test("a length left open by a pipe or a recorder that died means: to the end", async () => {
    const shape = shapes(2, 44100, "int16");
    for (const options of [{ dataSize: 0xffffffff, riffSize: 0xffffffff }, { dataSize: 0, riffSize: 0 }]) {
      const audio = await decodeAudio(wav(shape, sampled(2, 44100), options), "x.wav");
      expect(audio.channels[0]).toHaveLength(301);
    }
  });

  test.each([
    ["cut off in the audio", (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 4), /x\.wav: expected 301 frames of audio as its header says, got 300; the file is cut off/],
    ["cut off before the audio", (bytes: Uint8Array) => bytes.subarray(0, 36), /expected a data chunk, got none/],
    ["cut off in the header", (bytes: Uint8Array) => bytes.subarray(0, 24), /expected a fmt chunk of at least 16 bytes, got 4/],
    ["without channels", (bytes: Uint8Array) => bytes.with(22, 0), /expected at least one channel, got 0/],
    ["of nine channels", () => wav(shapes(9, 44100, "int16"), () => 0), /expected 1 to 8 channels, got 9/],
    ["at 0 Hz", (bytes: Uint8Array) => bytes.with(24, 0).with(25, 0), /expected a sample rate of 1000 to 768000 Hz, got 0 Hz/],
    ["in ADPCM", (bytes: Uint8Array) => bytes.with(20, 2), /got WAV codec 0x0002/],
    ["without frames", () => wav({ ...shapes(2, 44100, "int16"), frames: 0 }, () => 0, { riffSize: 36 }), /expected sound, got 0 frames/],
    ["with NaN", () => wav(shapes(1, 44100, "float32"), (_, i) => (i === 7 ? Number.NaN : 0)), /expected finite samples, got NaN at frame 7/],
  ])("a file %s is refused in one sentence", async (_, spoil, message) => {
    const whole = wav(shapes(2, 44100, "int16"), sampled(2, 44100));
    await expect(decodeAudio(spoil(whole), "x.wav")).rejects.toThrow(message);
  });
});

describe("aiff", () => {
  test.each([
    ["int8", undefined],
    ["int16", undefined],
    ["int24", undefined],
    ["int32", undefined],
    ["int16", "NONE"],
    ["int16", "sowt"],
    ["int24", "sowt"],
    ["int8", "raw "],
    ["float32", "fl32"],
    ["float64", "FL64"],
  ] as const)("%s, compression %s, is read to its last bit", async (numbers, compression) => {
    for (const [channels, sampleRate] of [[1, 11025], [2, 44100], [8, 96000]] as const) {
      const shape = shapes(channels, sampleRate, numbers);
      const audio = await decodeAudio(aiff(shape, sampled(channels, sampleRate), compression ? { compression } : {}), "x.aif");
      expect(audio.sampleRate).toBe(sampleRate);
      expect(audio.channels.map(({ length }) => length)).toEqual(new Array(channels).fill(301));
      expect(largestError(audio, sampled(channels, sampleRate))).toBeLessThanOrEqual(numbers.startsWith("float") ? 2 ** -25 : Math.max(2 ** -bitsOf(shape), 2 ** -25));
    }
  });

  test("a rate between two whole ones is the next of them", async () => {
    const shape = shapes(1, 22254.5454, "int16");
    expect((await decodeAudio(aiff(shape, sampled(1, 22254.5454)), "old.aif")).sampleRate).toBe(22255);
  });

  test("laws of G.711", async () => {
    const ulaw = await decodeAudio(aiff({ ...shapes(1, 8000, "int8"), frames: 4 }, () => 0, { compression: "ulaw", coded: Uint8Array.of(0xff, 0x80, 0x00, 0xfe) }), "u.aifc");
    expect([...ulaw.channels[0]!].map((value) => value * 8192)).toEqual([0, 8031, -8031, 2]);
  });

  test.each([
    ["cut off in the audio", (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 4), /expected 301 frames of audio as its header says, got 300; the file is cut off/],
    ["cut off before the audio", (bytes: Uint8Array) => bytes.subarray(0, 40), /expected an SSND chunk, got none/],
    ["without its COMM chunk", (bytes: Uint8Array) => bytes.subarray(0, 20), /expected a COMM chunk/],
    ["in another compression", () => aiff(shapes(1, 44100, "int16"), () => 0, { compression: "ima4" }), /got AIFF-C compression "ima4"/],
  ])("a file %s is refused in one sentence", async (_, spoil, message) => {
    const whole = aiff(shapes(2, 44100, "int16"), sampled(2, 44100));
    await expect(decodeAudio(spoil(whole), "x.aif")).rejects.toThrow(message);
  });
});

describe("compressed formats", () => {
  test.each([
    ["stereo-44100.flac", 2, 44100, 90],
    ["stereo-44100-flac.oga", 2, 44100, 90],
    ["mono-96000-24bit.flac", 1, 96000, 130],
    ["short-last-frame-8000.flac", 1, 8000, 75],
    ["eight-48000.flac", 8, 48000, 75],
    ["stereo-44100.mp3", 2, 44100, 25],
    ["mono-22050.mp3", 1, 22050, 20],
    ["stereo-44100.ogg", 2, 44100, 20],
    ["mono-8000.ogg", 1, 8000, 15],
    ["eight-48000.ogg", 8, 48000, 12],
    ["stereo-48000.opus", 2, 48000, 20],
    ["mono-48000.opus", 1, 48000, 20],
    ["eight-48000.opus", 8, 48000, 10],
  ] as const)("%s: as many samples as were encoded, each at its place", async (file, channels, sampleRate, leastDb) => {
    const audio = await readAudioFile(`${GOLDEN}/${file}`);
    expect(audio.sampleRate).toBe(sampleRate);
    expect(audio.channels.map(({ length }) => length)).toEqual(new Array(channels).fill(Math.round(SECONDS * sampleRate)));
    // Channel orders of the codecs differ, and eight channels are told apart by their pitch.
    for (const formula of formulas(channels)) {
      const [best] = audio.channels.map((samples) => ({ samples, db: snr(samples, formula, sampleRate) })).sort((a, b) => b.db - a.db);
      expect(best!.db).toBeGreaterThan(leastDb);
      const lags = channels > 2 ? [-40, 40] : [-2, -1, 1, 2]; // the codecs low-pass the last of eight, which delays it a little
      for (const lag of lags) expect(snr(best!.samples, formula, sampleRate, lag)).toBeLessThan(best!.db);
    }
  });

  test("an mp3 without a header that counts its frames is read with the encoder's silence around it", async () => {
    const { channels } = await readAudioFile(`${GOLDEN}/no-header-44100.mp3`);
    expect(channels[0]!.length % 1152).toBe(0);
    expect(channels[0]!.length).toBeGreaterThan(SECONDS * 44100);
  });

  test("tags around an mp3 and a header without the encoder's delay do not matter", async () => {
    const bytes = await readFile(`${GOLDEN}/stereo-44100.mp3`);
    const id3v2 = Buffer.concat([Buffer.from("ID3\x04\0\0\0\0\x02\0", "latin1"), Buffer.alloc(256)]);
    const id3v1 = Buffer.concat([Buffer.from("TAG"), Buffer.alloc(125)]);
    const tagged = await decodeAudio(Buffer.concat([id3v2, bytes, id3v1]), "x.mp3");
    expect(tagged).toEqual(await decodeAudio(bytes, "x.mp3"));
    const info = bytes.indexOf("Info");
    const bare = Buffer.from(bytes).fill(0, info + 120, info + 144);
    const { channels } = await decodeAudio(bare, "x.mp3");
    expect(channels[0]!.length).toBeGreaterThanOrEqual(Math.round(SECONDS * 44100));
    await expect(decodeAudio(bare.subarray(0, bare.length - 500), "x.mp3")).rejects.toThrow(/the file is cut off/);
  });

  test("several streams in one Ogg file are refused, whatever follows the last page is not", async () => {
    for (const file of ["stereo-44100.ogg", "stereo-48000.opus"]) {
      const bytes = await readFile(`${GOLDEN}/${file}`);
      await expect(decodeAudio(Buffer.concat([bytes, bytes]), file)).rejects.toThrow(/expected one audio stream, got several/);
      expect(await decodeAudio(Buffer.concat([bytes, Buffer.alloc(100)]), file)).toEqual(await decodeAudio(bytes, file));
    }
  });

  test("the output gain of an Opus head is applied", async () => {
    const bytes = new Uint8Array(await readFile(`${GOLDEN}/mono-48000.opus`));
    const softer = withOpusGain(bytes, -6 * 256);
    const [plain, gained] = [await decodeAudio(bytes, "a.opus"), await decodeAudio(softer, "b.opus")];
    const gain = 10 ** (-6 / 20);
    const largest = plain.channels[0]!.reduce((most, value, i) => Math.max(most, Math.abs(gained.channels[0]![i]! - gain * value)), 0);
    expect(largest).toBeLessThan(1e-6);
  });

  test("overlapping calls give what single ones give", async () => {
    const files = ["stereo-44100.flac", "stereo-44100.mp3", "stereo-44100.ogg", "stereo-48000.opus", "mono-48000.opus", "mono-22050.mp3", "eight-48000.flac"];
    const single: Audio[] = [];
    for (const file of files) single.push(await readAudioFile(`${GOLDEN}/${file}`));
    const together = await Promise.all([...files, ...files].map((file) => readAudioFile(`${GOLDEN}/${file}`)));
    expect(together).toEqual([...single, ...single]);
  });

  test.each(["stereo-44100.flac", "stereo-44100-flac.oga", "stereo-44100.mp3", "stereo-44100.ogg", "stereo-48000.opus"])("%s cut off is refused, and the next file is read as ever", async (file) => {
    const bytes = new Uint8Array(await readFile(`${GOLDEN}/${file}`));
    const whole = await decodeAudio(bytes, file);
    for (const share of [0.02, 0.3, 0.7, 0.99]) {
      await expect(decodeAudio(bytes.subarray(0, Math.floor(share * bytes.length)), file), `${share}`).rejects.toMatchObject({ name: "FormatError", message: expect.stringMatching(/^[^\n]+: expected .+, got .+; .*(copy|export)/) });
      expect(await decodeAudio(bytes, file)).toEqual(whole);
    }
  });

  test.each(["stereo-44100.flac", "stereo-44100-flac.oga", "stereo-44100.ogg", "stereo-48000.opus"])("%s with a byte changed is refused", async (file) => {
    const bytes = new Uint8Array(await readFile(`${GOLDEN}/${file}`));
    const middle = Math.floor(0.6 * bytes.length);
    await expect(decodeAudio(bytes.with(middle, bytes[middle]! ^ 0x5a), file)).rejects.toMatchObject({ name: "FormatError" });
  });
});

/** Sets OpusHead's gain (1/256 dB). */
function withOpusGain(bytes: Uint8Array, gain: number): Uint8Array {
  const changed = bytes.slice();
  new DataView(changed.buffer).setInt16(28 + 16, gain, true);
  return withChecksums(changed);
}

/** Mends the checksum of every page, up to the first that lies beyond the file, by the definition in RFC 3533: bit by bit. */
function withChecksums(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 27 < bytes.length; ) {
    const segments = bytes.subarray(at + 27, at + 27 + bytes[at + 26]!);
    const end = at + 27 + segments.length + segments.reduce((sum, length) => sum + length, 0);
    if (end > bytes.length) break;
    view.setUint32(at + 22, 0, true);
    let crc = 0;
    for (let i = at; i < end; i++) {
      crc ^= bytes[i]! << 24;
      for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
    }
    view.setUint32(at + 22, crc >>> 0, true);
    at = end;
  }
  return bytes;
}

describe("damage", () => {
  /** Multiplicative generator of Park and Miller. */
  const createRandom = (seed: number) => {
    let state = seed;
    return (below: number) => {
      state = (state * 48271) % 2147483647;
      return state % below;
    };
  };

  test.each(["stereo-44100.flac", "stereo-44100-flac.oga", "stereo-44100.mp3", "stereo-44100.ogg", "stereo-48000.opus", "eight-48000.opus"])("%s: bytes changed, swapped or missing give audio or one error of ours, without a word from the decoder", async (file) => {
    const whole = new Uint8Array(await readFile(`${GOLDEN}/${file}`));
    const wanted = await decodeAudio(whole, file);
    const random = createRandom(file.length);
    const notes = [vi.spyOn(console, "error"), vi.spyOn(console, "warn")];
    for (let round = 0; round < 24; round++) {
      const bytes = whole.slice();
      for (let k = 0; k <= random(12); k++) bytes[random(round % 2 === 0 ? bytes.length : 200)] = random(256);
      if (round % 3 === 0) bytes.copyWithin(random(bytes.length), random(bytes.length), random(bytes.length));
      // pages whose sums are right again, so that the damage reaches the decoders
      if (/og[ag]$|opus$/.test(file) && round % 4 < 2 && round % 3 !== 0) withChecksums(bytes);
      const fault = await decodeAudio(bytes, file).then(() => undefined, (cause: unknown) => cause);
      if (fault) expect(["FormatError", "UnsupportedError"], String(fault)).toContain((fault as Error).name);
    }
    for (const note of notes) {
      expect(note).not.toHaveBeenCalled();
      note.mockRestore();
    }
    expect(await decodeAudio(whole, file)).toEqual(wanted);
  });
});

describe("files", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "simile-audio-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("are told apart by content, whatever the name says", async () => {
    const path = join(folder, "really a wav, 🎻.mp3");
    await writeFile(path, wav(shapes(1, 22050, "int16"), sampled(1, 22050)));
    expect((await readAudioFile(path)).sampleRate).toBe(22050);
  });

  test.each([
    ["empty", new Uint8Array(0), /expected audio \(wav, aiff, flac, mp3, ogg \(Vorbis\) or opus\), got an empty file/],
    ["text", new TextEncoder().encode("Dear listener,\n".repeat(20)), /got text/],
    ["m4a", Uint8Array.of(0, 0, 0, 32, ...new TextEncoder().encode("ftypM4A ")), /got an MP4 file \(AAC or ALAC\)/],
    ["zeros", new Uint8Array(5000), /begin with 00 00 00 00/],
    ["noise", Uint8Array.from({ length: 20000 }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 255), /no audio format known here/],
  ])("of no audio (%s) say what they hold", async (name, bytes, message) => {
    const path = join(folder, `${name}.wav`);
    await writeFile(path, bytes);
    await expect(readAudioFile(path)).rejects.toThrow(message);
  });

  test("that are not there, or are folders, are named", async () => {
    await expect(readAudioFile(join(folder, "nothing.wav"))).rejects.toMatchObject({ name: "MissingError", message: expect.stringContaining("nothing.wav: expected an audio file, got none") });
    await expect(readAudioFile(folder)).rejects.toMatchObject({ name: "FormatError", message: expect.stringContaining("got a folder") });
  });
});
