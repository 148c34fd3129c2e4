/** The listener worklet's second input: what the instrument plays and hears again 60 ms later at -12 dB is answered without the guard, and not with it. */

import { expect, test } from "vitest";
import { createListenerNode } from "../../src/app/audio/listener-node.ts";
import type { ListenerEvent } from "../../src/protocol/listener.ts";
import { pluck, strung } from "../signals.ts";
import { standStill } from "./stand-still.ts";

const RATE = 48_000;
const AT = [0.3, 1.1, 1.9, 2.7];

/** Onsets heard, seconds, where the own output comes back; the player plays at `played`. */
async function hear(guard: boolean, played: readonly number[]): Promise<number[]> {
  const own = strung(AT.map((at, i) => ({ at, sound: pluck(196 * 1.3 ** i, 0.5, RATE) })), 3.5, RATE);
  const player = strung(played.map((at) => ({ at, sound: pluck(311, 0.3, RATE) })), 3.5, RATE);
  const context = new OfflineAudioContext(1, own.length, RATE);
  const listener = await createListenerNode(context, (message) => expect.unreachable(message));
  listener.configure({ guard, contexts: [0.006], sensitivity: 0.5, grainSeconds: null, pitch: false });
  const { port1, port2 } = new MessageChannel();
  const onsets: number[] = [];
  port1.onmessage = ({ data }: MessageEvent<ListenerEvent>) => {
    if (data.kind === "onset") onsets.push(data.time);
  };
  listener.connect(port2);
  const source = (samples: Float32Array) => {
    const buffer = new AudioBuffer({ length: samples.length, sampleRate: RATE });
    buffer.copyToChannel(samples as Float32Array<ArrayBuffer>, 0);
    const node = new AudioBufferSourceNode(context, { buffer });
    node.start();
    return node;
  };
  const loudspeaker = source(own);
  loudspeaker.connect(listener.node, 0, 1);
  loudspeaker.connect(new DelayNode(context, { delayTime: 0.06 })).connect(new GainNode(context, { gain: 10 ** (-12 / 20) })).connect(listener.node, 0, 0);
  source(player).connect(listener.node, 0, 0);
  await listener.flush();
  await context.startRendering();
  await listener.flush();
  // The engine's port is another one.
  await standStill(onsets);
  port1.close();
  return onsets;
}

test("unguarded, each answer that comes back is an onset", async () => {
  const onsets = await hear(false, []);
  for (const at of AT) expect(onsets.some((one) => Math.abs(one - at - 0.06) < 0.01)).toBe(true);
});

test("guarded, none is; the player is heard", async () => {
  expect(await hear(true, [])).toEqual([]);
  const onsets = await hear(true, [2.2]);
  expect(onsets).toHaveLength(1);
  expect(onsets[0]).toBeCloseTo(2.2, 2);
});
