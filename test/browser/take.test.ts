/** Takes and the loopback test on real audio: stems without a gap that hold what was played, answered again from the same samples; a round trip that is found at its delay. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { measureRoundTrip } from "../../src/app/audio/loopback.ts";
import { createRecorderNode } from "../../src/app/audio/recorder-node.ts";
import { createSimile } from "../../src/app/simile.ts";
import type { Simile, SimileState } from "../../src/app/simile-state.ts";
import { writeWav } from "../../src/core/kits/wav.ts";
import { parseWav } from "../../src/core/signal/wav.ts";
import { CHUNK_FRAMES, RECALL_SECONDS, type RecorderOrder } from "../../src/protocol/recorder.ts";
import { noise } from "../signals.ts";
import { type PresetFixture, RATE, createPresetFixture } from "./preset-fixture.ts";

let fixture: PresetFixture;
const open: Simile[] = [];
const contexts: AudioContext[] = [];

beforeAll(async () => {
  fixture = await createPresetFixture("take");
});
afterEach(async () => {
  for (const simile of open.splice(0)) await simile.dispose();
});
afterAll(async () => {
  for (const context of contexts) await context.close();
});

function until(simile: Simile, wanted: (state: SimileState) => boolean): Promise<SimileState> {
  return new Promise((resolve) => {
    const look = () => {
      if (!wanted(simile.state)) return;
      simile.removeEventListener("change", look);
      resolve(simile.state);
    };
    simile.addEventListener("change", look);
    look();
  });
}

describe("recorder worklet", () => {
  test("writes what its inputs carry, frame by frame, without a gap", async () => {
    const frames = 3 * CHUNK_FRAMES + 128 * 7;
    const context = new OfflineAudioContext(1, frames, RATE);
    const recorder = await createRecorderNode(context);
    const signals = [noise(frames / RATE, RATE, 0.2, 1), noise(frames / RATE, RATE, 0.2, 2)];
    for (const [input, signal] of signals.entries()) {
      const buffer = new AudioBuffer({ length: signal.length, sampleRate: RATE });
      buffer.copyToChannel(signal as Float32Array<ArrayBuffer>, 0);
      const source = new AudioBufferSourceNode(context, { buffer });
      source.connect(recorder.node, 0, input);
      source.start();
    }
    const rows: Float32Array[][] = [[], []];
    let next: number | null = null;
    const stop = recorder.record(
      (frame, count, samples) => {
        if (next !== null) expect(frame).toBe(next);
        next = frame + count;
        for (const stem of [0, 1]) rows[stem]!.push(samples.slice(stem * 2 * CHUNK_FRAMES, stem * 2 * CHUNK_FRAMES + count));
        // A mono signal stands on both channels; nothing is connected to the third input.
        expect(samples.subarray(CHUNK_FRAMES, CHUNK_FRAMES + count)).toEqual(samples.subarray(0, count));
        expect(samples.subarray(4 * CHUNK_FRAMES).every((v) => v === 0)).toBe(true);
      },
      () => expect.unreachable("nothing should be lost"),
    );
    // Once this is answered, the order before it has been read as well.
    await recorder.recall(0, 1);
    await context.startRendering();
    await stop();
    expect(next).not.toBeNull();
    for (const stem of [0, 1]) {
      const written = new Float32Array(rows[stem]!.reduce((sum, { length }) => sum + length, 0));
      rows[stem]!.reduce((at, part) => (written.set(part, at), at + part.length), 0);
      const first = frames - written.length;
      expect(written.length).toBeGreaterThan(frames / 2);
      expect(written).toEqual(signals[stem]!.subarray(first, first + written.length));
    }
  });

  test("tells what a page that was held up has lost at the end of a take, and leaves it out of the next", async () => {
    // More than there is memory for, while none of it comes back.
    const [first, second] = [40 * CHUNK_FRAMES, 4 * CHUNK_FRAMES];
    const context = new OfflineAudioContext(1, first + second, RATE);
    const recorder = await createRecorderNode(context);
    const { port } = recorder.node;
    const post = port.postMessage.bind(port);
    let held = true;
    const back: Float32Array[] = [];
    port.postMessage = ((order: RecorderOrder, transfer: Transferable[]) => {
      if (held && order.kind === "return") back.push(order.samples);
      else post(order, transfer);
    }) as typeof port.postMessage;
    const told: (readonly [string, number])[] = [];
    const take = (name: string) =>
      recorder.record(
        (_frame, frames) => told.push([name, frames]),
        (frames) => told.push([`${name} lost`, frames]),
      );
    const framesOf = (name: string) => told.reduce((sum, [kind, frames]) => sum + (kind === name ? frames : 0), 0);
    const stop = take("first");
    let stopSecond: () => Promise<void> = async () => {};
    await recorder.recall(0, 1);
    void context.suspend(first / RATE).then(async () => {
      await stop();
      held = false;
      for (const samples of back.splice(0)) post({ kind: "return", samples } satisfies RecorderOrder, [samples.buffer]);
      stopSecond = take("second");
      await recorder.recall(0, 1);
      await context.resume();
    });
    await context.startRendering();
    await stopSecond();
    expect(framesOf("first")).toBe(30 * CHUNK_FRAMES);
    expect(framesOf("first") + framesOf("first lost")).toBe(first);
    expect(framesOf("second lost")).toBe(0);
    expect(framesOf("second")).toBe(second);
  });
});

describe("the recorder's memory", () => {
  test("recalls the input from any frame of its last seconds, recorded or not", async () => {
    const seconds = RECALL_SECONDS + 1.5;
    const frames = Math.ceil(seconds * RATE);
    const context = new OfflineAudioContext(1, frames, RATE);
    const recorder = await createRecorderNode(context);
    const signal = noise(seconds, RATE, 0.2, 5).subarray(0, frames);
    const buffer = new AudioBuffer({ length: frames, sampleRate: RATE });
    buffer.copyToChannel(signal as Float32Array<ArrayBuffer>, 0);
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(recorder.node, 0, 0);
    source.start();
    await context.startRendering();
    const ring = Math.ceil(RECALL_SECONDS * RATE);
    const end = Math.ceil(frames / 128) * 128;
    for (const [frame, count] of [[end - ring, 1000], [end - 5000, 4000], [frames - 2 * 44_100, 44_100]] as const) {
      const channels = (await recorder.recall(frame, count))!;
      expect(channels).toHaveLength(2);
      for (const channel of channels) expect(channel).toEqual(signal.slice(frame, frame + count));
    }
    // What has not come yet is not there; of what is past the ring, nothing is.
    expect((await recorder.recall(end - 100, 500))![0]).toHaveLength(100);
    expect(await recorder.recall(end + 10, 100)).toBeNull();
    expect(await recorder.recall(end - ring - 128, 1000)).toBeNull();
    const waiting = recorder.recall(end - 100, 100);
    recorder.dispose();
    expect(await waiting).toBeNull();
  });
});

describe("a take", () => {
  test("holds input, answers and mix in step, with notes and a table, and is answered again alike", async () => {
    const simile = createSimile(fixture.sources);
    open.push(simile);
    await simile.start();
    // By then the sound is told from its neighbours; at 0.25 s three lie within 0.03 of each other, and where a quantum begins decides.
    simile.configure({ commitSeconds: 1 });
    const sound = fixture.sounds[9]!.samples;
    const file = new File([writeWav({ sampleRate: RATE, channels: [Float32Array.from({ length: 2 * RATE }, (_, i) => 0.5 * (sound[i - RATE / 2] ?? 0))] }, 24) as Uint8Array<ArrayBuffer>], "one.wav");
    simile.startTake();
    expect(simile.state.take.recording).toBe(true);
    await simile.listen({ kind: "file", file });
    const first = (await until(simile, ({ retrieval }) => retrieval !== null)).retrieval!.matches[0]!.id;
    await until(simile, ({ phase, playing }) => phase === "ready" && playing.size === 0);
    const files = (await simile.stopTake())!;
    expect(simile.state.take).toMatchObject({ recording: false, files });
    expect(files.lost).toBe(0);
    const read = async (blob: Blob) => parseWav(new Uint8Array(await blob.arrayBuffer()), "take");
    const [input, answers, mix] = await Promise.all([read(files.input), read(files.answers), read(files.mix)]);
    const frames = Math.round(files.seconds * input.sampleRate);
    for (const stem of [input, answers, mix]) expect(stem.channels.map(({ length }) => length)).toEqual([frames, frames]);
    const loudest = (samples: Float32Array) => samples.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    expect(loudest(input.channels[0]!)).toBeGreaterThan(0.05);
    expect(loudest(answers.channels[0]!)).toBeGreaterThan(0.02);
    // Below the knee of the limiter the mix is the sum, of the same frames.
    let difference = 0;
    for (let i = 0; i < frames; i++) difference = Math.max(difference, Math.abs(mix.channels[0]![i]! - input.channels[0]![i]! - answers.channels[0]![i]!));
    expect(difference).toBeLessThan(2e-3);
    const table = (await files.csv.text()).trimEnd().split("\n");
    expect(table.length).toBeGreaterThanOrEqual(2);
    expect(table[1]).toContain(fixture.sounds[first]!.entry.name);
    expect(new TextDecoder().decode((await files.midi.arrayBuffer()).slice(0, 4))).toBe("MThd");
    const { index } = simile.state.retrieval!;
    const heardAgain = until(simile, ({ retrieval, phase }) => phase === "listening" && retrieval !== null && retrieval.index > index);
    await simile.replayTake();
    expect((await heardAgain).retrieval!.matches[0]!.id).toBe(first);
    expect(simile.state.faults).toEqual([]);
  });

  test("holds what was played between its two ends, and nothing where it never began", async () => {
    const simile = createSimile(fixture.sources);
    open.push(simile);
    await simile.start();
    expect(await simile.stopTake()).toBeNull();
    simile.startTake();
    await until(simile, ({ take }) => take.seconds > 0);
    const files = await simile.stopTake();
    expect(files!.seconds).toBeGreaterThan(0);
  });
});

describe("loopback", () => {
  async function stage(delay: number | null, prepare: (context: AudioContext) => void | Promise<void> = () => {}) {
    const context = new AudioContext();
    contexts.push(context);
    await context.resume();
    const recorder = await createRecorderNode(context);
    const out = new GainNode(context);
    out.connect(recorder.node, 0, 1);
    if (delay !== null) {
      // A cable of that length.
      const cable = new DelayNode(context, { delayTime: delay, maxDelayTime: 1 });
      const loss = new GainNode(context, { gain: 0.5 });
      out.connect(cable).connect(loss).connect(recorder.node, 0, 0);
    }
    await prepare(context);
    return measureRoundTrip(context, (node) => void node.connect(out), recorder);
  }

  test.each([0.021, 0.18])("finds a way of %d s and its loss", async (delay) => {
    const { seconds, levelDb } = await stage(delay);
    expect(seconds).toBeCloseTo(delay, 3);
    expect(levelDb).toBeCloseTo(-6, 0);
  });

  test("says so where nothing comes back", async () => {
    await expect(stage(null)).rejects.toThrow(/expected the sweep to come back by the input/);
  });

  test("ends with a sentence where the audio stands still, from the beginning or in the midst of it", async () => {
    await expect(stage(0.02, (context) => context.suspend())).rejects.toThrow(/expected the whole sweep within 3 s, got an audio output that stands still; resume or restart the audio/);
    await expect(stage(0.02, (context) => void setTimeout(() => context.suspend(), 200))).rejects.toThrow(/stands still/);
  });

  test("asks for a device first", async () => {
    const simile = createSimile(fixture.sources);
    open.push(simile);
    await simile.start();
    await simile.measureRoundTrip();
    expect(simile.state.faults).toMatchObject([{ key: "round-trip", message: expect.stringMatching(/listen to one/) }]);
  });
});
