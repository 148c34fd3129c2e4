/** Times the built page from its address to an instrument that is ready, and to its first answer to the demo take, with an empty cache and a warm one; beside the same page as one eager script. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { BrowserContext } from "playwright";
import { chromium } from "playwright";
import { type Plugin, build, preview } from "vite";
import type { Simile } from "../../src/app/simile-state.ts";
import { CHROMIUM_ARGS, ensureChromium } from "../chromium.js";
import type { Bench, BenchSamples } from "./runner.ts";

const RUNS = 5;
const config = resolve(import.meta.dirname, "../../vite.config.ts");

interface Times {
  /** From the address to a page whose face is drawn; to an instrument that is ready; to the first answer. */
  readonly face: number;
  readonly ready: number;
  readonly answer: number;
  /** Bytes of the page's own heap, and of what it loaded, as it came over the wire. */
  readonly heap: number;
  readonly transferred: number;
}

/** Runs in the page, before its own script: presses "demo" as soon as it can, and notes when what was there. */
const WATCH = `{
  const times = (globalThis.loadTimes = { face: 0, ready: 0, answer: 0 });
  customElements.whenDefined("simile-app").then(async () => {
    const app = document.querySelector("simile-app");
    while (!app.simile) await new Promise((resolve) => setTimeout(resolve));
    await app.updateComplete;
    times.face = performance.now();
    const look = () => {
      const { phase, retrieval } = app.simile.state;
      if (phase === "ready" && !times.ready) {
        times.ready = performance.now();
        void app.simile.listen({ kind: "demo" });
      }
      if (retrieval && !times.answer) times.answer = performance.now();
    };
    app.simile.addEventListener("change", look);
    look();
  });
}`;

async function visit(context: BrowserContext, url: string): Promise<Times> {
  const page = await context.newPage();
  try {
    await page.addInitScript(WATCH);
    await page.goto(url);
    await page.waitForFunction(() => (globalThis as unknown as { loadTimes: Times }).loadTimes.answer > 0);
    return await page.evaluate(async () => {
      const app = document.querySelector("simile-app") as unknown as { simile: Simile };
      app.simile.stopListening();
      // The next start is warm once the worker keeps the page.
      await navigator.serviceWorker?.getRegistration().then((found) => found && navigator.serviceWorker.ready);
      const { loadTimes } = globalThis as unknown as { loadTimes: Times };
      const heap = (performance as unknown as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0;
      const entries = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
      return { ...loadTimes, heap, transferred: entries.reduce((sum, { transferSize }) => sum + transferSize, 0) };
    });
  } finally {
    await page.close();
  }
}

/** A profile of its own for every cold start; the warm ones come after it in the same. */
async function starts(url: string, runs: number, warmRuns: number): Promise<{ cold: Times[]; warm: Times[] }> {
  const cold: Times[] = [];
  const warm: Times[] = [];
  for (let run = 0; run < runs; run++) {
    const profile = await mkdtemp(join(tmpdir(), "simile-load-"));
    const context = await chromium.launchPersistentContext(profile, { executablePath: ensureChromium(), chromiumSandbox: false, args: [...CHROMIUM_ARGS, "--autoplay-policy=no-user-gesture-required"] });
    try {
      // The browser itself has come up before the first look.
      await context.pages()[0]?.goto("data:text/html,<title>ready</title>");
      cold.push(await visit(context, url));
      for (let again = 0; again < warmRuns; again++) warm.push(await visit(context, url));
    } finally {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    }
  }
  return { cold, warm };
}

async function built(folder: string, eager: boolean): Promise<{ url: string; close(): Promise<void> }> {
  const oneScript: Plugin = {
    name: "one-script",
    enforce: "post",
    config(all) {
      (all.build ??= {}).rolldownOptions = { input: resolve(import.meta.dirname, "../../src/index.html"), output: { codeSplitting: false } };
    },
  };
  await build({ configFile: config, logLevel: "error", plugins: eager ? [oneScript] : [], build: { outDir: folder, emptyOutDir: true } });
  const server = await preview({ configFile: config, logLevel: "error", build: { outDir: folder }, preview: { port: 0, host: "127.0.0.1", open: false } });
  return { url: server.resolvedUrls!.local[0]!, close: () => server.close() };
}

let bytes = "";

export const bench: Bench = {
  name: "load",
  about: "the built page with its built-in library on localhost, from the address to the first answer to its demo take",
  async cases() {
    const folder = await mkdtemp(join(tmpdir(), "simile-load-"));
    const rows: BenchSamples[] = [];
    try {
      for (const eager of [false, true]) {
        const page = await built(join(folder, eager ? "eager" : "ours"), eager);
        try {
          const { cold, warm } = await starts(page.url, RUNS, 2);
          const row = (name: string, of: readonly Times[], what: "face" | "ready" | "answer") =>
            rows.push({ name: `${eager ? "one eager script: " : ""}${name}`, rival: eager, milliseconds: of.map((times) => times[what]), bytes: Math.max(...of.map(({ heap }) => heap)) });
          for (const [start, of] of [["cold", cold], ["warm", warm]] as const) for (const what of ["face", "ready", "answer"] as const) row(`${start}, to ${{ face: "the face", ready: "ready", answer: "the first answer" }[what]}`, of, what);
          if (!eager) bytes = `Over the wire: ${(cold[0]!.transferred / 2 ** 20).toFixed(1)} MiB cold, ${(warm[0]!.transferred / 2 ** 20).toFixed(1)} MiB warm (uncompressed: the preview server does not compress).`;
        } finally {
          await page.close();
        }
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return rows;
  },
  notes: async () => [bytes, "Targets: ready in 2 s warm, 4 s cold. The first answer follows once the demo take is made, its first note sounds, and 250 ms of it are heard. Memory is the page's own heap."],
};
