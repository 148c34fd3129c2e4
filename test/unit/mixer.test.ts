/** The mixer: plain sums to the bit, gains and envelopes in closed form, pitch by spectrum, and no step anywhere larger than the fades' own slopes. */

import { beforeEach, describe, expect, test } from "vitest";
import { FADE_SECONDS, gainOf, Mixer, rateOf } from "../../src/core/answer/mixer.ts";
import { changePlay, DEFAULT_PLAY, PLAY_BOUNDS, type PlaySettings } from "../../src/core/answer/play-settings.ts";
import { NO_TRAITS, type SoundTraits, traitsOf } from "../../src/core/answer/sound-traits.ts";
import type { VoiceOrder } from "../../src/core/answer/voice-order.ts";
import { CONTEXTS } from "../../src/core/features/feature.ts";
import { createRandom, noise, pluck, sine, strung } from "../signals.ts";

const RATE = 48_000;
const QUANTUM = 128;
const FADE = FADE_SECONDS * RATE;

let said: (readonly ["started" | "ended", number, number])[];
let starts: number[];
let kinds: VoiceOrder["as"][];
let mixer: Mixer;

function create(change: Partial<PlaySettings> = {}): Mixer {
  said = [];
  starts = [];
  kinds = [];
  mixer = new Mixer(RATE, {
    started: (index, sound, frame, as) => {
      said.push(["started", index, sound]);
      starts.push(frame);
      kinds.push(as);
    },
    ended: (index, sound) => said.push(["ended", index, sound]),
  });
  mixer.configure(changePlay(DEFAULT_PLAY, change));
  return mixer;
}
beforeEach(() => void create());

const order = (index: number, sound: number, change: Partial<VoiceOrder> = {}): VoiceOrder => ({ as: "hit", index, sounds: [sound], gain: 1, lufs: null, contextSeconds: 0.05, hertz: null, at: 0, into: 0, ...change });

/** Mixes so many quanta; `before` is called ahead of each with its number. */
function render(quanta: number, before: (quantum: number) => void = () => {}): { left: Float32Array; right: Float32Array } {
  const left = new Float32Array(quanta * QUANTUM);
  const right = new Float32Array(quanta * QUANTUM);
  for (let q = 0; q < quanta; q++) {
    before(q);
    mixer.mix(left.subarray(q * QUANTUM, (q + 1) * QUANTUM), right.subarray(q * QUANTUM, (q + 1) * QUANTUM));
  }
  return { left, right };
}

const constant = (length: number, value = 0.5) => new Float32Array(length).fill(value);
const largestStep = (signal: Float32Array) => signal.reduce((most, sample, i) => (i === 0 ? 0 : Math.max(most, Math.abs(sample - signal[i - 1]!))), 0);
const traits = (change: Partial<SoundTraits>): SoundTraits => ({ ...NO_TRAITS, ...change });

