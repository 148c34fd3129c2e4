/** From audio files to feature vectors, one by one or many at a time over worker threads. */

import { analyse } from "../core/analysis.ts";
import { placed } from "../core/errors.ts";
import { featureNamed } from "../core/features/families.ts";
import { pitchFrom } from "../core/metadata/pitch.ts";
import { checkAudible } from "../core/signal/audible.ts";
import { readAudioFile } from "./audio-file.ts";
import { Pool } from "./pool.ts";

export interface AnalysisTask {
  readonly path: string;
  /** Name of the feature family. */
  readonly feature: string;
  /** Seconds from the onset; the family's longest context where absent. */
  readonly contextSeconds?: number | undefined;
  /** The pitch is estimated, too. */
  readonly pitch?: boolean;
}

export interface FileAnalysis {
  readonly values: Float32Array<ArrayBuffer>;
  readonly onsetSeconds: number;
  readonly loudnessDb: number;
  readonly durationSeconds: number;
  /** Empty where there is none, or nobody asked. */
  readonly pitch: string;
}

/** Files from which on threads are worth their start (a quarter of a second each). */
const POOL_FROM = 32;

/** Reads and analyses one file; throws what `readAudioFile`, `checkAudible` and `analyse` throw, the path before it. */
export async function analyseFile({ path, feature, contextSeconds, pitch = false }: AnalysisTask): Promise<FileAnalysis> {
  const audio = await readAudioFile(path);
  checkAudible(audio, path);
  const { values, onsetSeconds, loudnessDb } = placed(path, () => analyse(audio, featureNamed(feature), contextSeconds));
  return {
    // a copy of its own length, so that its buffer can change threads
    values: values.slice() as Float32Array<ArrayBuffer>,
    onsetSeconds,
    loudnessDb,
    durationSeconds: audio.channels[0]!.length / audio.sampleRate,
    pitch: pitch ? pitchFrom(audio, onsetSeconds) : "",
  };
}

/**
 * Analyses many files and calls `each` once a file, in the order of completion, with its index and its analysis or its fault; one bad file does not stop the others.
 * Few files stay in this thread, more go to a pool.
 */
export async function analyseFiles(tasks: readonly AnalysisTask[], each: (index: number, outcome: FileAnalysis | Error) => void): Promise<void> {
  const settle = async (index: number, run: (task: AnalysisTask) => Promise<FileAnalysis>) => {
    const outcome = await run(tasks[index]!).catch((cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause))));
    each(index, outcome);
  };
  if (tasks.length < POOL_FROM) {
    for (let index = 0; index < tasks.length; index++) await settle(index, analyseFile);
    return;
  }
  const pool = new Pool<AnalysisTask, FileAnalysis>(new URL("./analysis-worker.ts", import.meta.url));
  try {
    await Promise.all(tasks.map((_, index) => settle(index, (task) => pool.run(task))));
  } finally {
    await pool.close();
  }
}
