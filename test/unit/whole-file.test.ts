/** Files are replaced, never written over: whoever holds the one before keeps it whole, and two runs do not meet. */

import { link, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { featuresOf } from "../../src/cli/feature-cache.ts";
import { writeWhole, writeWholeSync } from "../../src/cli/whole-file.ts";
import { simile } from "../../src/core/features/simile.ts";
import { wav } from "./audio-encoders.ts";
import { saveEuclidModel } from "./euclid-model.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "simile-whole-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("what is replaced stays as it was for those who have it open, and no part is left", async () => {
  const place = join(folder, "replaced");
  await mkdir(place);
  const bytes = new TextEncoder().encode("new");
  for (const [name, write] of [["later", writeWhole], ["at once", writeWholeSync]] as const) {
    await writeFile(join(place, name), "old");
    await link(join(place, name), join(place, `${name} before`));
    await write(join(place, name), bytes);
    expect(await readFile(join(place, name), "utf8")).toBe("new");
    expect(await readFile(join(place, `${name} before`), "utf8")).toBe("old");
  }
  await mkdir(join(place, "folder"));
  expect(() => writeWholeSync(join(place, "folder"), bytes)).toThrow();
  expect((await readdir(place)).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test("a model is written over another file by file", async () => {
  const model = join(folder, "model");
  await saveEuclidModel(model);
  const files = (await readdir(model)).toSorted();
  expect(files).toEqual(["card.md", "manifest.json", "weights.bin"]);
  await mkdir(join(folder, "before"));
  for (const file of files) await link(join(model, file), join(folder, "before", file));
  await saveEuclidModel(model, [0.5, 1]);
  const [now, before] = await Promise.all([model, join(folder, "before")].map((place) => readFile(join(place, "weights.bin"))));
  expect(now!.length).toBeGreaterThan(before!.length);
  expect(await readFile(join(folder, "before/manifest.json"), "utf8")).toContain("1.5");
});

test("what another run writes into the same cache is not in the way", async () => {
  const file = join(folder, "a.wav");
  const cache = join(folder, "cache");
  await writeFile(file, wav({ sampleRate: 16_000, channels: 1, frames: 8000, numbers: "int16" }, (_, i) => 0.5 * Math.sin(i / 10)));
  const rows = await featuresOf([file], simile, [0.1], { cache, threads: 1 });
  const place = join(cache, (await readdir(cache))[0]!);
  const [name] = await readdir(place);
  // theirs, under way
  await mkdir(join(place, `${name}.part`));
  await rm(join(place, name!));
  expect(await featuresOf([file], simile, [0.1], { cache, threads: 1 })).toEqual(rows);
  expect(await readdir(place)).toContain(name);
});