describe("sums", () => {
  test("voices add their samples times their gains, to the bit", () => {
    const [a, b, c] = [noise(0.1, RATE, 0.2, 1), noise(0.05, RATE, 0.2, 2), noise(0.05, RATE, 0.2, 3)];
    mixer.load(0, [a]);
    mixer.load(1, [b, c]);
    const { left, right } = render(60, (q) => {
      if (q === 3) mixer.play(order(0, 0, { gain: 0.5 }));
      if (q === 10) mixer.play(order(1, 1, { gain: 0.25 }));
    });
    const [first, second] = [new Float32Array(left.length), new Float32Array(left.length)];
    a.forEach((v, i) => {
      first[3 * QUANTUM + i]! += 0.5 * v;
      second[3 * QUANTUM + i]! += 0.5 * v;
    });
    b.forEach((v, i) => (first[10 * QUANTUM + i]! += 0.25 * v));
    c.forEach((v, i) => (second[10 * QUANTUM + i]! += 0.25 * v));
    expect(left).toEqual(first);
    expect(right).toEqual(second);
    expect(said).toEqual([["started", 0, 0], ["started", 1, 1], ["ended", 1, 1], ["ended", 0, 0]]);
  });

  test("a voice begins at its very sample, inside a block or many blocks ahead", () => {
    mixer.load(0, [constant(100)]);
    for (const frame of [0, 5, 127, 128, 1000]) {
      const { left } = render(10, (q) => q === 0 && mixer.play(order(frame, 0, { at: (frame + mixerFrame()) / RATE })));
      expect(left.findIndex((v) => v !== 0)).toBe(frame);
      expect(left.reduce((sum, v) => sum + v, 0)).toBe(50);
    }
  });

  /** Frames mixed so far, by the sum of all renders of this test. */
  let rendered = 0;
  const mixerFrame = () => {
    const now = rendered;
    rendered += 10 * QUANTUM;
    return now;
  };

  test("the first sound that is lent plays; where none is, nothing does", () => {
    mixer.load(2, [constant(100)]);
    expect(mixer.play(order(0, 1, { sounds: [9, 8, 2] }))).toBe(true);
    expect(mixer.play(order(1, 1, { sounds: [9, 8] }))).toBe(false);
    render(2);
    expect(said).toEqual([["started", 0, 2], ["ended", 0, 2]]);
  });

  test("numbers that are none come out as silence", () => {
    mixer.load(0, [Float32Array.from([0.5, Number.NaN, Number.POSITIVE_INFINITY, 0.5])]);
    mixer.play(order(0, 0));
    mixer.play(order(1, 0, { gain: Number.NaN, at: Number.NaN, into: Number.NaN, lufs: Number.NaN, hertz: Number.NaN }));
    expect([...render(1).left.subarray(0, 5)]).toEqual([0.5, 0, 0, 0.5, 0]);
  });
});

describe("gain, pan and pitch", () => {
  const lufs = (value: number) => CONTEXTS.map(() => value);

  test("the match brings the sound to the input's loudness, by the share asked for, within its range", () => {
    const loud = traits({ lufs: lufs(-10) });
    expect(gainOf(order(0, 0, { lufs: -16 }), loud, 1)).toBeCloseTo(10 ** (-6 / 20), 9);
    expect(gainOf(order(0, 0, { lufs: -16 }), loud, 0.5)).toBeCloseTo(10 ** (-3 / 20), 9);
    expect(gainOf(order(0, 0, { lufs: -16 }), loud, 0)).toBe(1);
    expect(gainOf(order(0, 0, { lufs: -120 }), loud, 1)).toBeCloseTo(10 ** (-30 / 20), 9);
    expect(gainOf(order(0, 0, { lufs: 0 }), traits({ lufs: lufs(-90) }), 1)).toBeCloseTo(10 ** (24 / 20), 9);
    expect(gainOf(order(0, 0, { lufs: null, gain: 0.3 }), loud, 1)).toBe(0.3);
  });

  test("a sound that answers itself 8 dB softer comes out 8 dB softer", () => {
    const sound = pluck(220, 1, RATE);
    const own = traitsOf({ sampleRate: RATE, channels: [sound] });
    const softer = traitsOf({ sampleRate: RATE, channels: [sound.map((v) => v * 10 ** (-8 / 20))] });
    for (const [i, contextSeconds] of CONTEXTS.entries()) expect(20 * Math.log10(gainOf(order(0, 0, { lufs: softer.lufs[i]!, contextSeconds }), own, 1))).toBeCloseTo(-8, 3);
  });

  test.each([
    [0, 1, 1],
    [-1, 1, 0],
    [0.5, 0.5, 1],
  ])("pan %d: gains %d and %d", (pan, left, right) => {
    create({ pan });
    mixer.load(0, [constant(QUANTUM, 1)]);
    mixer.play(order(0, 0));
    const out = render(1);
    expect([out.left[60], out.right[60]]).toEqual([left, right]);
  });

  test("spread strews voices over both sides, the same for the same index", () => {
    const sides = [0, 1, 2, 3, 4, 5].map((index) => {
      create({ spread: 1 });
      mixer.load(0, [constant(QUANTUM, 1)]);
      mixer.play(order(index, 0));
      const { left, right } = render(1);
      return right[9]! - left[9]!;
    });
    expect(Math.min(...sides)).toBeLessThan(-0.3);
    expect(Math.max(...sides)).toBeGreaterThan(0.3);
    expect(new Set(sides).size).toBe(sides.length);
  });

  test("steps through a sound: the interval where it is in range, folded into the octave where that is, else none", () => {
    expect(rateOf(440, 220, 12)).toBeCloseTo(2, 9);
    expect(rateOf(233.08, 220, 3)).toBeCloseTo(2 ** (1 / 12), 4);
    expect(rateOf(466.16, 220, 3)).toBeCloseTo(2 ** (1 / 12), 4);
    expect(rateOf(310, 220, 3)).toBe(1);
    expect(rateOf(440, 220, 0)).toBe(1);
    expect(rateOf(null, 220, 12)).toBe(1);
    expect(rateOf(440, null, 12)).toBe(1);
    expect(rateOf(Number.NaN, 220, 12)).toBe(1);
  });

  test.each([3, -5, 7])("a sine moved by %d semitones is that sine, its errors 50 dB down", (semitones) => {
    create({ transpose: 12 });
    mixer.load(0, [sine(440, 1, RATE)], traits({ hertz: 440 }));
    const hertz = 440 * 2 ** (semitones / 12);
    mixer.play(order(0, 0, { hertz }));
    const { left } = render(200);
    const wanted = sine(hertz, 1, RATE);
    let [error, energy] = [0, 0];
    for (let i = 10; i < left.length; i++) {
      error += (left[i]! - wanted[i]!) ** 2;
      energy += wanted[i]! ** 2;
    }
    expect(10 * Math.log10(error / energy)).toBeLessThan(-50);
  });
});

