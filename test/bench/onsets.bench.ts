/** Measures the onset detector on recorded notes strung together at known times: F within 20 ms, false onsets in room noise, and how late onsets are known; beside a plain energy gate. */

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { OnsetDetector } from "../../src/core/onset/onset-detector.ts";
import { type PlacedNote, isOf, placeNote, singleNotes } from "../recorded-notes.ts";
import { createRandom, noise } from "../signals.ts";
import type { Bench, BenchSamples } from "./runner.ts";

const shared = resolve(import.meta.dirname, "../../../shared");
const RATE = 48_000;
const TOLERANCE = 0.02 * RATE;
const NOTES_A_CELL = 4;
const SEEDS = [31, 32, 33];

const CELLS = {
  "plucked and struck": [
    "guitar/ordinario", "banjo/ordinario", "mandolin/ordinario", "harp/ordinario", "sitar/ordinario", "xylophone/ordinario", "vibraphone/ordinario", "celesta/ordinario",
    "double-bass/pizzicato", "violin-section/pizzicato", "archtop-guitar-mic/ordinario", "electric-bass/finger", "temple-block/struck-singly", "bobobo-treble-large/hit-1", "bobobo-bass/hit-1",
  ],
  "bowed and blown": [
    "flute/ordinario", "clarinet/ordinario", "bassoon/ordinario", "saxophone/ordinario", "horn/ordinario", "trombone/ordinario", "tuba/ordinario", "cello/ordinario",
    "violin-section/staccato", "viola-section/spiccato", "contrabassoon/ordinario", "horn-section/ordinario",
  ],
} as const;

interface Onset {
  readonly position: number;
  readonly detected: number;
}

type Detect = (sound: Float32Array, sensitivity: number) => Onset[];

const ours: Detect = (sound, sensitivity) => {
  const detector = new OnsetDetector(RATE, sensitivity);
  const found: Onset[] = [];
  for (let at = 0; at < sound.length; ) {
    at = detector.push(sound, at);
    if (detector.found) found.push({ ...detector.event });
  }
  return found;
};

/** 2 ms of energy 12 dB over the mean of the last 50 ms, 40 ms after the last. */
const gate: Detect = (sound, sensitivity) => {
  const hop = Math.round(0.002 * RATE);
  const factor = 10 ** ((24 - 24 * sensitivity) / 10);
  const past: number[] = [];
  const found: Onset[] = [];
  for (let at = 0; at + hop <= sound.length; at += hop) {
    let energy = 1e-9;
    for (let i = at; i < at + hop; i++) energy += sound[i]! ** 2 / hop;
    const mean = past.reduce((sum, one) => sum + one, 0) / Math.max(1, past.length);
    if (past.length === 25 && energy > factor * mean && at - (found.at(-1)?.position ?? -RATE) > 0.04 * RATE) found.push({ position: at, detected: at + hop });
    past.push(energy);
    if (past.length > 25) past.shift();
  }
  return found;
};

/** Notes of every cell in a drawn order, at most 1 s of each, so many seconds apart, over the hiss of a room at -66 dB. */
async function strung(cells: readonly string[], seed: number, pause: readonly [number, number]): Promise<{ readonly sound: Float32Array; readonly truth: readonly PlacedNote[] }> {
  const random = createRandom(seed);
  const notes = singleNotes(shared);
  const chosen = cells.flatMap((cell) => {
    const all = notes.filter(isOf(cell));
    if (all.length === 0) throw new Error(`onsets: expected notes of ${cell} in ${shared}, got none; name another cell.`);
    return Array.from({ length: NOTES_A_CELL }, (_, i) => ({ note: all[Math.min(all.length - 1, Math.floor(((i + random()) * all.length) / NOTES_A_CELL))]!, order: random() }));
  });
  chosen.sort((a, b) => a.order - b.order);
  const truth: PlacedNote[] = [];
  let at = 0.5;
  for (const { note } of chosen) {
    const placed = await placeNote(note, at, random);
    truth.push(placed);
    at += placed.sound.length / RATE + pause[0] + (pause[1] - pause[0]) * random();
  }
  const sound = noise(at + 1, RATE, 10 ** (-66 / 20), seed);
  for (const placed of truth) placed.sound.forEach((v, i) => (sound[placed.from + i]! += v));
  return { sound, truth };
}

