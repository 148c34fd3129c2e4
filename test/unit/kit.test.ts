/** The ground of kits: bounds, file names, paths, WAV, XML and tar. */

import { strToU8 } from "fflate";
import { describe, expect, test } from "vitest";
import { FormatError, MissingError } from "../../src/core/errors.ts";
import { MAX_STEM, safeStem, stemOf, uniqueStems } from "../../src/core/kits/file-names.ts";
import { KIT_FORMATS } from "../../src/core/kits/formats.ts";
import { createPad, type KitPad, soundingPads } from "../../src/core/kits/kit.ts";
import { joinInside } from "../../src/core/kits/relative-path.ts";
import { readTarGz, writeTarGz } from "../../src/core/kits/tar.ts";
import { writeWav } from "../../src/core/kits/wav.ts";
import { element, parseXml, writeXml } from "../../src/core/kits/xml.ts";
import { chunksOf } from "../../src/core/signal/chunks.ts";
import { parseWav } from "../../src/core/signal/wav.ts";
import { createRandom } from "../../src/model/random.ts";
import { exactly24, HOSTILE_NAMES, randomKit, tone } from "./kit-fixture.ts";

describe("bounds of a kit", () => {
  const pad = createPad("Kick", 36, tone(60, 0.1));
  const faultOf = (change: Partial<KitPad>) => () => soundingPads({ name: "k", pads: [{ ...pad, ...change }] });

  test("a pad without its sound is named in one sentence", () => {
    expect(faultOf({ audio: null, file: "drums/kick.wav" })).toThrow(new MissingError('kit "k": pad 1 (Kick): expected its sound, got none; find the file "drums/kick.wav" again, or clear the pad.'));
  });

  test("every format refuses a missing sound", () => {
    for (const { write } of KIT_FORMATS) expect(() => write({ name: "k", pads: [pad, { ...pad, note: 37, audio: null }] })).toThrow(MissingError);
  });

  test.each<[string, Partial<KitPad>]>([
    ["a note above 127", { note: 128 }],
    ["half a note", { note: 36.5 }],
    ["a gain that is no number", { gainDb: Number.NaN }],
    ["an infinite gain", { gainDb: Number.POSITIVE_INFINITY }],
    ["a tuning beyond four octaves", { tuneSemitones: 49 }],
    ["a start after the end", { startSeconds: 0.08, endSeconds: 0.02 }],
    ["an end after the sound", { endSeconds: 0.2 }],
    ["a start before the sound", { startSeconds: -0.01 }],
    ["a choke group of 17", { chokeGroup: 17 }],
    ["a sustain above 1", { envelope: { ...pad.envelope, sustain: 1.1 } }],
    ["a velocity curve of exponent 0", { velocity: { amount: 1, exponent: 0 } }],
    ["three channels", { audio: { sampleRate: 44_100, channels: [1, 2, 3].map(() => new Float32Array(10)) } }],
    ["channels of two lengths", { audio: { sampleRate: 44_100, channels: [new Float32Array(10), new Float32Array(11)] } }],
    ["an empty sound", { audio: { sampleRate: 44_100, channels: [new Float32Array(0)] } }],
  ])("%s is a FormatError", (_, change) => {
    expect(faultOf(change)).toThrow(FormatError);
  });

  test("a note twice, no pad and 129 pads are FormatErrors; 128 pads are a kit", () => {
    const pads = Array.from({ length: 129 }, (_, note) => ({ ...pad, note: note % 128 }));
    expect(() => soundingPads({ name: "k", pads: [pad, pad] })).toThrow(/note 36 twice/);
    expect(() => soundingPads({ name: "k", pads: [] })).toThrow(FormatError);
    expect(() => soundingPads({ name: "k", pads })).toThrow(FormatError);
    expect(soundingPads({ name: "k", pads: pads.slice(0, 128) })).toHaveLength(128);
  });

  test("the part to play is in whole frames, at least one", () => {
    const [all] = soundingPads({ name: "k", pads: [pad] });
    expect([all!.startFrame, all!.endFrame]).toEqual([0, 4410]);
    const [one] = soundingPads({ name: "k", pads: [{ ...pad, startSeconds: 0.1, endSeconds: 0.1 }] });
    expect([one!.startFrame, one!.endFrame]).toEqual([4409, 4410]);
  });
});

