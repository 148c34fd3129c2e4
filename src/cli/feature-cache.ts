/** Computes the features of many files on all cores and keeps them in .simile-cache, so that training and reports analyse a file once. */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { messageOf, MissingError } from "../core/errors.ts";
import type { Feature } from "../core/features/feature.ts";
import { ONSET_VERSION } from "../core/onset/find-onset.ts";
import { ALTERATION_VERSION, type Step } from "./alteration/steps.ts";
import { Pool } from "./pool.ts";
import { writeWholeSync } from "./whole-file.ts";

export interface FeatureCacheOptions {
  /** Folder of the cache; default `.simile-cache` in the working folder. */
  readonly cache?: string;
  /** Worker threads; default one a core. */
  readonly threads?: number;
  /** Called with the count of files done. */
  readonly progress?: (done: number, all: number) => void;
  /** Called for a file that cannot be read; its row is NaN. Without it such a file throws. */
  readonly bad?: (file: string, message: string) => void;
  /** What happens to the sound of each file before it is heard; part of its key in the cache. */
  readonly steps?: (row: number) => readonly Step[] | undefined;
}

export interface FeatureTask {
  readonly path: string;
  /** Name of the feature family. */
  readonly feature: string;
  readonly contexts: readonly number[];
  readonly steps?: readonly Step[];
}

/**
 * `[files, contexts, feature.size]`, row-major: the vector of each file at each context (seconds after its onset). A file's rows are cached by its content (a copy elsewhere is the same sound), by feature name
 * and version, contexts, the onset rule's version, and the steps that altered it. Throws what `readAudioFile` and `analyse` throw, unless `options.bad` takes it.
 */
export async function featuresOf(files: readonly string[], feature: Feature, contexts: readonly number[], options: FeatureCacheOptions = {}): Promise<Float32Array> {
  const folder = join(resolve(options.cache ?? ".simile-cache"), `${feature.name}@${feature.version}`);
  mkdirSync(folder, { recursive: true });
  const width = contexts.length * feature.size;
  const result = new Float32Array(files.length * width);
  const steps = files.map((_, row) => options.steps?.(row));
  const contents = new Map([...new Set(files)].map((file) => [file, contentOf(file)] as const));
  const keys = files.map((file, row) => join(folder, `${keyOf(contents.get(file)!, contexts, steps[row])}.f32`));
  const missing: number[] = [];
  for (let row = 0; row < files.length; row++) {
    const known = existsSync(keys[row]!) ? readFileSync(keys[row]!) : undefined;
    if (known?.byteLength === 4 * width) result.set(new Float32Array(known.buffer.slice(known.byteOffset, known.byteOffset + known.byteLength)), row * width);
    else missing.push(row);
  }
  let done = files.length - missing.length;
  if (missing.length === 0) return result;
  const pool = new Pool<FeatureTask, Float32Array>(new URL("./feature-worker.ts", import.meta.url), options.threads);
  try {
    await Promise.all(
      missing.map(async (row) => {
        const path = files[row]!;
        try {
          const values = await pool.run({ path, feature: feature.name, contexts, ...(steps[row] ? { steps: steps[row] } : {}) });
          result.set(values, row * width);
          writeWholeSync(keys[row]!, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
        } catch (cause) {
          if (!options.bad) throw cause;
          options.bad(path, messageOf(cause));
          result.fill(Number.NaN, row * width, (row + 1) * width);
        }
        options.progress?.(++done, files.length);
      }),
    );
  } finally {
    await pool.close();
  }
  return result;
}

function keyOf(content: string, contexts: readonly number[], steps: readonly Step[] | undefined): string {
  return createHash("sha256").update(JSON.stringify([content, ONSET_VERSION, contexts, ...(steps ? [ALTERATION_VERSION, steps] : [])])).digest("hex").slice(0, 32);
}

/** A hash of what the file holds. One that is there and cannot be read goes by its path: hearing it tells what is wrong, and nothing of it is kept. */
function contentOf(file: string): string {
  if (!existsSync(file)) throw new MissingError(`${file}: expected an audio file, got none; check the path.`);
  try {
    return createHash("sha256").update(readFileSync(file)).digest("hex");
  } catch {
    return resolve(file);
  }
}
