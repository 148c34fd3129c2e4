/** Pads on the real instrument: banks that follow, walks along neighbours, another library, kits in every format out and in, presets and the performance. */

import { unzipSync } from "fflate";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { createSimile, type SimileOptions } from "../../src/app/simile.ts";
import type { Simile, SimileState } from "../../src/app/simile-state.ts";
import type { PadAction } from "../../src/app/pads/pad-board.ts";
import { chosenBank } from "../../src/app/pads/pad-board.ts";
import { KIT_FORMATS } from "../../src/core/kits/formats.ts";
import { parseWav } from "../../src/core/signal/wav.ts";
import { createCable } from "./virtual-midi.ts";
import { type PresetFixture, createPresetFixture } from "./preset-fixture.ts";

let fixture: PresetFixture;
const open: Simile[] = [];
const stored = new Map<string, string>();

beforeAll(async () => {
  fixture = await createPresetFixture("pad-desk");
});
afterEach(async () => {
  for (const simile of open.splice(0)) await simile.dispose();
  stored.clear();
});

async function make(options: SimileOptions = {}): Promise<Simile> {
  const simile = createSimile({ ...fixture.sources, ...options, storage: { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => void stored.set(key, value) } });
  open.push(simile);
  await simile.start();
  return simile;
}

const act = (simile: Simile, ...actions: readonly PadAction[]) => actions.forEach((action) => simile.pads.change(action));
const keyOf = (simile: Simile, id: number) => simile.state.sounds[id]!.key;
const until = (simile: Simile, wanted: (state: SimileState) => boolean) => expect.poll(() => wanted(simile.state)).toBe(true);
/** A kit of three sounds in the chosen bank. */
function fillKit(simile: Simile): void {
  act(simile, { kind: "mode", mode: "kit" }, { kind: "title", title: "Three" }, ...[2, 5, 9].map((id, pad): PadAction => ({ kind: "assign", pad, sound: keyOf(simile, id) })), { kind: "set", pad: 1, settings: { gainDb: -6, start: 0.25, end: 0.5, mode: "loop" } });
}

