/** The instrument without a face, whole: real audio context, worklets, worker and library; then everything that can fail, and how it comes back. */

import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { writeWav } from "../../src/core/kits/wav.ts";
import { resample } from "../../src/core/signal/resample.ts";
import { type SimileOptions, createSimile } from "../../src/app/simile.ts";
import type { Fault, Simile, SimileState } from "../../src/app/simile-state.ts";
import type { OpenLibrary } from "../../src/app/library/open-library.ts";
import type { EngineLibrary, EngineRows } from "../../src/protocol/engine.ts";
import { makeEngineWorker } from "../../src/app/engine-client.ts";
import { noise } from "../signals.ts";
import { type PresetFixture, RATE, createPresetFixture } from "./preset-fixture.ts";

let fixture: PresetFixture;
const open: Simile[] = [];

beforeAll(async () => {
  fixture = await createPresetFixture("simile");
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const simile of open.splice(0)) await simile.dispose();
});

function make(options: SimileOptions = {}): Simile {
  const simile = createSimile({ ...fixture.sources, ...options });
  open.push(simile);
  return simile;
}

/** The state, once it is as wanted. */
function until(simile: Simile, wanted: (state: SimileState) => boolean, seconds = 40): Promise<SimileState> {
  if (wanted(simile.state)) return Promise.resolve(simile.state);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`simile: expected another state within ${seconds} s, got ${JSON.stringify({ ...simile.state, sounds: simile.state.sounds.length })}`)), seconds * 1000);
    const look = () => {
      if (!wanted(simile.state)) return;
      clearTimeout(timer);
      simile.removeEventListener("change", look);
      resolve(simile.state);
    };
    simile.addEventListener("change", look);
  });
}

const faultOf = ({ faults }: SimileState, key: string): Fault | undefined => faults.find((fault) => fault.key === key);

/** A sound of the library as somebody else would send it: 5 dB softer, at 48 kHz, after a quarter of a second of silence, and before as much or more. */
function recording(id: number, restSeconds = 0.25): File {
  const samples = resample(fixture.sounds[id]!.samples, RATE, 48_000).map((sample) => sample * 10 ** (-5 / 20));
  const take = new Float32Array(samples.length + 12_000 + Math.round(restSeconds * 48_000));
  take.set(samples, 12_000);
  return new File([writeWav({ sampleRate: 48_000, channels: [take] }, 24) as Uint8Array<ArrayBuffer>], `take-${id}.wav`, { type: "audio/wav" });
}

/** A WAV of 32-bit floats, which can hold what is no number. */
function floatWav(name: string, samples: Float32Array): File {
  const bytes = new ArrayBuffer(44 + samples.length * 4);
  const view = new DataView(bytes);
  const text = (at: number, word: string) => [...word].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + samples.length * 4, true);
  text(8, "WAVEfmt ");
  [16, 0x00010003, RATE, RATE * 4, 0x00200004].forEach((word, i) => view.setUint32(16 + i * 4, word, true));
  text(36, "data");
  view.setUint32(40, samples.length * 4, true);
  samples.forEach((sample, i) => view.setFloat32(44 + i * 4, sample, true));
  return new File([bytes], name, { type: "audio/wav" });
}

/** The contexts that are created from here on. */
function contexts(): AudioContext[] {
  const made: AudioContext[] = [];
  const Native = AudioContext;
  vi.spyOn(globalThis, "AudioContext").mockImplementation(function (options?: AudioContextOptions) {
    const context = new Native(options);
    made.push(context);
    return context;
  } as never);
  return made;
}

