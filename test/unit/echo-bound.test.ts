/** The guard in a closed loop: the instrument hears its own answers come back and does not answer itself, but still hears the player, and hears as well as ever where nothing comes back. */

import { describe, expect, test } from "vitest";
import { NO_BEAT } from "../../src/core/answer/beat.ts";
import { Mixer } from "../../src/core/answer/mixer.ts";
import { type HeardVector, Performer } from "../../src/core/answer/performer.ts";
import { changePlay, DEFAULT_PLAY, type PlaySettings } from "../../src/core/answer/play-settings.ts";
import { traitsOf } from "../../src/core/answer/sound-traits.ts";
import { Listener } from "../../src/core/listener.ts";
import { createRandom, held, noise, pluck, strung } from "../signals.ts";

const RATE = 48_000;
const QUANTUM = 128;
const SOUNDS = [pluck(220, 0.8, RATE), pluck(330, 0.8, RATE, 0.3), held(220, 0.7, RATE), noise(0.3, RATE, 0.2, 3).map((v, i) => v * Math.exp(-i / 2000))];

interface Room {
  /** Seconds from loudspeaker to microphone, and how loud it comes back. */
  readonly delay: number;
  readonly db: number;
  readonly guarded: boolean;
  readonly play?: Partial<PlaySettings>;
  /** Further paths, later and softer. */
  readonly reverberant?: boolean;
}

/** Plays `take` into the instrument in such a room; every onset is answered with the next sound. Gives when it heard onsets, and when grains were heard. */
function perform(take: Float32Array, { delay, db, guarded, play = {}, reverberant = false }: Room) {
  const settings = { commitSeconds: 0.025, answering: true, play: changePlay(DEFAULT_PLAY, play) };
  const onsets: number[] = [];
  const grains: number[] = [];
  let index = 0;
  let frame = 0;
  const mixer = new Mixer(RATE, { started: () => undefined, ended: () => undefined });
  mixer.configure(settings.play);
  SOUNDS.forEach((sound, id) => mixer.load(id, [sound], traitsOf({ sampleRate: RATE, channels: [sound] })));
  const performer = new Performer<HeardVector>({ settings: () => settings, beat: () => NO_BEAT, nextIndex: () => index++ });
  const answer = (grain: boolean) => (onset: number, position: number, contextSeconds: number, _db: number, _values: Float32Array, lufs: number) => {
    if (grain) grains.push(position / RATE);
    const task = performer.hear({ onset, onsetTime: position / RATE, time: frame / RATE, contextSeconds, lufs, hertz: null, grain });
    const decision = task && performer.decide(task, SOUNDS.map((_, id) => ({ id: (id + index) % SOUNDS.length, distance: 1 + id })));
    if (decision?.order) mixer.play(decision.order);
  };
  const listener = new Listener(RATE, { onset: (_onset, position) => void (onsets.push(position / RATE), performer.begin(position / RATE)), vector: answer(false), grain: answer(true) });
  listener.setGuard(guarded);
  if (settings.play.mode === "mosaic") listener.setGrains(settings.play.grain);
  const output = new Float32Array(take.length + QUANTUM);
  const hiss = noise(take.length / RATE + 0.1, RATE, 1e-4, 5);
  const taps = [{ delay, gain: 10 ** (db / 20) }];
  if (reverberant) for (const [later, softer] of [[0.011, 0.5], [0.023, -0.35], [0.041, 0.2], [0.07, -0.1]] as const) taps.push({ delay: delay + later, gain: 10 ** (db / 20) * softer });
  const input = new Float32Array(QUANTUM);
  for (; frame + QUANTUM <= take.length; frame += QUANTUM) {
    for (let i = 0; i < QUANTUM; i++) {
      let sample = take[frame + i]! + hiss[frame + i]!;
      for (const tap of taps) sample += tap.gain * (output[frame + i - Math.round(tap.delay * RATE)] ?? 0);
      input[i] = sample;
    }
    const own = output.subarray(frame, frame + QUANTUM);
    mixer.mix(own, own, frame);
    listener.push(input, 0, QUANTUM, own);
  }
  return { onsets, grains };
}

