/** The page in every view and condition: stage, first steps, guide, 200 % zoom, old browsers, no storage, no WebGL, a frame without permissions; none with a fault of access or a console error. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserContextOptions, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Simile } from "../../src/app/simile-state.ts";
import { openBuiltPage, type BuiltPage } from "../built-page.ts";
import { complaintsOf, violations } from "./support/page-watch.ts";

let built: BuiltPage;
beforeAll(async () => {
  built = await openBuiltPage({ args: ["--autoplay-policy=no-user-gesture-required"] });
});
afterAll(() => built?.close());

type App = { readonly simile: Simile };

interface Condition extends BrowserContextOptions {
  /** Runs in the page before its own scripts. */
  readonly before?: string;
}

async function visit({ before, ...options }: Condition, use: (page: Page, errors: string[]) => Promise<void>): Promise<void> {
  const context = await built.browser.newContext({ viewport: { width: 1440, height: 900 }, permissions: ["microphone"], ...options });
  try {
    if (before) await context.addInitScript(before);
    const page = await context.newPage();
    const errors = complaintsOf(page);
    await page.goto(built.url, { waitUntil: "commit" });
    await use(page, errors);
  } finally {
    await context.close();
  }
}

async function playDemo(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Play the demo" }).click({ timeout: 120_000 });
  await page.locator("simile-results button.row").nth(4).waitFor({ timeout: 120_000 });
}

const PHONE: Condition = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** Desks, tablets and phones held either way; the last but one is 1440 by 900 at 200 %. */
const SCREENS = [[1440, 900], [1024, 600], [768, 1024], [390, 844], [844, 390], [932, 430], [667, 375], [720, 450], [1280, 400]] as const;
const FAULT = "Expected sound, got nothing at all for 10 s; check the cable, the input and whether the system mutes it.";

/** What of the stage lies over another thing, beyond the screen, or where it cannot be pressed. */
function crowded(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
    const app = document.querySelector("simile-app")!.shadowRoot!;
    const stage = app.querySelector("simile-stage")!.shadowRoot!;
    const pads = [...app.querySelector("simile-pads")!.shadowRoot!.querySelectorAll("[data-pad]")];
    const controls = [...stage.querySelectorAll(".foot > *")];
    const faults = [...app.querySelectorAll("simile-faults")];
    const things = [...stage.querySelectorAll(".lead, .name, .how, .far"), ...faults, ...pads, ...controls].flatMap((element) => {
      const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
      return width * height === 0 ? [] : [{ called: element.getAttribute("data-pad") ?? (element.className || element.textContent!.trim() || element.localName), left, top, right, bottom }];
    });
    const wrong = things.filter(({ left, top, right, bottom }) => left < 0 || top < 0 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5).map(({ called }) => `${called} beyond the screen`);
    for (const [i, a] of things.entries()) {
      for (const b of things.slice(i + 1)) if (a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5) wrong.push(`${a.called} over ${b.called}`);
    }
    for (const button of controls.filter(({ localName }) => localName === "button")) {
      const { left, top, width, height } = button.getBoundingClientRect();
      if (stage.elementFromPoint(left + width / 2, top + height / 2)?.closest("button") !== button) wrong.push(`${button.textContent!.trim()} cannot be pressed`);
    }
    return wrong;
  });
}

