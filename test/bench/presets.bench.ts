/** Times a preset of ten thousand sounds in the built page: read and checked, and taken over live; beside the same sounds as a folder with its manifest and rows, which the engine fetches. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { OpenLibrary } from "../../src/app/library/open-library.ts";
import type { Presets } from "../../src/app/presets/presets.ts";
import type { Simile } from "../../src/app/simile-state.ts";
import { readPreset } from "../../src/core/presets/embedding-preset.ts";
import { parseModelManifest } from "../../src/core/presets/model-manifest.ts";
import { soundsOfPreset } from "../../src/core/presets/preset-sounds.ts";
import { openBuiltPage } from "../built-page.ts";
import { largePreset } from "../e2e/support/large-preset.ts";
import type { Bench } from "./runner.ts";

const COUNT = 10_000;
const RUNS = 21;
/** Where the folder is served. */
const FOLDER = "bench-library/";

interface Times {
  /** From the asking to the engine's word that it answers from the new library. */
  readonly swap: readonly number[];
  /** From the file to a library that can be taken over. */
  readonly read: readonly number[];
  readonly folder: readonly number[];
}

/** Runs in the page. */
async function time([runs, preset, folder]: readonly [number, string, string]): Promise<Times> {
  const { simile, presets } = document.querySelector("simile-app") as unknown as { simile: Simile; presets: Presets };
  await simile.start();
  const first = simile.library as OpenLibrary;
  const bytes = Uint8Array.from(atob(preset), (letter) => letter.charCodeAt(0));
  const took = async (act: () => Promise<unknown>) => {
    const start = performance.now();
    await act();
    return performance.now() - start;
  };
  const read: number[] = [];
  for (let i = 0; i < runs; i++) read.push(await took(() => presets.act({ kind: "file", file: new File([bytes], "bench.simile") })));
  await presets.act({ kind: "silent" });
  const large = simile.library as OpenLibrary;
  const swaps = async (library: OpenLibrary) => {
    const times: number[] = [];
    for (let i = 0; i < runs; i++) {
      await simile.useLibrary(first);
      times.push(await took(() => simile.useLibrary(library)));
    }
    return times;
  };
  const address = new URL(folder, document.baseURI).href;
  return { read, swap: await swaps(large), folder: await swaps({ ...large, rows: async () => ({ kind: "folder", address }) }) };
}

let megabytes = 0;

export const bench: Bench = {
  name: "presets",
  about: `a preset of ${COUNT} sounds of 128 numbers, without audio, in the built page in Chromium`,
  async cases() {
    const path = join(import.meta.dirname, "../../presets/models/an-gnn-simile/manifest.json");
    const model = parseModelManifest(JSON.parse(await readFile(path, "utf8")), path);
    const bytes = largePreset(model, COUNT);
    megabytes = bytes.length / 2 ** 20;
    const { embeddings, columns } = readPreset(bytes, "bench");
    const rows = Buffer.from(embeddings.buffer);
    const sounds = soundsOfPreset("bench", columns, false).map(({ key: _, ...sound }) => sound);
    const { name, version, weights, feature, embedding } = model;
    const files: Readonly<Record<string, string | Buffer>> = {
      "manifest.json": JSON.stringify({ format: "simile-library", formatVersion: 1, name: "bench", title: "Bench", licence: "", author: "", provenance: "", sounds }),
      [`embeddings/${name}.json`]: JSON.stringify({ format: "simile-embeddings", formatVersion: 1, model: name, modelVersion: version, weightsSha256: weights.sha256, feature: { name: feature.name, version: feature.version }, count: COUNT, size: embedding.size, sha256: createHash("sha256").update(rows).digest("hex") }),
      [`embeddings/${name}.f32`]: rows,
    };
    const built = await openBuiltPage();
    try {
      const context = await built.browser.newContext();
      await context.route(`**/${FOLDER}**`, (route) => route.fulfill({ body: files[new URL(route.request().url()).pathname.split(`/${FOLDER}`)[1]!]! }));
      const page = await context.newPage();
      // What runs TypeScript here names functions by a helper that the page has not.
      await page.addInitScript("globalThis.__name = (value) => value");
      await page.goto(built.url);
      await page.locator("simile-controls").waitFor();
      const { read, swap, folder } = await page.evaluate(time, [RUNS, Buffer.from(bytes).toString("base64"), FOLDER] as const);
      return [
        { name: `taken over live, ${COUNT} sounds`, milliseconds: swap },
        { name: `read and checked off the page, ${COUNT} sounds`, milliseconds: read },
        { name: "the same as a folder: fetched, checked and taken over by the engine", rival: true, milliseconds: folder },
      ];
    } finally {
      await built.close();
    }
  },
  notes: async () => [`The file has ${megabytes.toFixed(1)} MiB. Target: taken over in less than 100 ms.`],
};
