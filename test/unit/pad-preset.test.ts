/** Pad presets, banks as kits, and the performance: written, read back, and refused with a sentence where they are not whole. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parseMidi } from "midi-file";
import { describe, expect, test } from "vitest";
import { createPadPresetShelf } from "../../src/app/pads/pad-presets.ts";
import { createPerformanceRecorder } from "../../src/app/pads/performance-recorder.ts";
import { MissingError } from "../../src/core/errors.ts";
import { KIT_FORMATS } from "../../src/core/kits/formats.ts";
import { readSfz } from "../../src/core/kits/read-sfz.ts";
import { bankOfKit, kitOfBank } from "../../src/core/pads/kit-bank.ts";
import { BANK_MODES, changeSettings, createBank, DEFAULT_SETTINGS, EMPTY_PAD, type PadBank, padCount } from "../../src/core/pads/pad-bank.ts";
import { parsePadPreset, writePadPreset } from "../../src/core/presets/pad-preset.ts";
import { parseWav } from "../../src/core/signal/wav.ts";
import { tone } from "./kit-fixture.ts";

/** One seed, so that every run tries the same cases. */
fc.configureGlobal({ seed: 20261122 });

const presets = join(import.meta.dirname, "../../presets");

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const settings = fc
  .record(
    {
      gainDb: fc.double({ min: -60, max: 6, noNaN: true }),
      tuneSemitones: fc.integer({ min: -48, max: 48 }),
      start: fc.double({ min: 0, max: 0.4, noNaN: true }),
      end: fc.double({ min: 0.5, max: 1, noNaN: true }),
      chokeGroup: fc.option(fc.integer({ min: 1, max: 16 })),
      mode: fc.constantFrom("one-shot" as const, "gate" as const, "loop" as const),
      envelope: fc.record({ attack: unit, hold: unit, decay: unit, sustain: unit, release: unit }, { requiredKeys: [] }),
      velocity: fc.record({ amount: unit, exponent: fc.double({ min: 0.25, max: 4, noNaN: true }) }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  )
  .map((change) => changeSettings(DEFAULT_SETTINGS, change));
const pad = fc.oneof(fc.constant(EMPTY_PAD), fc.record({ sound: fc.string({ minLength: 1, maxLength: 50 }), locked: fc.boolean(), settings }).map((one) => ({ ...EMPTY_PAD, ...one })));
const bank: fc.Arbitrary<PadBank> = fc.record({ title: fc.string({ maxLength: 60 }), mode: fc.constantFrom(...BANK_MODES), size: fc.constantFrom(4 as const, 8 as const), pads: fc.array(pad, { maxLength: 16 }) }).map((one) => ({ ...one, pads: [...one.pads, ...createBank("kit").pads].slice(0, 64) }));

describe("pad presets", () => {
  test("come back as they were written", () => {
    fc.assert(
      fc.property(fc.array(bank, { minLength: 1, maxLength: 8 }), fc.string({ minLength: 1, maxLength: 200 }), (banks, name) => {
        const preset = { name, author: "someone", licence: "CC0-1.0", banks };
        expect(parsePadPreset(writePadPreset(preset), "p.json")).toEqual(preset);
      }),
      { numRuns: 60 },
    );
  });

  test("anything else is refused in one sentence, and nothing crashes", () => {
    const whole = writePadPreset({ name: "n", author: "", licence: "", banks: [{ ...createBank("kit"), pads: [{ ...EMPTY_PAD, sound: "a", settings: changeSettings(DEFAULT_SETTINGS, { gainDb: -3, envelope: { attack: 1 } }) }, ...createBank("kit").pads.slice(1)] }] });
    const changed = (from: string, to: string) => () => parsePadPreset(whole.replace(from, to), "p.json");
    expect(changed('"pad": 0', '"pad": 99')).toThrow(/p\.json: bank 1: pads 1: pad: expected a whole number from 0 to 15, got 99; export the preset again\./);
    expect(changed('"gainDb": -3', '"gainDb": 90')).toThrow(/gainDb: expected -60 to 6, got 90/);
    expect(changed('"attack": 1', '"attack": "1"')).toThrow(/attack: expected 0 to 20/);
    expect(changed('"simile-pads"', '"other"')).toThrow(/format: expected "simile-pads"/);
    expect(changed('"kit"', '"__proto__"')).toThrow(/mode: expected/);
    expect(() => parsePadPreset("", "p.json")).toThrow(/an empty file/);
    fc.assert(
      fc.property(fc.nat({ max: whole.length }), fc.string({ maxLength: 6 }), fc.nat({ max: 6 }), (at, text, cut) => {
        try {
          parsePadPreset(whole.slice(0, at) + text + whole.slice(at + cut), "p.json");
        } catch (cause) {
          expect((cause as Error).name).toBe("FormatError");
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("that ship are whole, listed, and name sounds of the built-in library alone", () => {
    const folder = join(presets, "pads");
    const sounds = new Set((JSON.parse(readFileSync(join(presets, "libraries/studio/manifest.json"), "utf8")) as { sounds: { file: string }[] }).sounds.map(({ file }) => `studio:${file}`));
    const listed = JSON.parse(readFileSync(join(folder, "index.json"), "utf8")) as string[];
    expect(readdirSync(folder).filter((name) => name !== "index.json").toSorted()).toEqual(listed.toSorted());
    for (const file of listed) {
      const { banks, licence } = parsePadPreset(readFileSync(join(folder, file), "utf8"), file);
      expect(licence).toBe("CC0-1.0");
      for (const { pads } of banks) for (const { sound } of pads) if (sound !== null) expect(sounds, `${file}: ${sound}`).toContain(sound);
    }
    expect(existsSync(join(presets, "FORMAT.md"))).toBe(true);
  });

  test("of the user's are kept, replaced by name and removed; full storage is told, and they last as long as the page", () => {
    const stored = new Map<string, string>();
    const storage = { getItem: (key: string) => stored.get(key) ?? null, setItem: (key: string, value: string) => void stored.set(key, value) };
    const preset = (name: string, mode: (typeof BANK_MODES)[number] = "kit") => ({ name, author: "", licence: "", banks: [createBank(mode)] });
    const shelf = createPadPresetShelf(storage, () => {});
    shelf.save(preset("one"));
    shelf.save(preset("two"));
    shelf.save(preset("one", "hold"));
    const names = (of: typeof shelf) => of.presets.map(({ name, banks }) => `${name} ${banks[0]!.mode}`);
    expect(names(createPadPresetShelf(storage, () => {}))).toEqual(["two kit", "one hold"]);
    shelf.remove("two");
    expect(names(createPadPresetShelf(storage, () => {}))).toEqual(["one hold"]);
    const full = createPadPresetShelf({ ...storage, setItem: () => { throw new DOMException("", "QuotaExceededError"); } }, () => {});
    expect(() => full.save(preset("three"))).toThrow(/expected room in the browser's storage/);
    expect(names(full)).toEqual(["one hold", "three kit"]);
    stored.set("simile-pad-presets", JSON.stringify([writePadPreset(preset("whole")), "broken", 7]));
    expect(names(createPadPresetShelf(storage, () => {}))).toEqual(["whole kit"]);
  });
});

describe("banks as kits", () => {
  const audio = tone(440, 0.5);
  const sound = (key: string) => ({ key, file: `${key}.flac`, name: key.repeat(200), family: "bowed", instrument: "", technique: "", mute: "", pitch: "", dynamics: "", durationSeconds: 0.5 });
  const filled: PadBank = {
    ...createBank("kit"),
    size: 8,
    pads: createBank("kit").pads.map((one, index) => (index % 5 === 0 ? { ...one, sound: `s${index}`, settings: changeSettings(DEFAULT_SETTINGS, { gainDb: -index / 10, start: 0.25, end: 0.75, chokeGroup: (index % 3) + 1, mode: "gate" }) } : one)),
  };

  test("leave in every format, with names of 200 characters and more", () => {
    const kit = kitOfBank("x".repeat(200), filled, (key) => ({ sound: sound(key), audio }));
    expect(kit.pads.map(({ note }) => note)).toEqual(Array.from({ length: 13 }, (_, i) => 36 + 5 * i));
    expect(kit.pads[0]).toMatchObject({ startSeconds: 0.125, endSeconds: 0.375, colour: 0x0b62a0 });
    for (const format of KIT_FORMATS) {
      const files = format.write(kit);
      expect(files.size).toBeGreaterThan(0);
      for (const path of files.keys()) expect(path.split("/").every((part) => part.length <= 64)).toBe(true);
    }
  });

  test("with a sound that cannot be had are refused by a sentence that names the pad", () => {
    const kit = kitOfBank("Kit", filled, (key) => ({ sound: sound(key), audio: key === "s10" ? null : audio }));
    for (const format of KIT_FORMATS) expect(() => format.write(kit)).toThrow(MissingError);
    expect(() => KIT_FORMATS[0].write(kit)).toThrow(/pad 3 .*expected its sound, got none; find the file/);
  });

  test("come back from SFZ as they left: places, settings and sounds", async () => {
    const kit = kitOfBank("Mine", filled, (key) => ({ sound: { ...sound(key), name: key }, audio }));
    const files = KIT_FORMATS[0].write(kit);
    const program = [...files.keys()].find((path) => path.endsWith(".sfz"))!;
    const read = await readSfz(program, { text: async (path) => (files.has(path) ? new TextDecoder().decode(files.get(path)) : null), audio: async (path) => parseWav(files.get(path)!, path) });
    const { bank: back, sounds } = bankOfKit(read.kit);
    expect(back).toMatchObject({ title: "Mine", mode: "kit", size: 8 });
    expect(sounds).toHaveLength(13);
    back.pads.forEach((one, index) => {
      const before = filled.pads[index]!;
      expect(one.sound === null).toBe(before.sound === null);
      if (one.sound === null) return;
      expect(one.settings.gainDb).toBeCloseTo(before.settings.gainDb, 4);
      expect(one.settings.start).toBeCloseTo(0.25, 3);
      expect(one.settings.end).toBeCloseTo(0.75, 3);
      expect(one.settings.mode).toBe("gate");
    });
    expect(new Set(back.pads.filter(({ sound: key }) => key !== null).map(({ settings: { chokeGroup } }) => chokeGroup)).size).toBe(3);
  });

  test("of foreign notes find room, sixteen pads where they do", () => {
    const kit = (notes: readonly number[]) => ({ name: "k", pads: notes.map((note, i) => ({ ...kitOfBank("k", filled, (key) => ({ sound: sound(key), audio })).pads[0]!, note, file: `f${i}` })) });
    const places = (notes: readonly number[]) => {
      const { bank: read } = bankOfKit(kit(notes));
      return [read.size, read.pads.flatMap(({ sound: key }, index) => (key === null ? [] : [`${key}@${index}`])).slice(0, padCount(read))];
    };
    expect(places([60, 38, 0])).toEqual([8, ["kit:k/f2@0", "kit:k/f1@2", "kit:k/f0@24"]]);
    expect(places([38, 120])).toEqual([4, ["kit:k/f1@0", "kit:k/f0@2"]]);
    expect(places([36, 37])).toEqual([4, ["kit:k/f0@0", "kit:k/f1@1"]]);
  });
});

describe("performance", () => {
  test("is a file of what was played, from its first note on, with every note ended", () => {
    let now = 100;
    const recorder = createPerformanceRecorder(() => now);
    expect(recorder.file("x", 120)).toBe(null);
    const first = recorder.begin(36, 100, 0);
    now = 100.5;
    recorder.begin(40, 0.4, 1);
    first();
    first();
    now = 101;
    const { tracks } = parseMidi(recorder.file("Mine", 120)!);
    let tick = 0;
    const notes = tracks[0]!.flatMap((event) => {
      tick += event.deltaTime;
      return event.type === "noteOn" || event.type === "noteOff" ? [[event.type, event.channel, event.noteNumber, tick]] : [];
    });
    expect(notes).toEqual([
      ["noteOn", 0, 36, 0],
      ["noteOff", 0, 36, 960],
      ["noteOn", 1, 40, 960],
      ["noteOff", 1, 40, 1920],
    ]);
    recorder.clear();
    expect(recorder.count).toBe(0);
  });
});
