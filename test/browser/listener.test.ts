/** The listener worklet in an OfflineAudioContext against the pure listener: the same onsets and vectors, at any rate, channel count and start. */

import { describe, expect, test } from "vitest";
import { CONTEXTS } from "../../src/core/features/feature.ts";
import { NAME, SIZE, VERSION } from "../../src/core/features/simile.ts";
import { Listener } from "../../src/core/listener.ts";
import { LISTENER_PROCESSOR, type ListenerEvent, type ListenerOrder, type ListenerReport, type ListenerSettings } from "../../src/protocol/listener.ts";
import listenerUrl from "../../worklets/listener.worklet.ts?worker&url";
import { held, pluck, strung } from "../signals.ts";
import { standStill } from "./stand-still.ts";

interface Rendered {
  readonly events: ListenerEvent[];
  readonly reports: ListenerReport[];
}

/** Plays `channels` into the worklet in an offline context and gives all that it said until it answered a flush. */
async function render(channels: readonly Float32Array[], rate: number, settings?: Partial<ListenerSettings>, loads = 1): Promise<Rendered> {
  const length = Math.ceil(channels[0]!.length / 128) * 128;
  const context = new OfflineAudioContext(1, length, rate);
  for (let load = 0; load < loads; load++) await context.audioWorklet.addModule(`${listenerUrl}${listenerUrl.includes("?") ? "&" : "?"}load=${load}`);
  const node = new AudioWorkletNode(context, LISTENER_PROCESSOR, { numberOfOutputs: 1, channelCountMode: "max", channelInterpretation: "discrete" });
  node.connect(context.destination);
  const buffer = new AudioBuffer({ numberOfChannels: channels.length, length: channels[0]!.length, sampleRate: rate });
  channels.forEach((channel, c) => buffer.copyToChannel(Float32Array.from(channel), c));
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(node);
  source.start();
  const events: ListenerEvent[] = [];
  const reports: ListenerReport[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<ListenerEvent>) => events.push(data);
  const order = (message: ListenerOrder, transfer: Transferable[] = []) => node.port.postMessage(message, transfer);
  const flushed = (id: number) =>
    new Promise<void>((resolve) => {
      node.port.addEventListener("message", ({ data }: MessageEvent<ListenerReport>) => {
        if (data.kind === "flushed" && data.id === id) resolve();
      });
    });
  node.port.addEventListener("message", ({ data }: MessageEvent<ListenerReport>) => reports.push(data));
  node.port.start();
  order({ kind: "connect", port: port2 }, [port2]);
  if (settings) order({ kind: "configure", settings });
  const ready = flushed(1);
  order({ kind: "flush", id: 1 });
  await ready;
  await context.startRendering();
  const done = flushed(2);
  order({ kind: "flush", id: 2 });
  await done;
  // The engine's port is another one.
  await standStill(events);
  port1.close();
  return { events, reports };
}

/** What the pure listener says of the same samples. */
function expected(mono: Float32Array, rate: number, contexts: readonly number[] = CONTEXTS): ListenerEvent[] {
  const events: ListenerEvent[] = [];
  const listener = new Listener(rate, {
    onset: (onset, position, detected) => events.push({ kind: "onset", index: events.length, onset, time: position / rate, detectedTime: detected / rate }),
    vector: (onset, position, contextSeconds, loudnessDb, values, lufs) =>
      events.push({ kind: "vector", index: events.length, onset, onsetTime: position / rate, time: 0, contextSeconds, loudnessDb, lufs, feature: NAME, version: VERSION, values, grain: false, recent: null, sampleRate: rate }),
  });
  listener.setContexts(contexts);
  const padded = new Float32Array(Math.ceil(mono.length / 128) * 128);
  padded.set(mono);
  listener.push(padded);
  return events;
}

const timeless = (events: readonly ListenerEvent[]) => events.map((event) => (event.kind === "vector" ? { ...event, time: 0 } : event));

const takeAt = (rate: number) =>
  strung(
    [
      { at: 0.1, sound: pluck(330, 0.9, rate) },
      { at: 1.1, sound: held(440, 0.8, rate) },
    ],
    2,
    rate,
  );

describe("listener worklet", () => {
  test.each([44_100, 48_000, 96_000, 192_000])("at %i Hz it says what the pure listener says, to the bit", async (rate) => {
    const take = takeAt(rate);
    const { events, reports } = await render([take], rate);
    expect(timeless(events)).toEqual(expected(take, rate));
    expect(events.filter(({ kind }) => kind === "onset").length).toBe(2);
    expect(reports).toEqual([
      { kind: "flushed", id: 1 },
      { kind: "flushed", id: 2 },
    ]);
  });

  test("messages are counted without a gap, and each vector is posted within a quantum of its context", async () => {
    const { events } = await render([takeAt(48_000)], 48_000, { contexts: [0.05, 0.25] });
    expect(events.map(({ index }) => index)).toEqual(events.map((_, i) => i));
    const vectors = events.filter((event) => event.kind === "vector");
    expect(vectors.length).toBe(4);
    for (const { onsetTime, time, contextSeconds, values } of vectors) {
      expect(values.length).toBe(SIZE);
      expect(time - onsetTime - contextSeconds).toBeGreaterThan(-1e-9);
      expect(time - onsetTime - contextSeconds).toBeLessThanOrEqual(128 / 48_000 + 1e-9);
    }
  });

  test("a sound on one side of a pair, or on all of six channels, is the same sound at another level", async () => {
    const take = takeAt(48_000);
    const half = take.map((v) => v / 2);
    const silent = new Float32Array(take.length);
    const left = await render([take, silent], 48_000);
    expect(timeless(left.events)).toEqual(expected(half, 48_000));
    const six = await render([take, take, take, take, take, take].map((channel) => channel.map((v) => v)), 48_000, { contexts: [0.1] });
    expect(six.events.length).toBe(4);
  });

  test("samples that are not finite count as silence and are told once", async () => {
    const take = takeAt(48_000);
    const damaged = Float32Array.from(take);
    for (const at of [30_000, 30_001, 40_000]) damaged[at] = at === 30_001 ? Number.POSITIVE_INFINITY : Number.NaN;
    const healed = damaged.map((v) => (Number.isFinite(v) ? v : 0));
    const { events, reports } = await render([damaged], 48_000);
    const faults = reports.filter((report) => report.kind === "fault");
    expect(timeless(events)).toEqual(expected(healed, 48_000));
    expect(faults.length).toBe(1);
    expect(faults[0]!.message).toMatch(/expected finite samples, got (NaN|Infinity); /);
    for (const event of events) if (event.kind === "vector") expect(event.values.every(Number.isFinite)).toBe(true);
  });

  test("settings that cannot be are refused with a fault, and the ear goes on", async () => {
    const take = takeAt(48_000);
    const { events, reports } = await render([take], 48_000, { contexts: [0.3], sensitivity: 0.9 });
    expect(reports.filter((report) => report.kind === "fault").map((report) => report.message)).toEqual([expect.stringMatching(/expected contexts among .* got 0\.3/)]);
    expect(timeless(events)).toEqual(expected(take, 48_000));
  });

  test("the module can be loaded twice", async () => {
    const { events } = await render([takeAt(48_000)], 48_000, { contexts: [0.1] }, 2);
    expect(events.length).toBe(4);
  });
});
