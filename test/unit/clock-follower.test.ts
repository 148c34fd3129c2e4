/** MIDI clock in: tempo under jitter, position, and clocks that stop or jump. */

import { describe, expect, test } from "vitest";
import { createClockFollower, PPQ, SILENCE_MILLISECONDS } from "../../src/app/midi/clock-follower.ts";
import { createRandom } from "../signals.ts";

const tick = { kind: "clock" } as const;
const period = (bpm: number) => 60_000 / (bpm * PPQ);

describe("clock follower", () => {
  test.each([40, 97.3, 120, 174, 300])("tells %d beats a minute within 0.5 % from two quarters with 1 ms of jitter", (bpm) => {
    const random = createRandom(7);
    const clock = createClockFollower();
    for (let k = 0; k <= 2 * PPQ; k++) clock.hear(tick, 1000 + k * period(bpm) + random() - 0.5);
    expect(Math.abs(clock.state.bpm! / bpm - 1)).toBeLessThan(0.005);
  });

  test("counts quarters from the start, or from a song position", () => {
    const clock = createClockFollower();
    let time = 0;
    const run = (ticks: number) => {
      for (let k = 0; k < ticks; k++) clock.hear(tick, (time += period(120)));
    };
    run(10);
    expect(clock.state).toMatchObject({ running: false, beat: 0 });
    clock.hear({ kind: "start" }, time);
    run(PPQ + 1);
    expect(clock.state).toMatchObject({ running: true, beat: 1 });
    clock.hear({ kind: "stop" }, time);
    run(5);
    expect(clock.state).toMatchObject({ running: false, beat: 1 });
    clock.hear({ kind: "position", sixteenths: 16 }, time);
    clock.hear({ kind: "continue" }, time);
    run(13);
    expect(clock.state).toMatchObject({ running: true, beat: 4.5 });
  });

  test("says when the last beat fell, steadier than its ticks", () => {
    const random = createRandom(3);
    const clock = createClockFollower();
    clock.hear({ kind: "start" }, 0);
    expect(clock.beatTime).toBe(null);
    const wrong: number[] = [];
    for (let k = 0; k < 400; k++) {
      clock.hear(tick, 5000 + k * period(120) + 2 * (random() - 0.5));
      if (clock.beatTime !== null) wrong.push(Math.abs(clock.beatTime - (5000 + 500 * Math.floor(k / PPQ))));
    }
    expect(wrong.length).toBeGreaterThan(300);
    expect(Math.max(...wrong)).toBeLessThan(1);
  });

  test("a clock that falls silent has stopped, and begins anew", () => {
    const clock = createClockFollower();
    clock.hear({ kind: "start" }, 0);
    for (let k = 0; k < 60; k++) clock.hear(tick, k * period(120));
    const last = 59 * period(120);
    expect(clock.look(last + SILENCE_MILLISECONDS)).toBe(false);
    expect(clock.look(last + SILENCE_MILLISECONDS + 1)).toBe(true);
    expect(clock.state).toMatchObject({ ticking: false, running: false, bpm: null });
    expect(clock.look(last + 9_000)).toBe(false);
    for (let k = 0; k < 60; k++) clock.hear(tick, 10_000 + k * period(90));
    expect(clock.state.bpm).toBeCloseTo(90, 6);
  });

  test("a jump of tempo is followed within two quarters, one late tick is none", () => {
    const clock = createClockFollower();
    let time = 0;
    for (let k = 0; k < 60; k++) clock.hear(tick, (time += period(120)));
    clock.hear(tick, time + 3 * period(120));
    clock.hear(tick, time + 3.01 * period(120));
    for (let k = 3; k < 60; k++) clock.hear(tick, time + k * period(120) + 0.1);
    time += 59 * period(120);
    expect(Math.abs(clock.state.bpm! - 120)).toBeLessThan(2);
    for (let k = 0; k <= 2 * PPQ; k++) clock.hear(tick, (time += period(300)));
    expect(Math.abs(clock.state.bpm! / 300 - 1)).toBeLessThan(0.01);
  });

  test("ticks too dense for music have no tempo", () => {
    const clock = createClockFollower();
    for (let k = 0; k < 200; k++) clock.hear(tick, k * 0.1);
    expect(clock.state.bpm).toBe(null);
  });
});
