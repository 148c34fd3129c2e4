/** Embedding presets: what is written is read back, and nothing hostile or damaged gets past the reader. */

import { createHash } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { strToU8, unzipSync, zipSync, type Zippable } from "fflate";
import { describe, expect, test } from "vitest";
import { dataOffset, type EntryRange, LOCAL_BYTES, openArchive } from "../../src/core/presets/archive.ts";
import { type ColumnValues, type PresetContent, packRows, readPreset, readPresetManifest, streamPreset, unpackRows, writePreset } from "../../src/core/presets/embedding-preset.ts";
import { fromHalf, toHalf } from "../../src/core/presets/half.ts";
import { createRandom } from "../../src/model/random.ts";

const uniformFrom = (seed: number) => createRandom(seed).uniform;

function content(changes: Partial<PresetContent> = {}): PresetContent {
  const random = uniformFrom(7);
  const columns = new Map<string, ColumnValues>([
    ["file", ["strings/violin A4.flac", "日本/太鼓 🥁.wav", "x"]],
    ["technique", ["ordinario", "", "slap \" \\ ,"]],
    ["durationSeconds", [1.5, null, 0]],
  ]);
  return {
    name: "trial",
    title: "A trial",
    author: "us",
    licence: "CC0-1.0",
    model: { name: "an-gnn", version: 2, weightsSha256: "ab".repeat(32) },
    feature: { name: "simile", version: 3 },
    distance: "euclidean",
    numbers: "float16",
    size: 8,
    embeddings: Float32Array.from({ length: 24 }, () => 2 * random() - 1),
    columns,
    ...changes,
  };
}

describe("float16", () => {
  test("every one of the 65,536 bit patterns survives the way through a number and back", () => {
    for (let half = 0; half < 65536; half++) {
      const value = fromHalf(half);
      if (Number.isNaN(value)) expect(Number.isNaN(fromHalf(toHalf(value)))).toBe(true);
      else if (toHalf(value) !== half) expect.fail(`0x${half.toString(16)} came back as 0x${toHalf(value).toString(16)}`);
    }
  });

  test("rounds to the nearest, ties to even", () => {
    expect(fromHalf(toHalf(1 + 2 ** -11))).toBe(1);
    expect(fromHalf(toHalf(1 + 3 * 2 ** -11))).toBe(1 + 2 ** -9);
    expect(fromHalf(toHalf(65519))).toBe(65504);
    expect(fromHalf(toHalf(65520))).toBe(Number.POSITIVE_INFINITY);
    expect(fromHalf(toHalf(2 ** -25))).toBe(0);
    expect(fromHalf(toHalf(2 ** -25 * 1.0001))).toBe(2 ** -24);
  });
});

