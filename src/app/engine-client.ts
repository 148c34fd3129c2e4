/** Runs the engine worker, asks it, and knows when it has died. */

import { type Remote, proxy, transfer, wrap } from "comlink";
import { createOrderMemory } from "../core/answer/order-ring.ts";
import type { EngineApi, EngineEvent, EngineSources, EngineStatus } from "../protocol/engine.ts";
import { onWorkerEnd } from "./worker-end.ts";

export interface EngineClient {
  /** Resolves with the reason once the worker has ended without being told to. */
  readonly ended: Promise<Error>;
  open(sources: EngineSources, report: (event: EngineEvent) => void): Promise<EngineStatus>;
  /** Joins listener and player through fresh channels, whose other ends go to `connectListener` and `connectPlayer`. */
  attach(connectListener: (port: MessagePort) => void, connectPlayer: (port: MessagePort, orders?: SharedArrayBuffer) => void): Promise<void>;
  /** Asks anything else; rejects where the worker ends first. */
  ask<T>(question: (engine: Remote<EngineApi>) => Promise<T>): Promise<T>;
  terminate(): void;
}

export type WorkerMaker = (name: string) => Worker;

/** The built engine. The name is the worker's, and the lock's that it holds while it lives. */
export const makeEngineWorker: WorkerMaker = (name) => new Worker(new URL("../worker/engine.worker.ts", import.meta.url), { type: "module", name });

export function createEngineClient(make: WorkerMaker = makeEngineWorker): EngineClient {
  const name = `simile-engine-${crypto.randomUUID()}`;
  const worker = make(name);
  const engine = wrap<EngineApi>(worker);
  const over = new AbortController();
  let watching = false;
  let end: (cause: Error) => void = () => {};
  const unanswered = new Set<(cause: Error) => void>();
  const ended = new Promise<Error>((resolve) => {
    end = (cause) => {
      if (over.signal.aborted) return;
      resolve(cause);
      for (const reject of unanswered) reject(cause);
    };
  });
  worker.addEventListener("error", (event) => {
    // Before its first word this means that the worker's script did not load; later, an error that it survives.
    if (!watching) end(new Error(`Engine: expected the worker to start, got "${event.message || "a failure to load its script"}"; check the connection to the server and try again.`));
  });

  const watch = () => {
    if (watching) return;
    watching = true;
    onWorkerEnd(name, over.signal, () => end(new Error("Engine: expected the worker to keep running, got its end; it is started again.")));
  };

  const ask = <T>(question: (remote: Remote<EngineApi>) => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      unanswered.add(reject);
      question(engine)
        .then(resolve, reject)
        .finally(() => unanswered.delete(reject));
    });

  return {
    ended,
    open: (sources, report) =>
      ask((remote) =>
        remote.open(
          sources,
          proxy((event: EngineEvent) => {
            watch();
            if (!over.signal.aborted) report(event);
          }),
        ),
      ),
    attach(connectListener, connectPlayer) {
      const listener = new MessageChannel();
      const player = new MessageChannel();
      const orders = globalThis.crossOriginIsolated ? createOrderMemory() : undefined;
      const attached = ask((remote) => remote.attach(transfer(listener.port1, [listener.port1]), transfer(player.port1, [player.port1]), orders));
      connectPlayer(player.port2, orders);
      connectListener(listener.port2);
      return attached;
    },
    ask,
    terminate() {
      if (over.signal.aborted) return;
      over.abort();
      worker.terminate();
    },
  };
}
