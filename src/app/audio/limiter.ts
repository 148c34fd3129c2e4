/** Keeps the output inside full scale with a soft knee and no delay at all. */

import * as Tone from "tone";
import { limit } from "../../core/signal/limit.ts";

/** Inputs up to this magnitude keep to the formula; beyond it the curve is flat anyway. */
const RANGE = 4;

/** Samples of the shaper's curve over -RANGE to RANGE; odd, so that zero maps to zero. */
const POINTS = 16_385;

export interface Limiter {
  readonly input: Tone.Gain;
  readonly output: Tone.WaveShaper;
  dispose(): void;
}

/**
 * A gain of 1 / RANGE before a shaper that only accepts -1 to 1. A DynamicsCompressorNode would look ahead, and so delay every answer by 6 ms
 * (`test/expectation/compressor-delay.test.ts`).
 */
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
