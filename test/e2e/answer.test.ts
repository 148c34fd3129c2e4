/** The whole chain in the built page: a sound of the library, played softer and at another rate into the microphone, comes back as itself, sounds at the output and sends a MIDI note. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Simile } from "../../src/app/simile-state.ts";
import { readAudioFile } from "../../src/cli/audio-file.ts";
import { writeWav } from "../../src/core/kits/wav.ts";
import { type LibraryManifest, parseLibraryManifest } from "../../src/core/presets/library-manifest.ts";
import { type Audio, toMono } from "../../src/core/signal/audio.ts";
import { resample } from "../../src/core/signal/resample.ts";
import { type BuiltPage, openBuiltPage } from "../built-page.ts";
import { type Visit, visit } from "./support/browser.ts";
import { findSound } from "./support/correlation.ts";
import { MIDI_PORT_NAME, openMidiPort } from "./support/midi-port.ts";
import { readRecording } from "./support/recorder.ts";

const presets = join(import.meta.dirname, "../../presets");
const libraryFolder = join(presets, "libraries/studio");
/** Rate of the microphone's file, and how much softer than the library it plays. */
const MICROPHONE_RATE = 48_000;
const SOFTER = 10 ** (-5 / 20);
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

function simileOf({ page }: Visit) {
  return {
    retrieval: () => page.evaluate(() => (document.querySelector("simile-app") as unknown as { simile: Simile }).simile.state.retrieval),
    call: (method: "start" | "enableMidi") => page.evaluate((name) => (document.querySelector("simile-app") as unknown as { simile: Simile }).simile[name](), method),
    faults: () => page.evaluate(() => (document.querySelector("simile-app") as unknown as { simile: Simile }).simile.state.faults),
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
      await simile.call("start");
      await caller.page.evaluate(() => (document.querySelector("simile-app") as unknown as { simile: Simile }).simile.configure({ commitSeconds: 1.5 }));
      await caller.page.getByRole("button", { name: /^Listen/ }).click();
      await expect.poll(simile.retrieval, { timeout: 30_000, interval: 200 }).not.toBeNull();
      const retrieval = (await simile.retrieval())!;
      expect(library.sounds[retrieval.matches[0]!.id]!.file).toBe(library.sounds[id]!.file);
      await caller.page.locator("simile-results").getByText(library.sounds[id]!.name).first().waitFor();
      await caller.page.waitForTimeout(1_500);
      const recording = await readRecording(caller.page);
      const sound = resample(toMono(audio), audio.sampleRate, recording.sampleRate).slice(0, recording.sampleRate);
      const { lag, correlation } = findSound(sound, recording.samples);
      expect(correlation).toBeGreaterThan(0.95);
      // Nothing of the microphone goes to the output, and the answer comes after its context.
      expect(recording.start + lag / recording.sampleRate).toBeGreaterThan(retrieval.onsetTime + retrieval.contextSeconds - 0.05);
      expect(await simile.faults()).toEqual([]);
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
      await simile.call("start");
      await simile.call("enableMidi");
      await caller.page.evaluate((name) => {
        const { simile: instrument } = document.querySelector("simile-app") as unknown as { simile: Simile };
        instrument.configure({ commitSeconds: 1.5 });
        instrument.chooseMidi({ output: instrument.state.midi.outputs.find((output) => output.name === name)!.id, channel: 10 });
      }, MIDI_PORT_NAME);
      await caller.page.getByRole("button", { name: /^Listen/ }).click();
      await expect.poll(() => port.sent().length, { timeout: 30_000, interval: 100 }).toBeGreaterThanOrEqual(3);
      const [status, note, velocity] = port.sent();
      expect([status, note]).toEqual([0x99, 36]);
      expect(velocity).toBeGreaterThan(0);
      expect(velocity).toBeLessThan(128);
      await caller.page.keyboard.press("Escape");
      await expect.poll(() => port.sent(), { timeout: 10_000 }).toEqual([0x99, 36, velocity, 0x89, 36, 0]);
      // And in: the pad's note plays the pad.
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
