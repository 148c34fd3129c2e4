/** The example pages as they are served: each does what it shows, survives its elements' going and coming, and writes no error. */

import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Simile } from "../../src/app/simile-state.ts";
import { type BuiltPage, openBuiltPage } from "../built-page.ts";
import { type StaticServer, serveFolder } from "./support/static-server.ts";
import { complaintsOf } from "./support/page-watch.ts";

let built: BuiltPage;
/** The same files from a server that does not isolate them: a frame of another origin is for such pages. */
let plain: StaticServer;
beforeAll(async () => {
  built = await openBuiltPage();
  plain = await serveFolder(built.folder);
});
afterAll(async () => {
  await plain?.close();
  await built?.close();
});

const open = async (name: string, use: (page: Page) => Promise<void>) => {
  const context = await built.browser.newContext({ viewport: { width: 1200, height: 900 } });
  try {
    const page = await context.newPage();
    const errors = complaintsOf(page, { responses: true });
    await page.goto(`${name === "iframe" ? plain.url : built.url}examples/${name}.html`);
    await use(page);
    expect(errors).toEqual([]);
  } finally {
    await context.close();
  }
};

/** Takes every element of ours off the page and puts it back where it was. */
const comeAndGo = (page: Page) =>
  page.evaluate(async () => {
    for (const element of [...document.body.querySelectorAll("*")].filter(({ localName }) => localName.startsWith("simile-"))) {
      const mark = document.createComment("");
      element.replaceWith(mark);
      await new Promise((resolve) => requestAnimationFrame(resolve));
      mark.replaceWith(element);
      await (element as HTMLElement & { updateComplete: Promise<boolean> }).updateComplete;
    }
  });

/** Until that element marks something as sounding, however shortly, from an act on. */
const marks = async (page: Page, element: string, act: () => Promise<unknown>) => {
  const seen = page.waitForFunction((name) => document.querySelector(name)!.shadowRoot!.querySelector(".sounding") !== null, element);
  await act();
  await seen;
};

/** What each page shows, tried by hand. The demo is a take of ten seconds: what comes after it must not need it. */
const TRIALS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  async embed(page) {
    await page.getByRole("button", { name: "Play the demo" }).click();
    await page.locator("simile-results button.row").nth(4).waitFor({ timeout: 120_000 });
    await comeAndGo(page);
    await marks(page, "simile-results", () => page.locator("simile-results button.row").first().click());
  },
  async "own-ui"(page) {
    await page.getByRole("button", { name: "Play the demo" }).click();
    await page.locator("#answers button").nth(4).waitFor({ timeout: 120_000 });
    expect(await page.locator("#answers button").first().textContent()).toMatch(/^\S.*, \d\.\d{3}$/);
    // The page shows nothing of what sounds: whether the press starts a sound is seen from outside.
    await page.evaluate(() => {
      const { start } = AudioBufferSourceNode.prototype;
      AudioBufferSourceNode.prototype.start = function (...args) {
        Object.assign(window, { sounded: true });
        return start.apply(this, args);
      };
    });
    expect(await page.evaluate(() => "sounded" in window)).toBe(false);
    await page.locator("#answers button").first().click();
    await page.waitForFunction(() => "sounded" in window);
  },
  async pads(page) {
    const pad = page.locator('simile-pads [data-pad="0"]');
    await page.getByRole("button", { name: "Play the demo" }).click();
    await expect.poll(() => page.evaluate(() => (document.querySelector("simile-pads") as unknown as { faces: readonly { id: number | null }[] }).faces.filter(({ id }) => id !== null).length), { timeout: 120_000 }).toBe(16);
    await comeAndGo(page);
    await marks(page, "simile-pads", () => pad.dispatchEvent("pointerdown", { pointerId: 1, isPrimary: true, button: 0 }));
  },
  async listener(page) {
    await page.getByRole("button", { name: "Play the demo" }).click();
    await expect.poll(() => page.evaluate(() => (document.querySelector("simile-listener") as unknown as { retrieval: unknown }).retrieval !== null), { timeout: 120_000 }).toBe(true);
    await comeAndGo(page);
    const phase = () => page.evaluate(() => (document.querySelector("simile-listener") as unknown as { phase: string }).phase);
    if ((await phase()) === "ready") await page.getByRole("button", { name: "Play the demo" }).click();
    await page.getByRole("button", { name: "Stop" }).first().click();
    await expect.poll(phase).toBe("ready");
  },
  async library(page) {
    await expect.poll(() => page.evaluate(() => (document.querySelector("simile-library") as unknown as { sounds: readonly unknown[] }).sounds.length), { timeout: 120_000 }).toBe(346);
    await comeAndGo(page);
    await page.getByRole("button", { name: /^Presets/ }).or(page.locator("simile-presets summary")).first().click();
    await page.locator("simile-presets").getByText(/346 sounds/).first().waitFor();
  },
  async two(page) {
    for (const part of ["#first", "#second"]) await page.locator(`${part} > button`).click();
    for (const part of ["#first", "#second"]) await page.locator(`${part} simile-results button.row`).nth(2).waitFor({ timeout: 120_000 });
    await comeAndGo(page);
    const listen = (part: string) => page.locator(`${part} > button`).click();
    for (const part of ["#first", "#second"]) await listen(part);
    const both = () => page.evaluate(() => ["#first", "#second"].map((part) => {
      const { state } = (document.querySelector(part) as unknown as { simile: Simile }).simile;
      return { phase: state.phase, commit: state.settings.commitSeconds, faults: state.faults.map(({ message }) => message) };
    }));
    await expect.poll(both).toEqual([{ phase: "listening", commit: 0.1, faults: [] }, { phase: "listening", commit: 0.5, faults: [] }]);
    // One goes, the other plays on.
    await page.evaluate(() => (document.querySelector("#first") as unknown as { simile: Simile }).simile.dispose());
    const before = await page.evaluate(() => (document.querySelector("#second") as unknown as { simile: Simile }).simile.state.retrieval?.index ?? -1);
    await expect.poll(() => page.evaluate(() => (document.querySelector("#second") as unknown as { simile: Simile }).simile.state.retrieval?.index ?? -1)).toBeGreaterThan(before);
  },
  async iframe(page) {
    const frame = page.frameLocator("iframe");
    await frame.getByRole("button", { name: "Start listening" }).click();
    const alert = frame.getByRole("alert").locator("li");
    await alert.first().waitFor({ timeout: 60_000 });
    expect(await alert.allTextContents()).toEqual([expect.stringMatching(/frame|microphone/i)]);
    await frame.getByRole("button", { name: "Play the demo", exact: true }).click();
    await expect.poll(() => frame.locator("simile-listener").evaluate((element) => (element as unknown as { retrieval: unknown }).retrieval !== null), { timeout: 120_000 }).toBe(true);
  },
};

test("every example has its trial", async () => {
  const pages = (await readdir(resolve(import.meta.dirname, "../../src/examples"))).filter((file) => file.endsWith(".html")).map((file) => file.slice(0, -5));
  expect(Object.keys(TRIALS).sort()).toEqual(pages.sort());
});

test.each(Object.entries(TRIALS))("%s", (name, trial) => open(name, trial));
