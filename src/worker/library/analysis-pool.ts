/** The import's workers: as many as there are cores but one, each with one file at a time. */

import { type Remote, wrap } from "comlink";
import type { AnalysisApi } from "../../protocol/library.ts";

export interface AnalysisPool {
  readonly size: number;
  /** Hands the next free worker to a job, in the order asked. A worker whose job rejects with a fault of its own is replaced. */
  run<T>(job: (worker: Remote<AnalysisApi>) => Promise<T>): Promise<T>;
  /** Ends all workers; jobs under way reject with an AbortError. */
  close(): void;
}

interface Lane {
  readonly worker: Worker;
  readonly api: Remote<AnalysisApi>;
  readonly ready: Promise<void>;
  /** Rejects where the worker itself fails, as on running out of memory, or is ended. */
  readonly failed: Promise<never>;
  fail(cause: Error): void;
}

export function poolSize(): number {
  return Math.max(1, (navigator.hardwareConcurrency ?? 2) - 1);
}

/** `prepare` is called once for each worker, before its first job. */
export function createAnalysisPool(prepare: (worker: Remote<AnalysisApi>) => Promise<void>, size = poolSize()): AnalysisPool {
  const free: Lane[] = [];
  const all = new Set<Lane>();
  const waiting: ((lane: Lane) => void)[] = [];
  let closed = false;

  const open = (): Lane => {
    const worker = new Worker(new URL("../analysis.worker.ts", import.meta.url), { type: "module" });
    let fail: (cause: Error) => void = () => {};
    const failed = new Promise<never>((_, reject) => (fail = reject));
    failed.catch(() => {});
    worker.addEventListener("error", (event) => fail(Object.assign(new Error(event.message || "a worker that ended"), { name: "WorkerError" })));
    const api = wrap<AnalysisApi>(worker);
    const lane = { worker, api, ready: prepare(api), failed, fail };
    lane.ready.catch(() => {});
    all.add(lane);
    return lane;
  };
  const take = (): Promise<Lane> => {
    const lane = free.pop() ?? (all.size < size ? open() : undefined);
    return lane ? Promise.resolve(lane) : new Promise((resolve) => waiting.push(resolve));
  };
  const give = (lane: Lane) => {
    const next = waiting.shift();
    if (next) next(lane);
    else free.push(lane);
  };

  return {
    size,
    async run(job) {
      const lane = await take();
      try {
        return await Promise.race([lane.ready.then(() => job(lane.api)), lane.failed]);
      } catch (cause) {
        if ((cause as Error).name === "WorkerError" && !closed) {
          lane.worker.terminate();
          all.delete(lane);
        }
        throw cause;
      } finally {
        if (all.has(lane)) give(lane);
        else if (!closed && waiting.length > 0) give(open());
      }
    },
    close() {
      closed = true;
      for (const { worker, fail } of all) {
        worker.terminate();
        fail(new DOMException("the import was ended", "AbortError"));
      }
      all.clear();
    },
  };
}