describe("a preset that was written", () => {
  test.each(["float16", "int8"] as const)("is read back whole, with %s numbers within their rounding", (numbers) => {
    const written = content({ numbers, audio: new Map([["strings/violin A4.flac", strToU8("one")], ["日本/太鼓 🥁.wav", strToU8("two")], ["x", new Uint8Array(0)]]) });
    const preset = readPreset(writePreset(written), "trial.simile");
    expect(preset.columns).toEqual(written.columns);
    expect(preset.manifest).toMatchObject({ name: "trial", licence: "CC0-1.0", count: 3, model: written.model, feature: written.feature, audio: true });
    const step = numbers === "float16" ? 2 ** -12 : 1 / 254;
    for (const [i, value] of written.embeddings.entries()) expect(Math.abs(preset.embeddings[i]! - value)).toBeLessThanOrEqual(step * 1.001);
    expect(preset.audio(1)).toEqual(strToU8("two"));
    expect(preset.audio(2)).toHaveLength(0);
  });

  test("is the same file when it is written part by part, and asks for one sound at a time", async () => {
    const audio = new Map([["strings/violin A4.flac", strToU8("one")], ["日本/太鼓 🥁.wav", strToU8("two")], ["x", new Uint8Array(0)]]);
    const parts: Uint8Array[] = [];
    const asked: string[] = [];
    let before = 0;
    const sound = async (file: string, row: number) => {
      asked.push(`${row} ${file}`);
      expect(parts.length).toBeGreaterThan(before);
      before = parts.length;
      return audio.get(file)!;
    };
    for await (const part of streamPreset(content(), sound)) parts.push(part);
    expect(asked).toEqual(["0 strings/violin A4.flac", "1 日本/太鼓 🥁.wav", "2 x"]);
    expect(Buffer.concat(parts)).toEqual(Buffer.from(writePreset(content({ audio }))));
  });

  test("is read by another zip program, and its sounds lie where it says", () => {
    const bytes = writePreset(content({ audio: new Map([["strings/violin A4.flac", strToU8("one")], ["日本/太鼓 🥁.wav", strToU8("two")], ["x", new Uint8Array(0)]]) }));
    expect(Object.keys(unzipSync(bytes))).toEqual(["manifest.json", "embeddings.bin", "sounds.json", "audio/strings/violin A4.flac", "audio/日本/太鼓 🥁.wav", "audio/x"]);
    const dataOf = (archive: Uint8Array, { header, packed }: EntryRange) => {
      const start = header + dataOffset(archive.subarray(header, header + LOCAL_BYTES), "trial");
      return archive.subarray(start, start + packed);
    };
    const stored = readPreset(bytes, "trial").audioRange(1);
    expect([stored.deflated, new TextDecoder().decode(dataOf(bytes, stored))]).toEqual([false, "two"]);
    const packed = zipSync(Object.fromEntries(Object.entries(unzipSync(bytes)).map(([path, data]) => [path, [data, { level: 9 }]])) as Zippable);
    const range = readPreset(packed, "trial").audioRange(1);
    expect([range.deflated, range.bytes, inflateRawSync(dataOf(packed, range)).toString()]).toEqual([true, 3, "two"]);
  });

  test("is read in parts: of a source, only what is needed is asked for", () => {
    const bytes = writePreset(content({ audio: new Map([["strings/violin A4.flac", new Uint8Array(1e6)], ["日本/太鼓 🥁.wav", strToU8("two")], ["x", new Uint8Array(0)]]) }));
    let read = 0;
    const source = { size: bytes.length, read: (start: number, end: number) => ((read += end - start), bytes.subarray(start, end)) };
    const preset = readPreset(source, "trial");
    expect(read).toBeLessThan(100_000);
    expect(preset.audio(1)).toEqual(strToU8("two"));
  });

  test("is the same file each time", () => expect(writePreset(content())).toEqual(writePreset(content())));

  test("may hold no sound at all", () => {
    const preset = readPreset(writePreset(content({ embeddings: new Float32Array(0), columns: new Map([["file", []]]) })), "none.simile");
    expect(preset.manifest.count).toBe(0);
  });

  test("keeps the zero row and the largest values", () => {
    const rows = Float32Array.from([0, 0, 127, -127]);
    expect(unpackRows(packRows(rows, 2, 2, "int8"), 2, 2, "int8")).toEqual(rows);
    expect(unpackRows(packRows(rows, 2, 2, "float16"), 2, 2, "float16")).toEqual(rows);
  });
});

