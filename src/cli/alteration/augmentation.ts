/** Draws what a recording might have gone through before it is heard, for training: the same for the same recording and variant, on every run. */

import { type Random, createRandom } from "../../model/random.ts";
import type { Band, Step } from "./steps.ts";

/** How often each step is taken, and its ranges: wide enough for rooms, microphones and coders of everyday, narrow enough that a listener would still name the technique. */
export const RECIPE = {
  pitch: { share: 0.3, semitones: [-2, 2] },
  cut: { share: 0.1, seconds: [0.4, 1.4] },
  room: { share: 0.4, seconds: [0.15, 0.8], wetDb: [-24, -8] },
  noise: { share: 0.6, snrDb: [20, 50] },
  equaliser: { share: 0.5, bands: 3, hertz: [80, 10_000], db: [-6, 6], q: [0.5, 2] },
  gain: { share: 1, db: [-30, 6] },
  codec: { share: 0.3, kbps: [64, 96, 128] },
  /** What stands in for a coder. */
  coarse: { hertz: [11_000, 16_000], floorDb: [45, 65] },
} as const;

export interface AugmentationOptions {
  /** Coders that can be had; without any, a band limit with a coarse spectrum stands in for them. */
  readonly codecs: readonly ("mp3" | "opus")[];
}

/** Steps in the order of nature: the player (pitch, length), the room and its noise, the microphone (equaliser, gain), the coder. `variant` counts from 1. */
export function drawSteps(recording: string, variant: number, { codecs }: AugmentationOptions): Step[] {
  const random = createRandom(seedOf(recording, variant));
  const seed = random.integer(2 ** 31);
  const steps: Step[] = [];
  // every number is drawn, taken or not, so that one share does not move the others
  const pitch = between(random, RECIPE.pitch.semitones);
  if (random.uniform() < RECIPE.pitch.share) steps.push({ kind: "pitch", semitones: pitch });
  const seconds = between(random, RECIPE.cut.seconds);
  if (random.uniform() < RECIPE.cut.share) steps.push({ kind: "cut", seconds });
  const room = { seconds: between(random, RECIPE.room.seconds), wetDb: between(random, RECIPE.room.wetDb) };
  if (random.uniform() < RECIPE.room.share) steps.push({ kind: "room", ...room, seed });
  const snrDb = between(random, RECIPE.noise.snrDb);
  const colour = random.uniform() < 0.5 ? "white" : "pink";
  if (random.uniform() < RECIPE.noise.share) steps.push({ kind: "noise", snrDb, colour, seed: seed + 1 });
  const bands = Array.from({ length: RECIPE.equaliser.bands }, (): Band => ({ hertz: Math.round(Math.exp(between(random, RECIPE.equaliser.hertz.map(Math.log) as [number, number]))), db: between(random, RECIPE.equaliser.db), q: between(random, RECIPE.equaliser.q) }));
  if (random.uniform() < RECIPE.equaliser.share) steps.push({ kind: "equaliser", bands });
  steps.push({ kind: "gain", db: between(random, RECIPE.gain.db) });
  const kbps = RECIPE.codec.kbps[random.integer(RECIPE.codec.kbps.length)]!;
  const which = random.uniform();
  const coarse = { hertz: Math.round(between(random, RECIPE.coarse.hertz)), floorDb: between(random, RECIPE.coarse.floorDb) };
  if (random.uniform() < RECIPE.codec.share) {
    const codec = codecs[Math.floor(which * codecs.length)];
    steps.push(codec ? { kind: "codec", codec, kbps } : { kind: "coarse", ...coarse });
  }
  return steps;
}

/** To a thousandth: what is written down is what is done. */
function between(random: Random, [low, high]: readonly [number, number]): number {
  return Math.round(1000 * (low + (high - low) * random.uniform())) / 1000;
}

function seedOf(recording: string, variant: number): number {
  let code = variant;
  for (let i = 0; i < recording.length; i++) code = (Math.imul(code, 31) + recording.charCodeAt(i)) | 0;
  return code >>> 0;
}
