/** Worker thread of `feature-cache.ts`: reads one audio file a task and gives its vectors at several contexts. */

import { analyse } from "../core/analysis.ts";
import { placed } from "../core/errors.ts";
import { featureNamed } from "../core/features/families.ts";
import { findOnset } from "../core/onset/find-onset.ts";
import { toMono } from "../core/signal/audio.ts";
import { altered } from "./alteration/altered.ts";
import { readAudioFile } from "./audio-file.ts";
import type { FeatureTask } from "./feature-cache.ts";
import { serveTasks } from "./pool.ts";

serveTasks(async ({ path, feature: name, contexts, steps }: FeatureTask) => {
  const feature = featureNamed(name);
  const file = await readAudioFile(path);
  const audio = steps ? await altered(file, steps) : file;
  const mono = toMono(audio);
  if (mono.length === 0) placed(path, () => analyse(audio, feature));
  const sound = mono.subarray(findOnset(mono, audio.sampleRate));
  if (feature.extractEach) {
    const result = placed(path, () => feature.extractEach!(sound, audio.sampleRate, contexts)) as Float32Array<ArrayBuffer>;
    return { result, transfer: [result.buffer] };
  }
  const result = new Float32Array(contexts.length * feature.size);
  contexts.forEach((context, at) => result.set(placed(path, () => feature.extract(sound, audio.sampleRate, context)).values, at * feature.size));
  return { result, transfer: [result.buffer] };
});
