/** Joins everything that sounds into the output: answers, pads and the monitored input, through volume and limiter, to the loudspeakers. */

import * as Tone from "tone";
import { createLimiter } from "./limiter.ts";

export interface Output {
  /** Where voices, pads and the monitor go in. */
  readonly input: Tone.Volume;
  setVolume(db: number): void;
  dispose(): void;
}

/** Seconds over which the volume moves. */
const RAMP_SECONDS = 0.02;

export function createOutput(context: Tone.Context, volumeDb: number): Output {
  const input = new Tone.Volume({ context, volume: volumeDb });
  const limiter = createLimiter(context);
  input.connect(limiter.input);
  Tone.connect(limiter.output, context.rawContext.destination);
  return {
    input,
    setVolume(db) {
      input.volume.rampTo(db, RAMP_SECONDS, context.immediate());
    },
    dispose() {
      input.dispose();
      limiter.dispose();
    },
  };
}
