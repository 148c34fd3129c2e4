/** The built page as its users meet it: one gesture to sound, pads under fingers and keys, nothing shifts, nothing fails, nothing leaves the machine. */

import type { BrowserContextOptions, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Simile } from "../../src/app/simile-state.ts";
import { openBuiltPage, type BuiltPage } from "../built-page.ts";
import { complaintsOf, violations } from "./support/page-watch.ts";
import { untilQuiet } from "./support/quiet.ts";

let built: BuiltPage;
beforeAll(async () => {
  built = await openBuiltPage();
});
afterAll(() => built?.close());

interface Visit {
  readonly page: Page;
  /** Console errors, uncaught errors and requests to elsewhere. */
  readonly complaints: string[];
}

async function visit(use: (visit: Visit) => Promise<void>, options: BrowserContextOptions = {}): Promise<void> {
  const context = await built.browser.newContext({ viewport: { width: 1440, height: 900 }, permissions: ["microphone"], ...options });
  try {
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    page.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (/^https?:$/.test(protocol) && origin !== new URL(built.url).origin) complaints.push(`request to ${request.url()}`);
    });
    await page.goto(built.url);
    await page.getByRole("button", { name: "Play the demo" }).waitFor();
    await use({ page, complaints });
  } finally {
    await context.close();
  }
}

/** What the instrument says of itself. */
function state(page: Page) {
  return page.evaluate(() => {
    const { state } = (document.querySelector("simile-app") as unknown as { simile: Simile }).simile;
    return { phase: state.phase, source: state.input?.source.kind, playing: [...state.playing], pads: [...state.pads], backend: state.engine?.backend, faults: state.faults.map(({ message }) => message) };
  });
}

async function playDemo(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Play the demo" }).click();
  await page.locator("simile-results button.row").nth(4).waitFor({ timeout: 120_000 });
}

