/** Kits drawn with a seed for the tests of kit formats, and names that file systems and parsers trip over. */

import { createPad, type Kit, type KitPad, PAD_BOUNDS } from "../../src/core/kits/kit.ts";
import type { Audio } from "../../src/core/signal/audio.ts";
import { createRandom, type Random } from "../../src/model/random.ts";

export const HOSTILE_NAMES: readonly string[] = [
  "CON",
  "nul.wav",
  "LPT1",
  "a/b\\c:d*e?f\"g<h>i|j",
  "../../etc/passwd",
  "..",
  ".",
  "",
  "   ",
  "trailing. . .",
  "🥁🔥",
  "Étude no. 5 «crème»",
  "太鼓",
  "x".repeat(200),
  "x".repeat(201),
  "Kick",
  "kick",
  "KICK",
  "<script>&amp;]]></script>",
  "line\nbreak\tand\0zero",
  "$macro #define //comment <region> sample=evil.wav",
  "lone \ud800 surrogate",
  "--help",
  "%n %s ' \" ` ; rm -rf",
];

/** A decaying tone that starts at its crest: its onset is its loudest frame. */
export function tone(hertz: number, seconds: number, sampleRate = 44_100, channels = 1): Audio {
  const frames = Math.round(seconds * sampleRate);
  const one = (detune: number) => Float32Array.from({ length: frames }, (_, i) => 0.8 * Math.cos((2 * Math.PI * hertz * detune * i) / sampleRate) * Math.exp((-6 * i) / frames));
  return { sampleRate, channels: Array.from({ length: channels }, (_, channel) => one(1 + channel / 100)) };
}

/** 24-bit integers as floats (none of them -0), which a 24-bit WAV gives back bit for bit. */
export function exactly24(audio: Audio): Audio {
  return { ...audio, channels: audio.channels.map((channel) => channel.map((sample) => Math.round(sample * 2 ** 23) / 2 ** 23 + 0)) };
}

export function randomKit(seed: number, pads = 1 + (seed % 16)): Kit {
  const random = createRandom(seed);
  const notes = random.shuffle(Array.from({ length: 128 }, (_, note) => note)).slice(0, pads);
  return { name: pick(random, HOSTILE_NAMES), pads: notes.map((note) => randomPad(random, note)) };
}

function randomPad(random: Random, note: number): KitPad {
  const within = ({ least, most }: { least: number; most: number }) => round(least + random.uniform() * (most - least));
  const rate = pick(random, [8000, 22_050, 44_100, 48_000, 96_000]);
  const audio = exactly24(tone(100 + 900 * random.uniform(), 0.02 + 0.05 * random.uniform(), rate, 1 + random.integer(2)));
  const frames = audio.channels[0]!.length;
  const start = random.integer(frames - 1);
  const end = start + 1 + random.integer(frames - start);
  return createPad(pick(random, HOSTILE_NAMES), note, audio, {
    file: pick(random, HOSTILE_NAMES),
    gainDb: within(PAD_BOUNDS.gainDb),
    tuneSemitones: within(PAD_BOUNDS.tuneSemitones),
    startSeconds: start / rate,
    endSeconds: Math.min(end, frames) / rate,
    envelope: {
      attack: within(PAD_BOUNDS.attack),
      hold: within(PAD_BOUNDS.hold),
      decay: within(PAD_BOUNDS.decay),
      sustain: within(PAD_BOUNDS.sustain),
      release: within(PAD_BOUNDS.release),
    },
    chokeGroup: random.uniform() < 0.5 ? null : 1 + random.integer(16),
    mode: pick(random, ["one-shot", "gate", "loop"] as const),
    velocity: { amount: within(PAD_BOUNDS.velocityAmount), exponent: round(0.25 + 3.75 * random.uniform()) },
    colour: random.integer(0x1000000),
  });
}

/** Three decimals, so that no rounding of a format hides behind a tolerance. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.integer(values.length)]!;
}
