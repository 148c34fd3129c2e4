/** Worker thread of `feature-cache.ts`: reads one audio file a task and gives its vectors at several contexts. */

import { analyse } from "../core/analysis.ts";
import { featureNamed } from "../core/features/families.ts";
import { findOnset } from "../core/onset/find-onset.ts";
import { toMono } from "../core/signal/audio.ts";
import { readAudioFile } from "./audio-file.ts";
import type { FeatureTask } from "./feature-cache.ts";
import { serveTasks } from "./pool.ts";

serveTasks(async ({ path, feature: name, contexts }: FeatureTask) => {
  const feature = featureNamed(name);
  const audio = await readAudioFile(path);
  const mono = toMono(audio);
  const result = new Float32Array(contexts.length * feature.size);
  if (mono.length === 0) analyse(audio, feature);
  const sound = mono.subarray(findOnset(mono, audio.sampleRate));
  contexts.forEach((context, at) => result.set(feature.extract(sound, audio.sampleRate, context).values, at * feature.size));
  return { result, transfer: [result.buffer] };
});
