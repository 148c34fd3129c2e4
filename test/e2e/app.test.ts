/** The page as an app: it plays without a network after the first visit, and goes over to a new version on the player's word without losing anything. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Browser, type Page, chromium } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build, preview, type PreviewServer } from "vite";
import type { Simile } from "../../src/app/simile-state.ts";
import type { Updates } from "../../src/app/updates.ts";
import { patient } from "../built-page.ts";
import { CHROMIUM_ARGS, ensureChromium } from "../chromium.js";

const configFile = resolve(import.meta.dirname, "../../vite.config.ts");

let folder = "";
let browser: Browser;
let server: PreviewServer | null = null;
let url = "";

/** The page as it ships, under another title where there is a next version. */
async function buildVersion(name: string, title: string | null): Promise<string> {
  const outDir = join(folder, name);
  const rename = { name: "next-version", transformIndexHtml: (html: string) => html.replace(/<title>[^<]*/, `<title>${title}`) };
  await build({ configFile, logLevel: "error", plugins: title ? [rename] : [], build: { outDir, emptyOutDir: true } });
  return outDir;
}

async function serve(outDir: string, port = 0): Promise<void> {
  server = await preview({ configFile, logLevel: "error", build: { outDir }, preview: { port, strictPort: port !== 0, host: "127.0.0.1", open: false } });
  url = server.resolvedUrls!.local[0]!;
}

async function unserve(): Promise<void> {
  await server?.close();
  server = null;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "simile-app-"));
  browser = patient(await chromium.launch({ executablePath: ensureChromium(), chromiumSandbox: false, args: [...CHROMIUM_ARGS, "--autoplay-policy=no-user-gesture-required"] }));
  await serve(await buildVersion("first", null));
});
afterAll(async () => {
  await browser?.close();
  await unserve();
  await rm(folder, { recursive: true, force: true });
});

type App = { readonly simile: Simile; readonly updates: Updates };

/** Until the page is kept for use without a network. */
async function kept(page: Page): Promise<void> {
  await page.waitForFunction(() => (document.querySelector("simile-app") as unknown as App).updates?.state.kept, undefined, { timeout: 180_000 });
}

const first = "simile-results button.row";

test("its manifest names icons that are there, and starts where it lies", async () => {
  const manifest = (await (await fetch(new URL("simile.webmanifest", url))).json()) as { start_url: string; display: string; icons: { src: string; sizes: string; purpose?: string }[] };
  expect(manifest).toMatchObject({ start_url: "./", display: "standalone" });
  expect(manifest.icons.some(({ purpose }) => purpose === "maskable")).toBe(true);
  for (const { src, sizes } of manifest.icons) {
    const bytes = Buffer.from(await (await fetch(new URL(src, url))).arrayBuffer());
    // Width and height of a PNG stand at bytes 16 and 20.
    expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`).toBe(sizes);
  }
});

test("without a network and without its server it starts, plays and answers after the first visit, and nothing but the page itself is kept", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(url);
  await kept(page);
  await unserve();
  await context.setOffline(true);
  try {
    await page.reload();
    await page.getByRole("button", { name: "Play the demo" }).click({ timeout: 60_000 });
    await page.locator(first).nth(4).waitFor({ timeout: 60_000 });
    const faults = await page.evaluate(() => (document.querySelector("simile-app") as unknown as App).simile.state.faults);
    expect(faults).toEqual([]);
    const names = await page.evaluate(async () => {
      const lists = await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map((request) => request.url)));
      return lists.flat();
    });
    expect(names.length).toBeGreaterThan(346);
    expect(names.filter((name) => !name.startsWith(url))).toEqual([]);
    expect(errors).toEqual([]);
  } finally {
    await context.close();
    await serve(join(folder, "first"));
  }
});

test("a new version waits for the player's word and for the take, and everything is as it was left", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  await kept(page);
  // Served by the worker from here on.
  await page.reload();
  await page.getByRole("button", { name: "Play the demo" }).waitFor({ timeout: 60_000 });
  const set = () =>
    page.evaluate(() => {
      const { simile } = document.querySelector("simile-app") as unknown as App;
      simile.configure({ commitSeconds: 0.1, diversity: 0.5 });
      simile.perform({ mode: "mosaic" });
      simile.setVolume(-9);
      simile.setBalance({ mix: 0.25 });
      simile.pads.change({ kind: "bank", bank: 0 });
      simile.startTake();
    });
  await set();
  const second = await buildVersion("second", "simile, next");
  // At the same address, at once: what is free now may be another's soon.
  const { port } = new URL(url);
  await unserve();
  await serve(second, Number(port));
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
  const button = page.getByRole("button", { name: "Update now" });
  await button.waitFor({ timeout: 60_000 });
  expect(await button.isDisabled()).toBe(true);
  expect(await page.title()).not.toBe("simile, next");
  await page.evaluate(async () => {
    const { simile } = document.querySelector("simile-app") as unknown as App;
    await simile.stopTake();
  });
  // A take that ended is not lost either: it is there to be saved first.
  expect(await button.isDisabled()).toBe(true);
  const download = page.waitForEvent("download");
  await page.locator("simile-takes a[download]").first().click();
  await (await download).cancel();
  await expect.poll(() => button.isDisabled()).toBe(false);
  await Promise.all([page.waitForEvent("load"), button.click()]);
  await page.getByRole("button", { name: "Play the demo" }).waitFor({ timeout: 60_000 });
  expect(await page.title()).toBe("simile, next");
  const state = await page.evaluate(() => (({ settings, volumeDb, balance }) => ({ settings, volumeDb, balance }))((document.querySelector("simile-app") as unknown as App).simile.state));
  expect(state).toMatchObject({ settings: { commitSeconds: 0.1, diversity: 0.5, play: { mode: "mosaic" } }, volumeDb: -9, balance: { mix: 0.25 } });
  await context.close();
});