describe("the chain", () => {
  test("loads, hears a file, answers with the sound itself, fills the pads and sounds it", async () => {
    const simile = make();
    expect(simile.state.phase).toBe("idle");
    await simile.start();
    expect(simile.state).toMatchObject({ phase: "ready", engine: { library: { sounds: 24 } }, faults: [] });
    expect(simile.state.sounds).toHaveLength(24);
    simile.configure({ commitSeconds: 1.5 });
    const sounding = until(simile, ({ playing }) => playing.has(9));
    await simile.listen({ kind: "file", file: recording(9) });
    const { retrieval, pads } = await until(simile, (state) => state.retrieval !== null);
    expect(retrieval).toMatchObject({ index: 0, contextSeconds: 1.5 });
    expect(retrieval!.matches[0]!.id).toBe(9);
    expect(retrieval!.matches).toHaveLength(16);
    expect(pads).toEqual(retrieval!.matches.map(({ id }) => id));
    await sounding;
    await until(simile, ({ playing, phase }) => playing.size === 0 && phase === "ready");
    expect(simile.state.faults).toEqual([]);
  });

  test("listens to a device with all processing off, and shows what the browser gave", async () => {
    const simile = make();
    await simile.listen({ kind: "device" });
    const { input, phase, devices } = simile.state;
    expect(phase).toBe("listening");
    expect(input!.settings).toMatchObject({ echoCancellation: false, noiseSuppression: false, autoGainControl: false });
    expect(input!.contextRate).toBeGreaterThanOrEqual(8_000);
    expect(devices.length).toBeGreaterThan(0);
    const level = { peak: 0, rms: 0 };
    await expect.poll(() => (simile.readLevel(level), level.peak)).toBeGreaterThan(0);
    const spectrum = new Float32Array(300);
    await expect.poll(() => (simile.readSpectrum(spectrum), Math.max(...spectrum))).toBeGreaterThan(-100);
    simile.stopListening();
    expect(simile.state).toMatchObject({ phase: "ready", input: null });
  });

  test("the demo take needs no hardware and is answered note by note", async () => {
    const simile = make();
    await simile.start();
    const indices = new Set<number>();
    simile.addEventListener("change", () => void indices.add(simile.state.retrieval?.index ?? 0));
    await simile.listen({ kind: "demo" });
    expect(simile.state.input).toMatchObject({ source: { kind: "demo" }, settings: null });
    await until(simile, ({ phase }) => phase === "ready");
    await expect.poll(() => indices.size).toBeGreaterThanOrEqual(12);
  });

  test("a take begins every time it is asked for", async () => {
    const simile = make();
    await simile.start();
    const short = new File([writeWav({ sampleRate: RATE, channels: [noise(3, RATE, 0.2, 1)] }, 16) as Uint8Array<ArrayBuffer>], "short.wav");
    const level = { peak: 0, rms: 0 };
    for (let turn = 0; turn < 10; turn++) {
      await simile.listen({ kind: "file", file: short });
      await expect.poll(() => (simile.readLevel(level), level.peak), { interval: 10 }).toBeGreaterThan(0);
      if (turn % 2 === 0) simile.stopListening();
    }
  });

  test("plays sounds and pads by hand, and stops them", async () => {
    const simile = make();
    await simile.start();
    const stop = simile.play(4);
    await until(simile, ({ playing }) => playing.has(4));
    stop();
    expect(simile.state.playing.size).toBe(0);
    expect(simile.playPad(0)).toBeTypeOf("function");
    expect(simile.state.playing.size).toBe(0);
    // By hand alone: the answer has sounded out, and its list is mended no more.
    const answered = until(simile, ({ playing }) => playing.size > 0);
    await simile.listen({ kind: "file", file: recording(2) });
    await answered;
    const { pads } = await until(simile, ({ phase, playing }) => phase === "ready" && playing.size === 0);
    const release = simile.playPad(0, 0.5);
    await until(simile, ({ playing }) => playing.has(pads[0]!));
    release();
    simile.playPad(0);
    simile.play(20);
    await until(simile, ({ playing }) => playing.size === 2);
    simile.panic();
    expect(simile.state.playing.size).toBe(0);
  });

  test("draws a sound's waveform from its own extremes", async () => {
    const simile = make();
    await simile.start();
    const peaks = await simile.peaks(0, 50);
    expect(peaks).toHaveLength(100);
    const { samples } = fixture.sounds[0]!;
    const loudest = samples.reduce((most, sample) => Math.max(most, sample), 0);
    expect(Math.max(...peaks)).toBeCloseTo(loudest, 1);
    expect(peaks.every((value, i) => i % 2 === 0 || value >= peaks[i - 1]!)).toBe(true);
  });

  test.each([44_100, 96_000, 192_000])("works at a context rate of %d Hz", async (sampleRate) => {
    const simile = make({ sampleRate });
    await simile.start();
    simile.configure({ commitSeconds: 1.5 });
    await simile.listen({ kind: "file", file: recording(5) });
    expect(simile.state.input!.contextRate).toBe(sampleRate);
    const { retrieval } = await until(simile, (state) => state.retrieval !== null);
    expect(retrieval!.matches[0]!.id).toBe(5);
  });
});

