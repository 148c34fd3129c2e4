/** Steps that alter a sound: each against its closed form or an invariance, the coders by what ffmpeg gives back. */

import { describe, expect, it } from "vitest";
import { altered } from "../../src/cli/alteration/altered.ts";
import { amplified, coarse, cutShort, damped, delayed, equalised, inRoom, repitched, withNoise } from "../../src/cli/alteration/effects.ts";
import { RECIPE, drawSteps } from "../../src/cli/alteration/augmentation.ts";
import { CODECS, codecFault, encoded } from "../../src/cli/alteration/ffmpeg.ts";
import type { Step } from "../../src/cli/alteration/steps.ts";
import { CONTEXTS } from "../../src/core/features/feature.ts";
import { simile } from "../../src/core/features/simile.ts";
import { findOnset } from "../../src/core/onset/find-onset.ts";
import { held, noise, pluck, relativeError, sine } from "../signals.ts";

const RATE = 48_000;
const rms = (samples: Float32Array) => Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
/** Amplitude of one frequency over whole periods. */
function amplitude(samples: Float32Array, hertz: number): number {
  let [re, im] = [0, 0];
  for (const [i, sample] of samples.entries()) {
    re += sample * Math.cos((2 * Math.PI * hertz * i) / RATE);
    im += sample * Math.sin((2 * Math.PI * hertz * i) / RATE);
  }
  return (2 * Math.hypot(re, im)) / samples.length;
}

