/** Turns a player's gesture into the four signals that every instrument of the library takes: drive, control, pitch ratio and noise. */

import { createRandom } from "./random.ts";
import { SAMPLE_RATE } from "./synthesiser.ts";
import type { Dynamics } from "./technique.ts";

/** A bow stroke or a breath: rises, holds, falls. Times in seconds. */
export interface SustainGesture {
  readonly kind: "sustain";
  readonly attack: number;
  readonly release: number;
  /** Drive right after the attack over the drive that holds; 1 when absent. */
  readonly accent?: number;
  /** Depth in cents; sets in `delay` seconds after the attack. `swell` is the drive's share of it. */
  readonly vibrato?: { readonly hertz: number; readonly cents: number; readonly delay: number; readonly swell?: number };
  /** Rolled tongue or throat: the drive falls by `depth` (0 to 1) so many times a second. */
  readonly flutter?: { readonly hertz: number; readonly depth: number };
  /** Bow tremolo: the drive changes sign, so many strokes a second. */
  readonly strokes?: { readonly hertz: number };
  /** Slow random drift of the drive, relative. */
  readonly wander?: number;
  /** Pitch at the start relative to the end, cents, and the time it takes to settle. */
  readonly scoop?: { readonly cents: number; readonly seconds: number };
}

/** A pluck, strike, slap or click: a force that lasts `contact` seconds at mf, longer at pp and shorter at ff, once or in a series. */
export interface ImpactGesture {
  readonly kind: "impact";
  readonly contact: number;
  /** A roll or a bounce: `count` strikes, the first two `interval` apart, each gap `ratio` times the one before, each strike `fade` times as hard. */
  readonly series?: { readonly count: number; readonly interval: number; readonly ratio: number; readonly fade: number };
  /** A hand, a finger or a felt that stops the sound from `at` on: loss per round trip or of the modes, 0 to 1. */
  readonly damp?: { readonly at: number; readonly amount: number };
  /** Pitch at the start relative to the end, cents, and the time it takes to settle. */
  readonly scoop?: { readonly cents: number; readonly seconds: number };
  /** Gain of a motor's vane or of the tubes (vibraphone): mean 1, `depth` around it. */
  readonly motor?: { readonly hertz: number; readonly depth: number };
}

/** A harder blow compresses finger, felt or skin more, and leaves sooner. */
const CONTACT_RATIO: Readonly<Record<Dynamics, number>> = { pp: 2.6, mf: 1, ff: 0.4 };
/** A skin or string that is driven further out is tighter at first. */
const SCOOP_RATIO: Readonly<Record<Dynamics, number>> = { pp: 0.25, mf: 1, ff: 1.8 };

export type Gesture = SustainGesture | ImpactGesture;

/** Time after a stroke or breath in which the instrument and the room ring out. */
const TAIL_SECONDS = 0.3;

/** Signals `[drive, control, pitch, noise]` of `seconds` and, for a sustained gesture, the tail; `key` seeds the noise and the player's small irregularities. */
export function createGestureSignals(gesture: Gesture, seconds: number, drive: number, control: number, dynamics: Dynamics, key: string): Float32Array[] {
  const length = Math.round((seconds + (gesture.kind === "sustain" ? TAIL_SECONDS : 0)) * SAMPLE_RATE);
  const random = createRandom(key);
  const noise = Float32Array.from({ length }, () => 2 * random() - 1);
  const [force, held, pitch] = gesture.kind === "sustain" ? sustain(gesture, length, drive, control, random) : impact(scaleBlow(gesture, dynamics), length, drive, control, random);
  return [force, held, pitch, noise];
}

