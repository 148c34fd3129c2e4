/** MIDI through a real port of Chromium: pads by layout and velocity, learning, choking, a flood, the clock, answers in time, and lights; skipped where no port can be built. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseMidi } from "midi-file";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Simile } from "../../src/app/simile-state.ts";
import { readAudioFile } from "../../src/cli/audio-file.ts";
import { writeWav } from "../../src/core/kits/wav.ts";
import { toMono } from "../../src/core/signal/audio.ts";
import { resample } from "../../src/core/signal/resample.ts";
import { type BuiltPage, openBuiltPage } from "../built-page.ts";
import { type Visit, visit } from "./support/browser.ts";
import { findSound } from "./support/correlation.ts";
import { MIDI_PORT_NAME, openMidiPort } from "./support/midi-port.ts";
import { readRecording } from "./support/recorder.ts";

const library = join(import.meta.dirname, "../../presets/libraries/studio");
/** Short, so that answers do not overlap. */
const ANSWER = "sounds/woodblock_ordinario_large_mf.flac";
const MICROPHONE_RATE = 48_000;
const LEAD_SECONDS = 4;
const APART_SECONDS = 0.9;
const STROKES = 14;
const MOST_JITTER_MILLISECONDS = 2;
/** What rests on clocks of the real machine may be asked again: on a loaded one a thread comes late. */
const REAL_CLOCK = { retry: 2 };

let built: BuiltPage;
const folder = mkdtempSync(join(tmpdir(), "simile-e2e-midi-"));
const port = openMidiPort();
const missing = typeof port === "string" ? ` (${port})` : "";

