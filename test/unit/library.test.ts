/** Library manifests, embeddings and their CSV: what is whole is read back equal, what is not is named. */

import { describe, expect, test } from "vitest";
import { FormatError } from "../../src/core/errors.ts";
import { csvField, parseCsv } from "../../src/core/presets/csv.ts";
import { formatEmbeddingsCsv, parseEmbeddingsCsv } from "../../src/core/presets/embeddings-csv.ts";
import { type EmbeddingsManifest, type LibraryManifest, parseEmbeddings, parseEmbeddingsManifest, parseLibraryManifest } from "../../src/core/presets/library-manifest.ts";

const sound = { file: "audio/a 1.flac", name: "A", family: "plucked", instrument: "guitar", technique: "ordinario", mute: "none", pitch: "E4", dynamics: "mf", durationSeconds: 1.5 };
const library: LibraryManifest = {
  format: "simile-library",
  formatVersion: 1,
  name: "tiny",
  title: "Tiny",
  licence: "CC0-1.0",
  author: "",
  provenance: "",
  sounds: [sound, { ...sound, file: "audio/b.flac", pitch: "", dynamics: "" }],
};
const embeddings: EmbeddingsManifest = {
  format: "simile-embeddings",
  formatVersion: 1,
  model: "m",
  modelVersion: 2,
  weightsSha256: "0".repeat(64),
  feature: { name: "simile", version: 1 },
  count: 2,
  size: 3,
  sha256: "a".repeat(64),
};

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("library manifest", () => {
  test("comes back as it was, without what the format does not know", () => {
    expect(parseLibraryManifest(json(library), "x")).toEqual(library);
    expect(parseLibraryManifest({ ...library, extra: 1, sounds: [{ ...sound, extra: 2 }] }, "x")).toEqual({ ...library, sounds: [sound] });
  });

  test.each([
    ["no object", [], /x: expected an object, got \[\]/],
    ["another format", { ...library, format: "zip" }, /x: format: expected "simile-library", got "zip"/],
    ["another version", { ...library, formatVersion: 2 }, /x: formatVersion: expected 1, got 2/],
    ["no sounds", { ...library, sounds: [] }, /x: sounds: expected 1 to .* sounds, got 0/],
    ["sounds that are no list", { ...library, sounds: { length: 1 } }, /x: sounds: expected a list/],
    ["a path that climbs out", { ...library, sounds: [{ ...sound, file: "../../etc/passwd" }] }, /x: sounds: 0: file: expected a relative path/],
    ["an absolute path", { ...library, sounds: [{ ...sound, file: "/etc/passwd" }] }, /relative path/],
    ["a Windows path", { ...library, sounds: [{ ...sound, file: "C:\\a.wav" }] }, /relative path/],
    ["a file twice", { ...library, sounds: [sound, sound] }, /every file once/],
    ["no duration", { ...library, sounds: [{ ...sound, durationSeconds: null }] }, /durationSeconds: expected seconds above 0/],
    ["a missing field", { ...library, sounds: [{ ...sound, technique: undefined }] }, /technique: expected a text, got nothing/],
  ])("%s is refused, by its place", (_, value, message) => {
    expect(() => parseLibraryManifest(json(value), "x")).toThrow(message);
    expect(() => parseLibraryManifest(json(value), "x")).toThrow(FormatError);
  });

  test("keys that name prototypes reach nothing", () => {
    const hostile = JSON.parse(`{"__proto__": {"format": "simile-library", "polluted": true}, "constructor": {"prototype": {"polluted": true}}}`) as unknown;
    expect(() => parseLibraryManifest(hostile, "x")).toThrow(/x: format: expected "simile-library", got nothing/);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("embeddings of a library", () => {
  test("their manifest comes back as it was", () => expect(parseEmbeddingsManifest(json(embeddings), "x")).toEqual(embeddings));

  test.each([
    ["another format", { ...embeddings, format: "simile-library" }, /format/],
    ["a checksum that is none", { ...embeddings, sha256: "abc" }, /sha256: expected 64 hexadecimal digits/],
    ["a count of 1.5", { ...embeddings, count: 1.5 }, /count: expected a whole number/],
    ["no feature", { ...embeddings, feature: null }, /feature: expected an object, got null/],
  ])("%s is refused", (_, value, message) => expect(() => parseEmbeddingsManifest(json(value), "x")).toThrow(message));

  test("rows are little-endian float32", () => {
    const bytes = new Uint8Array(24);
    bytes.set([0, 0, 128, 63], 0); // 1.0 = 0x3f800000
    bytes.set([0, 0, 0, 192], 20); // -2.0 = 0xc0000000
    expect([...parseEmbeddings(bytes, embeddings, "x")]).toEqual([1, 0, 0, 0, 0, -2]);
  });

  test("a cut-off file and numbers that are not finite are refused", () => {
    expect(() => parseEmbeddings(new Uint8Array(20), embeddings, "x.f32")).toThrow(/x\.f32: expected 2 rows of 3 float32 numbers \(24 bytes\), got 20 bytes/);
    expect(() => parseEmbeddings(new Uint8Array(24).fill(255), embeddings, "x.f32")).toThrow(/expected finite numbers, got NaN in row 0/);
  });
});

describe("csv", () => {
  test.each(["plain", "with, comma", 'with "quotes"', "two\nlines", "", " spaces ", "🎻", "'"])("a field %j comes back", (field) => {
    expect(parseCsv(`${csvField(field)},x\n${csvField(field)},y`, "x")).toEqual([[field, "x"], [field, "y"]]);
  });

  test("line ends, byte order mark and empty lines do not matter; empty fields at the end do", () => {
    expect(parseCsv('\ufeffa,b\r\n\r\n"1",\n,', "x")).toEqual([["a", "b"], ["1", ""], ["", ""]]);
  });

  test("broken quotes are refused", () => {
    expect(() => parseCsv('a\n"b', "x.csv")).toThrow(/x\.csv: row 2: expected a closing quote/);
    expect(() => parseCsv('"a"b', "x.csv")).toThrow(/expected a comma or the end of the line/);
  });
});

describe("table of embeddings", () => {
  test("every float32 comes back to its last bit", () => {
    const rows = Float32Array.of(1 / 3, -1e-30, 16777217, 3.4028234663852886e38, 1e-45, -0.1);
    const files = ["a, 🎻.wav", 'b "2".wav'];
    const text = formatEmbeddingsCsv({ files, size: 3, rows });
    expect(text.split("\n")[0]).toBe("file,e0,e1,e2");
    expect(parseEmbeddingsCsv(text, "x")).toEqual({ files, size: 3, rows });
  });

  test.each([
    ["", /expected the header file,e0,e1,…, got an empty file/],
    ["name,e0\na,1\n", /expected the header/],
    ["file,e0,e2\na,1,2\n", /expected the header/],
    ["file,e0\n", /expected at least one sound, got none/],
    ["file,e0,e1\na,1,2\nb,1\n", /x: row 3: expected 3 fields, got 2/],
    ["file,e0\na,one\n", /x: row 2: expected a finite number in e0, got "one"/],
    ["file,e0\na,\n", /expected a finite number in e0, got ""/],
    ["file,e0\na,1e99\n", /expected a finite number/],
  ])("%j is refused", (text, message) => expect(() => parseEmbeddingsCsv(text, "x")).toThrow(message));
});
