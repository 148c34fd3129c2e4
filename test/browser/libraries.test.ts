/** The page's side of the user's libraries, with the engine, the library worker and a folder as they are: what answers while it is read, kept, followed, described, and given back. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Libraries, createLibraries } from "../../src/app/library/libraries.ts";
import { createSimile } from "../../src/app/simile.ts";
import type { Simile } from "../../src/app/simile-state.ts";
import { folder, note, put, take } from "./library-lab.ts";
import { type PresetFixture, createPresetFixture } from "./preset-fixture.ts";

let fixture: PresetFixture;
let simile: Simile;
let root: FileSystemDirectoryHandle;
const open: Libraries[] = [];
const memory = new Map<string, string>();
let count = 0;

const workers: Worker[] = [];
const makeWorker = (name: string) => {
  const worker = new Worker(new URL("./library-lab.worker.ts", import.meta.url), { type: "module", name: `${name} libraries-${count}` });
  workers.push(worker);
  return worker;
};
const storage = { getItem: (key: string) => memory.get(key) ?? null, setItem: (key: string, value: string) => void memory.set(key, value), removeItem: (key: string) => void memory.delete(key) };

async function make(): Promise<Libraries> {
  const libraries = createLibraries({ simile, builtIn: fixture.sources.library!, makeWorker, storage });
  open.push(libraries);
  await libraries.start();
  return libraries;
}

beforeAll(async () => {
  fixture = await createPresetFixture("libraries");
  simile = createSimile(fixture.sources);
  await simile.start();
});
afterEach(() => {
  for (const libraries of open.splice(0)) libraries.dispose();
  memory.clear();
  count++;
});
afterAll(() => simile.dispose());

/** As the picker gives it. */
async function pick(libraries: Libraries): Promise<void> {
  Object.assign(window, { showDirectoryPicker: async () => root });
  await libraries.act({ kind: "open-folder" });
}

const files = () => simile.state.sounds.map(({ file }) => file).sort();

