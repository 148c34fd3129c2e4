/** Pads under real fingers: two touches at once in the built page, each held and left on its own, and keys that do not fight the browser's. */

import type { Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Simile } from "../../src/app/simile-state.ts";
import { type BuiltPage, openBuiltPage } from "../built-page.ts";

let built: BuiltPage;

beforeAll(async () => {
  built = await openBuiltPage();
});
afterAll(() => built?.close());

const struck = (page: Page) =>
  page.evaluate(() => (document.querySelector("simile-app") as unknown as { simile: Simile }).simile.state.faces.flatMap(({ struck: sounds }, pad) => (sounds ? [pad] : [])));
const waitFor = { timeout: 20_000, interval: 100 };

/** The page with sixteen looping sounds on its pads, decoded. */
async function open(phone: boolean): Promise<Page> {
  const context = await built.browser.newContext({ viewport: phone ? { width: 390, height: 844 } : { width: 1440, height: 900 }, hasTouch: phone, isMobile: phone });
  const page = await context.newPage();
  await page.goto(built.url);
  await page.evaluate(async () => {
    const { simile } = document.querySelector("simile-app") as unknown as { simile: Simile };
    await simile.start();
    simile.pads.change({ kind: "mode", mode: "kit" });
    simile.state.sounds.slice(0, 16).forEach(({ key }, pad) => {
      simile.pads.change({ kind: "assign", pad, sound: key });
      simile.pads.change({ kind: "set", pad, settings: { mode: "loop" } });
    });
  });
  const ready = () =>
    page.evaluate(() => {
      const { simile } = (document.querySelector("simile-app") as unknown as { simile: Simile });
      return simile.state.faces.every(({ key }) => key !== null && simile.kits.wav(key) !== null);
    });
  await expect.poll(ready, waitFor).toBe(true);
  // Keys and fingers meet what is drawn, which follows the state by a frame or more.
  const drawn = () =>
    page.evaluate(async () => {
      const app = document.querySelector("simile-app") as unknown as { simile: Simile; shadowRoot: ShadowRoot };
      const pads = app.shadowRoot.querySelector("simile-pads") as unknown as { faces: unknown; updateComplete: Promise<boolean> };
      await pads.updateComplete;
      return pads.faces === app.simile.state.faces;
    });
  await expect.poll(drawn, waitFor).toBe(true);
  return page;
}

test("two fingers hold two pads, and leave them one by one", async () => {
  const page = await open(true);
  await page.locator("simile-pads").scrollIntoViewIfNeeded();
  const touches = await page.context().newCDPSession(page);
  const at = async (pad: number, id: number) => {
    const box = (await page.locator(`simile-pads [data-pad="${pad}"]`).boundingBox())!;
    return { x: box.x + box.width / 2, y: box.y + box.height / 3, id };
  };
  const [one, two] = [await at(12, 1), await at(14, 2)];
  await touches.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [one] });
  await touches.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [one, two] });
  await expect.poll(() => struck(page), waitFor).toEqual([12, 14]);
  // The points of an end are those that leave; none means all.
  await touches.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [one] });
  await expect.poll(() => struck(page), waitFor).toEqual([14]);
  await touches.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await expect.poll(() => struck(page), waitFor).toEqual([]);
  await page.context().close();
});

test("keys hold pads; Space listens meanwhile, Escape silences, and the browser keeps its own keys", async () => {
  const page = await open(false);
  await page.context().grantPermissions(["microphone"]);
  await page.keyboard.down("a");
  await page.keyboard.down("i");
  await expect.poll(() => struck(page), waitFor).toEqual([0, 15]);
  await page.keyboard.up("a");
  await expect.poll(() => struck(page), waitFor).toEqual([15]);
  // A machine without a microphone says so: it has tried to listen. Either way the pad is held on.
  const tried = () => page.evaluate(() => {
    const { state } = (document.querySelector("simile-app") as unknown as { simile: Simile }).simile;
    return state.phase === "listening" || state.faults.length > 0;
  });
  expect(await tried()).toBe(false);
  await page.keyboard.press("Space");
  await expect.poll(tried, waitFor).toBe(true);
  expect(await struck(page)).toEqual([15]);
  await page.keyboard.press("Escape");
  await expect.poll(() => struck(page), waitFor).toEqual([]);
  await page.keyboard.up("i");
  await page.keyboard.press("Control+k");
  expect(await struck(page)).toEqual([]);
  await page.context().close();
});

test("what is held ends as its key, button or finger leaves, though the view has changed meanwhile", async () => {
  for (const phone of [false, true]) {
    const page = await open(phone);
    const touches = await page.context().newCDPSession(page);
    const place = async () => {
      await page.locator("simile-pads").scrollIntoViewIfNeeded();
      const box = (await page.locator('simile-pads [data-pad="12"]').boundingBox())!;
      return { x: box.x + box.width / 2, y: box.y + box.height / 3 };
    };
    const touch = async () => {
      await touches.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [await place()] });
      return () => touches.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    };
    const key = async () => {
      await page.keyboard.down("t");
      return () => page.keyboard.up("t");
    };
    const button = async () => {
      const { x, y } = await place();
      await page.mouse.move(x, y);
      await page.mouse.down();
      return () => page.mouse.up();
    };
    for (const hold of phone ? [touch] : [key, button]) {
      for (const to of ["simile-stage", "simile-controls"]) {
        const leave = await hold();
        await expect.poll(() => struck(page), { ...waitFor, message: `${hold.name} ${to}` }).toEqual([12]);
        await page.keyboard.press("v");
        await page.locator(to).waitFor();
        await leave();
        await expect.poll(() => struck(page), waitFor).toEqual([]);
      }
    }
    await page.context().close();
  }
});
