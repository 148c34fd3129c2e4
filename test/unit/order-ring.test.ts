/** The ring of voice orders: what is written is read, whole, once and in order, across real threads too; and nothing overtakes what went by the port. */

import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MOST_SOUNDS, NO_SOUND, OrderReader, OrderWriter, createOrderMemory } from "../../src/core/answer/order-ring.ts";
import type { VoiceOrder } from "../../src/core/answer/voice-order.ts";
import type { VoiceMessage } from "../../src/protocol/player.ts";
import { DEFAULT_PLAY } from "../../src/core/answer/play-settings.ts";
import { createVoiceSender } from "../../src/worker/voice-sender.ts";

const order = (index: number, change: Partial<VoiceOrder> = {}): VoiceOrder => ({ as: "hit", index, sounds: [index, index + 1], gain: 0.5, lufs: -20.25, contextSeconds: 0.05, hertz: 440, at: index / 10, into: 0, ...change });
/** As it was asked for: the reader's list is filled up with NO_SOUND. */
const plain = (read: VoiceOrder | null) => read && { ...read, sounds: read.sounds.filter((sound) => sound >= 0) };

/** Both ends of one ring. */
function ends(): readonly [OrderWriter, OrderReader] {
  const memory = createOrderMemory();
  return [new OrderWriter(memory), new OrderReader(memory)];
}

describe("a ring of orders", () => {
  test("gives back every field, nulls included", () => {
    const [writer, reader] = ends();
    const orders = [order(1), order(2, { as: "mend", lufs: null, hertz: null }), order(3, { as: "grain", sounds: [], into: 0.4 }), order(4, { sounds: Array.from({ length: MOST_SOUNDS }, (_, i) => i * 1_000_003) })];
    for (const each of orders) expect(writer.write(each)).toBe(true);
    for (const each of orders) expect(plain(reader.read())).toEqual(each);
    expect(reader.read()).toBeNull();
  });

  test("refuses what does not fit: too many sounds, and orders beyond its slots", () => {
    const [writer, reader] = ends();
    expect(writer.write(order(0, { sounds: new Array(MOST_SOUNDS + 1).fill(1) }))).toBe(false);
    let written = 0;
    while (writer.write(order(written))) written++;
    expect(written).toBe(256);
    expect(reader.read()!.index).toBe(0);
    expect(writer.write(order(written))).toBe(true);
    expect(writer.write(order(written))).toBe(false);
  });

  test("reads what was written, in order, however writes and reads fall", () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 })), { maxLength: 20 }), (turns) => {
        const [writer, reader] = ends();
        let [sent, got] = [0, 0];
        for (const [writes, reads] of turns) {
          for (let i = 0; i < writes; i++) if (writer.write(order(sent))) sent++;
          for (let i = 0; i < reads; i++) {
            const read = reader.read();
            if (!read) break;
            expect(plain(read)).toEqual(order(got++));
          }
        }
        while (reader.read()) got++;
        expect(got).toBe(sent);
      }),
      { seed: 5, numRuns: 100 },
    ));

  test("two threads: 50,000 orders, none torn, lost or doubled", async () => {
    const memory = createOrderMemory();
    const source = `
      const { register } = await import(${JSON.stringify(import.meta.resolve("tsx/esm/api"))});
      register();
      import { workerData } from "node:worker_threads";
      const { OrderWriter } = await import(${JSON.stringify(new URL("../../src/core/answer/order-ring.ts", import.meta.url).href)});
      const ring = new OrderWriter(workerData);
      for (let i = 0; i < 50000; ) {
        const sounds = Array.from({ length: i % 17 }, (_, n) => i + n);
        if (ring.write({ as: ["hit", "mend", "grain"][i % 3], index: i, sounds, gain: i, lufs: i % 5 ? -i : null, contextSeconds: i, hertz: i, at: i, into: i })) i++;
        else await new Promise((resolve) => setImmediate(resolve));
      }`;
    const writer = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), { workerData: memory });
    const failed = new Promise<never>((_, reject) => writer.once("error", reject));
    const ring = new OrderReader(memory);
    for (let i = 0; i < 50_000; ) {
      const read = ring.read();
      if (!read) {
        await Promise.race([new Promise((resolve) => setImmediate(resolve)), failed]);
        continue;
      }
      const whole = read.index === i && read.gain === i && read.into === i && read.lufs === (i % 5 ? -i : null) && read.sounds[(i % 17) - 1] === (i % 17 ? i + (i % 17) - 1 : undefined) && read.sounds[i % 17] === NO_SOUND;
      if (!whole) expect.fail(`order ${i}: ${JSON.stringify(read)}`);
      i++;
    }
    await writer.terminate();
  });
});

describe("createVoiceSender", () => {
  test("without shared memory everything goes by the port", () => {
    const posted: VoiceMessage[] = [];
    const { send } = createVoiceSender({ postMessage: (message: VoiceMessage) => posted.push(message) } as unknown as MessagePort);
    send({ kind: "configure", play: DEFAULT_PLAY });
    send({ kind: "play", order: order(1) });
    expect(posted.map(({ kind }) => kind)).toEqual(["configure", "play"]);
  });

  test("an order does not overtake settings that the player has not followed yet", () => {
    const memory = createOrderMemory();
    const posted: VoiceMessage[] = [];
    const { send } = createVoiceSender({ postMessage: (message: VoiceMessage) => posted.push(message) } as unknown as MessagePort, memory);
    const player = new OrderReader(memory);
    send({ kind: "play", order: order(1) });
    send({ kind: "configure", play: DEFAULT_PLAY });
    send({ kind: "play", order: order(2) });
    expect(posted.map((message) => (message.kind === "play" ? message.order.index : message.kind))).toEqual(["configure", 2]);
    expect(player.read()!.index).toBe(1);
    expect(player.read()).toBeNull();
    player.follow();
    player.follow();
    send({ kind: "play", order: order(3) });
    expect(posted).toHaveLength(2);
    expect(player.read()!.index).toBe(3);
  });
});
