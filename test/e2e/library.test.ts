/** The user's own sounds in the built page: a folder by its handle, by a file field and by dropping; heard, kept over a reload, followed when it changes, and answered from. */

import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Libraries, LibrariesState } from "../../src/app/library/libraries.ts";
import type { Simile } from "../../src/app/simile-state.ts";
import { writeWav } from "../../src/core/kits/wav.ts";
import { type BuiltPage, openBuiltPage } from "../built-page.ts";
import { held, pluck } from "../signals.ts";

const RATE = 44_100;
const SECONDS = 240;

/** Eight notes in two folders. */
const FILES = Array.from({ length: 8 }, (_, i) => {
  const make = i < 4 ? pluck : held;
  return { path: `${i < 4 ? "Harp" : "Flute"}/note ${i}.wav`, bytes: writeWav({ sampleRate: RATE, channels: [make(196 * 2 ** (i / 3), 0.8, RATE)] }, 16) };
});

interface App extends HTMLElement {
  readonly simile: Simile;
  readonly libraries: Libraries;
}

let built: BuiltPage;
let folder: string;
let context: BrowserContext;

beforeAll(async () => {
  built = await openBuiltPage();
  folder = await mkdtemp(join(tmpdir(), "simile-samples-"));
  for (const { path, bytes } of FILES) {
    await mkdir(join(folder, "My sounds", path, ".."), { recursive: true });
    await writeFile(join(folder, "My sounds", path), bytes);
  }
});
afterEach(() => context?.close());
afterAll(async () => {
  await built?.close();
  await rm(folder, { recursive: true, force: true });
});

async function visit(prepare: () => void): Promise<Page> {
  context = await built.browser.newContext();
  await context.addInitScript(prepare);
  const page = await context.newPage();
  await page.goto(built.url);
  await open(page);
  return page;
}

async function open(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector<App>("simile-app")?.libraries.state.open, null, { timeout: SECONDS * 1000 });
}

/** Once the import has ended and that many sounds answer, or a fault is told: what the page says of its libraries, and those sounds. */
async function ended(page: Page, count: number): Promise<{ state: LibrariesState; sounds: readonly { file: string; name: string }[]; faults: readonly unknown[]; title: string }> {
  // The report comes first; what is kept by then is told and opened after it.
  await page.waitForFunction((wanted) => {
    const { libraries, simile } = document.querySelector<App>("simile-app")!;
    const { report, progress, fault, chosen } = libraries.state;
    return fault !== null || (report !== null && progress === null && chosen?.sounds === wanted && simile.state.sounds.length === wanted);
  }, count, { timeout: SECONDS * 1000 });
  return page.evaluate(() => {
    const { libraries, simile } = document.querySelector<App>("simile-app")!;
    const { libraries: list, chosen, ...state } = libraries.state;
    const plain = list.map((library) => ({ ...library, root: null }));
    return { state: { ...state, libraries: plain, chosen: chosen && { ...chosen, root: null } }, sounds: simile.state.sounds.map(({ file, name }) => ({ file, name })), faults: simile.state.faults, title: simile.state.engine!.library.title };
  });
}

/** The picker cannot be driven; a folder of the page's own has the same interface. */
const byHandle = () =>
  Object.assign(window, {
    showDirectoryPicker: async () => (await navigator.storage.getDirectory()).getDirectoryHandle("My sounds", { create: true }),
  });
/** As Firefox and Safari are. */
const byField = () => void delete (window as { showDirectoryPicker?: unknown }).showDirectoryPicker;

