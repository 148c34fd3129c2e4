/** Takes the pictures that the documents show: the built page empty, with its first steps, listening, importing, on stage and with a fault, on a desk and on a phone, dark and light. */

import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Page } from "playwright";
import { writeWav } from "../src/core/kits/wav.ts";
import { openBuiltPage } from "./built-page.ts";
import { held, pluck } from "./signals.ts";

const FOLDER = resolve(import.meta.dirname, "../src/docs");
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

interface Picture {
  readonly name: string;
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colours: "light" | "dark";
  readonly pose: (page: Page) => Promise<void>;
  /** Whether it is the first visit. */
  readonly first?: boolean;
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

/** A folder of notes by formula has been read, and some of its sounds are found and chosen. */
async function library(page: Page): Promise<void> {
  await page.waitForFunction(() => (document.querySelector("simile-app") as unknown as { libraries: { state: { open: boolean } } }).libraries.state.open);
  const notes = [["violin", 12, pluck], ["flute", 12, held]] as const;
  const names = ["C", "Cs", "D", "Ds", "E", "F", "Fs", "G", "Gs", "A", "As", "B"];
  const files = notes.flatMap(([instrument, count, make]) =>
    Array.from({ length: count }, (_, i) => ({
      path: `${instrument}s/${instrument}_${names[i]}4_1_${i % 2 ? "forte" : "piano"}_${instrument === "violin" ? (i % 3 ? "arco-normal" : "pizz-normal") : "normal"}.wav`,
      base64: Buffer.from(writeWav({ sampleRate: 44_100, channels: [make(262 * 2 ** (i / 12), 1, 44_100)] }, 16)).toString("base64"),
    })),
  );
  // The picker cannot be driven; a folder of the page's own has the same interface.
  await page.evaluate(async (list) => {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle("My samples", { create: true });
    for (const { path, base64 } of list) {
      const [folder, name] = path.split("/") as [string, string];
      const writable = await (await (await root.getDirectoryHandle(folder, { create: true })).getFileHandle(name, { create: true })).createWritable();
      await writable.write(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
      await writable.close();
    }
  }, files);
  await page.evaluate("window.showDirectoryPicker = async () => (await navigator.storage.getDirectory()).getDirectoryHandle('My samples')");
  await page.locator("simile-library").getByRole("button", { name: "Open a folder" }).first().click();
  await page.getByText("24 sounds analysed").first().waitFor({ timeout: 120_000 });
  await page.locator("simile-library").getByRole("button", { name: "Sounds" }).click();
  await page.getByRole("searchbox", { name: "Find sounds" }).fill("violin");
  await page.getByRole("button", { name: "Choose all shown" }).click();
  await page.getByRole("row").first().waitFor();
  await page.waitForTimeout(500);
}

/** The same folder, while it is being read: the engine is asked, and does not answer yet. */
async function importing(page: Page): Promise<void> {
  await page.addInitScript("const post = Worker.prototype.postMessage; Worker.prototype.postMessage = function (message, ...more) { if (message?.path?.[0] === 'embedFeatures') return; post.call(this, message, ...more); };");
  await page.reload();
  void library(page).catch(() => {});
  await page.locator("simile-import [role=progressbar]").first().waitFor({ timeout: 60_000 });
  await page.waitForTimeout(1500);
}

/** Ready, nothing heard yet. */
async function ready(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Start listening" }).waitFor({ timeout: 60_000 });
  await page.locator("simile-map").getByRole("button").first().waitFor();
  await page.waitForTimeout(1500);
  await page.getByText("Laying out").waitFor({ state: "hidden", timeout: 60_000 });
}

async function onStage(page: Page): Promise<void> {
  await answering(page);
  await page.keyboard.press("v");
  await page.waitForTimeout(1500);
}

async function guide(page: Page): Promise<void> {
  await ready(page);
  await page.keyboard.press("?");
  await page.getByRole("heading", { name: "Play in five minutes" }).waitFor();
}

/** The map by technique, with what answered and where the input went. */
async function map(page: Page): Promise<void> {
  await ready(page);
  await answering(page);
  await page.getByLabel("Colour by").selectOption("technique");
  await page.getByRole("application").focus();
  for (const key of ["ArrowRight", "ArrowRight", "ArrowUp"]) await page.keyboard.press(key);
  await page.waitForTimeout(500);
}

/** What was played is beside its nearest answer. */
async function why(page: Page): Promise<void> {
  await answering(page);
  await page.locator("simile-results button.why").first().click();
  await page.getByRole("button", { name: "Switch" }).and(page.locator(":enabled")).waitFor({ timeout: 30_000 });
  await page.keyboard.press("x");
  await page.waitForTimeout(300);
}

/** The browser refused the microphone. */
async function refused(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Start listening" }).click();
  await page.getByRole("alert").locator("li").first().waitFor({ timeout: 60_000 });
}

/** A controller and a cable to a DAW stand in for devices that the machine has not: ports that take and give nothing. As text, since it runs in the page. */
const PORTS = `{
  const names = ["Launchpad X LPX MIDI", "IAC Driver Bus 1"];
  const port = (type, name) => ({ id: type + name, name, manufacturer: "", version: "", type, state: "connected", connection: "open", onmidimessage: null, open: async () => {}, close: async () => {}, send() {} });
  const ports = (type) => new Map(names.map((name) => [name, port(type, name)]));
  const access = { inputs: ports("input"), outputs: ports("output"), sysexEnabled: false, onstatechange: null };
  Object.defineProperty(navigator, "requestMIDIAccess", { value: async () => access });
}`;

async function plugIn(page: Page): Promise<void> {
  await page.addInitScript(PORTS);
  await page.reload();
}

/** Chosen: the cable as MIDI out, then the set-up. */
async function midi(page: Page): Promise<void> {
  await plugIn(page);
  await answering(page);
  await page.getByRole("button", { name: "Use MIDI" }).click();
  await page.getByLabel("MIDI out").selectOption("IAC Driver Bus 1");
  await page.getByRole("button", { name: "Set up" }).click();
}

async function editing(page: Page): Promise<void> {
  await answering(page);
  await page.getByRole("button", { name: "Edit pads" }).click();
  await page.locator('simile-pads [data-pad="5"]').click();
}

async function kits(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Kits and presets" }).click();
  await page.getByRole("button", { name: "Load Studio drums" }).waitFor();
}

const PICTURES: readonly Picture[] = [
  { name: "start", viewport: DESK, colours: "light", pose: ready, first: true },
  { name: "stage", viewport: DESK, colours: "dark", pose: onStage },
  { name: "stage-phone", viewport: PHONE, colours: "dark", pose: onStage },
  { name: "importing", viewport: DESK, colours: "dark", pose: importing },
  { name: "guide", viewport: DESK, colours: "light", pose: guide },
  { name: "listening", viewport: DESK, colours: "dark", pose: answering },
  { name: "listening-light", viewport: DESK, colours: "light", pose: answering },
  { name: "map", viewport: DESK, colours: "dark", pose: map },
  { name: "why", viewport: DESK, colours: "light", pose: why },
  { name: "library", viewport: DESK, colours: "light", pose: library },
  { name: "fault", viewport: DESK, colours: "light", pose: refused },
  { name: "phone", viewport: PHONE, colours: "dark", pose: answering },
  { name: "midi", viewport: DESK, colours: "light", pose: midi },
  { name: "pads", viewport: DESK, colours: "light", pose: editing },
  { name: "kits", viewport: DESK, colours: "light", pose: kits },
  { name: "phone-light", viewport: PHONE, colours: "light", pose: answering },
];

const wanted = process.argv.slice(2);
await mkdir(FOLDER, { recursive: true });
const built = await openBuiltPage({ fakeMicrophone: false });
try {
  for (const { name, viewport, colours, pose, first = false } of PICTURES) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const phone = viewport === PHONE;
    const context = await built.browser.newContext({ viewport, colorScheme: colours, deviceScaleFactor: phone ? 2 : 1, hasTouch: phone, isMobile: phone });
    if (!first) await context.addInitScript('localStorage.setItem("simile-first-steps", "done")');
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