describe("the built page", () => {
  test("is left with a question while a take would be lost", async () => {
    await visit(async ({ page }) => {
      const leave = () => page.close({ runBeforeUnload: true });
      const stay = async () => {
        const [dialog] = await Promise.all([page.waitForEvent("dialog"), leave()]);
        expect(dialog.type()).toBe("beforeunload");
        await dialog.dismiss();
      };
      await playDemo(page);
      await page.getByRole("button", { name: "Record a take" }).click();
      const end = page.getByRole("button", { name: "End take" });
      await end.waitFor();
      await stay();
      await end.click();
      const mix = page.locator("simile-takes a[download]").first();
      await mix.waitFor();
      await stay();
      const [download] = await Promise.all([page.waitForEvent("download"), mix.click()]);
      await download.cancel();
      await Promise.all([page.waitForEvent("close"), leave()]);
    });
  });

  test("sounds after one gesture: five answers, sixteen pads, a backend that was measured, no complaint", async () => {
    await visit(async ({ page, complaints }) => {
      await page.evaluate(() => {
        const shifts: number[] = [];
        Object.assign(window, { shifts });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) shifts.push(entry.value);
        }).observe({ type: "layout-shift", buffered: true });
      });
      await playDemo(page);
      await page.locator("simile-results .sounding").first().waitFor();
      const now = await state(page);
      expect(now).toMatchObject({ phase: "listening", source: "demo", faults: [] });
      expect(["webgl", "wasm", "cpu"]).toContain(now.backend);
      expect(new Set(now.pads).size).toBe(16);
      const distances = await page.locator("simile-results .far").allTextContents();
      const numbers = distances.map((text) => Number(/[\d.]+/.exec(text)![0]));
      expect(numbers).toHaveLength(5);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      // The demo goes on: a row that has just come is drawn when its sound is there.
      const outlines = () => page.locator("simile-results simile-waveform path").evaluateAll((all) => all.map((path) => path.getAttribute("d")!.length > 100));
      await expect.poll(outlines).toEqual(Array.from({ length: 5 }, () => true));
      await page.waitForTimeout(1500);
      const shifted = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts.reduce((sum, value) => sum + value, 0));
      expect(shifted).toBeLessThan(0.01);
      expect(complaints).toEqual([]);
    });
  });

  test("pads play by click and key, a row by click, and Escape silences all", async () => {
    await visit(async ({ page, complaints }) => {
      await playDemo(page);
      await page.getByRole("button", { name: "Stop" }).click();
      // What was heard last may still be answered, and would put other sounds on the pads.
      await untilQuiet(page);
      const { pads } = await state(page);
      // However short they are: what began to sound, and which rows were marked so, is written down.
      await page.evaluate(() => {
        const app = document.querySelector("simile-app") as unknown as { simile: Simile; shadowRoot: ShadowRoot };
        const results = app.shadowRoot.querySelector("simile-results")!.shadowRoot!;
        const seen = { sounds: new Set<number>(), rows: new Set<number>() };
        Object.assign(window, { seen });
        app.simile.addEventListener("change", () => app.simile.state.playing.forEach((id) => seen.sounds.add(id)));
        const look = () => results.querySelectorAll("li").forEach((row, place) => row.querySelector(".sounding") && seen.rows.add(place));
        new MutationObserver(look).observe(results, { subtree: true, childList: true, attributes: true });
      });
      const seen = (what: "rows" | "sounds") => page.evaluate((kind) => [...(window as unknown as { seen: Record<"rows" | "sounds", Set<number>> }).seen[kind]], what);
      const forget = () => page.evaluate(() => Object.values((window as unknown as { seen: Record<string, Set<number>> }).seen).forEach((all) => all.clear()));
      const began = (id: number | null | undefined) => expect.poll(() => seen("sounds")).toContain(id);
      await page.locator('simile-pads [data-pad="5"]').click();
      await began(pads[5]);
      await forget();
      await page.keyboard.press("a");
      await began(pads[0]);
      await untilQuiet(page);
      await forget();
      await page.locator("simile-results button.row").nth(2).click();
      await expect.poll(() => seen("rows")).toContain(2);
      // What loops while its key is held ends by Escape alone.
      await page.evaluate(() => {
        const { simile } = document.querySelector("simile-app") as unknown as { simile: Simile };
        for (const pad of [0, 1, 2, 3]) simile.pads.change({ kind: "set", pad, settings: { mode: "loop" } });
      });
      for (const key of ["a", "s", "d", "f"]) await page.keyboard.down(key);
      await expect.poll(async () => (await state(page)).playing).toEqual(expect.arrayContaining(pads.slice(0, 4)));
      await page.keyboard.press("Escape");
      await expect.poll(async () => (await state(page)).playing).toEqual([]);
      expect(complaints).toEqual([]);
    });
  });

  for (const [name, options] of [
    ["on a desk, light", { colorScheme: "light" }],
    ["on a desk, dark", { colorScheme: "dark" }],
    ["on a phone", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
    ["at 320 px, as at 400 % zoom", { viewport: { width: 320, height: 640 } }],
  ] as const) {
    test(`has no accessibility fault and nothing cut off ${name}`, async () => {
      await visit(async ({ page }) => {
        expect(await violations(page)).toEqual([]);
        await playDemo(page);
        expect(await violations(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      }, options);
    });
  }

  test("says in one sentence that the microphone was refused, and listens once it is allowed", async () => {
    const bare = await built.browser.browserType().launch({ executablePath: built.executable, chromiumSandbox: false, args: [...built.args, "--use-fake-device-for-media-stream", "--deny-permission-prompts"] });
    try {
      const context = await bare.newContext();
      const page = await context.newPage();
      await page.goto(built.url);
      await page.getByRole("button", { name: "Start listening" }).click();
      const alert = page.getByRole("alert").locator("li");
      await alert.first().waitFor({ timeout: 60_000 });
      expect(await alert.count()).toBe(1);
      expect(await alert.first().textContent()).toMatch(/microphone|input/i);
      expect(await violations(page)).toEqual([]);
      await context.grantPermissions(["microphone"]);
      // Where the browser tells of the permission, it listens by itself, and there is nothing left to press.
      const pressed = async () => {
        if ((await state(page)).phase !== "listening") await alert.getByRole("button").first().click({ timeout: 3000 }).catch(() => {});
        return (await state(page)).phase;
      };
      await expect.poll(pressed, { timeout: 60_000, interval: 500 }).toBe("listening");
      await expect.poll(() => alert.count()).toBe(0);
    } finally {
      await bare.close();
    }
  });
});