async function putFiles(page: Page, files: readonly { path: string; bytes: Uint8Array }[]): Promise<void> {
  await page.evaluate(
    async (list) => {
      for (const { path, base64 } of list) {
        let here = await (await navigator.storage.getDirectory()).getDirectoryHandle("My sounds", { create: true });
        const parts = path.split("/");
        const name = parts.pop()!;
        for (const part of parts) here = await here.getDirectoryHandle(part, { create: true });
        const writable = await (await here.getFileHandle(name, { create: true })).createWritable();
        await writable.write(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
        await writable.close();
      }
    },
    files.map(({ path, bytes }) => ({ path, base64: Buffer.from(bytes).toString("base64") })),
  );
}

const openFolder = (page: Page) => page.locator("simile-library").getByRole("button", { name: "Open a folder" }).first().click();

/** Plays a row of the list, and waits until it sounds. */
async function hear(page: Page, name: string): Promise<void> {
  await page.locator("simile-library").getByRole("button", { name: "Sounds" }).click();
  await page.getByRole("row").filter({ hasText: name }).first().click();
  await page.waitForFunction(() => document.querySelector<App>("simile-app")!.simile.state.playing.size > 0, null, { timeout: SECONDS * 1000 });
  await page.locator("simile-library").getByRole("button", { name: "Close" }).click();
}

describe("a library of the user's own", () => {
  test("by the folder's handle: read once, heard, remembered over a reload, followed, and given back", { timeout: SECONDS * 1000 }, async () => {
    const page = await visit(byHandle);
    await putFiles(page, FILES);
    await openFolder(page);
    const first = await ended(page, 8);
    expect(first.state).toMatchObject({ fault: null, locked: false, readOnly: false, report: { ended: "done", analysed: 8, faulty: 0 }, chosen: { title: "My sounds", audio: "folder", sounds: 8 } });
    expect(first.sounds.map(({ file }) => file).sort()).toEqual(FILES.map(({ path }) => path).sort());
    expect(first).toMatchObject({ title: "My sounds", faults: [] });
    await hear(page, "note 3");
    // A sound's nearest is of its own kind.
    const near = await page.evaluate(() => {
      const { simile } = document.querySelector<App>("simile-app")!;
      const id = simile.state.sounds.findIndex(({ file }) => file === "Harp/note 0.wav");
      return simile.ask((engine) => engine.near(id, 3)).then((matches) => matches.map((match) => simile.state.sounds[match.id]!.file));
    });
    expect(near.every((file) => file.startsWith("Harp/"))).toBe(true);
    await page.reload();
    await open(page);
    expect((await ended(page, 8)).state).toMatchObject({ report: { analysed: 0, unchanged: 8 }, chosen: { title: "My sounds", sounds: 8 } });
    await page.evaluate(async () => (await (await (await navigator.storage.getDirectory()).getDirectoryHandle("My sounds")).getDirectoryHandle("Flute")).removeEntry("note 7.wav"));
    await page.locator("simile-library").getByRole("button", { name: "Sounds" }).click();
    await page.getByRole("button", { name: "Look again" }).click();
    await page.waitForFunction(() => document.querySelector<App>("simile-app")!.libraries.state.report?.dropped === 1, null, { timeout: SECONDS * 1000 });
    expect((await ended(page, 7)).sounds).toHaveLength(7);
    await page.getByRole("button", { name: "Take back" }).last().click();
    await page.waitForFunction(() => document.querySelector<App>("simile-app")!.simile.state.sounds.length === 8, null, { timeout: SECONDS * 1000 });
    await page.getByRole("combobox", { name: "Library that answers" }).selectOption("");
    await page.waitForFunction(() => document.querySelector<App>("simile-app")!.simile.state.sounds.length > 100, null, { timeout: SECONDS * 1000 });
  });

  test("without handles: by a file field, kept as copies that sound after a reload", { timeout: SECONDS * 1000 }, async () => {
    const page = await visit(byField);
    const chooser = page.waitForEvent("filechooser");
    await openFolder(page);
    await (await chooser).setFiles(join(folder, "My sounds"));
    const { state, sounds } = await ended(page, 8);
    expect(state).toMatchObject({ fault: null, report: { analysed: 8 }, chosen: { title: "My sounds", audio: "copies" } });
    expect(sounds.map(({ file }) => file).sort()).toEqual(FILES.map(({ path }) => path).sort());
    await page.reload();
    await open(page);
    await page.waitForFunction(() => document.querySelector<App>("simile-app")!.simile.state.engine?.library.title === "My sounds", null, { timeout: SECONDS * 1000 });
    await hear(page, "note 5");
    expect(await page.evaluate(() => document.querySelector<App>("simile-app")!.simile.state.faults)).toEqual([]);
  });

  test("links in a folder, in a circle or to nowhere, are left out by the browser", { timeout: SECONDS * 1000 }, async () => {
    const linked = join(folder, "Linked");
    await mkdir(join(linked, "Harp"), { recursive: true });
    await writeFile(join(linked, "Harp/note.wav"), FILES[0]!.bytes);
    await symlink(join(folder, "My sounds", FILES[1]!.path), join(linked, "linked.wav"));
    await symlink(linked, join(linked, "Harp/circle"));
    await symlink(join(linked, "nowhere.wav"), join(linked, "dangling.wav"));
    const page = await visit(byField);
    const chooser = page.waitForEvent("filechooser");
    await openFolder(page);
    await (await chooser).setFiles(linked);
    const { state, sounds } = await ended(page, 1);
    expect(state).toMatchObject({ fault: null, report: { analysed: 1, faults: [] } });
    expect(sounds.map(({ file }) => file)).toEqual(["Harp/note.wav"]);
  });

  test("dropped on the page: several files are a library, one is a sound to hear", { timeout: SECONDS * 1000 }, async () => {
    const page = await visit(byField);
    const drop = (files: readonly { path: string; bytes: Uint8Array }[]) =>
      page.evaluate(
        (list) => {
          const transfer = new DataTransfer();
          for (const { path, base64 } of list) transfer.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], path.split("/").pop()!));
          document.querySelector("simile-app")!.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, composed: true, cancelable: true }));
        },
        files.map(({ path, bytes }) => ({ path, base64: Buffer.from(bytes).toString("base64") })),
      );
    await drop(FILES.slice(0, 3));
    const { state, sounds } = await ended(page, 3);
    expect(state).toMatchObject({ fault: null, report: { analysed: 3 }, chosen: { title: "Dropped files", audio: "copies" } });
    expect(sounds.map(({ file }) => file).sort()).toEqual(["note 0.wav", "note 1.wav", "note 2.wav"]);
    await drop(FILES.slice(1, 2));
    await page.waitForFunction(() => document.querySelector<App>("simile-app")!.simile.state.input?.label === "note 1.wav", null, { timeout: SECONDS * 1000 });
  });
});