describe("content that no reader would take is not written", () => {
  test.each([
    ["a path that climbs out", { columns: new Map([["file", ["a", "../b", "c"]]]) }, /inside the folder/],
    ["a file twice", { columns: new Map([["file", ["a", "a", "c"]]]) }, /every file once/],
    ["NaN", { embeddings: new Float32Array(24).fill(Number.NaN) }, /finite/],
    ["too few numbers", { embeddings: new Float32Array(23) }, /3 rows of 8/],
    ["values beyond float16", { embeddings: new Float32Array(24).fill(1e6) }, /65504/],
    ["no title", { title: "" }, /manifest\.json: title: expected a text of 1 to 200 characters, got 0/],
    ["a long title", { title: "t".repeat(201) }, /title: expected .+, got 201/],
    ["a long author", { author: "a".repeat(201) }, /author: expected .+, got 201/],
    ["no name", { name: "" }, /name: expected/],
    ["a model without its weights", { model: { name: "m", version: 1, weightsSha256: "" } }, /weightsSha256/],
    ["a column whose name is none", { columns: new Map([["file", ["a", "b", "c"]], ["a b", ["", "", ""]]]) }, /a letter, then letters and digits/],
    ["a column too short", { columns: new Map([["file", ["a", "b", "c"]], ["pitch", ["A4"]]]) }, /pitch: expected 3 values, got 1/],
    ["texts among numbers", { columns: new Map<string, ColumnValues>([["file", ["a", "b", "c"]], ["pitch", ["A4", 3, null] as unknown as string[]]]) }, /pitch: 1: expected a text/],
    ["numbers that are none", { columns: new Map<string, ColumnValues>([["file", ["a", "b", "c"]], ["durationSeconds", [1, Number.NaN, 2]]]) }, /durationSeconds: 1: expected a number or null/],
    ["too much text", { columns: new Map([["file", ["a", "b", "c"]], ...["x", "y", "z"].map((letter): [string, string[]] => [letter, Array.from({ length: 3 }, () => "x".repeat(10_001))])]) }, /10000 characters/],
    ["columns larger than a reader takes", { columns: new Map([["file", ["a", "b", "c"]], ...Array.from({ length: 40 }, (_, i): [string, string[]] => [`x${i}`, Array.from({ length: 3 }, () => "x".repeat(9999))])]) }, /sounds\.json: expected at most 1073152 bytes for 3 sounds/],
    ["rows that are all the same, too many", { size: 4096, embeddings: new Float32Array(3500 * 4096), columns: new Map([["file", Array.from({ length: 3500 }, (_, i) => String(i))]]) }, /bytes unpacked, got .+; leave the audio out, or make several presets/],
    ["audio for some rows only", { audio: new Map([["x", new Uint8Array(1)]]) }, /for every sound or for none/],
  ])("%s", (_, changes, sentence) => expect(() => writePreset(content(changes))).toThrow(expect.objectContaining({ name: "FormatError", message: expect.stringMatching(sentence) })));

  /** All that comes of a preset with audio, where each sound is `bytes` long. */
  async function streamed(files: readonly string[], bytes = 0): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    const columns = new Map([["file", files]]);
    // Of a sound beyond the limit nothing but its length is to be looked at.
    const sound = async () => (bytes > 100 ? ({ length: bytes } as Uint8Array) : new Uint8Array(bytes));
    for await (const part of streamPreset(content({ size: 1, embeddings: new Float32Array(files.length), columns }), sound)) parts.push(part);
    return Buffer.concat(parts);
  }
  const names = (count: number) => Array.from({ length: count }, (_, i) => `${i}.wav`);

  test("more entries than a reader takes, and no sound is asked for", () => expect(streamed(names(64_998))).rejects.toThrow(/expected at most 65000 entries, got 65001; leave the audio out, or make several presets/));
  test("as many as a reader takes are", { timeout: 60_000 }, async () => expect(readPreset(await streamed(names(64_997)), "p").manifest.count).toBe(64_997));
  test("more than 2 GiB", () => expect(streamed(["a"], 2 ** 31 - 1)).rejects.toThrow(/expected at most 2147483647 bytes unpacked, got \d+; leave the audio out, or make several presets/));

  test("paths that are too long behind audio/, or no Unicode", async () => {
    const [fits, long] = ["x".repeat(1018), "x".repeat(1019)];
    expect(readPreset(await streamed([fits], 3), "p").audio(0)).toHaveLength(3);
    await expect(streamed([long])).rejects.toThrow(/at most 1024 characters, got "audio\/x+.* of 1025; rename that file/);
    await expect(streamed(["a\ud800"])).rejects.toThrow(/rename that file/);
    expect(readPreset(writePreset(content({ size: 1, embeddings: new Float32Array(1), columns: new Map([["file", [long]]]) })), "p").manifest.audio).toBe(false);
  });
});

/** The parts of a written preset, changed and zipped again, checksums left alone unless the change sets them. */
function rezipped(change: (parts: Record<string, Uint8Array>, manifest: Record<string, unknown>) => void): Uint8Array {
  const archive = openArchive(writePreset(content()), "source");
  const parts = Object.fromEntries(archive.entries.map(({ path }) => [path, archive.read(path)]));
  const manifest = JSON.parse(new TextDecoder().decode(parts["manifest.json"])) as Record<string, unknown>;
  change(parts, manifest);
  if (parts["manifest.json"]) parts["manifest.json"] = strToU8(JSON.stringify(manifest));
  return zipSync(parts as Zippable);
}

