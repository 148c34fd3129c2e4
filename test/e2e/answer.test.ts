/** The whole chain in the built page: a sound of the library, played softer and at another rate into the microphone, comes back as itself, sounds at the output and sends a MIDI note. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Simile } from "../../src/app/simile-state.ts";
import type { EngineSettings, Retrieval } from "../../src/protocol/engine.ts";
import { readAudioFile } from "../../src/cli/audio-file.ts";
import { writeWav } from "../../src/core/kits/wav.ts";
import { type LibraryManifest, parseLibraryManifest } from "../../src/core/presets/library-manifest.ts";
import { type Audio, toMono } from "../../src/core/signal/audio.ts";
import { resample } from "../../src/core/signal/resample.ts";
import { type BuiltPage, openBuiltPage } from "../built-page.ts";
import { type Visit, visit } from "./support/browser.ts";
import { findSound } from "./support/correlation.ts";
import { MIDI_PORT_NAME, openMidiPort } from "./support/midi-port.ts";
import { untilQuiet } from "./support/quiet.ts";
import { readRecording } from "./support/recorder.ts";

const presets = join(import.meta.dirname, "../../presets");
const libraryFolder = join(presets, "libraries/studio");
/** Rate of the microphone's file, and how much softer than the library it plays. */
const MICROPHONE_RATE = 48_000;
const SOFTER = 10 ** (-5 / 20);
/** Heard before the answer is chosen. */
const COMMIT_SECONDS = 1.5;
/** Correlation may find a note a period or so early. */
const PERIOD_SECONDS = 0.05;
/** Silence before the sound: the page must be listening by then. */
const LEAD_SECONDS = 4;
const TAIL_SECONDS = 6;

let built: BuiltPage;
let library: LibraryManifest;
const folder = mkdtempSync(join(tmpdir(), "simile-answer-"));

