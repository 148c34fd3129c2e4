/** Asks a worker, and knows when it has not started or has died, which no event tells: it holds a lock of its own name for as long as it lives. */

import { type Remote, wrap } from "comlink";
import { ALIVE } from "../protocol/life.ts";

/** The name is the worker's, and the lock's that it holds. */
export type WorkerMaker = (name: string) => Worker;

export interface WorkerClient<Api> {
  /** Resolves with the reason once the worker has ended without being told to; of one that had started, never where the browser has no locks. */
  readonly ended: Promise<Error>;
  /** Asks once the worker has started; rejects where it ends before it answers. */
  ask<T>(question: (worker: Remote<Api>) => Promise<T>): Promise<T>;
  /** What was asked and is not answered is refused, then and later. Idempotent. */
  terminate(): void;
}

export interface WorkerClientOptions {
  readonly make: WorkerMaker;
  /** Begins the sentences of what fails, and in lower case the worker's name. */
  readonly place: string;
  /** What can be done where a worker that had started has ended. */
  readonly remedy: string;
}

export function createWorkerClient<Api>({ make, place, remedy }: WorkerClientOptions): WorkerClient<Api> {
  const name = `simile-${place.toLowerCase()}-${crypto.randomUUID()}`;
  const worker = make(name);
  const remote = wrap<Api>(worker);
  const over = new AbortController();
  const unanswered = new Set<(cause: Error) => void>();
  let cause: Error | null = null;
  let tell: (cause: Error) => void = () => {};
  const ended = new Promise<Error>((resolve) => (tell = resolve));
  const end = (sentence: string) => {
    if (over.signal.aborted || cause) return;
    refuse(sentence);
    tell(cause!);
  };
  const refuse = (sentence: string) => {
    cause = new Error(sentence);
    for (const reject of unanswered) reject(cause);
  };

  let started = false;
  const start = new Promise<void>((resolve) =>
    worker.addEventListener("message", ({ data }) => {
      if (data !== ALIVE) return;
      started = true;
      resolve();
      navigator.locks
        ?.request(name, { signal: over.signal }, async () => end(`${place}: expected its worker to keep running, got its end; ${remedy}.`))
        .catch(() => {});
    }),
  );
  worker.addEventListener("error", ({ message }) => {
    // Before its first word this means that the worker's script did not load; later, an error that it survives.
    if (!started) end(`${place}: expected its worker to start, got "${message || "a failure to load its script"}"; check the connection to the server and try again.`);
  });

  return {
    ended,
    ask: <T>(question: (worker: Remote<Api>) => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        if (cause) return reject(cause);
        unanswered.add(reject);
        (started ? question(remote) : start.then(() => question(remote))).then(resolve, reject).finally(() => unanswered.delete(reject));
      }),
    terminate() {
      over.abort();
      worker.terminate();
      if (!cause) refuse(`${place}: expected its worker to answer, got its end, which was asked for; ask again.`);
    },
  };
}
