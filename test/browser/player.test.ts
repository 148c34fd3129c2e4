/** The player worklet in an offline context: what it mixes, equals the plain sum; how it ends, makes no click; what it reports, pairs up. */

import { describe, expect, test } from "vitest";
import { type PlayerNews, type PlayerNode, createPlayerNode } from "../../src/app/audio/player-node.ts";
import { OrderWriter, createOrderMemory } from "../../src/core/answer/order-ring.ts";
import type { PlaySettings } from "../../src/core/answer/play-settings.ts";
import type { VoiceOrder } from "../../src/core/answer/voice-order.ts";
import type { VoiceMessage } from "../../src/protocol/player.ts";

const RATE = 48_000;
const QUANTUM = 128;
const SENTINEL = -1;
/** A sound that is never lent. */
const NOBODYS = 999_999;

interface Stage {
  readonly context: OfflineAudioContext;
  readonly player: PlayerNode;
  readonly reports: PlayerNews[];
  /** As the engine does. */
  start(index: number, sound: number, gain: number, order?: Partial<VoiceOrder>): void;
  configure(play: PlaySettings): void;
  /** Runs an action when the render reaches this second. */
  at(seconds: number, action: () => void | Promise<void>): void;
  render(): Promise<Float32Array[]>;
}

const orderOf = (index: number, sound: number, gain: number): VoiceOrder => ({ as: "hit", index, sounds: [sound], gain, lufs: null, contextSeconds: 0.05, hertz: null, at: 0, into: 0 });

async function stage(seconds: number, orders?: SharedArrayBuffer): Promise<Stage> {
  const context = new OfflineAudioContext({ numberOfChannels: 2, length: Math.round(seconds * RATE), sampleRate: RATE });
  const reports: PlayerNews[] = [];
  const all: { readonly kind: string; readonly index?: number }[] = [];
  const player = await createPlayerNode(context, (report) => {
    all.push(report);
    if (!("index" in report) || report.index !== SENTINEL) reports.push(report);
  });
  const { port1, port2 } = new MessageChannel();
  player.connect(port1, orders);
  player.node.connect(context.destination);
  return {
    context,
    player,
    reports,
    start: (index, sound, gain, change = {}) => port2.postMessage({ kind: "play", order: { ...orderOf(index, sound, gain), ...change } } satisfies VoiceMessage),
    configure: (play) => port2.postMessage({ kind: "configure", play } satisfies VoiceMessage),
    at: (time, action) =>
      void context.suspend(time).then(async () => {
        // What was lent before must have arrived: nothing orders the messages of one port among those of another.
        await player.flush();
        await action();
        // Both ports must have been read before the render goes on: the page's answers a flush, the engine's a sound that nobody has.
        await player.flush();
        port2.postMessage({ kind: "play", order: orderOf(SENTINEL, NOBODYS, 0) } satisfies VoiceMessage);
        await expect.poll(() => all.some(({ kind, index }) => kind === "missing" && index === SENTINEL)).toBe(true);
        all.length = 0;
        await context.resume();
      }),
    async render() {
      const buffer = await context.startRendering();
      await player.flush();
      return [buffer.getChannelData(0), buffer.getChannelData(1)];
    },
  };
}