/** Some of the fixture's sounds as a library of the page's own, in that order. */
function libraryOf(ids: readonly number[], read: (id: number) => Blob = (id) => wavOf(id)): OpenLibrary {
  const { weightsSha256, model, modelVersion } = fixture.manifests.embeddings;
  const sounds = ids.map((id) => ({ ...fixture.sounds[id]!.entry, key: `fixture:${fixture.sounds[id]!.entry.file}` }));
  return {
    name: "mine",
    title: "Mine",
    sounds,
    source: { read: async ({ file }) => read(fixture.sounds.findIndex(({ entry }) => entry.file === file)) },
    rows: async (count) => ({ kind: "rows", name: "mine", title: "Mine", count, origin: { model, modelVersion, weightsSha256 }, ...rowsOf(ids.slice(0, count)) }),
  };
}

function rowsOf(ids: readonly number[]): EngineRows {
  const embeddings = new Float32Array(ids.length * fixture.size);
  for (const [row, id] of ids.entries()) embeddings.set(fixture.embeddings.subarray(id * fixture.size, (id + 1) * fixture.size), row * fixture.size);
  return { embeddings, columns: new Map([["instrument", ids.map((id) => fixture.sounds[id]!.entry.instrument)]]) };
}

const wavOf = (id: number): Blob => new Blob([writeWav({ sampleRate: RATE, channels: [fixture.sounds[id]!.samples] }, 16) as Uint8Array<ArrayBuffer>]);

describe("another library", () => {
  test("answers after the swap, keeps the pads that both hold, and sounds from its own source", async () => {
    const simile = make();
    await simile.start();
    simile.configure({ commitSeconds: 1.5, count: 4 });
    await simile.listen({ kind: "file", file: recording(9) });
    const { pads } = await until(simile, ({ retrieval }) => retrieval !== null);
    await until(simile, ({ phase, playing }) => phase === "ready" && playing.size === 0);
    const mine = [20, 9, 3, 2];
    const read: number[] = [];
    expect(await simile.useLibrary(libraryOf(mine, (id) => (read.push(id), wavOf(id))))).toBe(true);
    expect(simile.state).toMatchObject({ retrieval: null, engine: { library: { name: "mine", sounds: 4 } }, faults: [] });
    expect(simile.state.sounds.map(({ name }) => name)).toEqual(mine.map((id) => fixture.sounds[id]!.entry.name));
    expect(simile.state.pads).toEqual(pads.map((id) => (id !== null && mine.includes(id) ? mine.indexOf(id) : null)));
    const sounding = until(simile, ({ playing }) => playing.has(1));
    await simile.listen({ kind: "file", file: recording(9) });
    const { retrieval } = await until(simile, (state) => state.retrieval !== null);
    expect(retrieval!.matches[0]!.id).toBe(1);
    await sounding;
    expect(read).toContain(9);
    expect(simile.state.faults).toEqual([]);
  });

  test("grows under the player's hands", async () => {
    const simile = make();
    await simile.start();
    await simile.useLibrary(libraryOf([20, 3]));
    const more = libraryOf([9, 2]);
    await simile.addSounds(more.sounds, rowsOf([9, 2]));
    expect(simile.state.sounds).toHaveLength(4);
    simile.configure({ commitSeconds: 1.5 });
    await simile.listen({ kind: "file", file: recording(9) });
    const { retrieval } = await until(simile, (state) => state.retrieval !== null);
    expect(retrieval!.matches[0]!.id).toBe(2);
    expect(retrieval!.matches).toHaveLength(4);
  });

  test("a voice sounds out over the swap, and a sound that is a segment is its part of the file", async () => {
    const simile = make();
    await simile.start();
    simile.play(4);
    await until(simile, ({ playing }) => playing.has(4));
    const part = libraryOf([4]);
    const segment = { startSeconds: 0.25, endSeconds: 0.75 };
    await simile.useLibrary({ ...part, sounds: part.sounds.map((sound) => ({ ...sound, segment })) });
    expect(simile.state.playing.size).toBe(0);
    const peaks = await simile.peaks(0, 1);
    const heard = fixture.sounds[4]!.samples.subarray(0.25 * RATE, 0.75 * RATE);
    expect(peaks[0]).toBeCloseTo(Math.min(...heard), 2);
    expect(peaks[1]).toBeCloseTo(Math.max(...heard), 2);
  });

  test("of another model is refused with a sentence, and the one before answers on; a restarted engine gets the one that answers", async () => {
    let worker: Worker | null = null;
    const simile = make({ makeWorker: (name) => (worker = makeEngineWorker(name)) });
    await simile.start();
    const mine = libraryOf([5, 6]);
    const foreign: OpenLibrary = { ...mine, rows: async (count) => ({ ...(await mine.rows(count)), kind: "rows", origin: { ...fixture.manifests.embeddings, weightsSha256: "0".repeat(64) } }) as EngineLibrary };
    expect(await simile.useLibrary(foreign)).toBe(false);
    expect(faultOf(simile.state, "library")).toMatchObject({ name: "FormatError", message: expect.stringMatching(/Mine: expected weights .* got 000000000000; analyse its sounds again/) });
    expect(simile.state.sounds).toHaveLength(24);
    expect(await simile.useLibrary(mine)).toBe(true);
    expect(simile.state.faults).toEqual([]);
    const before = worker;
    (worker as Worker | null)!.terminate();
    await until(simile, ({ engine, faults }) => worker !== before && engine !== null && faults.length === 0);
    expect(simile.state).toMatchObject({ engine: { library: { name: "mine", sounds: 2 } } });
    expect(await simile.ask((engine) => engine.near(0, 3))).toMatchObject([{ id: 1 }]);
  });
});