describe("a preset that is damaged or hostile gives one sentence", () => {
  const whole = writePreset(content());
  test.each<[string, Uint8Array, RegExp]>([
    ["empty", new Uint8Array(0), /^p: expected a zip archive, got an empty file; /],
    ["no zip", strToU8("RIFF....WAVEfmt ".repeat(20)), /another type of file/],
    ["cut short", whole.subarray(0, whole.length - 10), /cut short/],
    ["a zip of something else", zipSync({ "readme.txt": strToU8("hello") }), /a zip without one/],
    ["another format", rezipped((_, m) => (m["format"] = "other")), /"simile-preset"/],
    ["a later version", rezipped((_, m) => (m["formatVersion"] = 2)), /formatVersion: expected 1, got 2/],
    ["a billion rows", rezipped((_, m) => (m["count"] = 1e9)), /count: expected a whole number from 0 to 2000000/],
    ["more rows than bytes", rezipped((_, m) => (m["count"] = 1e6)), /1000000 rows of 8 float16 numbers, 16000000 bytes, got 48 bytes/],
    ["wrong dimensions", rezipped((_, m) => ((m["embedding"] as Record<string, unknown>)["size"] = 9)), /3 rows of 9/],
    ["a wrong checksum", rezipped((p) => (p["embeddings.bin"]![3]! ^= 1)), /checksum/],
    ["changed metadata", rezipped((p) => (p["sounds.json"] = strToU8("{}"))), /checksum/],
    ["a column that would name a prototype", rezipped((_, m) => (m["columns"] as unknown[]).push({ name: "__proto__", type: "text" })), /a letter, then letters and digits/],
    ["an entry that climbs out", rezipped((p) => (p["../evil"] = strToU8("x"))), /paths that stay inside/],
    ["a manifest without end", rezipped((p, m) => ((m["padding"] = "x".repeat(2 ** 21)), p)), /manifest\.json: expected at most 1048576 bytes/],
    ["a bomb for a manifest", zipSync({ "manifest.json": [new Uint8Array(2 ** 24), { level: 9 }] }), /manifest\.json: expected at most 1048576 bytes, got 16777216/],
    ["a bomb for metadata", rezipped((p) => (p["sounds.json"] = new Uint8Array(2 ** 24))), /sounds\.json: expected at most 1073152 bytes for 3 sounds, got 16777216/],
    ["entries that overlap", overlapping(), /entries that do not overlap/],
    ["an encrypted entry", withBit(writePreset(content()), 8, 1), /open to read, got it encrypted/],
    ["a flipped bit in an entry", withBit(writePreset(content()), -1, 0), /as it was packed, got another checksum|deflated|\d+ bytes in/],
    ["audio that is promised and absent", rezipped((_, m) => (m["audio"] = true)), /audio for every sound, got none for strings/],
  ])("%s", (_, bytes, sentence) => {
    expect(() => readPreset(bytes, "p")).toThrow(expect.objectContaining({ name: "FormatError", message: expect.stringMatching(sentence) }));
  });

  test("NaN in the rows, with a true checksum", () => {
    const rows = packRows(content().embeddings, 3, 8, "float16");
    new DataView(rows.buffer).setUint16(20, 0x7e00, true);
    expect(() => readPreset(withRows(rows), "p")).toThrow(/finite numbers, got NaN in row 1/);
  });

  test("prototype-polluting keys change nothing", () => {
    const raw = zipSync({ "manifest.json": strToU8('{"__proto__": {"format": "simile-preset", "polluted": true}, "constructor": {"prototype": {"polluted": true}}}') });
    expect(() => readPresetManifest(raw, "p")).toThrow(/format: expected "simile-preset", got nothing/);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test("the reader says which preset has no audio to give", () => expect(() => readPreset(whole, "p").audio(0)).toThrow(/attach the preset/));
});

/** Sets a bit in the flags of the first directory entry, or flips one in the manifest's packed bytes. */
function withBit(bytes: Uint8Array, offset: number, bit: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (offset < 0) bytes[view.getUint16(26, true) + 30 + 20]! ^= 1 << bit;
  else bytes[view.getUint32(bytes.length - 22 + 16, true) + offset]! |= bit;
  return bytes;
}

/** A zip whose directory names one stored entry a thousand times, as a bomb without recursion does. */
function overlapping(): Uint8Array {
  const source = zipSync({ a: [new Uint8Array(1000), { level: 0 }] });
  const view = new DataView(source.buffer);
  const [size, offset] = [view.getUint32(source.length - 22 + 12, true), view.getUint32(source.length - 22 + 16, true)];
  const count = 1000;
  const bytes = new Uint8Array(offset + count * (size + 3) + 22);
  bytes.set(source.subarray(0, offset));
  const out = new DataView(bytes.buffer);
  let at = offset;
  for (let i = 0; i < count; i++) {
    bytes.set(source.subarray(offset, offset + 46), at);
    out.setUint16(at + 28, 4, true);
    bytes.set(strToU8(String(i).padStart(4, "a")), at + 46);
    at += size + 3;
  }
  bytes.set(source.subarray(source.length - 22), at);
  for (const field of [8, 10]) out.setUint16(at + field, count, true);
  out.setUint32(at + 12, at - offset, true);
  return bytes;
}

/** A preset whose rows were replaced and whose manifest was given their true checksum. */
function withRows(rows: Uint8Array): Uint8Array {
  return rezipped((parts, manifest) => {
    parts["embeddings.bin"] = rows;
    (manifest["embedding"] as Record<string, unknown>)["sha256"] = createHash("sha256").update(rows).digest("hex");
  });
}

describe("fuzz", () => {
  /** Flips, cuts, doubles and overwrites bytes; half of the runs aim at the zip directory. */
  function mutated(source: Uint8Array, random: () => number): Uint8Array {
    const bytes = Uint8Array.from(source);
    const pick = (below: number) => Math.floor(random() * below);
    for (let edits = 1 + pick(4); edits > 0; edits--) {
      const at = random() < 0.5 ? pick(bytes.length) : bytes.length - 1 - pick(Math.min(300, bytes.length));
      const kind = pick(4);
      if (kind === 0) bytes[at]! ^= 1 << pick(8);
      else if (kind === 1) bytes[at] = [0, 1, 0x7f, 0x80, 0xff][pick(5)]!;
      else if (kind === 2) bytes.copyWithin(at, pick(bytes.length), pick(bytes.length));
      else bytes.fill(0xff, at, at + 4);
    }
    return random() < 0.1 ? bytes.subarray(0, pick(bytes.length)) : bytes;
  }

  test("100,000 mutations are read or refused by FormatError, and none hangs", { timeout: 240_000 }, () => {
    const random = uniformFrom(20261122);
    const sources = [writePreset(content()), writePreset(content({ numbers: "int8", audio: new Map([["strings/violin A4.flac", strToU8("one")], ["日本/太鼓 🥁.wav", strToU8("two")], ["x", strToU8("three")]]) }))];
    let refused = 0;
    for (let run = 0; run < 100_000; run++) {
      const bytes = mutated(sources[run % 2]!, random);
      try {
        const preset = readPreset(bytes, "fuzz");
        if (preset.manifest.audio) preset.audio(0);
      } catch (cause) {
        refused++;
        if ((cause as Error).name !== "FormatError") throw new Error(`run ${run}: ${(cause as Error).stack}`);
      }
    }
    expect(refused).toBeGreaterThan(50_000);
  });

  test("10,000 mutations behind true checksums are read or refused by FormatError, and pollute nothing", { timeout: 120_000 }, () => {
    const random = uniformFrom(7);
    const pick = (below: number) => Math.floor(random() * below);
    const archive = openArchive(writePreset(content()), "source");
    const parts = Object.fromEntries(archive.entries.map(({ path }) => [path, archive.read(path)]));
    const decode = (path: string) => new TextDecoder().decode(parts[path]);
    const pieces = ["null", "-1", "1e999", "[]", "{}", '""', "true", "__proto__", "constructor", "prototype", "../x", "1e9", "\u0000", '"NaN"', "65536", "[[", "}"];
    const mutate = (text: string) => {
      const at = pick(text.length);
      return text.slice(0, at) + pieces[pick(pieces.length)]! + text.slice(at + pick(6));
    };
    const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
    let refused = 0;
    for (let run = 0; run < 10_000; run++) {
      const sounds = strToU8(run % 2 === 0 ? mutate(decode("sounds.json")) : decode("sounds.json"));
      const manifest = decode("manifest.json").replace(sha(parts["sounds.json"]!), sha(sounds));
      const bytes = zipSync({ ...parts, "manifest.json": strToU8(run % 2 === 1 ? mutate(manifest) : manifest), "sounds.json": sounds });
      try {
        readPreset(bytes, "fuzz");
      } catch (cause) {
        refused++;
        if ((cause as Error).name !== "FormatError") throw new Error(`run ${run}: ${(cause as Error).stack}`);
      }
    }
    expect(refused).toBeGreaterThan(5_000);
    expect(Object.keys({})).toEqual([]);
  });
});