describe("the stage view", () => {
  test("lays nothing over another thing, on low screens either", async () => {
    await visit({}, async (page) => {
      await playDemo(page);
      await page.keyboard.press("v");
      await page.locator("simile-stage .far").waitFor();
      for (const [width, height] of SCREENS) {
        await page.setViewportSize({ width, height });
        expect(await crowded(page), `${width} by ${height}`).toEqual([]);
      }
    });
  });

  test("shows a fault where it covers no pad, no control and nothing of the answer", async () => {
    await visit({}, async (page) => {
      await playDemo(page);
      await page.keyboard.press("v");
      await page.locator("simile-stage .far").waitFor();
      await page.evaluate((message) => Object.assign(document.querySelector("simile-app")!, { faults: [{ key: "test", message, remedy: "Listen again" }] }), FAULT);
      const fault = page.getByRole("alert").getByText(FAULT);
      for (const [width, height] of SCREENS) {
        await page.setViewportSize({ width, height });
        expect(await crowded(page), `${width} by ${height}`).toEqual([]);
        expect(await page.locator("simile-faults").evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight), `${width} by ${height}`).toBe(0);
        expect((await fault.boundingBox())!.width, `${width} by ${height}`).toBeGreaterThan(150);
      }
      expect(await violations(page)).toEqual([]);
    });
  });

  for (const [name, options] of [["on a desk", {}], ["on a phone", PHONE]] as const) {
    test(`is reached by a key, shows what answers and the pads within the screen, is remembered, and is left again (${name})`, async () => {
      await visit(options, async (page, errors) => {
        await playDemo(page);
        await page.keyboard.press("v");
        const stage = page.locator("simile-stage");
        await stage.locator(".far").waitFor();
        expect(await stage.locator(".far").textContent()).toMatch(/distance 0\.\d{3}/);
        expect(await page.locator("simile-pads [data-pad]").count()).toBe(16);
        expect(await page.evaluate(() => [document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight])).toEqual([0, 0]);
        // Legible from two metres: cap heights of some 6 mm and more on a laptop's screen.
        const sizes = await page.evaluate(() => {
          const root = document.querySelector("simile-app")!.shadowRoot!.querySelector("simile-stage")!.shadowRoot!;
          return [".name", ".far"].map((part) => parseFloat(getComputedStyle(root.querySelector(part)!).fontSize));
        });
        for (const size of sizes) expect(size).toBeGreaterThanOrEqual(40);
        expect(await violations(page)).toEqual([]);
        await page.getByRole("button", { name: "Stop" }).click();
        await page.reload();
        await page.locator("simile-stage").getByRole("button", { name: "Listen" }).waitFor();
        await page.getByRole("button", { name: "Leave stage" }).click();
        await page.locator("simile-controls").waitFor();
        expect(errors).toEqual([]);
      });
    });
  }

  test("its lamp lights at most three times a second, however fast the onsets come", async () => {
    await visit({}, async (page) => {
      await page.getByRole("button", { name: "Play the demo" }).waitFor({ timeout: 120_000 });
      await page.keyboard.press("v");
      await page.locator("simile-stage .lamp").waitFor();
      const lit = await page.evaluate(async () => {
        const stage = document.querySelector("simile-app")!.shadowRoot!.querySelector("simile-stage")! as HTMLElementTagNameMap["simile-stage"];
        let flashes = 0;
        let was = false;
        const seen = new MutationObserver(() => {
          const on = stage.shadowRoot!.querySelector(".lamp")!.classList.contains("on");
          if (on && !was) flashes++;
          was = on;
        });
        seen.observe(stage.shadowRoot!, { subtree: true, attributes: true, attributeFilter: ["class"] });
        const start = performance.now();
        for (let index = 1; performance.now() - start < 2000; index++) {
          stage.retrieval = { index, onsetTime: 0, contextSeconds: 0.1, matches: [{ id: 0, distance: 0.1 }], loudnessDb: -20, rejected: null, milliseconds: 1 } as never;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        return { flashes, seconds: (performance.now() - start) / 1000 };
      });
      expect(lit.flashes).toBeGreaterThan(0);
      expect(lit.flashes).toBeLessThanOrEqual(Math.ceil(3 * lit.seconds));
    });
  });
});