function sustain(g: SustainGesture, length: number, drive: number, control: number, random: () => number): [Float32Array, Float32Array, Float32Array] {
  const force = new Float32Array(length);
  const pitch = new Float32Array(length);
  const total = length / SAMPLE_RATE - TAIL_SECONDS;
  const phase = random();
  const rate = 0.96 + 0.08 * random();
  const drift = createDrift(random);
  const stroke = createStrokes(random);
  const tongue = createStrokes(random);
  for (let i = 0; i < length; i++) {
    const t = i / SAMPLE_RATE;
    const rise = ease(t / g.attack);
    const fall = ease((total - t) / g.release);
    let level = rise * fall * (1 + ((g.accent ?? 1) - 1) * Math.exp(-Math.max(0, t - g.attack) / 0.08));
    level *= 1 + (g.wander ?? 0) * drift(t);
    if (g.flutter) level *= 1 - g.flutter.depth * (0.5 + 0.5 * Math.cos(2 * Math.PI * tongue(t, g.flutter.hertz)));
    if (g.strokes) {
      const s = Math.sin(Math.PI * stroke(t, g.strokes.hertz));
      level *= Math.sign(s) * Math.min(1, Math.abs(s) * 2.2);
    }
    let cents = 0;
    if (g.vibrato) {
      const wave = Math.sin(2 * Math.PI * (g.vibrato.hertz * rate * t + phase)) * ease((t - g.vibrato.delay) / 0.25);
      cents += g.vibrato.cents * wave;
      level *= 1 + (g.vibrato.swell ?? 0) * wave;
    }
    if (g.scoop) cents += g.scoop.cents * Math.exp(-t / g.scoop.seconds);
    force[i] = drive * level;
    pitch[i] = 2 ** (cents / 1200);
  }
  return [force, new Float32Array(length).fill(control), pitch];
}

function scaleBlow(g: ImpactGesture, dynamics: Dynamics): ImpactGesture {
  const contact = g.contact * CONTACT_RATIO[dynamics];
  return g.scoop ? { ...g, contact, scoop: { ...g.scoop, cents: g.scoop.cents * SCOOP_RATIO[dynamics] } } : { ...g, contact };
}

function impact(g: ImpactGesture, length: number, drive: number, control: number, random: () => number): [Float32Array, Float32Array, Float32Array] {
  const force = new Float32Array(length);
  const held = new Float32Array(length);
  const pitch = new Float32Array(length);
  const contact = Math.max(2, Math.round(g.contact * SAMPLE_RATE));
  let at = 0.002;
  let level = drive;
  for (let hit = 0; hit < (g.series?.count ?? 1); hit++) {
    const start = Math.round(at * SAMPLE_RATE);
    // Force of a contact: a half sine with the sum `level`, however long it lasts.
    for (let i = 0; i < contact && start + i < length; i++) force[start + i]! += (level * Math.sin((Math.PI * i) / contact) * Math.PI) / 2 / contact;
    at += (g.series?.interval ?? 0) * (g.series?.ratio ?? 1) ** hit * (0.93 + 0.14 * random());
    level *= (g.series?.fade ?? 1) * (0.9 + 0.2 * random());
  }
  for (let i = 0; i < length; i++) {
    const t = i / SAMPLE_RATE;
    held[i] = control;
    if (g.damp) held[i]! += g.damp.amount * ease((t - g.damp.at) / 0.015);
    if (g.motor) held[i]! += 1 + g.motor.depth * Math.sin(2 * Math.PI * g.motor.hertz * t);
    pitch[i] = 2 ** (((g.scoop?.cents ?? 0) * Math.exp(-t / (g.scoop?.seconds ?? 1))) / 1200);
  }
  return [force, held, pitch];
}

/** Half a cosine from 0 to 1 as x goes from 0 to 1. */
const ease = (x: number): number => (x <= 0 ? 0 : x >= 1 ? 1 : 0.5 - 0.5 * Math.cos(Math.PI * x));

/** A smooth random walk in about [-1, 1], 7 turning points a second. */
function createDrift(random: () => number): (t: number) => number {
  const points = Array.from({ length: 64 }, () => 2 * random() - 1);
  return (t) => {
    const x = t * 7;
    const i = Math.floor(x);
    return points[i % 64]! + (points[(i + 1) % 64]! - points[i % 64]!) * ease(x - i);
  };
}

/** Phase in strokes at time t, each stroke up to 9 % longer or shorter than the mean; called with rising t. */
function createStrokes(random: () => number): (t: number, hertz: number) => number {
  let phase = 0;
  let last = 0;
  let stretch = 1;
  return (t, hertz) => {
    const before = Math.floor(phase);
    phase += (t - last) * hertz * stretch;
    last = t;
    if (Math.floor(phase) !== before) stretch = 0.91 + 0.18 * random();
    return phase;
  };
}
