/** Finds the fundamental of a note, and turns pitch names into hertz. */

import { FormatError } from "../../core/errors.ts";

const STEPS: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

const FRAMES = 7;

/** Hertz of a scientific pitch name: 440 * 2^((midi - 69) / 12). */
export function parsePitch(name: string): number {
  const match = /^([A-G])([#b]?)(-?\d)$/.exec(name);
  if (!match) throw new FormatError(`pitch: expected a name such as C4 or F#3, got ${name}; mend the table`);
  const midi = STEPS[match[1]!]! + (match[2] === "#" ? 1 : match[2] === "b" ? -1 : 0) + 12 * (Number(match[3]) + 1);
  return 440 * 2 ** ((midi - 69) / 12);
}

export const centsBetween = (hertz: number, reference: number): number => 1200 * Math.log2(hertz / reference);

/**
 * Fundamental in hertz by the normalised square difference n(t) = 2 sum x_j x_{j+t} / sum (x_j^2 + x_{j+t}^2) (McLeod and Wyvill 2005):
 * the first peak that reaches 90 % of the highest, looked for within two octaves of `near`; the median over frames. NaN if no frame is periodic.
 */
export function findPeriodicity(samples: Float32Array, sampleRate: number, near: number): number {
  const longest = Math.ceil((sampleRate / near) * 4.3);
  const shortest = Math.max(3, Math.floor(sampleRate / near / 4.3));
  const frame = Math.min(samples.length, Math.max(2 * longest, 2048));
  const hop = Math.max(256, Math.floor((samples.length - frame) / FRAMES));
  const found: number[] = [];
  for (let at = 0; at + frame <= samples.length && found.length < FRAMES; at += hop) {
    const period = framePeriod(samples.subarray(at, at + frame), shortest, Math.min(longest, frame - 8));
    if (period > 0) found.push(sampleRate / period);
  }
  found.sort((a, b) => a - b);
  return found.length > 0 ? found[found.length >> 1]! : Number.NaN;
}

function framePeriod(x: Float32Array, shortest: number, longest: number): number {
  const scores = new Float64Array(longest + 2);
  let best = 0;
  for (let lag = shortest - 1; lag <= longest + 1 && lag < x.length; lag++) {
    let product = 0;
    let energy = 0;
    for (let j = 0; j + lag < x.length; j++) {
      product += x[j]! * x[j + lag]!;
      energy += x[j]! * x[j]! + x[j + lag]! * x[j + lag]!;
    }
    scores[lag] = energy > 0 ? (2 * product) / energy : 0;
  }
  const peaks: number[] = [];
  for (let lag = shortest; lag <= longest; lag++) {
    if (scores[lag]! > scores[lag - 1]! && scores[lag]! >= scores[lag + 1]!) {
      peaks.push(lag);
      best = Math.max(best, scores[lag]!);
    }
  }
  if (best < 0.35) return 0;
  const lag = peaks.find((peak) => scores[peak]! >= 0.9 * best)!;
  const [a, b, c] = [scores[lag - 1]!, scores[lag]!, scores[lag + 1]!];
  return lag + (0.5 * (a - c)) / (a - 2 * b + c || 1);
}

/** Frequency in hertz of the strongest partial within `reach` cents of `near`: the peak of a Hann-windowed Fourier sum on a grid of 2 cents, refined by a parabola. */
export function findPartial(samples: Float32Array, sampleRate: number, near: number, reach = 150): number {
  const step = 2;
  const count = Math.round(reach / step);
  const powers: number[] = [];
  for (let i = -count; i <= count; i++) powers.push(powerAt(samples, sampleRate, near * 2 ** ((i * step) / 1200)));
  let top = 0;
  for (let i = 1; i < powers.length; i++) if (powers[i]! > powers[top]!) top = i;
  if (top === 0 || top === powers.length - 1) return near * 2 ** (((top - count) * step) / 1200);
  const [a, b, c] = [powers[top - 1]!, powers[top]!, powers[top + 1]!];
  return near * 2 ** (((top - count + (0.5 * (a - c)) / (a - 2 * b + c || 1)) * step) / 1200);
}

function powerAt(x: Float32Array, sampleRate: number, hertz: number): number {
  const w = (2 * Math.PI * hertz) / sampleRate;
  let re = 0;
  let im = 0;
  for (let i = 0; i < x.length; i++) {
    const v = x[i]! * (1 - Math.cos((2 * Math.PI * i) / x.length));
    re += v * Math.cos(w * i);
    im -= v * Math.sin(w * i);
  }
  return re * re + im * im;
}
