/** Kills the page fifty times while it imports, at random moments, and fills its storage: nothing that was kept is lost, nothing is half-written, and nothing that was kept is analysed again. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type BrowserContext, type Page, chromium } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PreviewServer, build, preview } from "vite";
import { CHROMIUM_ARGS, ensureChromium } from "../chromium.js";
import { createRandom } from "../signals.ts";
import type { KillPage } from "./support/library-page/page.ts";

const KILLS = 50;
const FILES = 300;
const SEED = 20;

declare global {
  interface Window {
    readonly kill: KillPage;
  }
}

let folder: string;
let server: PreviewServer;
let context: BrowserContext;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "simile-kill-"));
  const root = resolve(import.meta.dirname, "support/library-page");
  const site = { configFile: false as const, root, base: "./", logLevel: "warn" as const, worker: { format: "es" as const }, build: { outDir: join(folder, "site"), target: "es2023", emptyOutDir: true } };
  await build(site);
  server = await preview({ ...site, preview: { port: 0, host: "127.0.0.1", open: false } });
  url = server.resolvedUrls!.local[0]!;
  // A profile on disk: what a killed page leaves there is what the next one finds.
  context = await chromium.launchPersistentContext(join(folder, "profile"), { executablePath: ensureChromium(), chromiumSandbox: false, args: [...CHROMIUM_ARGS] });
  context.setDefaultTimeout(120_000);
});

afterAll(async () => {
  await context?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction(() => window.kill !== undefined);
  return page;
}

/** The renderer dies, with all its workers, as when the system ends it. */
async function kill(page: Page): Promise<void> {
  const session = await context.newCDPSession(page);
  const crashed = new Promise((done) => page.once("crash", done));
  session.send("Page.crash").catch(() => {});
  await crashed;
  await page.close();
}

test(`of ${FILES} files, over ${KILLS} kills`, { timeout: 1_200_000 }, async () => {
  const random = createRandom(SEED);
  let page = await open();
  await page.evaluate((count) => window.kill.make(count), FILES);
  let before: Readonly<Record<string, readonly number[]>> = {};
  let killed = 0;
  for (let last = false; !last; ) {
    // Each time some more files than the time before, somewhere between two of them.
    const until = Math.min(FILES - 1, Object.keys(before).length + 1 + Math.floor((random() * 2 * FILES) / KILLS));
    last = ++killed === KILLS;
    await page.evaluate(() => void window.kill.import().catch(() => {}));
    await page.waitForFunction((count) => window.kill.done() >= count, until, { polling: 5 });
    await page.evaluate((milliseconds) => new Promise((done) => setTimeout(done, milliseconds)), random() * 60);
    await kill(page);
    page = await open();
    const { sounds, rows } = await page.evaluate(() => window.kill.kept());
    expect(rows).toBeGreaterThanOrEqual(Object.keys(sounds).length);
    expect(sounds, `after kill ${killed}`).toMatchObject(before);
    before = sounds;
  }
  const report = await page.evaluate(() => window.kill.import());
  expect(report).toMatchObject({ ended: "done", faulty: 0, analysed: FILES - Object.keys(before).length, unchanged: Object.keys(before).length });
  const { sounds, rows } = await page.evaluate(() => window.kill.kept());
  expect(Object.keys(sounds)).toHaveLength(FILES);
  // One row for each: nothing that was kept was analysed again.
  expect(rows).toBe(FILES);
  // The same as of an import that nobody killed.
  await page.evaluate(() => window.kill.import("simile-calm"));
  expect(sounds).toEqual((await page.evaluate(() => window.kill.kept("simile-calm"))).sounds);
});

test("a storage that is full stops the import with a sentence, keeps what is whole, and lets it go on", { timeout: 480_000 }, async () => {
  const page = await open();
  await page.evaluate((count) => window.kill.make(count), FILES);
  const session = await context.newCDPSession(page);
  const { origin } = new URL(url);
  const { usage = 0 } = await page.evaluate(() => navigator.storage.estimate());
  // Room for some of the rows.
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: usage + 120_000 });
  const report = await page.evaluate(() => window.kill.import("simile-room"));
  expect(report).toMatchObject({ ended: "stopped", fault: { name: "UnsupportedError", message: "Library: expected room in the browser's storage, got a full one; what was kept stays: free disk space or remove a library, and go on." } });
  const kept = Object.keys((await page.evaluate(() => window.kill.kept("simile-room"))).sounds).length;
  expect(kept).toBe(report.added);
  expect(kept).toBeLessThan(FILES);
  await session.send("Storage.overrideQuotaForOrigin", { origin });
  expect(await page.evaluate(() => window.kill.import("simile-room"))).toMatchObject({ ended: "done", unchanged: kept, analysed: FILES - kept });
  const { sounds, rows } = await page.evaluate(() => window.kill.kept("simile-room"));
  expect([Object.keys(sounds).length, rows]).toEqual([FILES, FILES]);
});
