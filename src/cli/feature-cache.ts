/** Computes the features of many files on all cores and keeps them in .simile-cache, so that training and reports analyse a file once. */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { analyse } from "../core/analysis.ts";
import { type Audio, toMono } from "../core/signal/audio.ts";
import { messageOf } from "../core/errors.ts";
import type { Feature } from "../core/features/feature.ts";
import { featureNamed } from "../core/features/families.ts";
import { findOnset } from "../core/onset/find-onset.ts";

export interface FeatureCacheOptions {
  /** Folder of the cache; default `.simile-cache` in the working folder. */
  readonly cache?: string;
  /** Worker threads; default one a core. */
  readonly threads?: number;
  /** Called with the count of files done, now and then. */
  readonly progress?: (done: number, all: number) => void;
  /** Called for a file that cannot be read; its row is NaN. Without it such a file throws. */
  readonly bad?: (file: string, message: string) => void;
}

/** Files handed to a worker at a time. */
const BATCH = 8;

interface Job {
  readonly files: readonly string[];
  readonly rows: readonly number[];
}

type Answer = { readonly row: number; readonly values: Float32Array } | { readonly row: number; readonly message: string };

/**
 * `[files, contexts, feature.size]`, row-major: the vector of each file at each context (seconds after its onset). Rows are cached by feature name and version, context, path, size and time of change.
 */
export async function featuresOf(files: readonly string[], feature: Feature, contexts: readonly number[], options: FeatureCacheOptions = {}): Promise<Float32Array> {
  const folder = join(resolve(options.cache ?? ".simile-cache"), `${feature.name}@${feature.version}`);
  mkdirSync(folder, { recursive: true });
  const width = contexts.length * feature.size;
  const result = new Float32Array(files.length * width);
  const missing: number[] = [];
  const keys = files.map((file) => join(folder, `${keyOf(file, contexts)}.f32`));
  for (let row = 0; row < files.length; row++) {
    const known = existsSync(keys[row]!) ? readFileSync(keys[row]!) : undefined;
    if (known && known.byteLength === 4 * width) result.set(new Float32Array(known.buffer.slice(known.byteOffset, known.byteOffset + known.byteLength)), row * width);
    else missing.push(row);
  }
  let done = files.length - missing.length;
  options.progress?.(done, files.length);
  const accept = (answer: Answer) => {
    done++;
    if ("message" in answer) {
      const file = files[answer.row]!;
      if (!options.bad) throw new Error(answer.message);
      options.bad(file, answer.message);
      result.fill(Number.NaN, answer.row * width, (answer.row + 1) * width);
    } else {
      result.set(answer.values, answer.row * width);
      const key = keys[answer.row]!;
      writeFileSync(`${key}.part`, new Uint8Array(answer.values.buffer, answer.values.byteOffset, answer.values.byteLength));
      renameSync(`${key}.part`, key);
    }
    options.progress?.(done, files.length);
  };
  if (missing.length > 0) await share(files, missing, feature, contexts, options.threads ?? availableParallelism(), accept);
  return result;
}

function keyOf(file: string, contexts: readonly number[]): string {
  const { size, mtimeMs } = statSync(file);
  return createHash("sha256").update(JSON.stringify([resolve(file), size, mtimeMs, contexts])).digest("hex").slice(0, 32);
}

/** Deals the rows out to worker threads in small batches and waits for all of them. */
async function share(files: readonly string[], rows: readonly number[], feature: Feature, contexts: readonly number[], threads: number, accept: (answer: Answer) => void): Promise<void> {
  let next = 0;
  const take = (): Job => {
    const batch = rows.slice(next, next + BATCH);
    next += batch.length;
    return { rows: batch, files: batch.map((row) => files[row]!) };
  };
  const count = Math.min(threads, Math.ceil(rows.length / BATCH));
  const workers: Worker[] = [];
  try {
    await Promise.all(
      Array.from(
        { length: count },
        () =>
          new Promise<void>((done, fail) => {
            const worker = new Worker(new URL("./feature-cache.js", import.meta.url), { workerData: { feature: feature.name, contexts } });
            workers.push(worker);
            worker.on("error", fail);
            worker.on("message", (answers: Answer[]) => {
              try {
                for (const answer of answers) accept(answer);
              } catch (cause) {
                fail(cause);
                return;
              }
              const job = take();
              if (job.rows.length === 0) done();
              else worker.postMessage(job);
            });
            worker.postMessage(take());
          }),
      ),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** One file at every context: decoded and searched for its onset once. */
function vectors(audio: Audio, feature: Feature, contexts: readonly number[]): Float32Array {
  const mono = toMono(audio);
  const values = new Float32Array(contexts.length * feature.size);
  const sound = { sampleRate: audio.sampleRate, channels: [mono] };
  if (mono.length === 0) analyse(sound, feature);
  const tail = mono.subarray(findOnset(mono, audio.sampleRate));
  contexts.forEach((context, at) => values.set(feature.extract(tail, audio.sampleRate, context).values, at * feature.size));
  return values;
}

/** The worker's side: answers each job with its vectors. */
export function serve(): void {
  if (isMainThread || !parentPort) return;
  const port = parentPort;
  const { feature: name, contexts } = workerData as { feature: string; contexts: readonly number[] };
  const feature = featureNamed(name);
  port.on("message", (job: Job) => {
    void (async () => {
      const { readAudioFile } = await import("./audio-file.ts");
      const answers: Answer[] = [];
      for (const [at, file] of job.files.entries()) {
        const row = job.rows[at]!;
        try {
          answers.push({ row, values: vectors(await readAudioFile(file), feature, contexts) });
        } catch (cause) {
          answers.push({ row, message: messageOf(cause) });
        }
      }
      port.postMessage(answers);
    })();
  });
}