describe("pads", () => {
  test("sound as struck, hold while held, and tell both", async () => {
    const simile = await make();
    fillKit(simile);
    expect(simile.pads.strike(9, 1)).toBe(null);
    const voice = simile.pads.strike(1, 0.5)!;
    await until(simile, ({ playing, faces }) => playing.has(5) && faces[1]!.struck);
    voice.release();
    await until(simile, ({ playing, faces }) => !playing.has(5) && !faces[1]!.struck);
    // A fault of no sound: an empty pad is silent.
    expect(simile.state.faults).toEqual([]);
  });

  test("need as many answers as they are, and leave to the player how many there are else", () => {
    const simile = createSimile();
    open.push(simile);
    const counted = (...actions: readonly PadAction[]) => (act(simile, ...actions), simile.state.settings.count);
    expect(counted({ kind: "size", size: 8 })).toBe(64);
    expect(counted({ kind: "size", size: 4 })).toBe(16);
    simile.configure({ count: 40 });
    expect(counted({ kind: "mode", mode: "spread" })).toBe(64);
    expect(counted({ kind: "mode", mode: "follow" })).toBe(40);
    expect(counted({ kind: "size", size: 8 })).toBe(64);
    simile.configure({ count: 20 });
    expect(counted({ kind: "bank", bank: 4 })).toBe(20);
    simile.configure({ count: 300 });
    expect(counted({ kind: "bank", bank: 0 }, { kind: "mode", mode: "spread" })).toBe(300);
    simile.configure({ count: 8 });
    expect(counted({ kind: "size", size: 4 })).toBe(64);
    expect(counted({ kind: "mode", mode: "follow" })).toBe(8);
  });

  test("walk to the nearest that is on no pad, and away from it; back with undo", async () => {
    const simile = await make();
    fillKit(simile);
    const [first] = await simile.ask((engine) => engine.near(2, 16)).then((near) => near.filter(({ id }) => ![5, 9].includes(id)));
    await simile.pads.like(0, "more");
    expect(simile.state.pads[0]).toBe(first!.id);
    expect(chosenBank(simile.state.board).pads[0]).toMatchObject({ distance: first!.distance, trail: [keyOf(simile, 2)] });
    const before = simile.state.pads[0]!;
    await simile.pads.like(0, "less");
    const near = (await simile.ask((engine) => engine.near(before, 16))).map(({ id }) => id);
    expect(near).not.toContain(simile.state.pads[0]);
    act(simile, { kind: "undo" }, { kind: "undo" });
    expect(simile.state.pads[0]).toBe(2);
  });

  test("of mode spread are a choice of many neighbours that differ more than the nearest do", async () => {
    const simile = await make();
    const matches = await simile.ask((engine) => engine.near(0, 23));
    const diverse = await simile.ask((engine) => engine.diverse(matches, 8));
    expect(diverse).toHaveLength(8);
    expect(diverse[0]).toMatchObject({ id: matches[0]!.id });
    expect(diverse.map(({ distance }) => distance)).toEqual(diverse.map(({ distance }) => distance).toSorted((a, b) => a - b));
    const least = async (ids: readonly number[]) => {
      let smallest = Infinity;
      for (const id of ids) for (const { id: other, distance } of await simile.ask((engine) => engine.near(id, 23))) if (ids.includes(other)) smallest = Math.min(smallest, distance);
      return smallest;
    };
    expect(await least(diverse.map(({ id }) => id))).toBeGreaterThan(await least(matches.slice(0, 8).map(({ id }) => id)));
  });

  test("keep playing sounds of a library that is no longer open", async () => {
    const simile = await make();
    fillKit(simile);
    await simile.pads.strike(0, 1)?.stop();
    await until(simile, ({ playing }) => playing.size === 0);
    const rows = { kind: "rows", name: "other", title: "Other", count: 1, origin: { model: simile.state.engine!.model.name, modelVersion: simile.state.engine!.model.version, weightsSha256: simile.state.engine!.model.weightsSha256 }, embeddings: await simile.ask((engine) => engine.embed(fixture.sounds[20]!.samples, 44_100)), columns: new Map() } as const;
    const other = { ...simile.state.sounds[20]!, key: "other:20" };
    expect(await simile.useLibrary({ name: "other", title: "Other", sounds: [other], source: { read: async () => new Blob() }, rows: async () => rows })).toBe(true);
    await until(simile, ({ sounds }) => sounds.length === 1);
    expect(simile.state.pads.slice(0, 3)).toEqual([null, null, null]);
    expect(simile.state.faces[0]!.sound!.name).toBe(fixture.sounds[2]!.entry.name);
    const voice = simile.pads.strike(0, 1)!;
    expect(simile.state.faces[0]!.struck).toBe(true);
    voice.stop();
  });
});