describe("onset and envelope", () => {
  test("the sound's own onset comes 1 ms after the voice's start, whatever lies before it", () => {
    const sound = strung([{ at: 0.3, sound: pluck(220, 0.5, RATE) }], 0.8, RATE);
    const own = traitsOf({ sampleRate: RATE, channels: [sound] });
    expect(Math.abs(own.onset / RATE - 0.3)).toBeLessThan(0.002);
    mixer.load(0, [sound], own);
    mixer.play(order(0, 0));
    const { left } = render(100);
    expect(left.subarray(48, 2000)).toEqual(sound.subarray(own.onset, own.onset + 1952));
    create({ align: 0 });
    mixer.load(0, [sound], own);
    mixer.play(order(0, 0));
    expect(render(10).left).toEqual(sound.subarray(0, 10 * QUANTUM));
  });

  test("attack, length and release are straight lines of the times set", () => {
    create({ attack: 0.01, length: 0.05, release: 0.02 });
    mixer.load(0, [constant(RATE, 1)]);
    mixer.play(order(0, 0));
    const { left } = render(40);
    expect(left[240]).toBeCloseTo(0.5, 2);
    expect(left[479]).toBeCloseTo(1, 2);
    expect(left[2399]).toBe(1);
    expect(left[2400 + 480]).toBeCloseTo(0.5, 3);
    expect(left[2400 + 960]).toBe(0);
    expect(said.at(-1)).toEqual(["ended", 0, 0]);
    expect(largestStep(left)).toBeLessThan(1 / 400);
  });
});