describe("effects", () => {
  it("gain multiplies", () => {
    expect([...amplified(Float32Array.of(0.1, -0.2), 20)]).toEqual([expect.closeTo(1, 6), expect.closeTo(-2, 6)]);
  });

  it("a peaking filter has its gain at its centre and none far off", () => {
    for (const [hertz, gain] of [[1000, 6], [60, 0], [15_000, 0]] as const) {
      const filtered = equalised(sine(hertz, 1, RATE), RATE, [{ hertz: 1000, db: 6, q: 2 }]).subarray(RATE / 2);
      expect(20 * Math.log10(rms(filtered) / rms(sine(hertz, 1, RATE))), `${hertz}`).toBeCloseTo(gain, 0);
    }
  });

  it("noise lies as far below as it says, white or pink, the same for a seed", () => {
    const sound = held(440, 1, RATE);
    for (const colour of ["white", "pink"] as const) {
      const noisy = withNoise(sound, 30, colour, 5);
      const added = noisy.map((sample, at) => sample - sound[at]!);
      expect(20 * Math.log10(rms(sound) / rms(added))).toBeCloseTo(30, 2);
      expect(withNoise(sound, 30, colour, 5)).toEqual(noisy);
      expect(relativeError(withNoise(sound, 30, colour, 6), noisy)).toBeGreaterThan(0.01);
    }
    // an octave of pink noise has the power of the next: the spectrum falls by 3 dB an octave
    const pink = withNoise(sine(1, 8, RATE, 1e-9), -200, "pink", 2);
    const band = (low: number, high: number) => Array.from({ length: 60 }, (_, i) => amplitude(pink.subarray(0, 2 * RATE), Math.round(low + ((high - low) * i) / 60)) ** 2).reduce((a, b) => a + b, 0);
    expect(10 * Math.log10(band(400, 500) / band(3200, 4000))).toBeCloseTo(9, -1);
  });

  it("a room keeps the direct sound and adds a tail that falls by 60 dB in its time", () => {
    const click = new Float32Array(RATE);
    click[100] = 1;
    const wet = inRoom(click, RATE, 0.4, -6, 3);
    expect(wet[100]).toBeCloseTo(1, 5);
    expect(Math.max(...wet.subarray(101, 100 + 0.003 * RATE).map(Math.abs))).toBeLessThan(1e-6);
    const tail = wet.slice(101);
    expect(20 * Math.log10(Math.sqrt(tail.reduce((sum, sample) => sum + sample * sample, 0)))).toBeCloseTo(-6, 1);
    const level = (seconds: number) => 20 * Math.log10(rms(wet.subarray(100 + seconds * RATE, 100 + (seconds + 0.02) * RATE)));
    // from 0.2 s on only the lower band is left, which falls by 150 dB a second
    expect(level(0.2) - level(0.3)).toBeGreaterThan(12);
    expect(level(0.2) - level(0.3)).toBeLessThan(18);
    expect(inRoom(click, RATE, 0.4, -6, 3)).toEqual(wet);
  });

  it("pitch moves every frequency by its semitones", () => {
    for (const semitones of [-3, 2.5]) {
      const moved = repitched(sine(1000, 2, RATE), semitones);
      const ratio = 2 ** (semitones / 12);
      const at = moved.subarray(4800, 4800 + RATE);
      const crossings = at.reduce((count, sample, i) => (i > 0 && at[i - 1]! < 0 && sample >= 0 ? count + 1 : count), 0);
      expect(crossings / (1000 * ratio)).toBeCloseTo(1, 2);
      expect(moved.length / (2 * RATE)).toBeCloseTo(1 / ratio, 2);
    }
  });

  it("the stand-in for a coder keeps what is loud and low, drops what is high", () => {
    const low = sine(1000, 0.5, RATE);
    expect(relativeError(coarse(low, RATE, 12_000, 60).subarray(2048, -2048), low.subarray(2048, -2048))).toBeLessThan(0.01);
    expect(rms(coarse(sine(15_000, 0.5, RATE), RATE, 12_000, 60).subarray(2048, -2048))).toBeLessThan(1e-4);
    const soft = sine(5000, 0.5, RATE, 1e-4);
    const both = low.map((sample, at) => sample + soft[at]!);
    expect(amplitude(coarse(both, RATE, 12_000, 40).subarray(0, 12_000), 5000)).toBeLessThan(5e-5);
  });

  it("silence comes first, and a cut ends after the onset with a fade", () => {
    const late = delayed(sine(440, 0.1, RATE), RATE, 0.05);
    expect(late.length).toBe(0.15 * RATE);
    expect(late.subarray(0, 0.05 * RATE).every((sample) => sample === 0)).toBe(true);
    const sound = delayed(pluck(220, 1, RATE), RATE, 0.2);
    const short = cutShort(sound, RATE, 0.3);
    expect(short.length).toBe(findOnset(sound, RATE) + 0.3 * RATE);
    expect(Math.abs(short.at(-1)!)).toBeLessThan(0.01);
    expect(short.subarray(0, -300)).toEqual(sound.subarray(0, short.length - 300));
  });

  it("a damped sound has lost 60 dB so long after its onset, and nothing before", () => {
    const sound = delayed(held(440, 1, RATE), RATE, 0.1);
    const onset = findOnset(sound, RATE);
    const dead = damped(sound, RATE, 0.3);
    expect(dead.subarray(0, onset + 1)).toEqual(sound.subarray(0, onset + 1));
    for (const [seconds, db] of [[0.15, -30], [0.3, -60]] as const) {
      const at = onset + Math.round(seconds * RATE);
      const loudest = sound.subarray(at, at + 100).reduce((best, sample, i) => (Math.abs(sample) > Math.abs(sound[at + best]!) ? i : best), 0);
      expect(20 * Math.log10(Math.abs(dead[at + loudest]! / sound[at + loudest]!))).toBeCloseTo(db, 0);
    }
  });
});

describe("altered", () => {
  const audio = { sampleRate: RATE, channels: [held(330, 0.8, RATE), held(330, 0.8, RATE)] };

  it("applies steps in order, on one channel, and leaves what it is given alone", async () => {
    const before = audio.channels.map((channel) => channel.slice());
    const steps: Step[] = [{ kind: "gain", db: 6 }, { kind: "rate", hertz: 24_000 }, { kind: "silence", seconds: 0.1 }, { kind: "pitch", semitones: 12 }];
    const { sampleRate, channels } = await altered(audio, steps);
    expect(sampleRate).toBe(24_000);
    expect(channels.length).toBe(1);
    expect(channels[0]!.length).toBeCloseTo(0.45 * 24_000, -1);
    expect(audio.channels).toEqual(before);
  });

  it.each(CODECS)("goes through %s and back where ffmpeg is installed", async (codec) => {
    const fault = await codecFault(codec);
    if (fault) {
      await expect(encoded(audio.channels[0]!, RATE, codec, 96)).rejects.toThrow(/expected ffmpeg with/);
      return;
    }
    const { sampleRate, channels } = await altered(audio, [{ kind: "codec", codec, kbps: 96 }]);
    expect(sampleRate).toBe(RATE);
    const steady = (samples: Float32Array) => samples.subarray(0.3 * RATE, 0.6 * RATE);
    expect(20 * Math.log10(rms(steady(channels[0]!)) / rms(steady(audio.channels[0]!)))).toBeCloseTo(0, 0);
  });
});

