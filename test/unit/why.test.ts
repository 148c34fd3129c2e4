/** The sound that was played is kept while it can be asked for, and both sides are brought to one loudness. */

import { describe, expect, test, vi, beforeEach, afterEach } from "vitest";
import { createQueryKeeper, QUERY_SECONDS } from "../../src/app/query-keeper.ts";
import { matchedGains } from "../../src/app/why-desk.ts";
import { integratedLoudness } from "../../src/core/signal/loudness.ts";
import { noise, sine } from "../signals.ts";

const RATE = 1000;

/** A recorder whose sample at each frame is the frame's number; it keeps three seconds. */
function bench() {
  const asked: { frame: number; frames: number }[] = [];
  const now = () => performance.now() / 1000;
  const recall = async (frame: number, frames: number) => {
    asked.push({ frame, frames });
    const end = Math.floor(now() * RATE);
    if (frame < end - 3 * RATE) return null;
    const length = Math.min(frames, end - frame);
    return length <= 0 ? null : [Float32Array.from({ length }, (_, i) => frame + i), new Float32Array(length)];
  };
  return { asked, keeper: createQueryKeeper({ recorder: () => ({ recall }), sampleRate: () => RATE, now }) };
}

describe("the keeper of queries", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.setSystemTime(0);
    vi.advanceTimersByTime(10_000);
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const at = () => performance.now() / 1000;

  test("gives a sound from just before its onset, two seconds long, once they have passed", async () => {
    const { keeper } = bench();
    const onset = at();
    keeper.retrieved({ index: 3, onsetTime: onset });
    let got: Awaited<ReturnType<typeof keeper.sound>> | undefined;
    void keeper.sound(3).then((audio) => (got = audio));
    await vi.advanceTimersByTimeAsync(QUERY_SECONDS * 1000 - 100);
    expect(got).toBeUndefined();
    await vi.advanceTimersByTimeAsync(200);
    expect(got!.sampleRate).toBe(RATE);
    expect(got!.channels[0]![0]).toBe(Math.round((onset - 0.005) * RATE));
    expect(got!.channels[0]).toHaveLength(QUERY_SECONDS * RATE + 5);
    // It fades, since it may go on.
    expect(got!.channels[0]!.at(-1)).toBeLessThan(0.1 * got!.channels[0]!.at(-30)!);
  });

  test("takes the last sound by itself, so that it is there long after the recorder has lost it", async () => {
    const { keeper, asked } = bench();
    keeper.retrieved({ index: 0, onsetTime: at() });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(1);
    expect((await keeper.sound(0))!.channels[0]!.length).toBe(QUERY_SECONDS * RATE + 5);
    expect(asked).toHaveLength(1);
  });

  test("ends a sound before the next one, and forgets those that were not asked for", async () => {
    const { keeper, asked } = bench();
    const onset = at();
    keeper.retrieved({ index: 0, onsetTime: onset });
    const first = keeper.sound(0);
    keeper.retrieved({ index: 0, onsetTime: onset });
    await vi.advanceTimersByTimeAsync(320);
    keeper.retrieved({ index: 1, onsetTime: onset + 0.3 });
    await vi.advanceTimersByTimeAsync(50);
    expect((await first)!.channels[0]).toHaveLength(Math.round((0.3 - 0.01 + 0.005) * RATE));
    await vi.advanceTimersByTimeAsync(100);
    keeper.retrieved({ index: 2, onsetTime: onset + 0.4 });
    expect(await keeper.sound(1)).toBeNull();
    expect(asked).toHaveLength(1);
  });

  test("gives nothing of what the recorder has not, and after it was told to forget", async () => {
    const { keeper } = bench();
    keeper.retrieved({ index: 0, onsetTime: at() - 20 });
    expect(await keeper.sound(0)).toBeNull();
    keeper.retrieved({ index: 1, onsetTime: at() });
    const waiting = keeper.sound(1);
    keeper.forget();
    expect(await waiting).toBeNull();
    expect(await keeper.sound(1)).toBeNull();
  });
});

describe("both sides", () => {
  const rate = 48_000;
  const loud = { sampleRate: rate, channels: [sine(997, 1, rate, 0.8)] };
  const soft = { sampleRate: rate, channels: [noise(1, rate, 0.02, 1), noise(1, rate, 0.02, 2)] };
  const scaled = (audio: typeof loud, gain: number) => ({ ...audio, channels: audio.channels.map((channel) => channel.map((sample) => gain * sample)) });

  test("are as loud as the softer one, and neither louder than it was", () => {
    for (const [query, hit] of [[loud, soft], [soft, loud]] as const) {
      const gains = matchedGains(query, hit);
      expect(Math.max(gains.query, gains.hit)).toBe(1);
      expect(integratedLoudness(scaled(query, gains.query))).toBeCloseTo(integratedLoudness(scaled(hit, gains.hit)), 3);
    }
  });

  test("stay as they are where one is missing or silent", () => {
    expect(matchedGains(null, loud)).toEqual({ query: 1, hit: 1 });
    expect(matchedGains(loud, { sampleRate: rate, channels: [new Float32Array(rate)] })).toEqual({ query: 1, hit: 1 });
  });
});