describe("polyphony, choke and panic", () => {
  test("the oldest is stolen beyond the polyphony, and fades", () => {
    create({ polyphony: 4 });
    mixer.load(0, [constant(RATE, 0.125)]);
    const { left } = render(40, (q) => q % 2 === 0 && q < 14 && mixer.play(order(q / 2, 0)));
    expect(said.filter(([kind]) => kind === "ended").map(([, index]) => index)).toEqual([0, 1, 2]);
    expect(left.at(-1)).toBe(0.5);
    expect(largestStep(left)).toBeLessThanOrEqual(0.125 + 1e-6);
  });

  test.each([
    ["none", []],
    ["sound", [0]],
    ["family", [0, 1]],
    ["all", [0, 1, 2]],
  ] as const)("choke %s cuts short %j", (choke, cut) => {
    create({ choke });
    mixer.load(0, [constant(RATE)], traits({ group: 1 }));
    mixer.load(1, [constant(RATE)], traits({ group: 1 }));
    mixer.load(2, [constant(RATE)], traits({ group: 2 }));
    // They begin unchoked, then the first sounds again.
    mixer.configure(DEFAULT_PLAY);
    for (const sound of [0, 1, 2]) mixer.play(order(sound, sound));
    render(1);
    mixer.configure(changePlay(DEFAULT_PLAY, { choke }));
    mixer.play(order(9, 0));
    render(4);
    expect(said.filter(([kind]) => kind === "ended").map(([, index]) => index)).toEqual(cut);
  });

  test("choke cuts a long release short, too, from where it is", () => {
    create({ choke: "all", length: 0.05, release: 2 });
    mixer.load(0, [constant(4 * RATE, 1)]);
    mixer.load(1, [constant(4 * RATE, 0)]);
    mixer.play(order(0, 0));
    const { left } = render(80, (q) => q === 60 && mixer.play(order(1, 1)));
    const at = 60 * QUANTUM;
    expect(left[at - 1]).toBeCloseTo(1 - (at - 1 - 2400) / (2 * RATE), 3);
    expect(left[at + FADE]).toBe(0);
    expect(largestStep(left)).toBeLessThan(1 / FADE + 1e-5);
  });

  test("panic and a sound taken back fade without a step larger than their slope", () => {
    mixer.load(0, [constant(RATE, 1)]);
    for (const act of [() => mixer.panic(), () => mixer.unload(0)]) {
      mixer.play(order(0, 0));
      const { left } = render(60, (q) => q === 10 && act());
      expect(left[10 * QUANTUM - 1]).toBe(1);
      expect(left[10 * QUANTUM + Math.floor(FADE / 2)]).toBeCloseTo(0.5, 2);
      expect(left.at(-1)).toBe(0);
      expect(largestStep(left)).toBeLessThan(1 / FADE + 1e-5);
      expect(mixer.voices).toBe(0);
    }
  });

  test("a fade under way goes on from where it is when it is hurried", () => {
    create({ length: 0.02, release: 0.05 });
    mixer.load(0, [constant(RATE, 1)]);
    mixer.play(order(0, 0));
    const { left } = render(40, (q) => q === 10 && mixer.panic());
    expect(left[10 * QUANTUM - 1]).toBeCloseTo(1 - (10 * QUANTUM - 1 - 0.02 * RATE) / (0.05 * RATE), 3);
    expect(largestStep(left)).toBeLessThan(1 / FADE + 1e-5);
  });

  test("panic takes voices that wait for their moment, too", () => {
    mixer.load(0, [constant(RATE)]);
    mixer.play(order(0, 0, { at: 0.1 }));
    mixer.panic();
    expect(render(100).left.every((v) => v === 0)).toBe(true);
    expect(said).toEqual([]);
  });

  test.each([1, 2])("where every voice is in use, the rest of the one that makes room fades, on %d channels", (channels) => {
    create({ polyphony: PLAY_BOUNDS.polyphony.most, length: 0.01, release: 2 });
    const level = 1 / 128;
    mixer.load(0, [constant(20 * RATE, level)]);
    mixer.load(1, [constant(20 * RATE, 0)]);
    const [left, right] = [new Float32Array(QUANTUM), new Float32Array(QUANTUM)];
    const heard: number[] = [];
    for (let q = 0; q < 300; q++) {
      // All are on their way out long before the silent ones need their room.
      if (q < 100) mixer.play(order(q, 0));
      if (q >= 200 && q < 280) mixer.play(order(q, 1));
      mixer.mix(left, channels === 1 ? left : right);
      heard.push(...left);
      if (channels === 2) expect(right).toEqual(left);
    }
    expect(heard[199 * QUANTUM]).toBeGreaterThan(40 * level);
    expect(heard.at(-1)).toBeLessThan(1e-6);
    // Two overlap at most: a fade lasts less than two blocks.
    expect(largestStep(Float32Array.from(heard.slice(100 * QUANTUM)))).toBeLessThan((2 * level) / FADE + (48 * level) / (2 * RATE) + 1e-6);
    expect(said.filter(([kind]) => kind === "ended").length).toBeGreaterThanOrEqual(100);
  });

  test("a storm of everything never steps further than the fades, and ends every index that it began", () => {
    create({ polyphony: 8, attack: FADE_SECONDS, release: FADE_SECONDS });
    const random = createRandom(4);
    const load = (sound: number) => mixer.load(sound, [constant(Math.round(RATE * 2), 1)]);
    for (let sound = 0; sound < 4; sound++) load(sound);
    const { left } = render(2000, () => {
      const act = random();
      const index = Math.floor(40 * random());
      if (act < 0.3) mixer.play(order(index, Math.floor(4 * random()), { at: random() < 0.3 ? 5 * random() : 0 }));
      else if (act < 0.4) mixer.play(order(index, Math.floor(4 * random()), { as: "mend" }));
      else if (act < 0.5) {
        mixer.unload(index % 4);
        load(index % 4);
      }
      else if (act < 0.51) mixer.panic();
      else if (act < 0.55) mixer.configure(changePlay(DEFAULT_PLAY, { polyphony: 1 + Math.floor(8 * random()), attack: FADE_SECONDS, release: FADE_SECONDS, choke: random() < 0.5 ? "sound" : "none" }));
    });
    // Every voice that rises or falls moves by one slope a sample at most.
    expect(largestStep(left)).toBeLessThanOrEqual(60 / FADE);
    mixer.panic();
    render(10);
    const open = new Map<number, number>();
    for (const [kind, index] of said) {
      if (kind === "started") open.set(index, 1);
      else {
        expect(open.get(index)).toBe(1);
        open.delete(index);
      }
    }
    expect(open.size).toBe(0);
  });
});

