/** The built-in library `studio`: whole, decodable, in tune, of many techniques, and made by the programs beside it. */

import { readFile, readdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { FLACDecoder } from "@wasm-audio-decoders/flac";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fingerprint, verifyNote, verifyUnlike } from "../../src/cli/studio/gate.ts";
import { createGestureSignals } from "../../src/cli/studio/gesture.ts";
import { type RenderedNote, renderNote } from "../../src/cli/studio/note.ts";
import { findPartial, findPeriodicity, parsePitch } from "../../src/cli/studio/pitch.ts";
import { SAMPLE_RATE, type Synthesiser, createSynthesiser } from "../../src/cli/studio/synthesiser.ts";
import { type Note, listNotes } from "../../src/cli/studio/technique.ts";
import { TECHNIQUES } from "../../src/cli/studio/techniques.ts";
import { LIBRARY_FORMAT, LIBRARY_FORMAT_VERSION, type LibraryManifest } from "../../src/core/presets/library-manifest.ts";

const home = fileURLToPath(new URL("../../presets/libraries/studio/", import.meta.url));
const manifest = JSON.parse(await readFile(`${home}manifest.json`, "utf8")) as LibraryManifest;
const notes = listNotes(TECHNIQUES);

describe("manifest", () => {
  test("names format, licence, author and how to remake the audio", () => {
    expect(manifest).toMatchObject({ format: LIBRARY_FORMAT, formatVersion: LIBRARY_FORMAT_VERSION, name: "studio", licence: "CC0-1.0", author: "Simile" });
    expect(manifest.provenance).toMatch(/npm run render:studio.*seed \d+/);
  });

  test("lists the notes of the table, in its order, each with what is known of it", () => {
    expect(manifest.sounds.map((sound) => sound.file)).toEqual(notes.map((note) => `sounds/${note.id}.flac`));
    for (const [i, sound] of manifest.sounds.entries()) {
      const { technique, pitch, dynamics } = notes[i]!;
      expect(sound).toMatchObject({ family: technique.family, instrument: technique.instrument, technique: technique.technique, mute: technique.mute ?? "none", pitch, dynamics });
      expect(sound.pitch).toMatch(/^([A-G]#?\d)?$/);
      expect(sound.name.length).toBeGreaterThan(0);
    }
    expect(new Set(manifest.sounds.map((sound) => sound.name)).size).toBe(manifest.sounds.length);
  });

  test("lists every file of the folder, at least 240 in at most 15 MB", async () => {
    const files = (await readdir(`${home}sounds`)).sort();
    expect(manifest.sounds.map((sound) => sound.file.slice("sounds/".length)).sort()).toEqual(files);
    expect(files.length).toBeGreaterThanOrEqual(240);
    const sizes = await Promise.all(files.map(async (file) => (await stat(`${home}sounds/${file}`)).size));
    expect(sizes.reduce((a, b) => a + b)).toBeLessThanOrEqual(15_000_000);
  });

  test("covers four families with many techniques, pitches and dynamics", () => {
    const cells = (family: string): Set<string> => new Set(manifest.sounds.filter((s) => s.family === family).map((s) => `${s.instrument} ${s.mute} ${s.technique}`));
    for (const family of ["plucked", "bowed", "blown", "struck"]) expect(cells(family).size, family).toBeGreaterThanOrEqual(20);
    const all = new Set(manifest.sounds.map((sound) => sound.technique));
    const asked = ["ordinario", "sul-ponticello", "sul-tasto", "harmonic", "pizzicato", "snap-pizzicato", "col-legno-battuto", "col-legno-tratto", "tremolo", "muted", "flutter", "slap", "overblown", "key-click"];
    for (const technique of [...asked, "with-snares", "without-snares", "roll", "dead-stroke"]) expect(all, technique).toContain(technique);
    for (const mute of ["sordino", "straight", "cup", "harmon", "wah"]) expect(manifest.sounds.some((sound) => sound.mute === mute), mute).toBe(true);
    for (const dynamics of ["pp", "mf", "ff"]) expect(manifest.sounds.filter((sound) => sound.dynamics === dynamics).length, dynamics).toBeGreaterThanOrEqual(40);
    expect(new Set(manifest.sounds.map((sound) => sound.pitch)).size).toBeGreaterThanOrEqual(30);
  });
});

describe("audio", () => {
  const decoder = new FLACDecoder();
  const decoded = new Map<string, Float32Array>();

  beforeAll(async () => {
    await decoder.ready;
    for (const sound of manifest.sounds) {
      const { channelData, sampleRate, errors } = await decoder.decodeFile(new Uint8Array(await readFile(home + sound.file)));
      expect(errors, sound.file).toEqual([]);
      expect(sampleRate, sound.file).toBe(SAMPLE_RATE);
      expect(channelData.length, sound.file).toBe(1);
      decoded.set(sound.file, channelData[0]!.slice());
      await decoder.reset();
    }
  }, 120_000);
  afterAll(() => decoder.free());

  test("is as long as the manifest says, at most 2.5 s, and neither silent, clipped nor offset", () => {
    for (const sound of manifest.sounds) {
      const samples = decoded.get(sound.file)!;
      expect(samples.length / SAMPLE_RATE, sound.file).toBeCloseTo(sound.durationSeconds, 4);
      expect(sound.durationSeconds, sound.file).toBeLessThanOrEqual(2.5);
      const peak = samples.reduce((top, sample) => Math.max(top, Math.abs(sample)), 0);
      expect(peak, sound.file).toBeGreaterThan(0.005);
      expect(peak, sound.file).toBeLessThan(0.95);
      const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
      expect(Math.abs(mean), sound.file).toBeLessThan(0.01 * peak);
      expect(Math.abs(samples[0]!) + Math.abs(samples.at(-1)!), sound.file).toBeLessThan(0.01 * peak);
    }
  });

  test("sounds at the pitch it claims: the strongest lag of a plain autocorrelation is whole periods, and one of them the period", () => {
    const tested = notes.filter((note) => note.pitch !== "" && note.technique.tuning === "periodicity");
    expect(tested.length).toBeGreaterThan(150);
    for (const note of tested) {
      const samples = decoded.get(`sounds/${note.id}.flac`)!;
      const period = SAMPLE_RATE / parsePitch(note.pitch);
      const start = note.technique.gesture.kind === "sustain" ? Math.round(samples.length * 0.4) : 2400;
      const part = samples.subarray(start, start + Math.max(4096, Math.round(6 * period)));
      const correlation = (lag: number): number => {
        let [product, energy] = [0, 1e-12];
        for (let i = 0; i + lag < part.length; i++) {
          product += part[i]! * part[i + lag]!;
          energy += (part[i]! ** 2 + part[i + lag]! ** 2) / 2;
        }
        return product / energy;
      };
      // 35 cents are 2 % of a period; short periods get half a sample for the grid.
      const within = Math.max(0.0205 * period, 0.75);
      let near = -1;
      for (let lag = Math.max(2, Math.ceil(period - within)); lag <= period + within; lag++) near = Math.max(near, correlation(lag));
      let elsewhere = -1;
      for (let lag = Math.floor(period * 0.55); lag < period * 0.9; lag++) elsewhere = Math.max(elsewhere, correlation(lag));
      expect(near, note.id).toBeGreaterThan(0.35);
      expect(near, note.id).toBeGreaterThan(elsewhere - 0.02);
    }
  });

  test("is louder from pp to mf to ff", () => {
    const level = (dynamics: string): number => {
      const levels = manifest.sounds.filter((s) => s.dynamics === dynamics).map((s) => decoded.get(s.file)!.reduce((top, x) => Math.max(top, Math.abs(x)), 0)).sort((a, b) => a - b);
      return levels[levels.length >> 1]!;
    };
    expect(level("mf")).toBeGreaterThan(2 * level("pp"));
    expect(level("ff")).toBeGreaterThan(2 * level("mf"));
  });
});

describe("remake", () => {
  let synthesiser: Synthesiser;
  beforeAll(async () => {
    synthesiser = await createSynthesiser(`${home}dsp`);
  });

  test.each(["xylophone_dead-stroke_C5_mf", "clarinet_slap_C4_mf"])("%s from its program is the shipped file, sample for sample", async (id) => {
    const note = notes.find((candidate) => candidate.id === id)!;
    const { pcm } = await renderNote(synthesiser, note);
    const decoder = new FLACDecoder();
    await decoder.ready;
    const { channelData } = await decoder.decodeFile(new Uint8Array(await readFile(`${home}sounds/${id}.flac`)));
    decoder.free();
    expect(Int16Array.from(channelData[0]!, (sample) => Math.round(sample * 32768))).toEqual(pcm);
  }, 15_000);

  test("a slider that the program lacks is named with those that it has", async () => {
    const inputs = createGestureSignals({ kind: "impact", contact: 0.001 }, 0.1, 1, 0, "mf", "key");
    await expect(synthesiser.render("bore", { colour: 1 }, inputs)).rejects.toThrow(/bore\.dsp: expected one of .*frequency.*, got the parameter colour/);
  }, 15_000);
});

describe("gate", () => {
  const note = notes.find((candidate) => candidate.id === "guitar_ordinario_C4_mf")!;
  const tone = notes.find((candidate) => candidate.id === "violin_nonvibrato_C4_mf")!;
  const sine = (seconds: number, hertz: number, decay = 0): RenderedNote => {
    const raw = Float32Array.from({ length: seconds * SAMPLE_RATE }, (_, i) => 0.5 * Math.exp((-decay * i) / SAMPLE_RATE) * Math.sin((2 * Math.PI * hertz * i) / SAMPLE_RATE));
    return { raw, pcm: Int16Array.from(raw, (sample) => Math.round(32767 * sample)), hertz };
  };
  const c4 = parsePitch("C4");
  const verify = (candidate: Note, rendered: RenderedNote) => () => verifyNote(candidate, rendered);

  test("lets a pluck decay and a bowed tone last, not the other way round", () => {
    expect(verify(note, sine(1, c4, 5))).not.toThrow();
    expect(verify(tone, sine(1, c4))).not.toThrow();
    expect(verify(note, sine(1, c4, 0.5))).toThrow(/expected a plucked sound that decays/);
    expect(verify(tone, sine(1, c4, 8))).toThrow(/bowed tone that lasts/);
  });

  test("refuses silence, NaN, an offset, clipping, a detuned note and an octave, and names the note", () => {
    const good = sine(1, c4, 5);
    expect(verify(note, { ...good, raw: new Float32Array(48_000) })).toThrow(/guitar_ordinario_C4_mf: expected a sound, got silence/);
    expect(verify(note, { ...good, raw: Float32Array.of(0, Number.NaN) })).toThrow(/NaN or infinity at sample 1/);
    expect(verify(note, { ...good, pcm: good.pcm.map((sample) => sample + 3000) })).toThrow(/no offset/);
    expect(verify(note, { ...good, pcm: good.pcm.map((sample) => Math.max(-32767, Math.min(32767, 3 * sample))) })).toThrow(/clipping/);
    expect(verify(note, { ...good, hertz: c4 * 2 ** (40 / 1200) })).toThrow(/C4 within 35 cents, got 40 cents/);
    expect(verify(note, { ...good, hertz: 2 * c4 })).toThrow(/got 1200 cents/);
    expect(verify(note, { ...good, hertz: Number.NaN })).toThrow(/got no pitch/);
  });

  test("refuses two of a kind, however loud, and lets different sounds stand", () => {
    const print = (rendered: RenderedNote): Float32Array => fingerprint(rendered.pcm);
    const good = sine(1, c4, 5);
    const softer = { ...good, pcm: good.pcm.map((sample) => sample / 3) };
    expect(() => verifyUnlike([{ id: "a", print: print(good) }, { id: "b", print: print(softer) }])).toThrow(/a and b/);
    expect(() => verifyUnlike([{ id: "a", print: print(good) }, { id: "b", print: print(sine(1, 2 * c4, 5)) }])).not.toThrow();
  });
});

describe("pitch", () => {
  test("names are equal-tempered hertz at A4 = 440", () => {
    expect(parsePitch("A4")).toBe(440);
    expect(parsePitch("C4")).toBeCloseTo(261.6256, 3);
    expect(parsePitch("F#5")).toBeCloseTo(739.9888, 3);
    expect(() => parsePitch("H4")).toThrow(/expected a name such as C4/);
  });

  test("periodicity and partial find a tone to within a cent, also without its fundamental; noise has none", () => {
    for (const hertz of [110.3, 987.3]) {
      const partials = (orders: number[]): Float32Array =>
        Float32Array.from({ length: 9_600 }, (_, i) => orders.reduce((sum, k) => sum + Math.sin((2 * Math.PI * k * hertz * i) / SAMPLE_RATE + k) / k, 0));
      expect(1200 * Math.abs(Math.log2(findPeriodicity(partials([1, 2, 3, 4]), SAMPLE_RATE, hertz) / hertz))).toBeLessThan(1);
      expect(1200 * Math.abs(Math.log2(findPeriodicity(partials([2, 3, 4, 5]), SAMPLE_RATE, hertz) / hertz))).toBeLessThan(1);
      expect(1200 * Math.abs(Math.log2(findPartial(partials([1, 4]), SAMPLE_RATE, hertz * 1.02) / hertz))).toBeLessThan(1);
    }
    let state = 1;
    const noise = Float32Array.from({ length: 4_800 }, () => ((state = (Math.imul(state, 1664525) + 1013904223) | 0) / 2 ** 31));
    expect(findPeriodicity(noise, SAMPLE_RATE, 440)).toBeNaN();
  });
});