function noise(length: number, seed: number): Float32Array<ArrayBuffer> {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const constant = (length: number): Float32Array<ArrayBuffer> => new Float32Array(length).fill(0.5);

function largestStep(signal: Float32Array): number {
  return signal.reduce((most, sample, i) => Math.max(most, i === 0 ? 0 : Math.abs(sample - signal[i - 1]!)), 0);
}

describe("player worklet", () => {
  test("mixes voices to the plain sum of gain times sample, from a quantum's first frame on", async () => {
    const scene = await stage(0.5);
    const mono = noise(9_000, 1);
    const stereo = [noise(5_000, 2), noise(5_000, 3)];
    scene.player.load(0, [mono.slice()]);
    scene.player.load(1, stereo.map((channel) => channel.slice()));
    const moments = [
      { time: (10 * QUANTUM) / RATE, voices: [{ sound: 0, gain: 0.5 }] },
      { time: (30 * QUANTUM) / RATE, voices: [{ sound: 1, gain: 0.25 }, { sound: 0, gain: 0.125 }] },
    ];
    let index = 0;
    for (const { time, voices } of moments) scene.at(time, () => voices.forEach(({ sound, gain }) => scene.start(index++, sound, gain)));
    const [left, right] = await scene.render();
    const started = scene.reports.filter((report) => report.kind === "started");
    expect(started.map(({ index: i, sound }) => [i, sound])).toEqual([[0, 0], [1, 1], [2, 0]]);
    const expected = [new Float32Array(left!.length), new Float32Array(left!.length)];
    const gains = [0.5, 0.25, 0.125];
    for (const report of started) {
      const at = Math.round(report.time * RATE);
      expect(at % QUANTUM).toBe(0);
      const channels = report.sound === 0 ? [mono, mono] : stereo;
      channels.forEach((channel, c) => channel.forEach((sample, i) => (expected[c]![at + i]! += gains[report.index]! * sample)));
    }
    expect(left).toEqual(expected[0]);
    expect(right).toEqual(expected[1]);
    expect(scene.reports.filter(({ kind }) => kind === "ended")).toHaveLength(3);
  });

  test("holds sixteen voices, steals the oldest and reports every end once", async () => {
    const scene = await stage(0.4);
    scene.player.load(0, [constant(RATE)]);
    scene.at(0.1, () => {
      for (let index = 0; index < 16; index++) scene.start(index, 0, 1 / 16);
    });
    scene.at(0.2, () => {
      for (let index = 16; index < 20; index++) scene.start(index, 0, 1 / 16);
    });
    const [left] = await scene.render();
    const ended = scene.reports.filter((report) => report.kind === "ended").map(({ index }) => index);
    expect(ended).toEqual([0, 1, 2, 3]);
    expect(left!.at(-1)).toBeCloseTo(0.5, 6);
  });

  test("fades on panic: no step larger than the fade's own slope", async () => {
    const scene = await stage(0.3);
    scene.player.load(0, [constant(RATE)]);
    scene.at(0.1, () => scene.start(0, 0, 1));
    scene.at(0.2, () => scene.player.panic());
    const [left] = await scene.render();
    const from = Math.round(0.15 * RATE);
    const tail = left!.subarray(from);
    expect(tail[0]).toBe(0.5);
    expect(tail.at(-1)).toBe(0);
    expect(largestStep(tail)).toBeLessThanOrEqual(0.5 / (0.005 * RATE) + 1e-6);
    expect(scene.reports.filter(({ kind }) => kind === "ended")).toHaveLength(1);
  });

  test("writes silence for numbers that are none, and plays on", async () => {
    const scene = await stage(0.2);
    const broken = constant(4_000);
    broken[1_000] = Number.NaN;
    broken[1_001] = Number.POSITIVE_INFINITY;
    scene.player.load(0, [broken]);
    scene.at(0.05, () => {
      scene.start(0, 0, 1);
      scene.start(1, 0, Number.NaN);
    });
    const [left] = await scene.render();
    expect(left!.every(Number.isFinite)).toBe(true);
    expect(left!.filter((sample) => sample === 0.5)).toHaveLength(4_000 - 2);
  });

  test("reports a sound that was never lent, and one that was taken back", async () => {
    const scene = await stage(0.2);
    scene.player.load(0, [constant(100)]);
    scene.player.unload(0);
    scene.at(0.05, () => {
      scene.start(0, 0, 1);
      scene.start(1, 99, 1);
    });
    await scene.render();
    expect(scene.reports).toEqual([{ kind: "missing", index: 0, sound: 0 }, { kind: "missing", index: 1, sound: 99 }]);
  });

  test("misses nothing where an order names no sound, by the port and through shared memory", async () => {
    const scene = await stage(0.2);
    scene.at(0.05, () => scene.start(0, 0, 1, { sounds: [] }));
    await scene.render();
    const memory = createOrderMemory();
    const shared = await stage(0.2, memory);
    const engine = new OrderWriter(memory);
    shared.at(0.05, () => {
      for (const order of [{ ...orderOf(0, 0, 1), sounds: [] }, orderOf(1, 7, 1)]) expect(engine.write(order)).toBe(true);
    });
    await shared.render();
    expect([scene.reports, shared.reports]).toEqual([[], [{ kind: "missing", index: 1, sound: 7 }]]);
  });

  test("tells one fault of a message that makes no sense, and goes on", async () => {
    const scene = await stage(0.3);
    scene.player.load(0, [constant(RATE)]);
    scene.player.node.port.postMessage(null);
    scene.player.node.port.postMessage(null);
    scene.at(0.1, () => scene.start(7, 0, 1));
    const [left] = await scene.render();
    expect(scene.reports.filter(({ kind }) => kind === "fault")).toHaveLength(1);
    expect(left!.at(-1)).toBe(0.5);
  });
});