describe("mend", () => {
  test("another sound takes over as far in as the first had come; the two cross in straight lines", () => {
    create({ crossfade: 0.02 });
    mixer.load(0, [constant(RATE, 1)]);
    const ramp = Float32Array.from({ length: RATE }, (_, i) => i / RATE);
    mixer.load(1, [ramp]);
    mixer.play(order(0, 0));
    const { left } = render(60, (q) => q === 20 && mixer.play(order(0, 1, { as: "mend" })));
    const at = 20 * QUANTUM;
    for (const i of [0, 100, 500, 959]) {
      const share = (i + 0.5) / 960;
      expect(left[at + i]).toBeCloseTo((1 - i / 960) * 1 + share * ramp[at + i]!, 6);
    }
    expect(left[at + 1500]).toBeCloseTo(ramp[at + 1500]!, 7);
    expect(said).toEqual([["started", 0, 0], ["started", 0, 1]]);
  });

  test("a third sound takes over as far in as the answer has come, not only the second", () => {
    create({ crossfade: 0.001 });
    const ramp = Float32Array.from({ length: RATE }, (_, i) => i / RATE);
    for (const sound of [0, 1, 2, 3]) mixer.load(sound, [ramp]);
    mixer.play(order(0, 0));
    const { left } = render(60, (q) => {
      if (q === 20) mixer.play(order(0, 1, { as: "mend" }));
      // The first of these two is never heard.
      if (q === 40) for (const sound of [2, 3]) mixer.play(order(0, sound, { as: "mend" }));
    });
    for (const q of [10, 30, 50]) expect(left[q * QUANTUM]).toBeCloseTo(ramp[q * QUANTUM]!, 6);
  });

  test("the same sound is held, and one that has gone does not come back", () => {
    mixer.load(0, [noise(0.2, RATE, 0.2, 1)]);
    mixer.load(1, [noise(0.2, RATE, 0.2, 2)]);
    mixer.play(order(0, 0));
    const { left } = render(100, (q) => {
      if (q === 20) mixer.play(order(0, 0, { as: "mend" }));
      if (q === 90) mixer.play(order(0, 1, { as: "mend" }));
    });
    expect(left.subarray(0, 9600)).toEqual(noise(0.2, RATE, 0.2, 1));
    expect(said).toEqual([["started", 0, 0], ["ended", 0, 0]]);
  });

  test("a voice that waits for its beat is replaced before it sounds", () => {
    mixer.load(0, [constant(RATE, 1)]);
    mixer.load(1, [constant(100, 0.25)]);
    mixer.play(order(0, 0, { at: 1000 / RATE }));
    mixer.play(order(0, 1, { as: "mend" }));
    const { left } = render(20);
    expect(left.findIndex((v) => v !== 0)).toBe(1000);
    expect(Math.max(...left)).toBe(0.25);
    expect(said).toEqual([["started", 0, 1], ["ended", 0, 1]]);
    expect(kinds).toEqual(["hit"]);
  });

  test("a correction that comes before the first block keeps the attack, and is told as the hit that it is", () => {
    mixer.load(0, [constant(RATE, 1)]);
    mixer.load(1, [constant(RATE, 0.25)]);
    mixer.load(2, [constant(RATE, 0.5)]);
    render(3);
    mixer.play(order(0, 0));
    mixer.play(order(0, 1, { as: "mend" }));
    mixer.play(order(0, 2, { as: "mend" }));
    expect(render(8).left.every((v) => v === 0.5)).toBe(true);
    expect(said).toEqual([["started", 0, 2]]);
    expect(kinds).toEqual(["hit"]);
  });

  test("of two corrections between blocks the later one crosses with what sounds", () => {
    create({ crossfade: 0.02 });
    mixer.load(0, [constant(RATE, 1)]);
    mixer.load(1, [constant(RATE, 0.25)]);
    mixer.load(2, [constant(RATE, 0.5)]);
    mixer.play(order(0, 0));
    const { left } = render(40, (q) => {
      if (q === 20) for (const sound of [1, 2]) mixer.play(order(0, sound, { as: "mend" }));
    });
    const at = 20 * QUANTUM;
    for (const i of [0, 500, 959]) expect(left[at + i]).toBeCloseTo(1 - i / 960 + (0.5 * (i + 0.5)) / 960, 6);
    expect(left[at + 960]).toBe(0.5);
    expect(said).toEqual([["started", 0, 0], ["started", 0, 2]]);
    expect(kinds).toEqual(["hit", "mend"]);
  });
});

