/** Runs a function of a bench module inside headless Chromium, on the page or in a worker, with clocks of 5 microseconds. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { chromium } from "playwright";
import { createServer } from "vite";
import { CHROMIUM_ARGS, ensureChromium } from "../chromium.js";

const root = resolve(import.meta.dirname, "../..");
const ISOLATED = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
/** Calls the function that its address names, and posts what it gives. */
const WORKER = `const asked = new URL(location.href).searchParams;
import(asked.get("address")).then((module) => module[asked.get("name")]()).then((value) => postMessage({ value }), (cause) => postMessage({ fault: String(cause.stack ?? cause) }));`;

/** What the exported function `name` of `module` (a path) gives on the page. */
export function inChromium<T>(module: string, name: string): Promise<T> {
  return visit(module, name, false);
}

/** The same in a module worker. */
export function inChromiumWorker<T>(module: string, name: string): Promise<T> {
  return visit(module, name, true);
}

async function visit<T>(module: string, name: string, worker: boolean): Promise<T> {
  const server = await createServer({ configFile: false, root, logLevel: "error", server: { port: 0, host: "127.0.0.1", headers: ISOLATED, watch: null }, optimizeDeps: { include: ["fft.js", "regl-scatterplot", "umap-js", "comlink", "lit", "fflate", "@noble/hashes/sha2.js", "@noble/hashes/utils.js", "@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-cpu", "@tensorflow/tfjs-backend-wasm", "@tensorflow/tfjs-backend-webgl"] } });
  await server.listen();
  // A profile of its own: files of a private window are a hundred times slower.
  const profile = await mkdtemp(join(tmpdir(), "simile-bench-"));
  const browser = await chromium.launchPersistentContext(profile, { executablePath: ensureChromium(), chromiumSandbox: false, args: CHROMIUM_ARGS });
  try {
    const page = await browser.newPage();
    await page.route("**/bench", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><title>bench</title>", headers: ISOLATED }));
    // From an address of the server's, not from a blob: what the worker fetches by a path lies there.
    await page.route("**/bench-worker?**", (route) => route.fulfill({ contentType: "text/javascript", body: WORKER, headers: ISOLATED }));
    await page.goto(`${server.resolvedUrls!.local[0]}bench`);
    const address = `${server.resolvedUrls!.local[0]}${relative(root, module)}`;
    return (await page.evaluate(worker ? callInWorker : call, [address, name] as const)) as T;
  } finally {
    await browser.close();
    await server.close();
    await rm(profile, { recursive: true, force: true });
  }
}

async function call([address, name]: readonly [string, string]): Promise<unknown> {
  return ((await import(address)) as Record<string, () => unknown>)[name]!();
}

async function callInWorker([address, name]: readonly [string, string]): Promise<unknown> {
  const worker = new Worker(`/bench-worker?${new URLSearchParams({ address, name })}`, { type: "module" });
  const { value, fault } = await new Promise<{ value?: unknown; fault?: string }>((done) => {
    worker.onmessage = ({ data }) => done(data);
    worker.onerror = ({ message }) => done({ fault: message });
  });
  if (fault !== undefined) throw new Error(fault);
  return value;
}