/** A note that is over before its answer comes back. */
const damped = (hertz: number) => pluck(hertz, 0.1, RATE, 0.6).map((v, i) => v * Math.exp(-i / 1500) * Math.min(1, (4800 - i) / 480));

const near = (at: readonly number[], time: number) => at.some((one) => Math.abs(one - time) < 0.03);

describe("answers that come back", () => {
  const at = [0.5, 2.2, 3.9, 5.6];
  const take = strung(at.map((time, i) => ({ at: time, sound: damped(196 * 1.2 ** i) })), 7.5, RATE);

  test("unguarded, the instrument answers itself at -12 dB", () => {
    expect(perform(take, { delay: 0.2, db: -12, guarded: false }).onsets.length).toBeGreaterThan(at.length + 3);
  });

  test.each([
    [0.02, -12],
    [0.06, -12],
    [0.2, -12],
    [0.35, -12],
    [0.06, -6],
    [0.06, 0],
    [0.06, -24],
  ])("guarded, %d s later at %d dB: every note of the player is heard, and nothing else", (delay, db) => {
    const { onsets } = perform(take, { delay, db, guarded: true });
    expect(onsets.filter((time) => !near(at, time))).toEqual([]);
    expect(at.filter((time) => near(onsets, time))).toEqual(at);
  });

  test("so in a room that reflects", () => {
    const { onsets } = perform(take, { delay: 0.045, db: -12, guarded: true, reverberant: true });
    expect(onsets.filter((time) => !near(at, time))).toEqual([]);
    expect(onsets).toHaveLength(at.length);
  });

  test("a mosaic does not feed on itself", () => {
    const play = { mode: "mosaic", grain: 0.05 } as const;
    const note = strung([{ at: 0.5, sound: held(220, 1, RATE, 0.3, 0.06, 0) }], 5, RATE);
    const loose = perform(note, { delay: 0.06, db: 0, guarded: false, play });
    const guarded = perform(note, { delay: 0.06, db: -6, guarded: true, play });
    expect(loose.grains.filter((time) => time > 2.2).length).toBeGreaterThan(3);
    expect(guarded.grains.filter((time) => time > 0.6 && time < 1.4).length).toBeGreaterThan(8);
    expect(guarded.grains.filter((time) => time > 2.2)).toEqual([]);
  });
});

describe("headphones", () => {
  const random = createRandom(2);
  const at = Array.from({ length: 60 }, (_, i) => 0.5 + i * 0.22 + 0.03 * random());
  const take = strung(at.map((time, i) => ({ at: time, sound: pluck(196 * 2 ** ((i * 5) % 12 / 12), 0.5, RATE, 0.2 + 0.2 * random()) })), 14.5, RATE);
  const found = (guarded: boolean) => {
    const { onsets } = perform(take, { delay: 0.06, db: -90, guarded });
    return at.filter((time, i) => i > 4 && near(onsets, time)).length;
  };

  test("nothing comes back: once that is known, fast playing over the own answers is heard as without the guard", () => {
    expect(found(true)).toBeGreaterThanOrEqual(0.95 * found(false));
  });

  test.each([0.15, 0.25, 0.35, 0.5])("notes %d s apart are heard, but for the second at most", (step) => {
    const times = Array.from({ length: 24 }, (_, i) => 0.5 + i * step * (1 + 0.02 * random()));
    const notes = strung(times.map((time, i) => ({ at: time, sound: damped(196 * 2 ** ((i * 5) % 12 / 12)) })), times.at(-1)! + 1, RATE);
    const { onsets } = perform(notes, { delay: 0.06, db: -90, guarded: true });
    // The second note may be taken for the first one's echo: nothing is known yet.
    const missed = times.flatMap((time, i) => (near(onsets, time) ? [] : [i]));
    expect(missed.filter((i) => i !== 1)).toEqual([]);
  });

  test("without own output the guard changes nothing", () => {
    const listen = (guarded: boolean) => {
      const onsets: number[] = [];
      const listener = new Listener(RATE, { onset: (_onset, position) => onsets.push(position), vector: () => undefined });
      listener.setGuard(guarded);
      for (let from = 0; from < take.length; from += QUANTUM) listener.push(take, from, Math.min(take.length, from + QUANTUM));
      return onsets;
    };
    expect(listen(true)).toEqual(listen(false));
  });
});
