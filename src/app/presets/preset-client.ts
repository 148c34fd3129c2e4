/** Runs a preset worker for one piece of work; cancelling ends the worker, whatever it is at. */

import type { Remote } from "comlink";
import type { PresetApi } from "../../protocol/preset.ts";
import { type WorkerMaker, createWorkerClient } from "../worker-client.ts";

/** The built preset worker. */
export const makePresetWorker: WorkerMaker = (name) => new Worker(new URL("../../worker/preset.worker.ts", import.meta.url), { type: "module", name });

/** Resolves as the job does; rejects with the signal's reason once it is aborted, and where the worker itself ends. */
export async function withPresetWorker<T>(signal: AbortSignal, job: (worker: Remote<PresetApi>) => Promise<T>, make: WorkerMaker = makePresetWorker): Promise<T> {
  signal.throwIfAborted();
  const client = createWorkerClient<PresetApi>({ make, place: "Presets", remedy: "try again" });
  try {
    return await new Promise<T>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      client.ask(job).then(resolve, reject);
    });
  } finally {
    client.terminate();
  }
}