describe("file names", () => {
  test("hostile names become safe, short, unique and never reserved", () => {
    const stems = uniqueStems(HOSTILE_NAMES, "sound");
    for (const stem of stems) {
      expect(stem).toMatch(/^[A-Za-z0-9(+][A-Za-z0-9 ()+_-]*$/);
      expect(stem).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)$/i);
      expect(stem.length).toBeLessThanOrEqual(MAX_STEM);
      expect(stem).not.toMatch(/[ .]$/);
    }
    expect(new Set(stems.map((stem) => stem.toLowerCase())).size).toBe(HOSTILE_NAMES.length);
  });

  test("plain names stay as they are, accents fall", () => {
    expect(safeStem("Kick 01 (soft)", "x")).toBe("Kick 01 (soft)");
    expect(safeStem("Crème brûlée", "x")).toBe("Creme brulee");
    expect(safeStem("🥁", "sound")).toBe("sound");
    expect(uniqueStems(["Kick", "kick", "Kick 2"], "x")).toEqual(["Kick", "kick 2", "Kick 2 2"]);
  });

  test("a stem is the name without folders and an audio file's extension", () => {
    expect(["a/b\\Kick.WAV", "Snare 1.5.flac", "hat"].map(stemOf)).toEqual(["Kick", "Snare 1.5", "hat"]);
  });

  test("the same kits give the same bytes, and paths that stay inside", () => {
    for (let seed = 1; seed <= 4; seed++) {
      for (const { write } of KIT_FORMATS) {
        const files = write(randomKit(seed));
        for (const [path, bytes] of write(randomKit(seed))) expect(Buffer.compare(bytes, files.get(path)!)).toBe(0);
        for (const path of files.keys()) expect(joinInside("", path, "kit")).toBe(path);
        expect(new Set([...files.keys()].map((path) => path.toLowerCase())).size).toBe(files.size);
      }
    }
  });
});

describe("paths inside the folder", () => {
  test("dots and either slash are resolved", () => {
    expect(joinInside("Kit/Programs", "..\\Samples/./a.wav", "k")).toBe("Kit/Samples/a.wav");
    expect(joinInside("", "a//b.wav", "k")).toBe("a/b.wav");
  });

  test.each(["../a.wav", "a/../../b.wav", "/etc/passwd", "C:\\a.wav", "\\\\server\\a.wav", "a\0b"])("%j is refused", (path) => {
    expect(() => joinInside("", path, "kit.sfz")).toThrow(/kit\.sfz: expected paths inside/);
  });
});

describe("WAV", () => {
  test.each([16, 24] as const)("%i bits come back bit for bit, mono and stereo, odd and even", (bits) => {
    const random = createRandom(bits);
    for (const [channels, frames] of [[1, 1], [1, 2], [2, 3], [2, 1000]] as const) {
      const scale = 2 ** (bits - 1);
      const audio = { sampleRate: 48_000, channels: Array.from({ length: channels }, () => Float32Array.from({ length: frames }, () => (random.integer(2 * scale) - scale) / scale)) };
      expect(parseWav(writeWav(audio, bits), "w")).toEqual(audio);
    }
  });

  test("values round to the nearest integer and stop at full scale", () => {
    const read = parseWav(writeWav({ sampleRate: 8000, channels: [Float32Array.of(1, -1, 2, -2, 0.4 / 32_768, 0.6 / 32_768, -0.6 / 32_768)] }, 16), "w");
    expect([...read.channels[0]!].map((sample) => sample * 32_768)).toEqual([32_767, -32_768, 32_767, -32_768, 0, 1, -1]);
  });

  test("the sampler's chunks follow the audio and say note and loop", () => {
    const bytes = writeWav(tone(440, 0.01), 24, { rootNote: 48, gainDb: -3, loop: { first: 10, last: 400 } });
    const chunks = [...chunksOf(bytes, 12, true)];
    expect(chunks.map(({ id, size }) => [id, size])).toEqual([["fmt ", 16], ["data", 441 * 3], ["smpl", 60], ["inst", 7]]);
    const view = new DataView(bytes.buffer);
    expect(view.getUint32(4, true)).toBe(bytes.length - 8);
    const smpl = chunks[2]!.start;
    expect([2, 3, 7].map((field) => view.getUint32(smpl + 4 * field, true))).toEqual([Math.round(1e9 / 44_100), 48, 1]);
    expect([2, 3].map((field) => view.getUint32(smpl + 36 + 4 * field, true))).toEqual([10, 400]);
    expect([0, 2, 3, 4].map((field) => view.getInt8(chunks[3]!.start + field))).toEqual([48, -3, 0, 127]);
  });

  test("samples that are not finite are a FormatError", () => {
    expect(() => writeWav({ sampleRate: 8000, channels: [Float32Array.of(0, Number.NaN)] })).toThrow(/at frame 1/);
  });
});

