/** Refuses notes that are silent, clipped, unstable, offset, out of tune, of the wrong shape, or alike. */

import { FormatError } from "../../core/errors.ts";
import { type RenderedNote, peakOf } from "./note.ts";
import { centsBetween, parsePitch } from "./pitch.ts";
import { SAMPLE_RATE } from "./synthesiser.ts";
import type { Note } from "./technique.ts";

const OUT_OF_TUNE_CENTS = 35;
const ALIKE = 1;

/** Throws a FormatError that names the note and what is wrong with it. */
export function verifyNote(note: Note, { raw, pcm, hertz }: RenderedNote): void {
  const fail = (expected: string, got: string): never => {
    throw new FormatError(`${note.id}: expected ${expected}, got ${got}; mend its row in the table`);
  };
  const bad = raw.findIndex((sample) => !Number.isFinite(sample));
  if (bad >= 0) fail("finite samples", `a NaN or infinity at sample ${bad}`);
  const peak = peakOf(raw);
  if (peak < 1e-4) fail("a sound", `silence (peak ${peak.toExponential(1)})`);
  if (peak > 60) fail("a stable model", `a peak of ${peak.toFixed(0)}`);

  const seconds = pcm.length / SAMPLE_RATE;
  if (seconds < 0.08 || seconds > 2.6) fail("0.08 to 2.6 s", `${seconds.toFixed(2)} s`);
  let sum = 0;
  let energy = 0;
  let top = 0;
  for (const sample of pcm) {
    sum += sample;
    energy += sample * sample;
    top = Math.max(top, Math.abs(sample));
  }
  if (top >= 32767) fail("a peak below full scale", "clipping");
  const dc = Math.abs(sum / pcm.length) / Math.sqrt(energy / pcm.length);
  if (dc > 0.05) fail("no offset", `a mean of ${(100 * dc).toFixed(1)} % of the RMS`);
  let flat = 0;
  for (let i = 1; i < pcm.length; i++) flat = Math.abs(pcm[i]!) > 0.98 * top && pcm[i] === pcm[i - 1] ? flat + 1 : flat > 8 ? flat : 0;
  if (flat > 8) fail("a waveform with round tops", `${flat} equal samples at the peak`);

  const { family, gesture, tuning } = note.technique;
  if (tuning !== "none" && note.pitch !== "") {
    const cents = centsBetween(hertz, parsePitch(note.pitch));
    if (!(Math.abs(cents) <= OUT_OF_TUNE_CENTS)) fail(`${note.pitch} within ${OUT_OF_TUNE_CENTS} cents`, Number.isNaN(cents) ? "no pitch" : `${cents.toFixed(0)} cents (${hertz.toFixed(1)} Hz)`);
  }

  const levels = envelopeDb(pcm);
  const loudest = Math.max(...levels);
  const at = levels.indexOf(loudest) / levels.length;
  const rolled = gesture.kind === "impact" && (gesture.series?.count ?? 1) > 4;
  if (gesture.kind === "sustain") {
    const body = levels.slice(Math.floor(levels.length * 0.25), Math.ceil(levels.length * 0.65)).sort((a, b) => a - b);
    const middle = body[body.length >> 1]!;
    if (middle < loudest - 12) fail(`a ${family} tone that lasts`, `a middle ${(loudest - middle).toFixed(0)} dB below the loudest moment`);
    const last = body[Math.floor(body.length * 0.1)]!;
    if (last < loudest - 30) fail(`a ${family} tone that does not break off`, `a gap of ${(loudest - last).toFixed(0)} dB`);
  } else if (!rolled) {
    if (at > 0.35) fail(`a ${family} sound whose attack comes first`, `its loudest moment at ${(100 * at).toFixed(0)} %`);
    const end = levels.at(-4) ?? levels.at(-1)!;
    if (end > loudest - 10) fail(`a ${family} sound that decays`, `an end only ${(loudest - end).toFixed(0)} dB below the attack`);
  }
}

/** RMS level in dB of frames of 20 ms. */
export function envelopeDb(pcm: Int16Array): number[] {
  const frame = Math.round(0.02 * SAMPLE_RATE);
  const levels: number[] = [];
  for (let at = 0; at + frame <= pcm.length; at += frame) {
    let energy = 0;
    for (let i = at; i < at + frame; i++) energy += pcm[i]! * pcm[i]!;
    levels.push(10 * Math.log10(energy / frame + 1e-3));
  }
  return levels;
}

/** Levels in dB of 30 bands of a third of an octave (40 Hz up) in 8 segments that grow by half (first 20 ms), relative to the loudest; what `verifyUnlike` compares. */
export function fingerprint(pcm: Int16Array): Float32Array {
  const bands = 28;
  const segments = 8;
  const print = new Float32Array(bands * segments);
  for (let band = 0; band < bands; band++) {
    const hertz = 40 * 2 ** (band / 3);
    const w = (2 * Math.PI * hertz) / SAMPLE_RATE;
    // Two-pole resonator with a bandwidth of a third of an octave.
    const r = Math.exp((-Math.PI * hertz * 0.2316) / SAMPLE_RATE);
    const [a1, a2] = [2 * r * Math.cos(w), -r * r];
    let [y1, y2, at, length] = [0, 0, 0, 0.02 * SAMPLE_RATE];
    for (let segment = 0; segment < segments; segment++) {
      let energy = 0;
      const end = Math.min(pcm.length, Math.round(at + length));
      const start = Math.round(at);
      for (let i = start; i < end; i++) {
        const y = pcm[i]! * (1 - r) + a1 * y1 + a2 * y2;
        y2 = y1;
        y1 = y;
        energy += y * y;
      }
      print[segment * bands + band] = 10 * Math.log10(energy / Math.max(1, end - start) + 1);
      at += length;
      length *= 1.5;
    }
  }
  const top = print.reduce((a, b) => Math.max(a, b));
  return print.map((level) => Math.max(-60, level - top));
}

/** Throws and names all pairs when two notes are so alike that one could be taken for the other: RMS difference of their fingerprints under 1 dB. */
export function verifyUnlike(notes: readonly { readonly id: string; readonly print: Float32Array }[]): void {
  const alike: string[] = [];
  for (const [i, a] of notes.entries()) {
    for (const b of notes.slice(i + 1)) {
      const distance = Math.sqrt(a.print.reduce((sum, level, k) => sum + (level - b.print[k]!) ** 2, 0) / a.print.length);
      if (distance < ALIKE) alike.push(`${a.id} and ${b.id} (${distance.toFixed(2)} dB)`);
    }
  }
  if (alike.length > 0) throw new FormatError(`studio: expected each sound to be of its own, got likes: ${alike.join(", ")}; mend their rows in the table`);
}
