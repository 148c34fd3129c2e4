/** Builds the page as it ships, serves it on a free port, and opens it in the installed Chromium. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium, type Browser } from "playwright";
import { build, preview } from "vite";
import { CHROMIUM_ARGS, ensureChromium } from "./chromium.js";

/** What a page is waited for, unless a test says otherwise: a loaded machine of two cores takes its time. */
const WAIT_MILLISECONDS = 120_000;

/** The browser, with that patience in all its pages. */
export function patient(browser: Browser): Browser {
  return browser.on("context", (context) => context.setDefaultTimeout(WAIT_MILLISECONDS));
}

export interface BuiltPage {
  readonly url: string;
  /** The folder of the built files, for another server. */
  readonly folder: string;
  readonly browser: Browser;
  /** Path and switches of the browser, for a second one on other terms. */
  readonly executable: string;
  readonly args: readonly string[];
  close(): Promise<void>;
}

export interface BuiltPageOptions {
  /** Further switches of Chromium. */
  readonly args?: readonly string[];
  /** Whether Chromium's own fake microphone stands in for a device; a microphone file is given by `args`. */
  readonly fakeMicrophone?: boolean;
  /** Folder that ships in the place of presets/. */
  readonly presets?: string;
}

export async function openBuiltPage({ args = [], fakeMicrophone = true, presets }: BuiltPageOptions = {}): Promise<BuiltPage> {
  const folder = await mkdtemp(join(tmpdir(), "simile-page-"));
  const configFile = resolve(import.meta.dirname, "../vite.config.ts");
  await build({ configFile, logLevel: "warn", ...(presets ? { publicDir: presets } : {}), build: { outDir: folder, emptyOutDir: true } });
  const server = await preview({ configFile, logLevel: "warn", build: { outDir: folder }, preview: { port: 0, host: "127.0.0.1", open: false } });
  const executable = ensureChromium();
  const launched = await chromium.launch({
    executablePath: executable,
    chromiumSandbox: false,
    // Playwright mutes the browser; a page that plays should play.
    ignoreDefaultArgs: ["--mute-audio"],
    args: [...CHROMIUM_ARGS, ...(fakeMicrophone ? ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"] : []), ...args],
  });
  const browser = patient(launched);
  return {
    url: server.resolvedUrls!.local[0]!,
    folder,
    browser,
    executable,
    args: CHROMIUM_ARGS,
    async close() {
      await browser.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