describe("XML", () => {
  test.each(HOSTILE_NAMES.map((name) => [name]))("%j comes back as text and attribute", (name) => {
    const held = name.replace(/[\0]|\p{Surrogate}/gu, "\ufffd");
    const root = parseXml(writeXml(element("a", { name }, [element("b", {}, name)])), "x");
    expect(root.attributes.get("name")).toBe(held);
    expect(root.children[0]!.text).toBe(held);
  });

  test.each([
    ["a document type", '<!DOCTYPE a><a/>'],
    ["a billion laughs", `<!DOCTYPE l [<!ENTITY a "ha">${Array.from({ length: 9 }, (_, i) => `<!ENTITY ${"bcdefghij"[i]} "${`&${"abcdefghi"[i]};`.repeat(10)}">`).join("")}]><a>&j;</a>`],
    ["a file from outside", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ["an entity of its own", "<a>&x;</a>"],
    ["an open element", "<a><b></a>"],
    ["nothing", ""],
    ["a thousand elements within each other", "<a>".repeat(1000) + "</a>".repeat(1000)],
  ])("%s is a FormatError", (_, text) => {
    expect(() => parseXml(text, "kit.xml")).toThrow(FormatError);
  });
});

describe("tar", () => {
  const files = new Map([["kit/a.txt", strToU8("a")], ["kit/empty", new Uint8Array(0)], ["kit/block", new Uint8Array(512).fill(7)], ["kit/more", new Uint8Array(1300).fill(9)]]);
  const packed = writeTarGz(files);

  test("files come back", () => {
    expect(readTarGz(packed, "k")).toEqual(files);
  });

  test("every cut is a FormatError, whatever its place", () => {
    for (let length = 0; length < packed.length; length += 7) expect(() => readTarGz(packed.subarray(0, length), "k")).toThrow(FormatError);
  });

  test("more bytes or entries than allowed are a FormatError", () => {
    const bomb = writeTarGz(new Map([["zeros", new Uint8Array(20_000_000)]]));
    expect(bomb.length).toBeLessThan(100_000);
    expect(() => readTarGz(bomb, "k", { entries: 10, unpackedBytes: 1_000_000 })).toThrow(/at most 1000000 bytes/);
    expect(() => readTarGz(packed, "k", { entries: 2, unpackedBytes: 1_000_000 })).toThrow(/at most 2 entries/);
  });

  test.each(["../evil.wav", "/etc/passwd", "a/../../b", "C:\\evil"])("the entry %j is refused", (path) => {
    expect(() => readTarGz(writeTarGz(new Map([[path, strToU8("x")]])), "k.h2drumkit")).toThrow(/paths inside/);
  });

  test("a path beyond 100 bytes is refused as it is written", () => {
    expect(() => writeTarGz(new Map([["x".repeat(101), new Uint8Array(1)]]))).toThrow(FormatError);
  });
});

test("24-bit sounds of a kit pass unchanged through its samples", () => {
  const audio = exactly24(tone(300, 0.05, 44_100, 2));
  const files = KIT_FORMATS[0].write({ name: "k", pads: [createPad("Kick", 36, audio)] });
  expect(parseWav(files.get("Samples/Kick.wav")!, "w")).toEqual(audio);
});
