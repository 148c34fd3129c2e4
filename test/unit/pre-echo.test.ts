/** What a coder puts before an attack: told from true beginnings by its growth, faintness and fade-in, and passed over in coded recordings. */

import { describe, expect, test } from "vitest";
import { codecFault, encoded } from "../../src/cli/alteration/ffmpeg.ts";
import { decodeAudio } from "../../src/cli/audio-file.ts";
import { findOnset } from "../../src/core/onset/find-onset.ts";
import { OnsetDetector } from "../../src/core/onset/onset-detector.ts";
import { afterPreEcho } from "../../src/core/onset/pre-echo.ts";
import { toMono } from "../../src/core/signal/audio.ts";
import { held, noise, pluck, strung } from "../signals.ts";

const RATE = 48_000;
const ATTACK = 0.3;
const LENGTH = 0.018;

/** Noise before the attack, `db` re full scale at its end, under `envelope` of 0 to 1. */
function before(db: number, envelope: (share: number) => number, seconds = LENGTH, seed = 4): Float32Array {
  return noise(seconds, RATE, 10 ** (db / 20), seed).map((v, n) => v * envelope(n / (seconds * RATE)));
}

/** The sound with this before it, and where that begins. */
function joined(sound: Float32Array, foreplay: Float32Array, silence = -90) {
  const start = ATTACK - foreplay.length / RATE;
  const whole = strung([{ at: ATTACK, sound }, { at: start, sound: foreplay }], 1, RATE);
  const floor = noise(1, RATE, 10 ** (silence / 20), 9);
  return { samples: whole.map((v, n) => v + floor[n]!), position: Math.round(start * RATE) };
}

/** Rises as the sine window of a transform does, squared by analysis and synthesis. */
const window = (share: number) => Math.sin((Math.PI / 2) * share) ** 2;
const pluckAt = pluck(220, 0.7, RATE);

describe("afterPreEcho", () => {
  test("goes to the attack behind noise that grows, at any level", () => {
    for (const seconds of [0.006, 0.012, LENGTH]) {
      for (const gain of [1e-4, 1, 50]) {
        const { samples, position } = joined(pluckAt, before(-48, window, seconds));
        expect(Math.abs(afterPreEcho(samples.map((v) => gain * v), position, RATE) / RATE - ATTACK)).toBeLessThan(0.001);
      }
    }
  });

  test.each([8000, 44_100, 96_000])("does so at %i Hz", (rate) => {
    const noisy = noise(LENGTH, rate, 10 ** (-48 / 20), 4).map((v, n) => v * window(n / (LENGTH * rate)));
    const samples = strung([{ at: ATTACK, sound: pluck(220, 0.5, rate) }, { at: ATTACK - LENGTH, sound: noisy }, { at: 0, sound: noise(1, rate, 3e-5, 2) }], 1, rate);
    expect(Math.abs(afterPreEcho(samples, Math.round((ATTACK - LENGTH) * rate), rate) / rate - ATTACK)).toBeLessThan(0.001);
  });

  test.each([
    ["noise that falls, such as a touch of the string", -48, (share: number) => 1 - 0.8 * share, -90],
    ["noise that stays as it is", -48, () => 1, -90],
    ["noise that is not 30 dB fainter than the attack", -32, window, -90],
    ["noise that steps out of digital silence", -48, window, -140],
  ] as const)("stays before %s", (_name, db, envelope, silence) => {
    const { samples, position } = joined(pluckAt, before(db, envelope), silence);
    expect(afterPreEcho(samples, position, RATE)).toBe(position);
  });

  test("stays where noise grows for longer than a coder's window", () => {
    const { samples, position } = joined(pluckAt, before(-48, window, 0.04));
    expect(afterPreEcho(samples, position, RATE)).toBe(position);
  });

  test("leaves sharp and soft attacks alone", () => {
    for (const sound of [pluckAt, held(220, 0.6, RATE, 0.3, 0.005), held(330, 0.6, RATE, 0.3, 0.04), held(440, 0.6, RATE, 0.3, 0.2)]) {
      const { samples } = joined(sound, new Float32Array(0));
      expect(afterPreEcho(samples, ATTACK * RATE, RATE)).toBe(ATTACK * RATE);
    }
  });

  test("stays at the first sample of a file, and in an empty one", () => {
    const { samples, position } = joined(pluckAt, before(-48, window));
    expect(afterPreEcho(samples.subarray(position), 0, RATE)).toBe(0);
    expect(afterPreEcho(new Float32Array(0), 0, RATE)).toBe(0);
  });
});

describe.skipIf((await codecFault("mp3")) !== undefined)("coded to MP3 at 96 kbit/s (needs ffmpeg with libmp3lame)", () => {
  /** Decoder and encoder together, where no header tells it: 529 + 576 samples. */
  const DELAY = 1105;

  /** Milliseconds by which the coded pluck begins late, to the detector alone and to `findOnset`. */
  async function shifts(frequency: number, start: number) {
    const sound = strung([{ at: start, sound: pluck(frequency, 1, RATE, 0.9) }], 1.5, RATE);
    const coded = await decodeAudio(await encoded(sound, RATE, "mp3", 96), "coded pluck");
    expect(coded.sampleRate).toBe(RATE);
    const mono = toMono(coded);
    const detector = new OnsetDetector(RATE);
    detector.push(mono);
    const late = (position: number) => (1000 * (position - findOnset(sound, RATE) - DELAY)) / RATE;
    return { detected: late(detector.event.position), found: late(findOnset(mono, RATE)) };
  }

  test("plucks that the detector hears early, at their pre-echo, are found where they began", async () => {
    const all = [];
    for (const start of [0.307, 0.315]) for (const frequency of [220, 440, 880]) all.push(await shifts(frequency, start));
    expect(Math.min(...all.map(({ detected }) => detected))).toBeLessThan(-4);
    for (const { found } of all) expect(Math.abs(found)).toBeLessThan(1);
  });
});
