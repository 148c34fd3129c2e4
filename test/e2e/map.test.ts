/** The map and the reasons on the built page: laid out by its worker, kept over a reload, heard and chosen from, and an answer explained beside what was played. */

import type { Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LibraryMap } from "../../src/app/map/map-desk.ts";
import type { Simile } from "../../src/app/simile-state.ts";
import type { Why } from "../../src/app/why-desk.ts";
import { openBuiltPage, type BuiltPage } from "../built-page.ts";
import { complaintsOf, violations } from "./support/page-watch.ts";

interface Face {
  readonly simile: Simile;
  readonly map: LibraryMap;
  readonly why: Why;
}

let built: BuiltPage;
beforeAll(async () => {
  built = await openBuiltPage();
});
afterAll(() => built?.close());

const app = (page: Page) => page.locator("simile-app");
const places = (page: Page) => app(page).evaluate((face) => Array.from((face as unknown as Face).map.state.places ?? []));

async function laid(page: Page): Promise<number[]> {
  await page.getByRole("application").scrollIntoViewIfNeeded();
  await page.waitForFunction(() => (document.querySelector("simile-app") as unknown as Face | null)?.map.state.places?.length === 2 * 346, null, { timeout: 120_000 });
  return places(page);
}

test("the library lies on a map that stays, plays and fills pads; an answer is explained and heard beside what was played", async () => {
  const context = await built.browser.newContext({ viewport: { width: 1440, height: 900 }, permissions: ["microphone"] });
  try {
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(built.url);
    await page.getByRole("button", { name: "Play the demo" }).waitFor();
    const first = await laid(page);
    await page.reload();
    await page.getByRole("button", { name: "Play the demo" }).waitFor();
    expect(await laid(page)).toEqual(first);

    await page.getByRole("button", { name: "Play the demo" }).click();
    await page.locator("simile-results button.row").first().waitFor({ timeout: 120_000 });
    const map = page.getByRole("application");
    await map.focus();
    await page.keyboard.press("ArrowRight");
    const at = () => page.locator("simile-map").evaluate((element) => (element as unknown as { at: number }).at);
    const id = await at();
    expect(id).toBeGreaterThanOrEqual(0);
    // The key that strikes a pad or a sound reaches the player of the page: however short it is, it is written down.
    await page.evaluate(() => {
      const { simile } = document.querySelector("simile-app") as unknown as Face;
      const sounded = ((window as unknown as { sounded: Set<number> }).sounded = new Set());
      simile.addEventListener("change", () => simile.state.playing.forEach((one) => sounded.add(one)));
    });
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate(() => [...(window as unknown as { sounded: Set<number> }).sounded])).toContain(id);
    await page.keyboard.press(" ");
    await page.getByRole("button", { name: "To the pads" }).click();
    await expect.poll(() => app(page).evaluate((face) => (face as unknown as Face).simile.state.board.bank)).toBe(3);
    await page.waitForFunction((wanted) => (document.querySelector("simile-app") as unknown as Face | null)?.simile.state.pads[0] === wanted, id);
    await page.getByRole("button", { name: "Choose none" }).click();

    await page.locator("simile-results button.why").first().click();
    const dialog = page.getByRole("dialog", { name: "Why this match" });
    await dialog.waitFor();
    await page.waitForFunction(() => {
      const state = (document.querySelector("simile-app") as unknown as Face | null)?.why.state;
      return state?.query === "there" && state.hit === "there" && state.rank !== null;
    });
    expect(await violations(page)).toEqual([]);
    // However short they are: what began to play is written down.
    await page.evaluate(() => {
      const { why } = document.querySelector("simile-app") as unknown as Face;
      const sides: string[] = ((window as unknown as { sides: string[] }).sides = []);
      why.addEventListener("change", () => why.state?.playing && sides.at(-1) !== why.state.playing && sides.push(why.state.playing));
    });
    const sides = () => page.evaluate(() => (window as unknown as { sides: string[] }).sides);
    await page.keyboard.press("a");
    await expect.poll(sides).toEqual(["query"]);
    await page.keyboard.press("x");
    await expect.poll(sides).toEqual(["query", "hit"]);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await expect.poll(() => app(page).evaluate((face) => (face as unknown as Face).why.state)).toBeNull();
    expect(complaints).toEqual([]);
  } finally {
    await context.close();
  }
});
