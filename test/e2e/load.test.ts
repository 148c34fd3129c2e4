/** What the page loads before anything is pressed: the first script stays small, and the heavy parts come by themselves. */

import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltPage, openBuiltPage } from "../built-page.ts";

/** Compressed bytes of the first script; the promise to the player is 250 kB. */
const BUDGET = 180_000;

let built: BuiltPage;
beforeAll(async () => {
  built = await openBuiltPage();
});
afterAll(() => built?.close());

async function text(path: string): Promise<string> {
  const response = await fetch(new URL(path, built.url));
  expect(response.status).toBe(200);
  return response.text();
}

/** The scripts that the page names, and all that they import before they run. */
async function firstScripts(): Promise<Map<string, string>> {
  const page = await text("./");
  const wanted = [...page.matchAll(/<(?:script|link)\b[^>]*?(?:src|href)="([^"]+\.js)"/g)].map(([, path]) => path!);
  const found = new Map<string, string>();
  while (wanted.length > 0) {
    const path = new URL(wanted.shift()!, built.url).pathname;
    if (found.has(path)) continue;
    const script = await text(path);
    found.set(path, script);
    for (const [, inside] of script.matchAll(/(?:^|;)(?:import|export)(?:[^"'`;()]*?from)?["'`](\.[^"'`]+\.js)["'`]/g)) wanted.push(new URL(inside!, new URL(path, built.url)).pathname);
  }
  return found;
}

test("the first script is small, and holds neither Tone, webmidi, tfjs nor the readers of kits", async () => {
  const scripts = await firstScripts();
  expect(scripts.size).toBeGreaterThan(1);
  const bytes = [...scripts.values()].reduce((sum, script) => sum + gzipSync(script, { level: 9 }).length, 0);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(BUDGET);
  const all = [...scripts.values()].join("\n");
  for (const heavy of ["ToneAudioNode", "tfjs", "sendAllNotesOff", "SaxesParser"]) expect(all.includes(heavy), heavy).toBe(false);
});

test("the face stands before the instrument is ready, and MIDI's part comes only when it is asked for", async () => {
  const page = await built.browser.newPage();
  const scripts: string[] = [];
  page.on("request", (request) => request.resourceType() === "script" && scripts.push(new URL(request.url()).pathname));
  // The engine's own script is held back until the face was seen.
  let go = (): void => {};
  const seen = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/engine.worker-*.js", async (route) => {
    await seen;
    await route.continue();
  });
  await page.goto(built.url);
  await page.locator("simile-pads [data-pad='0']").waitFor();
  go();
  await page.getByRole("button", { name: "Play the demo" }).waitFor({ timeout: 60_000 });
  await expect.poll(() => scripts.some((path) => path.includes("graph-"))).toBe(true);
  expect(scripts.some((path) => path.includes("webmidi"))).toBe(false);
  await page.close();
});
