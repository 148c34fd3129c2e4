/** Voices of pads, rendered: every parameter against its closed form, choking, stealing, and no voice that does not end. */

import * as Tone from "tone";
import { describe, expect, test } from "vitest";
import { FADE_SECONDS, LEAST_RAMP_SECONDS, MAX_VOICES, type PadVoices, createPadVoices } from "../../src/app/audio/pad-voices.ts";
import { DEFAULT_SETTINGS, changeSettings, type SettingsChange } from "../../src/core/pads/pad-bank.ts";

const RATE = 48_000;

/** What is heard when `play` acts at the seconds it names; render quanta are 128 samples, so acts fall on them. */
async function render(seconds: number, play: (voices: PadVoices, at: (second: number, act: () => void) => void, context: BaseAudioContext) => void): Promise<Float32Array> {
  const native = new OfflineAudioContext(1, Math.round(seconds * RATE), RATE);
  const context = new Tone.OfflineContext(native);
  const voices = createPadVoices(context, native.destination);
  play(
    voices,
    (second, act) => {
      if (second === 0) act();
      else
        void native.suspend(second).then(() => {
          act();
          void native.resume();
        });
    },
    native,
  );
  return (await native.startRendering()).getChannelData(0);
}

/** A sound whose samples are f(seconds). */
function sound(context: BaseAudioContext, seconds: number, f: (t: number) => number): AudioBuffer {
  const buffer = context.createBuffer(1, Math.round(seconds * RATE), RATE);
  buffer.copyToChannel(Float32Array.from({ length: buffer.length }, (_, i) => f(i / RATE)), 0);
  return buffer;
}

const settings = (change: SettingsChange) => changeSettings(DEFAULT_SETTINGS, change);
const nothing = () => {};
const at = (heard: Float32Array, second: number) => heard[Math.round(second * RATE)]!;

describe("a strike", () => {
  test("plays the sound itself, louder by velocity curve and gain", async () => {
    const heard = await render(0.2, (voices, _, context) => voices.strike(0, sound(context, 0.1, (t) => Math.sin(900 * t)), settings({ gainDb: -6, velocity: { amount: 0.5, exponent: 2 } }), 0.5, nothing));
    const gain = 10 ** (-6 / 20) * (0.5 + 0.5 * 0.25);
    for (let i = 0; i < 0.1 * RATE; i += 97) expect(heard[i]).toBeCloseTo(gain * Math.sin((900 * i) / RATE), 5);
    expect(heard.slice(0.101 * RATE).every((sample) => sample === 0)).toBe(true);
  });

  test("follows the kit's envelope, held and released", async () => {
    const envelope = { attack: 0.05, hold: 0.02, decay: 0.1, sustain: 0.4, release: 0.08 };
    const release = 0.32;
    const heard = await render(0.5, (voices, when, context) => {
      const voice = voices.strike(0, sound(context, 0.5, () => 1), settings({ mode: "gate", envelope }), 1, nothing);
      when(release, voice!.release);
    });
    const shape = (t: number) => (t < 0.05 ? t / 0.05 : t < 0.07 ? 1 : t < 0.17 ? 1 - (0.6 * (t - 0.07)) / 0.1 : t < release ? 0.4 : Math.max(0, 0.4 * (1 - (t - release) / 0.08)));
    for (let t = 0; t < 0.5; t += 0.0031) expect(Math.abs(at(heard, t) - shape(t))).toBeLessThan(2e-3);
  });

  test("one-shots play on when the finger leaves, loops repeat their part until then", async () => {
    const ramp = (t: number) => t;
    const heard = await render(0.4, (voices, when, context) => {
      const buffer = sound(context, 0.2, ramp);
      const once = voices.strike(0, buffer, settings({}), 1, nothing);
      when(0.04, once!.release);
    });
    expect(at(heard, 0.15)).toBeCloseTo(0.15, 4);
    const looped = await render(0.6, (voices, when, context) => {
      const voice = voices.strike(0, sound(context, 0.2, ramp), settings({ mode: "loop", start: 0.25, end: 0.75, envelope: { release: 0 } }), 1, nothing);
      when(0.4, voice!.release);
    });
    for (const t of [0.02, 0.07, 0.15, 0.25, 0.39]) expect(at(looped, t)).toBeCloseTo(0.05 + (t % 0.1), 3);
    expect(at(looped, 0.4 + LEAST_RAMP_SECONDS + 0.003)).toBe(0);
  });

  test("plays its part alone, in the sound's own seconds at any pitch", async () => {
    const heard = await render(0.4, (voices, _, context) => voices.strike(0, sound(context, 0.4, (t) => t), settings({ start: 0.25, end: 0.75, tuneSemitones: 12 }), 1, nothing));
    expect(at(heard, 0.05)).toBeCloseTo(0.1 + 2 * 0.05, 3);
    expect(at(heard, 0.098)).toBeCloseTo(0.1 + 2 * 0.098, 3);
    expect(at(heard, 0.103)).toBe(0);
    // The attack into the middle of a sound is a ramp: no click.
    expect(Math.abs(heard[0]!)).toBeLessThan(0.01);
  });

  test("bends and presses while it sounds", async () => {
    const heard = await render(0.6, (voices, when, context) => {
      const voice = voices.strike(0, sound(context, 0.6, (t) => 0.5 * t), settings({}), 1, nothing);
      when(0.128, () => voice!.bend(12));
      when(0.256, () => voice!.press(1));
    });
    // Twice the speed from 0.128 s on, the way there rounded off over the ramp; twice the level from 0.256 s on.
    expect(at(heard, 0.25)).toBeCloseTo(0.5 * (0.128 + 2 * (0.25 - 0.128)), 2);
    expect(at(heard, 0.3)).toBeCloseTo(2 * 0.5 * (0.128 + 2 * (0.3 - 0.128)), 2);
  });
});