beforeAll(async () => {
  if (!missing) built = await openBuiltPage();
});
afterAll(async () => {
  await built?.close();
  if (typeof port !== "string") port.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the page with the port, starts everything, and keeps what is sent with its timestamps. */
async function start(microphone?: string): Promise<Visit> {
  if (typeof port === "string") throw new Error(port);
  const caller = await visit(built.url, { midi: port, ...(microphone ? { microphone } : {}) });
  await caller.page.evaluate(() => {
    const sent: [number, number][] = [];
    const send = MIDIOutput.prototype.send;
    MIDIOutput.prototype.send = function (data: Iterable<number>, timestamp?: number) {
      const [status] = data;
      sent.push([status!, timestamp ?? 0]);
      return send.call(this, [...data], timestamp);
    };
    Object.assign(globalThis, { sent, simile: (document.querySelector("simile-app") as unknown as { simile: Simile }).simile });
  });
  await on(caller.page, async (simile) => {
    await simile.start();
    await simile.enableMidi();
  });
  await expect.poll(() => on(caller.page, (simile) => simile.state.midi.inputs.length), { timeout: 20_000 }).toBe(1);
  return caller;
}

/** Runs in the page, with the instrument. */
function on<T>(page: Page, act: (simile: Simile) => T | Promise<T>): Promise<T> {
  return page.evaluate(`(${act.toString()})(globalThis.simile)`) as Promise<T>;
}

/** Notes of the performance so far: note and velocity. */
async function played(page: Page): Promise<[number, number][]> {
  const bytes = await on(page, async (simile) => [...new Uint8Array((await simile.kits.performanceFile()?.arrayBuffer()) ?? new ArrayBuffer(0))]);
  if (bytes.length === 0) return [];
  return parseMidi(bytes).tracks[0]!.flatMap((event): [number, number][] => (event.type === "noteOn" ? [[event.noteNumber, event.velocity]] : []));
}

const struck = (page: Page) => on(page, (simile) => simile.state.faces.flatMap(({ struck: sounds }, pad) => (sounds ? [pad] : [])));
const waitFor = { timeout: 20_000, interval: 100 };

/** Sixteen sounds on the pads, all decoded, with nothing sounding. */
async function fill(page: Page, mode: "gate" | "loop" | "one-shot"): Promise<void> {
  await page.evaluate((how) => {
    const { simile } = globalThis as unknown as { simile: Simile };
    simile.pads.change({ kind: "mode", mode: "kit" });
    simile.state.sounds.slice(0, 16).forEach(({ key }, pad) => {
      simile.pads.change({ kind: "assign", pad, sound: key });
      simile.pads.change({ kind: "set", pad, settings: { mode: how } });
    });
  }, mode);
  await expect.poll(() => on(page, (simile) => simile.state.faces.every(({ key }) => simile.kits.wav(key!) !== null)), waitFor).toBe(true);
}

describe.skipIf(missing !== "")(`a real MIDI port${missing}`, () => {
  test("plays pads by layout and velocity, chokes, learns, changes banks, refuses sysex gracefully, and loses nothing of a flood", async () => {
    if (typeof port === "string") return;
    const caller = await start();
    const { page } = caller;
    try {
      await fill(page, "loop");
      port.play([0x90, 36, 127, 0x99, 51, 1]);
      await expect.poll(() => struck(page), waitFor).toEqual([0, 15]);
      // Running status, sensing and a system exclusive message on the way.
      port.play([0x80, 36, 0, 0xfe, 0xf0, 0x7e, 0x7f, 6, 1, 0xf7, 0x89, 51, 0]);
      await expect.poll(() => struck(page), waitFor).toEqual([]);
      port.play([0x90, 37, 64, 38, 65, 37, 0, 38, 0]);
      await expect.poll(() => played(page), waitFor).toEqual([[36, 127], [51, 1], [37, 64], [38, 65]]);
      await expect.poll(() => struck(page), waitFor).toEqual([]);

      // Another layout: 8 x 8 rows from note 0 on.
      await on(page, (simile) => simile.midi.setDevice(simile.state.midi.inputs[0]!.id, { layout: "apc-mini-mk2" }));
      port.play([0x90, 9, 100]);
      await expect.poll(() => struck(page), waitFor).toEqual([5]);
      port.play([0x80, 9, 0]);
      await expect.poll(() => struck(page), waitFor).toEqual([]);
      await on(page, (simile) => simile.midi.setDevice(simile.state.midi.inputs[0]!.id, { layout: "plain" }));

      // A choke group.
      await on(page, (simile) => [0, 1].forEach((pad) => simile.pads.change({ kind: "set", pad, settings: { chokeGroup: 1 } })));
      port.play([0x90, 36, 100, 38, 100]);
      await expect.poll(() => struck(page), waitFor).toEqual([0, 2]);
      port.play([0x90, 37, 100]);
      await expect.poll(() => struck(page), waitFor).toEqual([1, 2]);
      port.play([0xb0, 123, 0]);
      await expect.poll(() => struck(page), waitFor).toEqual([]);

      // Learning a pad and a control.
      await on(page, (simile) => simile.midi.learn({ kind: "pad", pad: 9 }));
      port.play([0x91, 99, 100, 0x81, 99, 0]);
      await expect.poll(() => on(page, (simile) => simile.state.midi.learning), waitFor).toBe(null);
      port.play([0x91, 99, 100]);
      await expect.poll(() => struck(page), waitFor).toEqual([9]);
      port.play([0x81, 99, 0]);
      await on(page, (simile) => simile.midi.learn({ kind: "control", control: "volume" }));
      port.play([0xb0, 7, 64]);
      await expect.poll(() => on(page, (simile) => simile.state.midi.learning), waitFor).toBe(null);
      port.play([0xb0, 7, 127]);
      await expect.poll(() => on(page, (simile) => simile.state.volumeDb), waitFor).toBe(6);
      port.play([0xb0, 7, 0]);
      await expect.poll(() => on(page, (simile) => simile.state.volumeDb === -Infinity), waitFor).toBe(true);

      port.play([0xc0, 2]);
      await expect.poll(() => on(page, (simile) => simile.state.board.bank), waitFor).toBe(2);
      port.play([0xc0, 0]);
      await expect.poll(() => on(page, (simile) => simile.state.board.bank), waitFor).toBe(0);

      // 10,000 messages in a hundred writes, ten milliseconds apart: a second of them.
      await on(page, (simile) => simile.kits.clearPerformance());
      await fill(page, "gate");
      const expected: [number, number][] = [];
      for (let write = 0; write < 100; write++) {
        const bytes: number[] = [];
        for (let note = 0; note < 50; note++) {
          const index = 50 * write + note;
          expected.push([36 + (index % 16), 1 + (index % 127)]);
          bytes.push(0x90, 36 + (index % 16), 1 + (index % 127), 0x80, 36 + (index % 16), 0);
        }
        port.play(bytes);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await expect.poll(async () => (await played(page)).length, { timeout: 60_000, interval: 500 }).toBe(5_000);
      // Notes that began at one tick of the file lie in the order of their keys there.
      const sorted = (notes: [number, number][]) => notes.toSorted(([a, v], [b, w]) => a - b || v - w);
      expect(sorted(await played(page))).toEqual(sorted(expected));
      await expect.poll(() => struck(page), waitFor).toEqual([]);
      expect(await on(page, (simile) => simile.state.faults)).toEqual([]);
      expect(caller.errors).toEqual([]);
    } finally {
      await caller.close();
    }
  });

  test("a clock drives the transport, and its silence stops it", REAL_CLOCK, async () => {
    if (typeof port === "string") return;
    const caller = await start();
    try {
      const tempo = () => on(caller.page, (simile) => simile.state.midi.clockBpm);
      port.play([0xfa]);
      const began = performance.now();
      for (let tick = 0; tick < 120; tick++) {
        port.play([0xf8]);
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, began + (tick + 1) * (60_000 / (100 * 24)) - performance.now())));
      }
      await expect.poll(tempo, waitFor).toBe(null);
      const beat = await on(caller.page, (simile) => simile.state.settings.beat);
      expect(beat.running).toBe(false);
      expect(Math.abs(beat.tempo - 100)).toBeLessThan(5);
    } finally {
      await caller.close();
    }
  });

  test(`answers carry timestamps that lie within ${MOST_JITTER_MILLISECONDS} ms of each other from their sound, note, distance and end`, REAL_CLOCK, async () => {
    if (typeof port === "string") return;
    const audio = await readAudioFile(join(library, ANSWER));
    const stroke = resample(toMono(audio), audio.sampleRate, MICROPHONE_RATE);
    const take = new Float32Array(Math.round((LEAD_SECONDS + (STROKES + 1) * APART_SECONDS) * MICROPHONE_RATE));
    for (let k = 0; k < STROKES; k++) {
      // Strokes fall anywhere between two quanta of the audio thread.
      const at = Math.round((LEAD_SECONDS + k * APART_SECONDS) * MICROPHONE_RATE) + 37 * k;
      stroke.slice(0, Math.round(0.5 * MICROPHONE_RATE)).forEach((sample, i) => (take[at + i]! += sample * 0.7));
    }
    const microphone = join(folder, "strokes.wav");
    writeFileSync(microphone, writeWav({ sampleRate: MICROPHONE_RATE, channels: [take] }, 16));
    const before = port.sent().length;
    const caller = await start(microphone);
    const { page } = caller;
    try {
      await page.evaluate((name) => {
        const { simile } = globalThis as unknown as { simile: Simile };
        const told = new Map<number, number>();
        Object.assign(globalThis, { told });
        simile.addEventListener("change", () => simile.state.retrieval && told.set(simile.state.retrieval.index, simile.state.retrieval.onsetTime));
        simile.configure({ commitSeconds: 0.1 });
        simile.chooseMidi({ output: name, channel: 5, distanceController: 20 });
      }, MIDI_PORT_NAME);
      await page.getByRole("button", { name: /^Listen/ }).click();
      const sent = () => page.evaluate(() => (globalThis as unknown as { sent: [number, number][] }).sent);
      await expect.poll(async () => (await sent()).filter(([status]) => status === 0x84).length, { timeout: 90_000, interval: 500 }).toBeGreaterThanOrEqual(STROKES);
      const stamps = (await sent()).flatMap(([status, time]) => (status === 0x94 ? [time] : []));
      const onsets = await page.evaluate(() => [...(globalThis as unknown as { told: Map<number, number> }).told.values()]);
      expect(stamps).toHaveLength(onsets.length);

      // The recording says when each answer was really heard.
      const recording = await readRecording(page);
      const sound = resample(toMono(audio), audio.sampleRate, recording.sampleRate).slice(0, Math.round(0.15 * recording.sampleRate));
      const apart = onsets.flatMap((onset, index) => {
        const from = Math.round((onset - recording.start) * recording.sampleRate);
        const { lag, correlation } = findSound(sound, recording.samples.slice(from, from + Math.round(0.6 * recording.sampleRate)));
        return correlation > 0.9 ? [stamps[index]! - 1000 * (onset + lag / recording.sampleRate)] : [];
      });
      expect(apart.length).toBeGreaterThanOrEqual(STROKES - 2);
      const middle = apart.toSorted((a, b) => a - b)[apart.length >> 1]!;
      const jitter = Math.max(...apart.map((one) => Math.abs(one - middle)));
      console.log(`MIDI timestamps of ${apart.length} answers: at most ${jitter.toFixed(2)} ms from their median distance to the sound`);
      expect(jitter).toBeLessThanOrEqual(MOST_JITTER_MILLISECONDS);

      // What left the port: distance, note, end, in this order, and every note ended.
      await expect.poll(() => port.sent().length - before, waitFor).toBe(9 * stamps.length);
      const bytes = port.sent().slice(before);
      const messages = Array.from({ length: bytes.length / 3 }, (_, i) => bytes.slice(3 * i, 3 * i + 3));
      const held = new Set<number>();
      for (const [status, note] of messages) {
        if (status === 0x94) held.add(note!);
        if (status === 0x84) expect(held.delete(note!)).toBe(true);
      }
      expect(held.size).toBe(0);
      expect(messages.filter(([status, controller]) => status === 0xb4 && controller === 20)).toHaveLength(stamps.length);
    } finally {
      await caller.close();
    }
  });
});
