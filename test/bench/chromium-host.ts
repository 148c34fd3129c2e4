/** Runs a function of a bench module inside headless Chromium, with clocks of 5 microseconds. */

import { relative, resolve } from "node:path";
import { chromium } from "playwright";
import { createServer } from "vite";
import { CHROMIUM_ARGS, ensureChromium } from "../chromium.js";

const root = resolve(import.meta.dirname, "../..");

/** What the exported function `name` of `module` (a path) gives there. */
export async function inChromium<T>(module: string, name: string): Promise<T> {
  const isolated = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
  const server = await createServer({ configFile: false, root, logLevel: "error", server: { port: 0, host: "127.0.0.1", headers: isolated, watch: null }, optimizeDeps: { include: ["fft.js"] } });
  await server.listen();
  const browser = await chromium.launch({ executablePath: ensureChromium(), chromiumSandbox: false, args: CHROMIUM_ARGS });
  try {
    const page = await browser.newPage();
    await page.route("**/bench", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><title>bench</title>", headers: isolated }));
    await page.goto(`${server.resolvedUrls!.local[0]}bench`);
    return await page.evaluate(async ([path, exported]) => ((await import(path!)) as Record<string, () => unknown>)[exported!]!(), [`/${relative(root, module)}`, name] as const) as T;
  } finally {
    await browser.close();
    await server.close();
  }
}
