/** The three ways of playing in the built page: each sounds and tells what it answered, over shared memory where the page is isolated, over ports where it is not. */

import type { Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Simile } from "../../src/app/simile-state.ts";
import { type BuiltPage, openBuiltPage } from "../built-page.ts";
import { complaintsOf } from "./support/page-watch.ts";
import { untilQuiet } from "./support/quiet.ts";

let built: BuiltPage;
beforeAll(async () => {
  built = await openBuiltPage();
});
afterAll(() => built?.close());

interface Watched {
  readonly starts: number;
  readonly grains: number;
  readonly hits: number;
}

/** Runs in the page, before its scripts: keeps the memory that the player is given, and counts what it starts. */
function watch(): void {
  const seen = { memory: null as SharedArrayBuffer | null, starts: 0 };
  Object.assign(globalThis, { seen });
  const post = MessagePort.prototype.postMessage as (this: MessagePort, ...rest: unknown[]) => void;
  const heard = new WeakSet<MessagePort>();
  MessagePort.prototype.postMessage = function (this: MessagePort, ...rest: unknown[]) {
    const [message] = rest as [{ kind?: string; orders?: SharedArrayBuffer } | null];
    if (message?.kind === "connect" && message.orders) seen.memory = message.orders;
    if (message?.kind === "load" && !heard.has(this)) {
      heard.add(this);
      this.addEventListener("message", ({ data }) => data?.kind === "started" && seen.starts++);
    }
    post.apply(this, rest);
  } as typeof MessagePort.prototype.postMessage;
}

/** Listens to the demo until so many more voices have started, and says what was retrieved meanwhile. */
function hear(page: Page, voices: number): Promise<Watched> {
  return page.evaluate(async (wanted) => {
    const { simile } = document.querySelector("simile-app") as unknown as { simile: Simile };
    const { seen } = globalThis as unknown as { seen: { starts: number } };
    const before = seen.starts;
    const past = simile.state.retrieval?.index;
    const hits = new Set<number>();
    const grains = new Set<number>();
    const onChange = () => {
      const { retrieval } = simile.state;
      if (retrieval && retrieval.index !== past) (retrieval.grain ? grains : hits).add(retrieval.index);
    };
    simile.addEventListener("change", onChange);
    await simile.listen({ kind: "demo" });
    while (seen.starts - before < wanted) {
      await new Promise((done) => setTimeout(done, 100));
      if (simile.state.phase !== "listening") await simile.listen({ kind: "demo" });
    }
    simile.removeEventListener("change", onChange);
    simile.stopListening();
    return { starts: seen.starts - before, grains: grains.size, hits: hits.size };
  }, voices);
}

test.each([true, false])("hits, progressive answers and a mosaic sound (isolated: %s)", async (isolated) => {
  const context = await built.browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.addInitScript(watch);
    // Some hosts cannot set headers: then the page shares no memory.
    if (!isolated)
      await page.route(built.url, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, headers: { "content-type": response.headers()["content-type"]! } });
      });
    await page.goto(built.url);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated);
    await page.getByRole("button", { name: "Play the demo" }).click();
    await page.locator("simile-results button.row").nth(4).waitFor({ timeout: 120_000 });

    const ways = page.getByRole("group", { name: "Way of playing" });
    await ways.getByRole("button", { name: "Hits" }).click();
    const hit = await hear(page, 4);
    expect([hit.grains, hit.hits > 0]).toEqual([0, true]);
    // What was heard last is answered in the way that it was heard.
    await untilQuiet(page);
    await ways.getByRole("button", { name: "Progressive" }).click();
    const progressive = await hear(page, 4);
    expect([progressive.grains, progressive.hits > 0]).toEqual([0, true]);
    await untilQuiet(page);
    await ways.getByRole("button", { name: "Mosaic" }).click();
    const mosaic = await hear(page, 4);
    expect([mosaic.grains > 0, mosaic.hits]).toEqual([true, 0]);

    // Written, read, followed: an order is read a quantum after it was written.
    const counts = () =>
      page.evaluate(() => {
        const { memory } = (globalThis as unknown as { seen: { memory: SharedArrayBuffer | null } }).seen;
        return memory && [...new Int32Array(memory, 0, 3)];
      });
    if (isolated) {
      const waiting = async () => {
        const [written, read] = (await counts())!;
        return written! - read!;
      };
      await expect.poll(waiting, { timeout: 10_000 }).toBe(0);
      const [written, , followed] = (await counts())!;
      expect(written).toBeGreaterThan(10);
      expect(followed).toBeGreaterThan(0);
    } else expect(await counts()).toBeNull();
    expect(complaints).toEqual([]);
  } finally {
    await context.close();
  }
});
