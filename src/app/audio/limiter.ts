/** Keeps the output inside full scale with a soft knee and no delay at all. */

import * as Tone from "tone";

/** Magnitudes up to here pass unchanged. */
export const KNEE = 0.9;

/** No output exceeds this. */
export const CEILING = 0.99;

/** Inputs up to this magnitude keep to the formula; beyond it the curve is flat anyway. */
const RANGE = 4;

/** Samples of the shaper's curve over -RANGE to RANGE; odd, so that zero maps to zero. */
const POINTS = 16_385;

/**
 * y = x for |x| <= K, else sign(x) (K + (C - K) tanh((|x| - K) / (C - K))): continuous in value and slope at the knee K, below the ceiling C.
 * A DynamicsCompressorNode would do the same by looking ahead, and so would delay every answer by 6 ms (`test/expectation/compressor-delay.test.ts`).
 */
export function limit(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude <= KNEE) return x;
  return Math.sign(x) * (KNEE + (CEILING - KNEE) * Math.tanh((magnitude - KNEE) / (CEILING - KNEE)));
}

export interface Limiter {
  readonly input: Tone.Gain;
  readonly output: Tone.WaveShaper;
  dispose(): void;
}

/** A gain of 1 / RANGE before a shaper that only accepts -1 to 1. */
export function createLimiter(context: Tone.Context): Limiter {
  const input = new Tone.Gain({ context, gain: 1 / RANGE });
  const output = new Tone.WaveShaper({ context, mapping: (x) => limit(x * RANGE), length: POINTS });
  input.connect(output);
  return {
    input,
    output,
    dispose() {
      input.dispose();
      output.dispose();
    },
  };
}
