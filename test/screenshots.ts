/** Takes the pictures that the documents show: the built page playing its demo take, on a desk and on a phone, dark and light, and with a fault. */

import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Page } from "playwright";
import { openBuiltPage } from "./built-page.ts";

const FOLDER = resolve(import.meta.dirname, "../src/docs");
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

interface Picture {
  readonly name: string;
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colours: "light" | "dark";
  readonly pose: (page: Page) => Promise<void>;
}

/** The demo plays, some sounds have answered, and one sounds now. */
async function answering(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Play the demo" }).click();
  const answer = page.locator("simile-results button.row").first();
  const fault = page.getByRole("alert").locator("li").first();
  await answer.or(fault).waitFor({ timeout: 120_000 });
  if (await fault.isVisible()) throw new Error(`screenshots: expected an answer, got "${(await fault.textContent())?.trim()}"; mend that first.`);
  await page.waitForTimeout(6500);
  await page.locator("simile-results .sounding").first().waitFor({ timeout: 10_000 });
}

/** The browser refused the microphone. */
async function refused(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Start listening" }).click();
  await page.getByRole("alert").locator("li").first().waitFor({ timeout: 60_000 });
}

const PICTURES: readonly Picture[] = [
  { name: "start", viewport: DESK, colours: "light", pose: async () => {} },
  { name: "listening", viewport: DESK, colours: "dark", pose: answering },
  { name: "listening-light", viewport: DESK, colours: "light", pose: answering },
  { name: "fault", viewport: DESK, colours: "light", pose: refused },
  { name: "phone", viewport: PHONE, colours: "dark", pose: answering },
  { name: "phone-light", viewport: PHONE, colours: "light", pose: answering },
];

const wanted = process.argv.slice(2);
await mkdir(FOLDER, { recursive: true });
const built = await openBuiltPage({ fakeMicrophone: false });
try {
  for (const { name, viewport, colours, pose } of PICTURES) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const phone = viewport === PHONE;
    const context = await built.browser.newContext({ viewport, colorScheme: colours, deviceScaleFactor: phone ? 2 : 1, hasTouch: phone, isMobile: phone });
    const page = await context.newPage();
    await page.goto(built.url);
    await page.locator("simile-controls").waitFor();
    await pose(page);
    await page.screenshot({ path: join(FOLDER, `${name}.png`) });
    console.log(`src/docs/${name}.png`);
    await context.close();
  }
} finally {
  await built.close();
}
