/** The index of what ships names every library there is, folder or preset, with what a list shows. */

import { createHash } from "node:crypto";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { indexPresets } from "../../src/cli/preset-index.ts";
import { parsePresetIndex } from "../../src/core/presets/preset-index.ts";
import { writePreset } from "../../src/core/presets/embedding-preset.ts";

const shipped = resolve(import.meta.dirname, "../../presets");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "simile-index-"));
});
afterAll(() => rm(folder, { recursive: true }));

const STUDIO = { address: "studio/", title: "Studio: physical models", sounds: 346, licence: "CC0-1.0", author: "Simile" };

test("lists the built-in library as it ships", async () => expect(await indexPresets(shipped)).toEqual([STUDIO]));

test("lists presets beside it, with their checksums, and passes over other files", async () => {
  const bytes = writePreset({ name: "p", title: "Mine", author: "me", licence: "CC0-1.0", model: { name: "m", version: 1, weightsSha256: "0".repeat(64) }, feature: { name: "f", version: 1 }, distance: "euclidean", numbers: "int8", size: 2, embeddings: new Float32Array(6), columns: new Map([["file", ["a", "b", "c"]]]) });
  await cp(join(shipped, "libraries/studio/manifest.json"), join(folder, "libraries/studio/manifest.json"), { recursive: true });
  await writeFile(join(folder, "libraries/my preset.simile"), bytes);
  await writeFile(join(folder, "libraries/notes.txt"), "x");
  expect(await indexPresets(folder)).toEqual([{ address: "my%20preset.simile", title: "Mine", sounds: 3, licence: "CC0-1.0", author: "me", sha256: createHash("sha256").update(bytes).digest("hex") }, STUDIO]);
});

test("is empty where there is no folder of libraries", async () => expect(await indexPresets(join(folder, "nowhere"))).toEqual([]));

test("says which preset there is broken", async () => {
  await writeFile(join(folder, "libraries/broken.simile"), "no zip at all, and long enough");
  await expect(indexPresets(folder)).rejects.toThrow(/broken\.simile: expected a zip archive/);
});

test("is read by the page as it was written, and a broken one says where", async () => {
  const written = await indexPresets(shipped);
  expect(parsePresetIndex(JSON.parse(JSON.stringify(written)), "index")).toEqual(written);
  expect(() => parsePresetIndex({}, "index")).toThrow("index: expected a list, got {}; build the page again.");
  expect(() => parsePresetIndex([{ ...STUDIO, sounds: "many" }], "index")).toThrow(/^index: 0: sounds: expected a whole number .*, got "many"/);
});
