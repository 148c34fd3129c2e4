/** The Web Audio Module in a host: two instances, from two addresses, beside a plugin of someone else's; sound, MIDI, parameters and state. */

import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, type Page, chromium } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Simile } from "../../src/app/simile-state.ts";
import type { SimileWamState } from "../../src/app/wam/wam-state.ts";
import { patient } from "../built-page.ts";
import { CHROMIUM_ARGS, ensureChromium } from "../chromium.js";
import { type Project, installPacked } from "./support/packed.ts";
import { type StaticServer, serveFolder } from "./support/static-server.ts";
import { complaintsOf } from "./support/page-watch.ts";
import { untilQuiet } from "./support/quiet.ts";

/** What the host page shows of itself. */
interface Host {
  readonly context: AudioContext;
  readonly first: { readonly instanceId: string; readonly moduleId: string; readonly descriptor: Record<string, unknown>; readonly audioNode: Node };
  readonly second: { readonly instanceId: string; readonly audioNode: Node };
  readonly recorder: { readonly audioNode: { readonly midi: readonly (readonly number[])[] } };
  readonly meter: AnalyserNode;
}

interface Node extends AudioNode {
  readonly simile: Simile;
  scheduleEvents(...events: object[]): void;
  getState(): Promise<SimileWamState>;
  setState(state: unknown): Promise<void>;
  getParameterInfo(): Promise<Record<string, { type: string; minValue: number; maxValue: number; choices: string[] }>>;
  getParameterValues(normalized: boolean): Promise<Record<string, { value: number }>>;
  setParameterValues(values: object): Promise<void>;
}

let project: Project;
let server: StaticServer;
let browser: Browser;
let page: Page;
let errors: string[];
beforeAll(async () => {
  project = await installPacked();
  await cp(join(import.meta.dirname, "support/wam-host"), project.folder, { recursive: true });
  await cp(join(project.folder, "node_modules/simile"), join(project.folder, "copy/simile"), { recursive: true });
  server = await serveFolder(project.folder);
  browser = patient(await chromium.launch({ executablePath: ensureChromium(), chromiumSandbox: false, args: CHROMIUM_ARGS }));
  page = await browser.newPage({ viewport: { width: 1600, height: 1400 } });
  errors = complaintsOf(page, { responses: true });
  await page.goto(server.url);
  await page.getByRole("button", { name: "Open" }).click();
  await page.locator("body[data-ready]").waitFor({ timeout: 120_000 });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await project?.remove();
});

test("says what it is, in its descriptor and in its class alike; instances have names of their own", async () => {
  const descriptor = JSON.parse(await readFile(join(project.folder, "node_modules/simile/lib/wam/descriptor.json"), "utf8")) as Record<string, unknown>;
  expect(descriptor).toMatchObject({ apiVersion: "2.0.0", hasAudioInput: true, hasAudioOutput: true, hasMidiInput: true, hasMidiOutput: true, hasAutomationInput: true });
  const said = await page.evaluate(() => {
    const { first, second } = window as unknown as Host;
    return { descriptor: first.descriptor, names: [first.instanceId, second.instanceId], context: first.audioNode.simile.state.phase };
  });
  expect(said.descriptor).toEqual(descriptor);
  expect(new Set(said.names).size).toBe(2);
  expect(said.context).toBe("listening");
});

test("answers what the host plays into it, out of its node, with notes to the next module", async () => {
  await page.evaluate(async () => {
    const { context, first } = window as unknown as Host;
    const { simile } = first.audioNode;
    const sound = simile.state.sounds.findIndex(({ instrument }) => instrument === "marimba");
    const { channels, sampleRate } = await simile.sound(sound);
    const buffer = new AudioBuffer({ numberOfChannels: 1, length: channels[0]!.length, sampleRate });
    buffer.copyToChannel(channels[0] as Float32Array<ArrayBuffer>, 0);
    const play = () => {
      const source = new AudioBufferSourceNode(context, { buffer });
      source.connect(first.audioNode);
      source.start();
    };
    play();
    Object.assign(window, { again: setInterval(play, 1500) });
  });
  const heard = () => page.evaluate(() => {
    const { first, meter, recorder } = window as unknown as Host;
    const { retrieval, sounds } = first.audioNode.simile.state;
    const samples = new Float32Array(2048);
    meter.getFloatTimeDomainData(samples);
    return { instrument: sounds[retrieval?.matches[0]?.id ?? -1]?.instrument, loud: samples.some((sample) => Math.abs(sample) > 0.001), midi: recorder.audioNode.midi };
  });
  await expect.poll(async () => (await heard()).loud, { timeout: 60_000, interval: 20 }).toBe(true);
  await expect.poll(async () => (await heard()).instrument, { timeout: 60_000 }).toBe("marimba");
  await expect.poll(async () => (await heard()).midi.filter(([status]) => status === 0x80).length, { timeout: 60_000 }).toBeGreaterThan(0);
  const { midi } = await heard();
  expect(midi[0]![0]).toBe(0x90);
  for (const [, note, velocity] of midi) expect(note! >= 36 && note! <= 127 && velocity! >= 0 && velocity! <= 127).toBe(true);
  // The other instance heard nothing of it.
  expect(await page.evaluate(() => (window as unknown as Host).second.audioNode.simile.state.retrieval)).toBe(null);
  await page.evaluate(() => clearInterval((window as unknown as { again: number }).again));
});

