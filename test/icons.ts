/** Makes the page's icons from its mark, in the sizes that systems ask for when it is installed: `npm run icons`. */

import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { chromium } from "playwright";
import { CHROMIUM_ARGS, ensureChromium } from "./chromium.js";

const FOLDER = resolve(import.meta.dirname, "../src/icons");
const MARK = resolve(import.meta.dirname, "../src/app/ui/mark.svg");

/** Side in pixels, and the share of it that the mark takes: a maskable icon may lose a fifth on every side. */
const ICONS = [
  { name: "icon-192.png", side: 192, share: 0.72, round: 0.22 },
  { name: "icon-512.png", side: 512, share: 0.72, round: 0.22 },
  { name: "maskable-512.png", side: 512, share: 0.5, round: 0 },
  { name: "apple-180.png", side: 180, share: 0.66, round: 0 },
] as const;

const mark = (await readFile(MARK, "utf8")).replace(/^<\?xml[^>]*>/, "");
await mkdir(FOLDER, { recursive: true });
const browser = await chromium.launch({ executablePath: ensureChromium(), chromiumSandbox: false, args: CHROMIUM_ARGS });
try {
  for (const { name, side, share, round } of ICONS) {
    const page = await browser.newPage({ viewport: { width: side, height: side } });
    await page.setContent(`<style>body{margin:0}div{display:grid;place-items:center;width:${side}px;height:${side}px;border-radius:${side * round}px;background:#131210;color:#ff7444}svg{width:${side * share}px;height:${side * share}px}svg rect{display:none}</style><div>${mark}</div>`);
    await page.screenshot({ path: join(FOLDER, name), omitBackground: true });
    await page.close();
    console.log(`src/icons/${name}`);
  }
} finally {
  await browser.close();
}