describe("a folder", () => {
  test("answers as it is read, is followed when it changes, taken back, described, and given back", async () => {
    root = await folder(`libraries-${count}`);
    for (let i = 0; i < 6; i++) await put(root, `Harp/${i}.wav`, note(i));
    const libraries = await make();
    await pick(libraries);
    await expect.poll(() => libraries.state).toMatchObject({ fault: null, progress: null, report: { ended: "done", analysed: 6 }, chosen: { title: root.name, sounds: 6, audio: "folder" } });
    await expect.poll(files).toEqual(Array.from({ length: 6 }, (_, i) => `Harp/${i}.wav`));
    await expect.poll(() => simile.state.engine?.library.sounds).toBe(6);
    await take(root, "Harp/3.wav");
    await put(root, "Harp/new.wav", note(30));
    await libraries.act({ kind: "update" });
    await expect.poll(() => libraries.state.report).toMatchObject({ analysed: 1, dropped: 1 });
    await expect.poll(files).toEqual(["Harp/0.wav", "Harp/1.wav", "Harp/2.wav", "Harp/4.wav", "Harp/5.wav", "Harp/new.wav"]);
    await expect.poll(() => simile.state.engine?.library.sounds).toBe(6);
    await libraries.act({ kind: "undrop" });
    await expect.poll(() => files().length).toBe(7);
    const { key } = simile.state.sounds[0]!;
    await libraries.act({ kind: "edit", keys: [key], edit: { instrument: "celesta", favourite: true } });
    await expect.poll(() => simile.state.sounds[0]).toMatchObject({ key, instrument: "celesta", favourite: true });
    await libraries.act({ kind: "patterns", patterns: ["{nonsense}"] });
    await expect.poll(() => libraries.state.fault).toMatch(/expected a field among .*, got \{nonsense\}/);
    await libraries.act({ kind: "choose", id: null });
    await expect.poll(() => simile.state.sounds).toHaveLength(24);
    await expect.poll(() => libraries.state).toMatchObject({ chosen: null, fault: null });
    expect(simile.state.faults).toEqual([]);
  });

  test("that answered last answers again when the page is opened again, as it is by then", async () => {
    root = await folder(`libraries-${count}`);
    for (let i = 0; i < 3; i++) await put(root, `${i}.wav`, note(40 + i));
    await pick(await make());
    for (const libraries of open.splice(0)) libraries.dispose();
    await simile.useLibrary({ name: "other", title: "Other", sounds: [], source: { read: async () => new Blob() }, rows: async () => ({ kind: "folder", address: fixture.sources.library! }) });
    await put(root, "3.wav", note(43));
    const again = await make();
    // The report comes first, what is kept by then is asked for after it.
    await expect.poll(() => again.state).toMatchObject({ fault: null, chosen: { sounds: 4 }, report: { analysed: 1, unchanged: 3 } });
    await expect.poll(files).toEqual(["0.wav", "1.wav", "2.wav", "3.wav"]);
  });

  test("whose import the page did not see to its end is read on when the page is opened again, and nothing twice", async () => {
    root = await folder(`libraries-${count}`);
    for (let i = 0; i < 40; i++) await put(root, `${i}.wav`, note(i, 0.2));
    const first = await make();
    void pick(first);
    // Some are kept, which the engine's count tells, and some are not.
    await expect.poll(() => simile.state.engine?.library.title === root.name && simile.state.engine.library.sounds, { interval: 5 }).toBeGreaterThan(0);
    for (const libraries of open.splice(0)) libraries.dispose();
    const again = await make();
    await expect.poll(() => again.state).toMatchObject({ fault: null, report: { ended: "done" }, chosen: { sounds: 40, unfinished: false } });
    const { analysed = 0, unchanged = 0 } = again.state.report ?? {};
    expect(analysed + unchanged).toBe(40);
    expect(unchanged).toBeGreaterThan(0);
    await expect.poll(files).toHaveLength(40);
  });

  test("whose worker dies in the midst of an import is told, and is read on by another worker at the next action", async () => {
    root = await folder(`libraries-${count}`);
    for (let i = 0; i < 40; i++) await put(root, `${i}.wav`, note(i, 0.2));
    const libraries = await make();
    const before = workers.length;
    const picked = pick(libraries);
    await expect.poll(() => simile.state.engine?.library.title === root.name && simile.state.engine.library.sounds, { timeout: 20_000, interval: 5 }).toBeGreaterThan(0);
    workers.at(-1)!.terminate();
    await picked;
    const sentence = "Library: expected its worker to keep running, got its end; try again, and another is started; what was imported is kept.";
    expect(libraries.state).toMatchObject({ fault: sentence, progress: null, report: null });
    await libraries.act({ kind: "update" });
    expect(workers).toHaveLength(before + 1);
    await expect.poll(() => libraries.state).toMatchObject({ fault: null, report: { ended: "done" }, chosen: { sounds: 40, unfinished: false } });
    await expect.poll(files).toHaveLength(40);
  });

  test("whose worker does not start is told, and opened by the next action", async () => {
    root = await folder(`libraries-${count}`);
    await put(root, "0.wav", note(60));
    let made = 0;
    const libraries = createLibraries({ simile, makeWorker: (name) => (made++ === 0 ? new Worker(new URL("/none/worker.js", location.origin), { type: "module" }) : makeWorker(name)), storage });
    open.push(libraries);
    await libraries.start();
    expect(libraries.state).toMatchObject({ open: false, fault: expect.stringMatching(/^Library: expected its worker to start, got ".+"; check the connection to the server and try again\.$/) });
    await pick(libraries);
    expect(libraries.state).toMatchObject({ open: true, fault: null, report: { analysed: 1 } });
  });

  test("that another tab writes is refused here, until that tab is gone", async () => {
    root = await folder(`libraries-${count}`);
    await put(root, "0.wav", note(0));
    const first = await make();
    await pick(first);
    await expect.poll(() => first.state.report?.ended).toBe("done");
    const second = await make();
    await expect.poll(() => second.state.readOnly).toBe(true);
    await pick(second);
    await expect.poll(() => second.state.fault).toMatch(/expected one tab that writes/);
    open.splice(open.indexOf(first), 1);
    first.dispose();
    await expect.poll(() => second.state).toMatchObject({ readOnly: false, fault: null });
  });

  test("that must be allowed again says so, answers by what is kept, and is read after one click", async () => {
    root = await folder(`libraries-${count}`);
    for (let i = 0; i < 3; i++) await put(root, `${i}.wav`, note(50 + i));
    await pick(await make());
    for (const libraries of open.splice(0)) libraries.dispose();
    let state: PermissionState = "prompt";
    const prototype = FileSystemDirectoryHandle.prototype as unknown as Record<string, unknown>;
    const before = { queryPermission: prototype["queryPermission"], requestPermission: prototype["requestPermission"] };
    Object.assign(prototype, { queryPermission: async () => state, requestPermission: async () => (state = "granted") });
    try {
      const again = await make();
      await expect.poll(() => again.state).toMatchObject({ locked: true, report: null, chosen: { sounds: 3 } });
      await expect.poll(files).toHaveLength(3);
      expect(simile.state.faults).toEqual([]);
      await again.act({ kind: "allow" });
      const heard = new Promise<void>((resolve) => simile.addEventListener("change", () => simile.state.playing.has(0) && resolve()));
      const stop = simile.play(0);
      await heard;
      stop();
      await expect.poll(() => again.state).toMatchObject({ locked: false, report: { unchanged: 3 } });
    } finally {
      Object.assign(prototype, before);
    }
  });
});