/** The stream's own start is no note: what is found in its first 0.1 s does not count. */
function score(found: readonly Onset[], truth: readonly PlacedNote[]): { readonly hits: number; readonly found: number; readonly delays: number[] } {
  const counted = found.filter(({ position }) => position > 0.1 * RATE);
  const used = new Set<Onset>();
  const delays = truth.flatMap(({ from, to }) => {
    const match = counted.find((onset) => !used.has(onset) && onset.position >= from - TOLERANCE && onset.position <= to + TOLERANCE);
    if (!match) return [];
    used.add(match);
    return [(1000 * (match.detected - from)) / RATE];
  });
  return { hits: used.size, found: counted.length, delays };
}

const notes: string[] = [];

export const bench: Bench = {
  name: "onsets",
  about: "milliseconds from a note's first sample until its onset is known, recorded notes of ../shared/data strung together; F within 20 ms below",
  cases: async () => {
    const samples: BenchSamples[] = [];
    for (const [way, detect, rival] of [["ours", ours, false], ["energy gate", gate, true]] as const) {
      for (const seconds of [0.5, 1]) {
        const minute = noise(61, RATE, 10 ** (-50 / 20), 21);
        const rumble = noise(61, RATE, 10 ** (-30 / 20), 22);
        for (let i = 1, held = 0; i < rumble.length; i++) rumble[i] = held = 0.99 * held + 0.01 * rumble[i]!;
        const count = (sound: Float32Array) => detect(sound, seconds).filter(({ position }) => position > RATE).length;
        notes.push(`${way}, sensitivity ${seconds}: ${count(minute)} false onsets in a minute of white room noise at -50 dB, ${count(rumble)} in one of rumble.`);
      }
      if (!existsSync(shared)) continue;
      const whole: Record<string, { readonly hits: number; readonly found: number; readonly wanted: number }[]> = {};
      for (const [kind, cells] of Object.entries(CELLS)) {
        for (const [name, pause] of [["0.1 to 0.3 s apart", [0.1, 0.3]], ["without pauses", [0, 0]]] as const) {
          const scores: (ReturnType<typeof score> & { readonly wanted: number })[] = [];
          for (const seed of SEEDS) {
            const { sound, truth } = await strung(cells, seed, pause);
            scores.push({ ...score(detect(sound, 0.5), truth), wanted: truth.length });
          }
          const sum = (value: (one: (typeof scores)[number]) => number) => scores.reduce((total, one) => total + value(one), 0);
          const [precision, recall] = [sum(({ hits }) => hits) / sum(({ found }) => found), sum(({ hits }) => hits) / sum(({ wanted }) => wanted)];
          notes.push(`${way}, ${kind}, ${name}: F ${((2 * precision * recall) / (precision + recall)).toFixed(3)} (precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}).`);
          whole[name] = [...(whole[name] ?? []), { hits: sum(({ hits }) => hits), found: sum(({ found }) => found), wanted: sum(({ wanted }) => wanted) }];
          samples.push({ name: `${way}: ${kind}, ${name}`, rival, milliseconds: scores.flatMap(({ delays }) => delays) });
        }
      }
      for (const [name, parts] of Object.entries(whole)) {
        const sum = (field: "hits" | "found" | "wanted") => parts.reduce((total, part) => total + part[field], 0);
        notes.push(`${way}, all notes, ${name}: F ${((2 * sum("hits")) / (sum("found") + sum("wanted"))).toFixed(3)} over ${sum("wanted")}.`);
      }
    }
    if (!existsSync(shared)) notes.push(`${shared} is not there: no recorded notes to string together.`);
    return samples;
  },
  notes: async () => notes,
};