describe("many strikes", () => {
  test("a choke group silences its other pads, and no others", async () => {
    const heard = await render(0.4, (voices, when, context) => {
      const [one, two, three] = [1, 2, 4].map((level) => sound(context, 0.4, () => level / 10));
      voices.strike(0, one!, settings({ chokeGroup: 1 }), 1, nothing);
      voices.strike(1, two!, settings({ chokeGroup: 2 }), 1, nothing);
      when(0.128, () => void voices.strike(2, three!, settings({ chokeGroup: 1 }), 1, nothing));
    });
    expect(at(heard, 0.1)).toBeCloseTo(0.3, 5);
    expect(at(heard, 0.128 + FADE_SECONDS + 0.003)).toBeCloseTo(0.6, 5);
  });

  test("beyond the limit the oldest gives way, and every voice ends once", async () => {
    const ends = new Map<number, number>();
    let most = 0;
    await render(0.5, (voices, when, context) => {
      const buffer = sound(context, 0.3, () => 0.001);
      when(0, () => {
        for (let i = 0; i < MAX_VOICES + 20; i++) {
          voices.strike(i % 16, buffer, settings(i % 3 === 0 ? { mode: "loop" } : {}), 1, () => void ends.set(i, (ends.get(i) ?? 0) + 1));
          most = Math.max(most, voices.sounding);
        }
        expect([...ends.keys()]).toEqual(Array.from({ length: 20 }, (_, i) => i));
      });
      when(0.4, () => {
        voices.silence();
        expect(voices.sounding).toBe(0);
      });
    });
    expect(most).toBe(MAX_VOICES);
    expect([...ends.values()].every((count) => count === 1)).toBe(true);
    expect(ends.size).toBe(MAX_VOICES + 20);
  });
});

describe("a context that does not run", () => {
  async function make(): Promise<{ native: AudioContext; voices: PadVoices; buffer: AudioBuffer }> {
    const native = new AudioContext();
    await native.suspend();
    return { native, voices: createPadVoices(new Tone.Context(native), native.destination), buffer: sound(native, 0.5, () => 0.01) };
  }

  test("is struck in vain, and nothing waits to sound at once when it runs again", async () => {
    const { native, voices, buffer } = await make();
    const ends: string[] = [];
    for (let i = 0; i < 4; i++) expect(voices.strike(i, buffer, settings({}), 1, () => ends.push("pad"))).toBeNull();
    voices.audition(buffer, 1, () => ends.push("audition"));
    expect(voices.sounding).toBe(0);
    await expect.poll(() => ends).toEqual(["audition"]);
    await native.resume();
    expect(await voices.awake(0)).toBe(true);
    expect(voices.sounding).toBe(0);
    await native.close();
  });

  test("plays what it is woken for", async () => {
    const { native, voices, buffer } = await make();
    const woken = voices.awake(60_000);
    let ended = 0;
    const stop = voices.audition(buffer, 1, () => ended++);
    // However long the machine takes to wake it, what is stopped meanwhile does not begin.
    stop();
    await native.resume();
    expect(await woken).toBe(true);
    await expect.poll(() => ended).toBe(1);
    expect(voices.sounding).toBe(0);
    expect(voices.strike(0, buffer, settings({}), 1, nothing)).not.toBeNull();
    await native.close();
  });
});