describe("kits", () => {
  test.each(KIT_FORMATS.map(({ id }) => id))("a bank leaves as %s", async (id) => {
    const simile = await make();
    expect(await simile.kits.exportBank(id)).toBe(null);
    expect(simile.state.faults).toMatchObject([{ key: "kits", name: "MissingError", message: expect.stringMatching(/Bank A: expected a filled pad, got none; fill it first\./) }]);
    fillKit(simile);
    const file = (await simile.kits.exportBank(id))!;
    expect(simile.state.faults).toEqual([]);
    expect(file.name).toBe(id === "h2drumkit" ? "Three.h2drumkit" : `Three ${id}.zip`);
    if (id === "h2drumkit") return;
    const files = unzipSync(new Uint8Array(await file.arrayBuffer()));
    const paths = Object.keys(files);
    expect(paths.filter((path) => path.endsWith(".wav"))).toHaveLength(3);
    expect(paths.some((path) => path.endsWith(`.${id}`))).toBe(true);
  });

  test.each(["sfz", "h2drumkit"] as const)("come back from %s as a bank that plays", async (id) => {
    const simile = await make();
    fillKit(simile);
    const file = (await simile.kits.exportBank(id))!;
    const files = id === "h2drumkit" ? [file] : Object.entries(unzipSync(new Uint8Array(await file.arrayBuffer()))).map(([path, bytes]) => Object.defineProperty(new File([bytes as Uint8Array<ArrayBuffer>], path.split("/").at(-1)!), "webkitRelativePath", { value: path }));
    act(simile, { kind: "bank", bank: 4 });
    await simile.kits.import(files);
    expect(simile.state.faults).toEqual([]);
    expect(simile.state.faces.slice(0, 4).map(({ sound }) => sound?.name ?? null)).toEqual([2, 5, 9].map((sound) => fixture.sounds[sound]!.entry.name).concat([null as never]));
    expect(chosenBank(simile.state.board)).toMatchObject({ mode: "kit", title: "Three" });
    expect(simile.pads.strike(0, 1)).not.toBe(null);
    expect(simile.state.faces[0]!.struck).toBe(true);
    act(simile, { kind: "undo" });
    expect(simile.state.faces[0]!.key).toBe(null);
  });

  test("sounds go out as WAV", async () => {
    const simile = await make();
    fillKit(simile);
    await expect.poll(() => simile.kits.wav(keyOf(simile, 2))).not.toBe(null);
    const file = simile.kits.wav(keyOf(simile, 2))!;
    expect(file).toMatchObject({ type: "audio/wav", name: expect.stringMatching(/\.wav$/) });
    const { channels } = parseWav(new Uint8Array(await file.arrayBuffer()), file.name);
    expect(Math.max(...channels[0]!)).toBeGreaterThan(0.01);
    expect(simile.kits.wav("nothing of that name")).toBe(null);
  });

  test("of no known kind, damaged or without their samples: a sentence each, and the pads stay", async () => {
    const simile = await make();
    fillKit(simile);
    const before = simile.state.board;
    const message = async (...files: readonly File[]) => {
      await simile.kits.import(files);
      return simile.state.faults.find(({ key }) => key === "kits")?.message;
    };
    expect(await message(new File(["x"], "notes.txt"))).toMatch(/notes\.txt: expected an SFZ file with its samples/);
    expect(await message(new File(["no gzip"], "kit.h2drumkit"))).toMatch(/kit\.h2drumkit: expected/);
    expect(await message(new File(["<region> sample=../../etc/passwd key=36"], "evil.sfz"))).toMatch(/expected paths inside the kit's folder/);
    expect(await message(new File(['{"format":"simile-pads"}'], "p.json"))).toMatch(/p\.json: formatVersion: expected/);
    expect(await message(new File(["<region> sample=gone.wav key=36 <region> sample=lost.wav key=37"], "My Kit.sfz"))).toMatch(/^My Kit: expected 2 sounds, got none; drop the kit together with its samples/);
    expect(simile.state.kits.notes).toEqual(["gone.wav is not there: its pad is silent.", "lost.wav is not there: its pad is silent."]);
    expect(simile.state.board).toBe(before);
  });

  test("of which a part comes: that part plays, and a sentence says that there is more", async () => {
    const simile = await make();
    fillKit(simile);
    await expect.poll(() => simile.kits.wav(keyOf(simile, 2))).not.toBe(null);
    const wav = new File([simile.kits.wav(keyOf(simile, 2))!], "there.wav");
    const kit = async (text: string) => {
      await simile.kits.import([new File([text], "kit.sfz"), wav]);
      expect(simile.state.faces.slice(0, 2).map(({ sound }) => sound?.name)).toEqual(["there", undefined]);
      return simile.state.faults.map(({ message }) => message);
    };
    expect(await kit("<region> sample=there.wav key=36 <region> sample=gone.wav key=37")).toEqual([expect.stringMatching(/^kit: expected 2 sounds, got 1; drop the kit together with its samples.* lists what is missing\.$/)]);
    expect(await kit("<region> sample=there.wav key=36 cutoff=900")).toEqual(["kit: expected what pads hold, got more, which was left out; Kits and presets lists it."]);
    expect(simile.state.kits.notes).toEqual(["Opcodes not read: cutoff."]);
    expect(await kit("<region> sample=there.wav key=36")).toEqual([]);
  });
});

describe("presets and performance", () => {
  test("are saved under a name, recalled, and kept for the next visit", async () => {
    const simile = await make();
    fillKit(simile);
    simile.kits.savePreset("Evening");
    act(simile, { kind: "clear-bank" });
    simile.kits.recallPreset("Evening");
    expect(simile.state.pads.slice(0, 3)).toEqual([2, 5, 9]);
    expect(chosenBank(simile.state.board).pads[1]!.settings).toMatchObject({ gainDb: -6, mode: "loop" });
    const later = await make();
    expect(later.state.kits.presets).toEqual([{ name: "Evening", builtIn: false, banks: 1 }]);
    const file = later.kits.presetFile("Evening")!;
    expect(file.name).toBe("Evening.json");
    later.kits.removePreset("Evening");
    expect(later.state.kits.presets).toEqual([]);
    later.kits.recallPreset("Evening");
    expect(later.state.faults).toMatchObject([{ key: "kits", name: "MissingError" }]);
    await later.kits.import([file]);
    expect(later.state.faults).toEqual([]);
    expect(later.state.pads.slice(0, 3)).toEqual([2, 5, 9]);
  });

  test("are recalled by program changes from 9 on, which follow those of the banks", async () => {
    const cable = createCable();
    const simile = await make({ midiAccess: async () => cable.access });
    fillKit(simile);
    simile.kits.savePreset("Evening");
    await simile.enableMidi();
    const play = cable.plugInput("1", "Keys");
    play([0xc0, 7]);
    expect(simile.state.board.bank).toBe(7);
    expect(simile.state.pads.slice(0, 3)).toEqual([null, null, null]);
    play([0xc0, 8]);
    expect(simile.state.pads.slice(0, 3)).toEqual([2, 5, 9]);
    play([0xc0, 100]);
    expect(simile.state.faults).toEqual([]);
  });

  test("banks, and the sounds of kits that were opened, are there on the next visit", async () => {
    const simile = await make({ rememberPads: true });
    fillKit(simile);
    const file = (await simile.kits.exportBank("h2drumkit"))!;
    act(simile, { kind: "bank", bank: 1 });
    await simile.kits.import([file]);
    act(simile, { kind: "set", pad: 0, settings: { tuneSemitones: 5 } });
    await expect.poll(() => stored.get("simile-pads") ?? "").toContain('"tuneSemitones": 5');
    await simile.dispose();
    const later = await make({ rememberPads: true });
    expect(later.state.pads.slice(0, 3)).toEqual([2, 5, 9]);
    act(later, { kind: "bank", bank: 1 });
    await until(later, ({ faces }) => faces[0]!.sound?.name === fixture.sounds[2]!.entry.name);
    await expect.poll(() => later.kits.wav(later.state.faces[0]!.key!) !== null).toBe(true);
    later.pads.strike(0, 1)!.stop();
    expect(chosenBank(later.state.board).pads[0]!.settings.tuneSemitones).toBe(5);
    // A page that goes keeps what hands did last.
    act(later, { kind: "set", pad: 0, settings: { tuneSemitones: 7 } });
    window.dispatchEvent(new Event("pagehide"));
    expect(stored.get("simile-pads")).toContain('"tuneSemitones": 7');
    // Without asking for it nothing is remembered.
    expect((await make()).state.pads.slice(0, 3)).toEqual([null, null, null]);
  });

  test("the performance is a MIDI file of the pads that were struck", async () => {
    const simile = await make();
    expect(simile.kits.performanceFile()).toBe(null);
    fillKit(simile);
    simile.pads.strike(0, 1)?.stop();
    simile.pads.strike(2, 0.5)?.stop();
    const bytes = new Uint8Array(await simile.kits.performanceFile()!.arrayBuffer());
    expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe("MThd");
    expect([...bytes].flatMap((byte, i) => (byte === 0x90 ? [[bytes[i + 1], bytes[i + 2]]] : []))).toEqual([[36, 127], [38, 64]]);
    simile.kits.clearPerformance();
    expect(simile.kits.performanceFile()).toBe(null);
  });
});