beforeAll(async () => {
  library = parseLibraryManifest(JSON.parse(readFileSync(join(libraryFolder, "manifest.json"), "utf8")), "studio");
  built = await openBuiltPage();
});
afterAll(async () => {
  await built?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function soundOf(id: number): Promise<Audio> {
  return readAudioFile(join(libraryFolder, library.sounds[id]!.file));
}

/** Writes what the microphone gives: the sound, 5 dB softer, resampled to 48 kHz, in silence. */
function writeMicrophone(id: number, audio: Audio): string {
  const sound = resample(toMono(audio), audio.sampleRate, MICROPHONE_RATE);
  const take = new Float32Array(Math.round((LEAD_SECONDS + TAIL_SECONDS) * MICROPHONE_RATE));
  sound.slice(0, TAIL_SECONDS * MICROPHONE_RATE).forEach((sample, i) => (take[LEAD_SECONDS * MICROPHONE_RATE + i] = sample * SOFTER));
  const path = join(folder, `microphone-${id}.wav`);
  writeFileSync(path, writeWav({ sampleRate: MICROPHONE_RATE, channels: [take] }, 16));
  return path;
}

/** The instrument in the page, from here. */
function simileOf({ page }: Visit) {
  return {
    /** Loads everything, and keeps each retrieval as it was told first and each sound that began. */
    start: (settings: Partial<EngineSettings>) =>
      page.evaluate(async (change) => {
        const { simile } = document.querySelector("simile-app") as unknown as { simile: Simile };
        const told = { retrievals: new Map<number, Retrieval>(), sounded: new Set<number>() };
        Object.assign(globalThis, { told });
        simile.addEventListener("change", () => {
          const { retrieval, playing } = simile.state;
          if (retrieval && !told.retrievals.has(retrieval.index)) told.retrievals.set(retrieval.index, retrieval);
          for (const id of playing) told.sounded.add(id);
        });
        await simile.start();
        simile.configure(change);
      }, settings),
    told: () =>
      page.evaluate(() => {
        const { retrievals, sounded } = (globalThis as unknown as { told: { retrievals: Map<number, Retrieval>; sounded: Set<number> } }).told;
        return { retrievals: [...retrievals.values()], sounded: [...sounded] };
      }),
    state: () =>
      page.evaluate(() => {
        const { playing, faults, midi } = (document.querySelector("simile-app") as unknown as { simile: Simile }).simile.state;
        return { playing: [...playing], faults, midi };
      }),
    call: (method: "enableMidi" | "stopListening" | "panic") => page.evaluate((name) => (document.querySelector("simile-app") as unknown as { simile: Simile }).simile[name](), method),
    sendTo: (name: string, channel: number) =>
      page.evaluate(
        ([port, number]) => {
          const { simile } = document.querySelector("simile-app") as unknown as { simile: Simile };
          simile.chooseMidi({ output: simile.state.midi.outputs.find((output) => output.name === port)!.id, channel: number });
        },
        [name, channel] as const,
      ),
  };
}

/** Three sounds, a third of the library apart: of different families in a library in order. */
const chosen = () => [1, 3, 5].map((sixth) => Math.floor((sixth * library.sounds.length) / 6));

describe("a sound of the library, 5 dB softer and from 48 kHz", () => {
  test.each([0, 1, 2])("comes back as its own nearest, and is heard (sound %d of three)", async (which) => {
    const id = chosen()[which]!;
    const audio = await soundOf(id);
    const caller = await visit(built.url, { microphone: writeMicrophone(id, audio) });
    try {
      const simile = simileOf(caller);
      await simile.start({ commitSeconds: COMMIT_SECONDS });
      // Until all are decoded the nearest of those at hand answers: this one is to be among them.
      await caller.page.evaluate((wanted) => (document.querySelector("simile-app") as unknown as { simile: Simile }).simile.peaks(wanted, 16), id);
      await caller.page.getByRole("button", { name: /^Listen/ }).click();
      // The list comes from the engine, the sound's beginning from the player: either may be told first.
      const both = async () => (({ retrievals, sounded }) => retrievals.length > 0 && sounded.length > 0)(await simile.told());
      await expect.poll(both, { timeout: 60_000, interval: 200 }).toBe(true);
      const [retrieval] = (await simile.told()).retrievals;
      expect(library.sounds[retrieval!.matches[0]!.id]!.file, JSON.stringify(await simile.told())).toBe(library.sounds[id]!.file);
      await caller.page.locator("simile-results").getByTitle(`Play ${library.sounds[id]!.name}`).waitFor();
      await expect.poll(async () => (await simile.state()).playing, { timeout: 60_000, interval: 200 }).toEqual([]);
      const recording = await readRecording(caller.page);
      const seconds = Math.min(1, library.sounds[id]!.durationSeconds);
      const sound = resample(toMono(audio), audio.sampleRate, recording.sampleRate).slice(0, Math.floor(seconds * recording.sampleRate) - 8_192);
      const { lag, correlation } = findSound(sound, recording.samples);
      expect(correlation).toBeGreaterThan(0.95);
      // The microphone itself is not heard: what was found is the answer, after its context.
      expect(recording.start + lag / recording.sampleRate).toBeGreaterThan(retrieval!.onsetTime + retrieval!.contextSeconds - PERIOD_SECONDS);
      expect((await simile.state()).faults).toEqual([]);
      expect(caller.errors).toEqual([]);
    } finally {
      await caller.close();
    }
  });

  const port = openMidiPort();
  test.skipIf(typeof port === "string")(`sends a MIDI note, and its end${typeof port === "string" ? ` (${port})` : ""}`, async () => {
    if (typeof port === "string") return;
    const id = chosen()[0]!;
    const caller = await visit(built.url, { microphone: writeMicrophone(id, await soundOf(id)), midi: port });
    try {
      const simile = simileOf(caller);
      await simile.start({ commitSeconds: COMMIT_SECONDS });
      await simile.call("enableMidi");
      await simile.sendTo(MIDI_PORT_NAME, 10);
      await caller.page.getByRole("button", { name: /^Listen/ }).click();
      await expect.poll(() => port.sent().length, { timeout: 60_000, interval: 100 }).toBeGreaterThanOrEqual(3);
      const [status, note, velocity] = port.sent();
      expect([status, note]).toEqual([0x99, 36]);
      expect(velocity).toBeGreaterThan(0);
      expect(velocity).toBeLessThan(128);
      await caller.page.keyboard.press("Escape");
      await expect.poll(() => port.sent()).toEqual([0x99, 36, velocity, 0x89, 36, 0]);
      // And in: the pad's note plays the pad.
      await simile.call("stopListening");
      await untilQuiet(caller.page);
      await caller.page.evaluate(() => {
        const { simile: instrument } = document.querySelector("simile-app") as unknown as { simile: Simile };
        const struck = new Promise<number[]>((resolve) => instrument.addEventListener("change", () => instrument.state.playing.size > 0 && resolve([...instrument.state.playing])));
        Object.assign(globalThis, { struck });
      });
      port.play([0x90, 36, 100]);
      expect(await caller.page.evaluate(() => (globalThis as unknown as { struck: Promise<number[]> }).struck)).toEqual([id]);
    } finally {
      await caller.close();
      port.close();
    }
  });
});

test("the demo take, with no hardware at all, is answered at least twelve times, by all families", async () => {
  const caller = await visit(built.url, { permissions: [] });
  try {
    const simile = simileOf(caller);
    await simile.start({});
    await caller.page.getByRole("button", { name: /^(Play the demo|Demo)$/ }).first().click();
    await expect.poll(async () => (await simile.told()).retrievals.length, { timeout: 60_000, interval: 500 }).toBeGreaterThanOrEqual(12);
    const families = (of: readonly number[]) => new Set(of.map((id) => library.sounds[id]!.family));
    // The take goes on: what its last notes are answered by comes after the twelfth.
    const answering = async () => families((await simile.told()).retrievals.map(({ matches }) => matches[0]!.id));
    await expect.poll(answering, { interval: 500 }).toEqual(families(library.sounds.map((_, id) => id)));
    expect((await simile.state()).faults).toEqual([]);
    expect(caller.errors).toEqual([]);
  } finally {
    await caller.close();
  }
});