describe("grains", () => {
  test.each([2, 3, 4])("bells of a constant, %d at once, add up to the constant", (overlap) => {
    const grain = 0.05;
    create({ mode: "mosaic", grain, overlap });
    mixer.load(0, [constant(2 * RATE, 0.5)]);
    for (let i = 0; i < 12; i++) mixer.play(order(0, 0, { as: "grain", at: i * grain, into: i * grain }));
    const { left } = render(Math.ceil((12 * grain * RATE) / QUANTUM));
    for (let i = Math.round(overlap * grain * RATE); i < 11 * grain * RATE; i += 37) expect(left[i]).toBeCloseTo(0.5, 5);
    expect(said.filter(([kind]) => kind === "started")).toHaveLength(1);
  });

  test("grains deep in a decay are as loud as the input, as those at its beginning are", () => {
    // 48 dB a second, and the level is told of its beginning alone.
    const sound = Float32Array.from(sine(440, 1.5, RATE, 0.5), (value, i) => value * 10 ** ((-48 * i) / RATE / 20));
    const known = traitsOf({ sampleRate: RATE, channels: [sound] });
    const level = (match: number, into: number) => {
      create({ match, grain: 0.1, overlap: 1 });
      mixer.load(0, [sound], known);
      mixer.play(order(0, 0, { as: "grain", into, lufs: -20, contextSeconds: 0.1 }));
      const { left } = render(Math.ceil((0.1 * RATE) / QUANTUM));
      return 10 * Math.log10(left.reduce((sum, value) => sum + value * value, 0));
    };
    expect(level(1, 0.25) - level(1, 0)).toBeCloseTo(0, 0);
    expect(level(0, 0.25) - level(0, 0)).toBeCloseTo(-12, 0);
    expect(level(0.5, 0.25) - level(0.5, 0)).toBeCloseTo(-6, 0);
  });

  test("a grain past the end comes back over the second half of the sound", () => {
    create({ mode: "mosaic", grain: 0.05, overlap: 2 });
    mixer.load(0, [sine(440, 0.5, RATE)]);
    mixer.play(order(0, 0, { as: "grain", into: 7 }));
    const { left } = render(40);
    expect(Math.max(...left)).toBeGreaterThan(0.4);
    expect(said).toEqual([["started", 0, 0], ["ended", 0, 0]]);
  });
});
