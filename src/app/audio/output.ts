/** Joins everything that sounds into the output: answers, pads and the monitored input, through volume and limiter, to the loudspeakers. */

import * as Tone from "tone";
import { createLimiter } from "./limiter.ts";

export interface Output {
  /** Where the monitored input goes in. */
  readonly input: Tone.Volume;
  /** Where the instrument's own sounds go in: answers and pads. */
  readonly own: Tone.Volume;
  /** All that goes to the loudspeakers. */
  readonly mix: Tone.ToneAudioNode;
  /** Lets a node sound as one of the instrument's own. */
  sound(node: AudioNode): void;
  setVolume(db: number): void;
  dispose(): void;
}

/** Seconds over which the volume moves. */
const RAMP_SECONDS = 0.02;

export function createOutput(context: Tone.Context, volumeDb: number, destination: AudioNode): Output {
  const input = new Tone.Volume({ context, volume: volumeDb });
  const own = new Tone.Volume({ context, volume: volumeDb });
  const limiter = createLimiter(context);
  input.connect(limiter.input);
  own.connect(limiter.input);
  Tone.connect(limiter.output, destination);
  return {
    input,
    own,
    mix: limiter.output,
    sound: (node) => void Tone.connect(node, own),
    setVolume(db) {
      for (const { volume } of [input, own]) volume.rampTo(db, RAMP_SECONDS, context.immediate());
    },
    dispose() {
      input.dispose();
      own.dispose();
      limiter.dispose();
    },
  };
}
