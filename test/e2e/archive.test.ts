/** The built page asks an archive in PostgreSQL, through `npx simile serve`'s own server, for what is like the sound that it heard last. */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Simile } from "../../src/app/simile-state.ts";
import { createArchiveServer } from "../../src/cli/database/archive-server.ts";
import { VectorDatabase } from "../../src/cli/database/vector-database.ts";
import { readPreset, writePreset } from "../../src/core/presets/embedding-preset.ts";
import { parseEmbeddings, parseEmbeddingsManifest, parseLibraryManifest } from "../../src/core/presets/library-manifest.ts";
import { columnsOfSounds } from "../../src/core/presets/preset-sounds.ts";
import { EmbeddingIndex } from "../../src/core/search/embedding-index.ts";
import { type BuiltPage, openBuiltPage } from "../built-page.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { visit } from "./support/browser.ts";
import { untilQuiet } from "./support/quiet.ts";

const studio = join(import.meta.dirname, "../../presets/libraries/studio");

let built: BuiltPage;
let postgres: Postgres;
let database: VectorDatabase;
let server: Server;
let address: string;
/** The studio library as a preset that was pushed. */
const preset = (() => {
  const read = (path: string) => readFileSync(join(studio, path));
  const { sounds } = parseLibraryManifest(JSON.parse(read("manifest.json").toString()), "studio");
  const about = parseEmbeddingsManifest(JSON.parse(read("embeddings/an-gnn-simile.json").toString()), "studio");
  const embeddings = parseEmbeddings(read("embeddings/an-gnn-simile.f32"), about, "studio");
  const model = { name: about.model, version: about.modelVersion, weightsSha256: about.weightsSha256 };
  const columns = columnsOfSounds(sounds.map((sound) => ({ ...sound, key: sound.file })));
  return readPreset(writePreset({ name: "studio", title: "Studio archive", author: "", licence: "CC0-1.0", model, feature: about.feature, distance: "euclidean", numbers: "float16", size: about.size, embeddings, columns }), "studio");
})();

beforeAll(async () => {
  built = await openBuiltPage();
  postgres = await startPostgres();
  database = await VectorDatabase.open(postgres.url);
  await database.push(preset);
  server = createArchiveServer(database, new URL(built.url).origin).listen(0, "127.0.0.1");
  await once(server, "listening");
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server?.close();
  await database?.close();
  await postgres?.close();
  await built?.close();
});

test("lists what is kept there, and what is like the last sound, as the page's own search would", async () => {
  const caller = await visit(built.url, {});
  const { page } = caller;
  try {
    await page.getByRole("button", { name: "Play the demo" }).click();
    await page.locator("simile-results button.row").first().waitFor({ timeout: 120_000 });
    await page.getByRole("button", { name: /^Stop/ }).click();
    // What was heard last is asked for below: nothing may come after it.
    await untilQuiet(page);
    await page.locator("simile-presets summary").click();
    await page.getByLabel("Address of an archive").fill(address);
    await page.getByRole("button", { name: "Look" }).click();
    await page.getByRole("button", { name: /Studio archive · 346 sounds/ }).click();
    const hits = page.getByRole("list", { name: "Likes in the archive" }).getByRole("listitem");
    await hits.first().waitFor({ timeout: 60_000 });
    expect(await hits.count()).toBe(16);
    const heard = Float32Array.from(await page.evaluate(async () => [...(await (document.querySelector("simile-app") as unknown as { simile: Simile }).simile.ask((remote) => remote.heard()))!]));
    const index = new EmbeddingIndex(heard.length, "euclidean");
    index.add(preset.embeddings);
    const names = index.nearest(heard, 16).map(({ id }) => String(preset.columns.get("name")![id]));
    expect(await hits.locator("bdi").allTextContents()).toEqual(names);
    expect(caller.errors).toEqual([]);
  } finally {
    await caller.close();
  }
});

test("says in one sentence that nothing answers there", async () => {
  const caller = await visit(built.url, {});
  const { page } = caller;
  try {
    await page.getByRole("button", { name: "Play the demo" }).waitFor();
    await page.locator("simile-presets summary").click();
    await page.getByLabel("Address of an archive").fill("http://127.0.0.1:1");
    await page.getByRole("button", { name: "Look" }).click();
    expect(await page.locator("simile-presets [role=alert]").textContent()).toMatch(/expected an archive, got .*; start npx simile serve there/);
  } finally {
    await caller.close();
  }
});