describe("first steps and guide", () => {
  test("three steps end in sound, by keys alone; then they stay away until the guide brings them back", async () => {
    await visit({}, async (page, errors) => {
      const steps = page.getByRole("region", { name: "First steps" });
      await steps.getByText("1 of 3").waitFor();
      expect(await violations(page)).toEqual([]);
      await page.getByRole("button", { name: "Play the demo" }).waitFor({ timeout: 120_000 });
      await steps.getByRole("button", { name: "Hear its take" }).press("Enter");
      await steps.getByText("2 of 3").waitFor({ timeout: 120_000 });
      await steps.getByRole("button", { name: "Next" }).press("Enter");
      const struck = page.evaluate(() => new Promise((resolve) => document.addEventListener("simile-pad", (event) => resolve((event as CustomEvent).detail.pad), { once: true })));
      await steps.getByRole("button", { name: "Sound pad A" }).press("Enter");
      expect(await struck).toBe(0);
      await steps.getByRole("button", { name: "Done" }).press("Enter");
      await expect.poll(() => steps.count()).toBe(0);
      await page.reload();
      await page.locator("simile-controls").waitFor();
      expect(await steps.count()).toBe(0);
      await page.keyboard.press("?");
      const guide = page.getByRole("dialog", { name: "Guide" });
      await guide.getByRole("heading", { name: "Play in five minutes" }).waitFor();
      for (const chapter of ["Use it with a DAW", "Make a preset", "Train on your own labels", "Embed it in a page", "Limits"]) expect(await guide.getByRole("heading", { name: chapter }).count()).toBe(1);
      expect(await violations(page)).toEqual([]);
      await guide.getByRole("button", { name: "First steps" }).click();
      await steps.getByText("1 of 3").waitFor();
      expect(errors).toEqual([]);
    });
  });

  test("without a microphone the first step offers the take that needs none", async () => {
    await visit({ before: "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('none', 'NotFoundError'); };" }, async (page) => {
      await page.getByRole("button", { name: "Start listening" }).click({ timeout: 120_000 });
      const steps = page.getByRole("region", { name: "First steps" });
      await steps.getByText("There is no microphone to be had").waitFor();
      expect(await violations(page)).toEqual([]);
      await steps.getByRole("button", { name: "Hear its take" }).click();
      await steps.getByText("2 of 3").waitFor({ timeout: 120_000 });
    });
  });
});

test("nothing moves when the demo starts on a phone", async () => {
  await visit(PHONE, async (page) => {
    await page.evaluate(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) shifts.push(entry.value);
      }).observe({ type: "layout-shift", buffered: true });
    });
    await playDemo(page);
    await page.waitForTimeout(1500);
    expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts.reduce((sum, value) => sum + value, 0))).toBeLessThan(0.01);
  });
});

test("the spectrogram keeps its height, and the answers their place, when the pads' side grows", async () => {
  await visit({ before: 'localStorage.setItem("simile-first-steps", "done")' }, async (page) => {
    await playDemo(page);
    const boxes = () => Promise.all(["simile-spectrogram", "simile-results"].map((part) => page.locator(part).boundingBox()));
    const before = await boxes();
    await page.locator("simile-playing summary").click();
    await page.locator("simile-playing .body").waitFor();
    expect(await boxes()).toEqual(before.map((box) => ({ ...box, y: expect.closeTo(box!.y, -0.5), height: expect.closeTo(box!.height, -0.5) })));
  });
});