test("MIDI plays its pads, turns its controls and silences it", async () => {
  const send = (...bytes: number[]) => page.evaluate((data) => {
    const { first } = window as unknown as Host;
    first.audioNode.scheduleEvents({ type: "wam-midi", data: { bytes: data } });
  }, bytes);
  const playing = () => page.evaluate(() => [...(window as unknown as Host).first.audioNode.simile.state.playing]);
  await send(0xb0, 123, 0);
  // What the host played last may still be answered, and would put other sounds on the pads.
  await untilQuiet(page, "window.first.audioNode.simile");
  const [pad] = await page.evaluate(() => (window as unknown as Host).first.audioNode.simile.state.pads);
  await send(0x90, 36, 100);
  await expect.poll(playing, { interval: 10 }).toContain(pad);
  await send(0x80, 36, 0);
  // What loops while it is held ends by "all notes off" alone.
  await untilQuiet(page, "window.first.audioNode.simile");
  await page.evaluate(() => (window as unknown as Host).first.audioNode.simile.pads.change({ kind: "set", pad: 0, settings: { mode: "loop" } }));
  await send(0x90, 36, 100);
  await expect.poll(playing, { interval: 10 }).toContain(pad);
  await send(0xb0, 123, 0);
  await expect.poll(playing).toEqual([]);
  await send(0xb0, 1, 127);
  await expect.poll(() => page.evaluate(() => (window as unknown as Host).first.audioNode.simile.state.settings.diversity)).toBe(1);
  await send(0xc0, 2);
  await expect.poll(() => page.evaluate(() => (window as unknown as Host).first.audioNode.simile.state.board.bank)).toBe(2);
  await send(0xc0, 0);
});

test("the host's transport is its beat, in tempo and in phase", async () => {
  const beat = () => page.evaluate(() => (window as unknown as Host).first.audioNode.simile.state.settings.beat);
  const tell = (playing: boolean) => page.evaluate((plays) => {
    const { first } = window as unknown as Host;
    first.audioNode.scheduleEvents({ type: "wam-transport", data: { currentBar: 2, currentBarStarted: 1.25, tempo: 96, timeSigNumerator: 4, timeSigDenominator: 4, playing: plays } });
  }, playing);
  await tell(true);
  await expect.poll(beat).toEqual({ running: true, tempo: 96, originSeconds: expect.closeTo(1.25, 6) });
  // Nor does the parameter move it that follows the beat and is told again.
  await page.waitForTimeout(500);
  expect(await beat()).toEqual({ running: true, tempo: 96, originSeconds: expect.closeTo(1.25, 6) });
  await tell(false);
  await expect.poll(async () => (await beat()).running).toBe(false);
});

test("parameters lead, follow and are kept; a state goes from one instance to the other", async () => {
  const info = await page.evaluate(() => (window as unknown as Host).first.audioNode.getParameterInfo());
  expect(info["mode"]).toMatchObject({ type: "choice", choices: ["hit", "progressive", "mosaic"] });
  expect(info["volume"]).toMatchObject({ type: "float", minValue: -96, maxValue: 12 });
  const settings = () => page.evaluate(() => {
    const { state } = (window as unknown as Host).first.audioNode.simile;
    return { volume: state.volumeDb, mode: state.settings.play.mode, answering: state.settings.answering };
  });
  await page.evaluate(() => (window as unknown as Host).first.audioNode.setParameterValues({ volume: { id: "volume", value: -9, normalized: false }, mode: { id: "mode", value: 1, normalized: false } }));
  await expect.poll(settings).toEqual({ volume: -9, mode: "progressive", answering: true });
  await page.evaluate(() => (window as unknown as Host).first.audioNode.scheduleEvents({ type: "wam-automation", data: { id: "answering", value: 0, normalized: false } }));
  await expect.poll(settings).toEqual({ volume: -9, mode: "progressive", answering: false });
  await page.evaluate(() => (window as unknown as Host).first.audioNode.simile.setVolume(-20));
  await expect.poll(() => page.evaluate(async () => (await (window as unknown as Host).first.audioNode.getParameterValues(false))["volume"]!.value)).toBe(-20);

  const both = await page.evaluate(async () => {
    const { first, second } = window as unknown as Host;
    const state = JSON.parse(JSON.stringify(await first.audioNode.getState())) as SimileWamState;
    await second.audioNode.setState(state);
    return [state, await second.audioNode.getState()];
  });
  expect(both[1]).toEqual(both[0]);
  expect(both[0]!.settings).toMatchObject({ volume: -20, mode: "progressive", answering: 0 });
  // What is no state is refused in one sentence, and changes nothing.
  const refused = await page.evaluate(async () => {
    const { audioNode } = (window as unknown as Host).second;
    const ours = await audioNode.getState();
    const said = await Promise.all([{ version: 2 }, { ...ours, settings: null }, { ...ours, pads: "", settings: { volume: 3 } }].map((state) => audioNode.setState(state).then(() => "taken", (cause: Error) => `${cause.name}: ${cause.message}`)));
    return { said, same: JSON.stringify(await audioNode.getState()) === JSON.stringify(ours) };
  });
  expect(refused.said).toEqual([
    "FormatError: Web Audio Module: state: version: expected 1, got 2; hand over what getState gave.",
    "FormatError: Web Audio Module: state: settings: expected an object, got null; hand over what getState gave.",
    expect.stringMatching(/^FormatError: Web Audio Module: state: pads: expected a text/),
  ]);
  expect(refused.same).toBe(true);
});

test("both faces are there, and nothing was written to the console; one goes, the host and the other stay", async () => {
  expect(await page.locator("#rack simile-pads").count()).toBe(2);
  await page.locator("#rack simile-results button.row").first().waitFor();
  await page.evaluate(() => {
    const { first } = window as unknown as Host;
    (first.audioNode as unknown as { destroy(): void }).destroy();
  });
  expect(await page.evaluate(() => (window as unknown as Host).context.state)).toBe("running");
  expect(await page.evaluate(() => (window as unknown as Host).second.audioNode.simile.state.phase)).toBe("listening");
  expect(errors).toEqual([]);
});
