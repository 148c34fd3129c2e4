/** Applies steps to a sound, one after the other. */

import { toMono, type Audio } from "../../core/signal/audio.ts";
import { resample } from "../../core/signal/resample.ts";
import { decodeAudio } from "../audio-file.ts";
import { amplified, coarse, cutShort, damped, delayed, equalised, inRoom, repitched, withNoise } from "./effects.ts";
import { encoded } from "./ffmpeg.ts";
import type { Step } from "./steps.ts";

/** The sound mixed to mono after the steps. Throws UnsupportedError for a coder that is not installed. */
export async function altered(audio: Audio, steps: readonly Step[]): Promise<Audio> {
  let { sampleRate } = audio;
  let samples = toMono(audio);
  for (const step of steps) {
    switch (step.kind) {
      case "gain":
        samples = amplified(samples, step.db);
        break;
      case "equaliser":
        samples = equalised(samples, sampleRate, step.bands);
        break;
      case "noise":
        samples = withNoise(samples, step.snrDb, step.colour, step.seed);
        break;
      case "room":
        samples = inRoom(samples, sampleRate, step.seconds, step.wetDb, step.seed);
        break;
      case "pitch":
        samples = repitched(samples, step.semitones);
        break;
      case "rate":
        samples = resample(samples, sampleRate, step.hertz);
        sampleRate = step.hertz;
        break;
      case "codec": {
        const coded = await decodeAudio(await encoded(samples, sampleRate, step.codec, step.kbps), `${step.codec} at ${step.kbps} kbit/s`);
        samples = toMono(coded);
        sampleRate = coded.sampleRate;
        break;
      }
      case "coarse":
        samples = coarse(samples, sampleRate, step.hertz, step.floorDb);
        break;
      case "silence":
        samples = delayed(samples, sampleRate, step.seconds);
        break;
      case "cut":
        samples = cutShort(samples, sampleRate, step.seconds);
        break;
      case "decay":
        samples = damped(samples, sampleRate, step.seconds);
        break;
      default:
        step satisfies never;
    }
  }
  return { sampleRate, channels: [samples] };
}