test("at 1440 by 900 nothing lies below the fold; at 200 % zoom nothing is cut off and all is reached by Tab", async () => {
  await visit({}, async (page) => {
    await playDemo(page);
    expect(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBeLessThanOrEqual(0);
  });
  // A zoom of 200 % halves the pixels of the page.
  await visit({ viewport: { width: 720, height: 450 } }, async (page) => {
    await page.getByRole("button", { name: "Play the demo" }).waitFor({ timeout: 120_000 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(await violations(page)).toEqual([]);
    const seen: string[] = [];
    for (let i = 0; i < 90; i++) {
      await page.keyboard.press("Tab");
      const focus = await page.evaluate(() => {
        let at: Element | null = document.activeElement;
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        if (!at || at === document.body) return null;
        const { outlineStyle, outlineWidth } = getComputedStyle(at);
        return { host: ((at.getRootNode() as ShadowRoot).host?.localName ?? "") as string, ring: outlineStyle !== "none" && parseFloat(outlineWidth) > 0 };
      });
      if (!focus) break;
      expect(focus.ring, `focus is seen in ${focus.host}`).toBe(true);
      seen.push(focus.host);
    }
    for (const part of ["simile-first-steps", "simile-listener", "simile-pad-bar", "simile-pads", "simile-map", "simile-library", "simile-takes", "simile-midi", "simile-controls"]) expect(seen).toContain(part);
  });
});

describe("conditions", () => {
  test("an old browser is told in one sentence what it lacks, and runs nothing else", async () => {
    await visit({ before: "delete window.AudioWorkletNode; delete Array.prototype.findLast;" }, async (page, errors) => {
      const alert = page.getByRole("alert");
      expect(await alert.textContent()).toBe("Simile: expected a browser of 2024 or later, got one without Web Audio with worklets, JavaScript of 2023; update it, or use a current Chrome, Edge, Firefox or Safari.");
      expect(await page.locator("simile-app").count()).toBe(0);
      expect(await page.evaluate(() => customElements.get("simile-app"))).toBeUndefined();
      expect(errors).toEqual([]);
    });
  });

  const NO_FILES = "Object.defineProperty(StorageManager.prototype, 'getDirectory', { value: async () => { throw new DOMException('denied', 'SecurityError'); } });";
  test.each([
    ["without WebGL", "for (const type of [HTMLCanvasElement, OffscreenCanvas]) { const get = type.prototype.getContext; type.prototype.getContext = function (kind, ...more) { return /webgl/.test(kind) ? null : get.call(this, kind, ...more); }; }"],
    ["without files of its own", NO_FILES],
    ["with storage denied", `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } }); Object.defineProperty(window, 'indexedDB', { value: { open() { throw new DOMException('denied', 'SecurityError'); }, databases: async () => [] } }); Object.defineProperty(window, 'caches', { get() { throw new DOMException('denied', 'SecurityError'); } }); ServiceWorkerContainer.prototype.register = async () => { throw new DOMException('denied', 'SecurityError'); }; ${NO_FILES}`],
    ["without service workers", "delete Navigator.prototype.serviceWorker;"],
    ["with motion reduced", ""],
  ])("%s it plays and answers, without a console error", async (name, before) => {
    await visit({ before, ...(name === "with motion reduced" ? { reducedMotion: "reduce" as const } : {}) }, async (page, errors) => {
      await playDemo(page);
      expect(await violations(page)).toEqual([]);
      expect(errors).toEqual([]);
    });
  });

  test("in a frame of another site without permissions it says so, and plays its own take", async () => {
    const host = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><title>host</title><iframe title="simile" style="width:1400px;height:880px" src="${built.url}"></iframe>`));
    await new Promise<void>((resolve) => host.listen(0, "localhost", resolve));
    const context = await built.browser.newContext({ viewport: { width: 1440, height: 900 } });
    try {
      const page = await context.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      // Another host name is another site.
      await page.goto(`http://localhost:${(host.address() as AddressInfo).port}/`);
      const frame = page.frameLocator("iframe");
      await frame.getByRole("button", { name: "Start listening" }).click({ timeout: 120_000 });
      expect(await frame.getByRole("alert").locator("li").first().textContent()).toMatch(/Audio input: expected .* got .*; .+/);
      await frame.getByRole("button", { name: "Play the demo", exact: true }).click();
      await frame.locator("simile-results button.row").nth(4).waitFor({ timeout: 120_000 });
      expect(errors).toEqual([]);
    } finally {
      await context.close();
      host.close();
    }
  });

  test("names from right to left keep to their own direction", async () => {
    await visit({}, async (page) => {
      await page.getByRole("button", { name: "Play the demo" }).waitFor({ timeout: 120_000 });
      const directions = await page.evaluate(async () => {
        const app = document.querySelector("simile-app")! as unknown as App & HTMLElement;
        const results = app.shadowRoot!.querySelector("simile-results")! as HTMLElementTagNameMap["simile-results"];
        results.sounds = [{ ...app.simile.state.sounds[0]!, name: "כינור רך", key: "x" }];
        results.retrieval = { index: 1, onsetTime: 0, contextSeconds: 0.1, matches: [{ id: 0, distance: 0.1 }], loudnessDb: -20, rejected: null, milliseconds: 1 } as never;
        await results.updateComplete;
        const name = results.shadowRoot!.querySelector("bdi.name")!;
        const number = results.shadowRoot!.querySelector(".far")!;
        return [getComputedStyle(name).unicodeBidi, name.textContent, number.textContent!.trim()];
      });
      expect(directions).toEqual(["isolate", "כינור רך", "distance 0.100"]);
    });
  });
});
