/** Kits in the hands of other programs: Polyphone and FluidSynth, Hydrogen, xmllint, tar, gunzip and Python's mido, each where it is installed. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { writeAdg } from "../../src/core/kits/adg.ts";
import { writeDspreset } from "../../src/core/kits/dspreset.ts";
import { writeH2Drumkit } from "../../src/core/kits/h2drumkit.ts";
import { createPad, type Kit, type KitFiles } from "../../src/core/kits/kit.ts";
import { writePerformance } from "../../src/core/kits/performance-file.ts";
import { readH2Drumkit } from "../../src/core/kits/read-h2drumkit.ts";
import { readSfz } from "../../src/core/kits/read-sfz.ts";
import { writeSfz } from "../../src/core/kits/sfz.ts";
import { writeTarGz } from "../../src/core/kits/tar.ts";
import { writeXpm } from "../../src/core/kits/xpm.ts";
import { chunksOf } from "../../src/core/signal/chunks.ts";
import { parseWav } from "../../src/core/signal/wav.ts";
import { HOSTILE_NAMES, randomKit, tone } from "./kit-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "simile-readers-"));
const HYDROGEN_XSD = "/usr/share/hydrogen/data/xsd/drumkit.xsd";
const HYDROGEN_SONG = "/usr/share/hydrogen/data/demo_songs/GM_kit_demo1.h2song";
const HYDROGEN_KITS = "/usr/share/hydrogen/data/drumkits";
const has = (command: string, ...args: readonly string[]) => spawnSync(command, args, { env: headless() }).error === undefined;
const hasPolyphone = has("polyphone", "--version");
const hasFluidSynth = has("fluidsynth", "--version");
const hasHydrogen = has("h2cli", "--version");
const hasXmllint = has("xmllint", "--version");
const python = ["/usr/bin/python3", "python3"].find((command) => spawnSync(command, ["-c", "import mido"]).status === 0);

/** Programs with windows and settings get none, and a home of their own. */
function headless(): NodeJS.ProcessEnv {
  return { ...process.env, QT_QPA_PLATFORM: "offscreen", HOME: folder, LC_ALL: "C.UTF-8" };
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lay(files: KitFiles, into: string): string {
  const root = join(folder, into);
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
  return root;
}

const only = (root: string, ending: string) => join(root, readdirSync(root).find((name) => name.endsWith(ending))!);

/** Every pad of another pitch, mode and setting, under names that hurt. */
const KIT: Kit = {
  name: "Näme <with> \"all\" & more",
  pads: [
    createPad("CON", 36, tone(400, 0.5), { gainDb: -6, velocity: { amount: 0, exponent: 2 } }),
    createPad("🥁", 38, tone(700, 0.5), { chokeGroup: 3, tuneSemitones: -2.3, velocity: { amount: 0, exponent: 2 } }),
    createPad("a/b", 42, tone(1000, 0.5), { chokeGroup: 3, mode: "gate", startSeconds: 0.1, endSeconds: 0.3, envelope: { attack: 0.01, hold: 0.02, decay: 0.1, sustain: 0.5, release: 0.2 } }),
    createPad("x".repeat(200), 127, tone(1500, 0.5, 48_000, 2), { mode: "loop" }),
  ],
};

describe.skipIf(!hasPolyphone)("Polyphone reads the SFZ (apt-get install polyphone)", () => {
  /** Zones of the SoundFont that Polyphone makes: the values of its generators by number, SoundFont 2.04 section 8.1. */
  function convert(kit: Kit, name: string): { readonly zones: readonly ReadonlyMap<number, number>[]; readonly path: string } {
    const root = lay(writeSfz(kit), name);
    execFileSync("polyphone", ["-1", "-i", only(root, ".sfz"), "-d", root, "-o", "font"], { env: headless(), stdio: "pipe", timeout: 50_000 });
    const path = join(root, "font.sf2");
    const bytes = new Uint8Array(readFileSync(path));
    const view = new DataView(bytes.buffer);
    const generators = [...chunksOf(bytes, 12, true)].filter(({ id }) => id === "LIST").flatMap(({ start, size }) => [...chunksOf(bytes.subarray(0, start + size), start + 4, true)]).find(({ id }) => id === "igen")!;
    const zones: Map<number, number>[] = [new Map()];
    for (let at = generators.start; at + 4 <= generators.start + generators.size; at += 4) {
      const generator = view.getUint16(at, true);
      zones.at(-1)!.set(generator, view.getInt16(at + 2, true));
      if (generator === SAMPLE) zones.push(new Map());
    }
    return { zones: zones.filter((zone) => zone.has(SAMPLE)), path };
  }
  const [START, END, ATTACK, HOLD, DECAY, SUSTAIN, RELEASE, KEYS, COARSE, FINE, SAMPLE, MODES, GROUP, ROOT] = [0, 1, 34, 35, 36, 37, 38, 43, 51, 52, 53, 54, 57, 58];
  const cents = (seconds: number) => Math.round(1200 * Math.log2(seconds));

  test("keys, roots, tunings, parts, envelopes, loops and choke groups", () => {
    const { zones } = convert(KIT, "polyphone");
    expect(zones.map((zone) => zone.get(KEYS)! & 0xff)).toEqual([36, 38, 42, 127, 127]);
    expect(zones.map((zone) => (zone.get(KEYS)! >> 8) & 0xff)).toEqual([36, 38, 42, 127, 127]);
    expect(zones.map((zone) => zone.get(ROOT))).toEqual([36, 38, 42, 127, 127]);
    expect(zones.map((zone) => 100 * (zone.get(COARSE) ?? 0) + (zone.get(FINE) ?? 0))).toEqual([0, -230, 0, 0, 0]);
    expect([zones[2]!.get(START), zones[2]!.get(END)]).toEqual([4410, -(22_050 - 13_230)]);
    expect(zones.map((zone) => zone.get(GROUP) ?? 0)).toEqual([0, zones[1]!.get(GROUP), zones[1]!.get(GROUP), 0, 0]);
    expect(zones[1]!.get(GROUP)).toBeGreaterThan(0);
    expect(zones.map((zone) => (zone.get(MODES) ?? 0) & 1)).toEqual([0, 0, 0, 1, 1]);
    const shaped = zones[2]!;
    for (const [generator, seconds] of [[ATTACK, 0.01], [HOLD, 0.02], [DECAY, 0.1], [RELEASE, 0.2]] as const) expect(Math.abs(shaped.get(generator!)! - cents(seconds))).toBeLessThanOrEqual(1);
    expect(shaped.get(SUSTAIN)! / 10).toBeCloseTo(-20 * Math.log10(0.5), 1);
  });

  test.each([1, 2, 3, 4, 5, 6])("random kit %i has a zone on every note", (seed) => {
    const kit = randomKit(seed, 8);
    const keys = new Set(convert(kit, `polyphone-${seed}`).zones.map((zone) => zone.get(KEYS)! & 0xff));
    expect([...keys].toSorted((a, b) => a - b)).toEqual(kit.pads.map(({ note }) => note).toSorted((a, b) => a - b));
  });

  test.skipIf(!hasFluidSynth)("FluidSynth plays kit and performance: every pad at its time and pitch (apt-get install fluidsynth)", () => {
    const { path } = convert({ ...KIT, pads: KIT.pads.slice(0, 3) }, "fluidsynth");
    const notes = [0.5, 1.5, 2.5].map((startSeconds, index) => ({ note: KIT.pads[index]!.note, velocity: 127, startSeconds, durationSeconds: 0.4 }));
    const midi = join(folder, "take.mid");
    const wav = join(folder, "take.wav");
    writeFileSync(midi, writePerformance({ name: "Take", tempo: 97, notes }));
    execFileSync("fluidsynth", ["-ni", "-q", "-R", "0", "-C", "0", "-g", "1", "-r", "44100", "-O", "s16", "-T", "wav", "-F", wav, path, midi], { env: headless(), stdio: "pipe", timeout: 50_000 });
    const { channels, sampleRate } = parseWav(new Uint8Array(readFileSync(wav)), wav);
    const left = channels[0]!;
    const loudest = left.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    for (const [index, { startSeconds }] of notes.entries()) {
      const from = Math.round((startSeconds - 0.25) * sampleRate);
      const onset = left.subarray(from, from + sampleRate / 2).findIndex((sample) => Math.abs(sample) > 0.02 * loudest) / sampleRate - 0.25;
      expect(Math.abs(onset)).toBeLessThan(0.01);
      const heard = left.subarray(from + sampleRate * 0.3, from + sampleRate * 0.4);
      const crossings = heard.reduce((count, sample, i) => count + (i > 0 && heard[i - 1]! < 0 && sample >= 0 ? 1 : 0), 0);
      const { hertz } = [{ hertz: 400 }, { hertz: 700 * 2 ** (-2.3 / 12) }, { hertz: 1000 }][index]!;
      expect(Math.abs(crossings / 0.1 - hertz)).toBeLessThan(12);
    }
  });
});

describe.skipIf(!hasHydrogen)("Hydrogen (apt-get install hydrogen)", () => {
  const check = (path: string) => spawnSync("h2cli", ["-c", path], { env: headless(), encoding: "utf8", timeout: 70_000 });

  test("says that the drumkit is valid, and that a wrong one is not", () => {
    const archive = only(lay(writeH2Drumkit(KIT), "hydrogen"), ".h2drumkit");
    expect(check(archive).stdout).toContain("is valid");
    const wrong = join(folder, "wrong.h2drumkit");
    writeFileSync(wrong, writeTarGz(new Map([["K/drumkit.xml", new TextEncoder().encode('<drumkit_info xmlns="http://www.hydrogen-music.org/drumkit"><name>K</name></drumkit_info>')]])));
    expect(check(wrong).stdout).toContain("INVALID");
  }, 150_000);

  // asked again up to twice: an export by another program, which on a slow machine once came out otherwise from the same kit (cause not found)
  test.skipIf(!existsSync(HYDROGEN_SONG))("plays a song with the drumkit: every hit is one of its sounds", { retry: 2, timeout: 200_000 }, () => {
    const pads = Array.from({ length: 18 }, (_, index) => createPad(`Pad ${index}`, 36 + index, tone(1000, 0.2), { gainDb: -12 }));
    const archive = only(lay(writeH2Drumkit({ name: "Thousand", pads }), "song"), ".h2drumkit");
    const out = join(folder, "song.wav");
    const run = (...args: readonly string[]) => spawnSync("h2cli", args, { env: headless(), encoding: "utf8", timeout: 70_000 });
    expect(run("-i", archive).status).toBe(0);
    expect(run("-s", HYDROGEN_SONG, "-k", "Thousand", "-o", out).status).toBe(0);
    const { channels, sampleRate } = parseWav(new Uint8Array(readFileSync(out)), out);
    /** Hann-windowed power at a frequency, over ten seconds. */
    const power = (hertz: number) => {
      let [cosine, sine] = [0, 0];
      const frames = 10 * sampleRate;
      for (let i = 0; i < frames; i++) {
        const sample = channels[0]![i]! * (1 - Math.cos((2 * Math.PI * i) / frames));
        cosine += sample * Math.cos((2 * Math.PI * hertz * i) / sampleRate);
        sine += sample * Math.sin((2 * Math.PI * hertz * i) / sampleRate);
      }
      return cosine ** 2 + sine ** 2;
    };
    const elsewhere = [125, 250, 500, 2000, 4000, 8000].map(power);
    expect(power(1000)).toBeGreaterThan(1000 * Math.max(...elsewhere));
  });

  test.skipIf(!existsSync(HYDROGEN_KITS))("its own kits are read: every instrument, note and file name", async () => {
    for (const name of readdirSync(HYDROGEN_KITS)) {
      const xml = readFileSync(join(HYDROGEN_KITS, name, "drumkit.xml"), "utf8");
      const files = new Map<string, Uint8Array>([[`${name}/drumkit.xml`, new TextEncoder().encode(xml)]]);
      const asked: string[] = [];
      for (const file of readdirSync(join(HYDROGEN_KITS, name))) if (/\.(flac|wav)$/.test(file)) files.set(`${name}/${file}`, new Uint8Array(1));
      const { kit } = await readH2Drumkit(writeTarGz(files), name, async (_, path) => {
        asked.push(path);
        return tone(100, 0.01);
      });
      expect(kit.name).toBe(name);
      expect(kit.pads.length).toBe([...xml.matchAll(/<instrument>/g)].length);
      expect(kit.pads.map(({ note }) => note)).toEqual([...xml.matchAll(/<midiOutNote>(\d+)/g)].map((match) => Number(match[1])));
      expect(asked).toHaveLength(kit.pads.length);
      expect(kit.pads.every(({ audio }) => audio !== null)).toBe(true);
    }
  });
});

describe.skipIf(!hasXmllint)("xmllint (apt-get install libxml2-utils)", () => {
  const lint = (file: string, ...more: readonly string[]) => spawnSync("xmllint", ["--noout", ...more, file], { encoding: "utf8" });
  const kits = [KIT, ...[1, 2, 3, 4, 5].map((seed) => randomKit(seed, 4)), { name: HOSTILE_NAMES.join(" "), pads: HOSTILE_NAMES.map((name, note) => createPad(name, note, tone(300, 0.01))) }];

  test.skipIf(!existsSync(HYDROGEN_XSD))("drumkits validate against Hydrogen's own schema, unpacked by tar", () => {
    for (const [index, kit] of kits.entries()) {
      const root = lay(writeH2Drumkit(kit), `schema-${index}`);
      execFileSync("tar", ["-xzf", only(root, ".h2drumkit"), "-C", root]);
      const inner = readdirSync(root).find((name) => !name.endsWith(".h2drumkit"))!;
      expect(lint(join(root, inner, "drumkit.xml"), "--schema", HYDROGEN_XSD).stderr).toMatch(/ validates\n$/);
      expect(readdirSync(join(root, inner))).toHaveLength(kit.pads.length + 1);
    }
  });

  test("presets of DecentSampler, MPC and, through gunzip, Ableton are well formed, and names stand in them as they are", () => {
    for (const [index, kit] of kits.entries()) {
      const [decent, mpc, ableton] = [lay(writeDspreset(kit), `ds-${index}`), lay(writeXpm(kit), `mpc-${index}`), lay(writeAdg(kit), `live-${index}`)];
      const rack = join(ableton, "rack.xml");
      writeFileSync(rack, execFileSync("gunzip", ["-c"], { input: readFileSync(only(ableton, ".adg")), maxBuffer: 2 ** 28 }));
      for (const file of [only(decent, ".dspreset"), only(mpc, ".xpm"), rack]) expect(lint(file).stderr).toBe("");
    }
    const name = spawnSync("xmllint", ["--xpath", "string(/DecentSampler/@presetName)", only(join(folder, "ds-0"), ".dspreset")], { encoding: "utf8", env: headless() });
    expect(name.stdout.trimEnd()).toBe(KIT.name);
  });
});

describe.skipIf(!python)("mido (apt-get install python3-mido)", () => {
  test("reads the performance: seconds, notes, velocities, tempo and name", () => {
    const notes = Array.from({ length: 64 }, (_, index) => ({ note: 36 + (index % 16), velocity: 1 + index, channel: index % 16, startSeconds: index * 0.1237, durationSeconds: 0.1 }));
    const path = join(folder, "mido.mid");
    writeFileSync(path, writePerformance({ name: "Grüße", tempo: 133, notes }));
    const script = `import json, sys, mido
file = mido.MidiFile(sys.argv[1], charset="utf-8")
now, played = 0.0, []
for message in file:
    now += message.time
    if not message.is_meta: played.append([message.type, message.channel, message.note, message.velocity, now])
print(json.dumps({"name": file.tracks[0].name, "tempo": [m.tempo for m in file.tracks[0] if m.type == "set_tempo"], "played": played}))`;
    const read = JSON.parse(execFileSync(python!, ["-c", script, path], { encoding: "utf8" })) as { name: string; tempo: number[]; played: [string, number, number, number, number][] };
    expect([read.name, read.tempo]).toEqual(["Grüße", [Math.round(60e6 / 133)]]);
    const begun = read.played.filter(([type]) => type === "note_on");
    expect(begun.map(([, channel, note, velocity]) => [channel, note, velocity])).toEqual(notes.map(({ channel, note, velocity }) => [channel, note, velocity]));
    const halfTick = 60 / 133 / 960 / 2;
    for (const [index, [, , , , seconds]] of begun.entries()) expect(Math.abs(seconds - notes[index]!.startSeconds)).toBeLessThanOrEqual(halfTick + 1e-9);
    expect(read.played.filter(([type]) => type === "note_off")).toHaveLength(64);
  });
});

test("SFZ files laid out on disk are read back by path", async () => {
  const root = lay(writeSfz(KIT), "disk");
  const path = readdirSync(root).find((name) => name.endsWith(".sfz"))!;
  const { kit } = await readSfz(path, { text: async (name) => readFileSync(join(root, name), "utf8"), audio: async (name) => parseWav(new Uint8Array(readFileSync(join(root, name))), name) });
  expect(kit.pads.map(({ note }) => note)).toEqual([36, 38, 42, 127]);
});