describe("bad input", () => {
  test("permission refused, no device, device busy: one sentence each, and the take plays on", async () => {
    const simile = make();
    await simile.start();
    const ask = vi.spyOn(navigator.mediaDevices, "getUserMedia");
    for (const [name, kind, words] of [["NotAllowedError", "PermissionError", /allow the microphone/], ["NotFoundError", "MissingError", /connect one/], ["NotReadableError", "UnsupportedError", /close other programs/]] as const) {
      ask.mockRejectedValueOnce(new DOMException("", name));
      await simile.listen({ kind: "device" });
      expect(simile.state.faults).toMatchObject([{ key: "input", name: kind, message: expect.stringMatching(words), remedy: "Try again" }]);
    }
    await simile.listen({ kind: "file", file: recording(1, 20) });
    expect(simile.state).toMatchObject({ phase: "listening", faults: [] });
    ask.mockRejectedValueOnce(new DOMException("", "NotAllowedError"));
    await simile.listen({ kind: "device" });
    // What was heard before goes on.
    expect(simile.state).toMatchObject({ phase: "listening", input: { source: { kind: "file" } } });
    await simile.retry("input");
    expect(simile.state).toMatchObject({ phase: "listening", input: { source: { kind: "device" } }, faults: [] });
  });

  test("device unplugged: told, and heard again when it is back", async () => {
    const streams: MediaStream[] = [];
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    vi.spyOn(navigator.mediaDevices, "getUserMedia").mockImplementation(async (constraints) => {
      const stream = await ask(constraints);
      streams.push(stream);
      return stream;
    });
    const simile = make();
    await simile.listen({ kind: "device" });
    streams[0]!.getAudioTracks()[0]!.dispatchEvent(new Event("ended"));
    expect(simile.state).toMatchObject({ phase: "ready", input: null });
    expect(faultOf(simile.state, "input")).toMatchObject({ name: "MissingError", message: expect.stringMatching(/to stay connected, got its removal; connect it again/) });
    navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
    await until(simile, ({ phase, faults }) => phase === "listening" && faults.length === 0);
    expect(streams).toHaveLength(2);
  });

  test("sample rate changed under way: told, heard on, and gone once it is back", async () => {
    let rate = 48_000;
    const settings = MediaStreamTrack.prototype.getSettings;
    vi.spyOn(MediaStreamTrack.prototype, "getSettings").mockImplementation(function (this: MediaStreamTrack) {
      return { ...settings.call(this), sampleRate: rate };
    });
    const simile = make();
    await simile.listen({ kind: "device" });
    rate = 44_100;
    await until(simile, ({ faults }) => faults.some(({ key }) => key === "rate"));
    expect(faultOf(simile.state, "rate")).toMatchObject({ message: expect.stringMatching(/expected 48000 Hz as when it was opened, got 44100 Hz; it is still heard/), remedy: "Open again" });
    expect(simile.state).toMatchObject({ phase: "listening", input: { settings: { sampleRate: 44_100 } } });
    rate = 48_000;
    await until(simile, ({ faults }) => faults.length === 0);
    rate = 44_100;
    await until(simile, ({ faults }) => faults.length > 0);
    await simile.retry("rate");
    expect(simile.state).toMatchObject({ phase: "listening", faults: [] });
  });

  test("a file that is no audio", async () => {
    const simile = make();
    await simile.start();
    await simile.listen({ kind: "file", file: new File(["no sound at all"], "notes.txt", { type: "text/plain" }) });
    expect(simile.state.faults).toMatchObject([{ key: "input", name: "FormatError", message: expect.stringMatching(/notes\.txt: expected an audio file/) }]);
    expect(simile.state.phase).toBe("ready");
    await simile.listen({ kind: "file", file: recording(1) });
    expect(simile.state.faults).toEqual([]);
  });

  test("a file with samples that are no numbers plays with silence in their place; a constant offset is told while it lasts", async () => {
    const simile = make();
    await simile.start();
    const whole = fixture.sounds[1]!.samples.slice();
    whole[30_000] = Number.NaN;
    await simile.listen({ kind: "file", file: floatWav("broken.wav", whole) });
    expect(simile.state).toMatchObject({ phase: "listening", faults: [{ key: "file", name: "FormatError", message: expect.stringMatching(/broken\.wav: expected samples that are numbers, got 1 that/) }] });
    await until(simile, ({ retrieval }) => retrieval !== null);
    await simile.listen({ kind: "file", file: floatWav("offset.wav", new Float32Array(8 * RATE).fill(0.3)) });
    expect(faultOf(simile.state, "file")).toBeUndefined();
    const { faults } = await until(simile, (state) => faultOf(state, "signal") !== undefined);
    expect(faultOf({ ...simile.state, faults }, "signal")).toMatchObject({ message: expect.stringMatching(/offset\.wav: expected sound, got a constant offset for 2 s; check its cable/) });
    await until(simile, ({ phase, faults: now }) => phase === "ready" && now.length === 0);
  });

  test("context suspended: told, and gone once it runs", async () => {
    const made = contexts();
    const simile = make();
    await simile.start();
    await made[0]!.suspend();
    const { faults } = await until(simile, (state) => faultOf(state, "context") !== undefined);
    expect(faults).toMatchObject([{ key: "context", message: expect.stringMatching(/expected a running audio context, got one that is suspended; click/), remedy: "Resume audio" }]);
    await made[0]!.resume();
    await until(simile, ({ faults: now }) => now.length === 0);
    await made[0]!.suspend();
    await until(simile, (state) => faultOf(state, "context") !== undefined);
    await simile.retry("context");
    expect(simile.state.faults).toEqual([]);
  });

  test("context in error and beyond help: retry builds another, and the chain answers in it", async () => {
    const made = contexts();
    const simile = make();
    await simile.start();
    made[0]!.dispatchEvent(new Event("error"));
    expect(faultOf(simile.state, "context")?.message).toMatch(/an error of the output device/);
    await made[0]!.close();
    await simile.retry("context");
    expect(made).toHaveLength(2);
    expect(simile.state.faults).toEqual([]);
    simile.configure({ commitSeconds: 1.5 });
    const sounding = until(simile, ({ playing }) => playing.has(17));
    await simile.listen({ kind: "file", file: recording(17) });
    await sounding;
    expect(simile.state.retrieval!.matches[0]!.id).toBe(17);
  });

  test("a restart of the audio ends the notes that sound, is one however often it is asked for, and closes the context before", async () => {
    const made = contexts();
    const notes: string[] = [];
    const simile = make({
      playNote(answer) {
        notes.push(`on ${answer.note}`);
        return () => void notes.push(`off ${answer.note}`);
      },
    });
    await simile.start();
    simile.configure({ commitSeconds: 0.25 });
    await simile.listen({ kind: "file", file: recording(9) });
    await until(simile, ({ playing }) => playing.size > 0);
    await expect.poll(() => notes).toHaveLength(1);
    made[0]!.dispatchEvent(new Event("error"));
    // Its remedy resumes what can be resumed; this one is beyond help.
    await made[0]!.close();
    await Promise.all([simile.retry("context"), simile.retry("context")]);
    expect(made).toHaveLength(2);
    expect(made.map(({ state }) => state)).toEqual(["closed", "running"]);
    expect(notes).toEqual([notes[0], notes[0]!.replace("on", "off")]);
    expect(simile.state).toMatchObject({ phase: "listening", faults: [] });
  });

  test("a restart of the audio that gets no context is told, and trying again hears on", async () => {
    const made = contexts();
    const simile = make();
    await simile.start();
    await simile.listen({ kind: "file", file: recording(1, 20) });
    simile.startTake();
    made[0]!.dispatchEvent(new Event("error"));
    await made[0]!.close();
    vi.mocked(AudioContext).mockImplementationOnce(function () {
      throw new DOMException("number of hardware contexts reached", "NotSupportedError");
    } as never);
    await simile.retry("context");
    expect(simile.state.take.recording).toBe(false);
    expect(simile.state.faults).toMatchObject([{ key: "audio", name: "UnsupportedError", message: expect.stringMatching(/got "number of hardware contexts reached"/), remedy: "Try again" }]);
    await simile.retry("audio");
    expect(simile.state).toMatchObject({ phase: "listening", input: { source: { kind: "file" } }, faults: [] });
  });

  test("a worklet that does not load: pads and library go on, and loading again mends it", async () => {
    const load = AudioWorklet.prototype.addModule;
    const spy = vi.spyOn(AudioWorklet.prototype, "addModule").mockImplementationOnce(async () => {
      throw new DOMException("Unable to load a worklet's module.", "AbortError");
    });
    const simile = make();
    await simile.start();
    expect(simile.state.faults).toMatchObject([{ key: "worklets", name: "UnsupportedError", remedy: "Load again" }]);
    simile.play(3);
    await until(simile, ({ playing }) => playing.has(3));
    spy.mockImplementation(load);
    await simile.retry("worklets");
    expect(simile.state.faults).toEqual([]);
    simile.configure({ commitSeconds: 1.5 });
    await simile.listen({ kind: "file", file: recording(6) });
    const { retrieval } = await until(simile, (state) => state.retrieval !== null);
    expect(retrieval!.matches[0]!.id).toBe(6);
  });

  test("a worker that dies is told, started again and attached again", async () => {
    const workers: Worker[] = [];
    const simile = make({
      makeWorker(name) {
        const worker = makeEngineWorker(name);
        workers.push(worker);
        return worker;
      },
    });
    await simile.start();
    const told = until(simile, (state) => faultOf(state, "engine") !== undefined);
    workers[0]!.terminate();
    expect(faultOf(await told, "engine")).toMatchObject({ message: expect.stringMatching(/^Engine: expected its worker to keep running, got its end; it is started again\.$/) });
    // Attached again is the last thing that it is.
    await until(simile, ({ engine, faults, progress }) => engine !== null && faults.length === 0 && progress === null);
    expect(workers).toHaveLength(2);
    simile.configure({ commitSeconds: 1.5 });
    const sounding = until(simile, ({ playing }) => playing.has(21));
    await simile.listen({ kind: "file", file: recording(21) });
    await sounding;
  });

  test("a model that is missing: the library plays on, and retrying loads it once it is there", async () => {
    const { files, manifests } = fixture;
    await fixture.remove(files.model);
    const simile = make();
    await simile.start();
    expect(simile.state.faults).toMatchObject([{ key: "engine", name: "MissingError", remedy: "Start again" }]);
    expect(simile.state).toMatchObject({ phase: "ready", engine: null });
    simile.play(3);
    await until(simile, ({ playing }) => playing.has(3));
    await fixture.write(files.model, JSON.stringify(manifests.model));
    await simile.retry("engine");
    expect(simile.state.faults).toEqual([]);
    await simile.listen({ kind: "file", file: recording(5) });
    await until(simile, (state) => state.retrieval !== null);
  });

  test("an address of pads that is none: told, and all else starts", async () => {
    const simile = make({ pads: "http://[" });
    await simile.start();
    expect(simile.state).toMatchObject({ phase: "ready", faults: [{ key: "kits" }] });
    expect(simile.state.engine).not.toBeNull();
  });

  test("a sound that cannot be read: the others play, and it comes back", async () => {
    const path = `library/${fixture.sounds[3]!.entry.file}`;
    const whole = writeWav({ sampleRate: RATE, channels: [fixture.sounds[3]!.samples] }, 16);
    await fixture.write(path, whole.subarray(0, 20));
    const simile = make();
    await simile.start();
    const { faults } = await until(simile, (state) => faultOf(state, "sounds") !== undefined);
    expect(faults).toMatchObject([{ key: "sounds", message: expect.stringContaining(fixture.sounds[3]!.entry.file), remedy: "Try again" }]);
    simile.play(4);
    await until(simile, ({ playing }) => playing.has(4));
    await fixture.write(path, whole);
    await simile.retry("sounds");
    simile.play(3);
    await until(simile, ({ playing, faults: now }) => playing.has(3) && now.length === 0);
  });
});

afterAll(() => vi.restoreAllMocks());