describe("drawSteps", () => {
  const draws = Array.from({ length: 400 }, (_, at) => drawSteps(`note ${at}.wav`, 1, { codecs: ["mp3", "opus"] }));

  it("is settled by recording and variant alone", () => {
    expect(drawSteps("note 7.wav", 1, { codecs: ["mp3", "opus"] })).toEqual(draws[7]);
    expect(drawSteps("note 7.wav", 2, { codecs: ["mp3", "opus"] })).not.toEqual(draws[7]);
    expect(JSON.parse(JSON.stringify(draws[7]))).toEqual(draws[7]);
  });

  it("takes each step as often as the recipe says, within its ranges, in the order of nature", () => {
    const order = ["pitch", "cut", "room", "noise", "equaliser", "gain", "codec"];
    for (const steps of draws) expect(steps.map(({ kind }) => order.indexOf(kind))).toEqual(steps.map(({ kind }) => order.indexOf(kind)).sort((a, b) => a - b));
    const all = draws.flat();
    for (const kind of ["pitch", "cut", "room", "noise", "equaliser", "gain", "codec"] as const) expect(all.filter((step) => step.kind === kind).length / draws.length, kind).toBeCloseTo(RECIPE[kind].share, 1);
    for (const step of all) {
      if (step.kind === "pitch") expect(Math.abs(step.semitones)).toBeLessThanOrEqual(2);
      if (step.kind === "noise") expect(step.snrDb).toBeGreaterThanOrEqual(20);
      if (step.kind === "room") expect(step.wetDb).toBeLessThanOrEqual(-8);
    }
  });

  it("lets a coarse spectrum stand in where no coder can be had, the rest unchanged", () => {
    const bare = draws.map((_, at) => drawSteps(`note ${at}.wav`, 1, { codecs: [] }));
    expect(bare.flat().some(({ kind }) => kind === "codec")).toBe(false);
    for (const [at, steps] of bare.entries()) {
      expect(steps.filter(({ kind }) => kind !== "coarse")).toEqual(draws[at]!.filter(({ kind }) => kind !== "codec"));
      expect(steps.some(({ kind }) => kind === "coarse")).toBe(draws[at]!.some(({ kind }) => kind === "codec"));
    }
  });

  it("gives sounds that can be analysed", async () => {
    const audio = { sampleRate: RATE, channels: [pluck(262, 1, RATE)] };
    for (const steps of draws.slice(0, 12)) {
      const { sampleRate, channels } = await altered(audio, steps.filter(({ kind }) => kind !== "codec"));
      expect(simile.extract(channels[0]!.subarray(findOnset(channels[0]!, sampleRate)), sampleRate).values.every(Number.isFinite)).toBe(true);
    }
  });
});

describe("simile.extractEach", () => {
  it.each([["longer", 2], ["shorter", 0.4]] as const)("says of a sound %s than the contexts what extract says of each, to the bit", (_, seconds) => {
    for (const rate of [44_100, RATE]) {
      const hiss = noise(seconds, rate, 0.001, 4);
      const sound = pluck(196, seconds, rate).map((sample, at) => sample + hiss[at]!);
      const each = simile.extractEach!(sound, rate, CONTEXTS);
      for (const [at, context] of CONTEXTS.entries()) expect(each.slice(at * simile.size, (at + 1) * simile.size)).toEqual(simile.extract(sound, rate, context).values);
    }
  });
});
