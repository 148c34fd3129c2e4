/** Runs a preset worker for one piece of work; cancelling ends the worker, whatever it is at. */

import { type Remote, wrap } from "comlink";
import type { PresetApi } from "../../protocol/preset.ts";

/** Resolves as the job does; rejects with the signal's reason once it is aborted, and where the worker itself ends. */
export async function withPresetWorker<T>(signal: AbortSignal, job: (worker: Remote<PresetApi>) => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const worker = new Worker(new URL("../../worker/preset.worker.ts", import.meta.url), { type: "module" });
  try {
    return await new Promise<T>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      worker.addEventListener("error", ({ message }) => reject(new Error(`Presets: expected the worker to finish, got "${message || "its end"}"; try again.`)));
      job(wrap<PresetApi>(worker)).then(resolve, reject);
    });
  } finally {
    worker.terminate();
  }
}
