/** Runs a map worker, asks it, and knows when it has failed or died. */

import { proxy, transfer, wrap } from "comlink";
import type { MapApi, MapLayout, MapProgress, MapRequest } from "../../protocol/map.ts";
import { onWorkerEnd } from "../worker-end.ts";

export interface MapClient {
  /** Rejects where the worker fails, dies or is told to end before it answers. `lender` moves to the worker. */
  layOut(lender: MessagePort, request: MapRequest, report: (progress: MapProgress) => void): Promise<MapLayout>;
  terminate(): void;
}

/** The name is the worker's, and the lock's that it holds while it lives. */
export type MapWorkerMaker = (name: string) => Worker;

export const makeMapWorker: MapWorkerMaker = (name) => new Worker(new URL("../../worker/map.worker.ts", import.meta.url), { type: "module", name });

export function createMapClient(make: MapWorkerMaker = makeMapWorker): MapClient {
  const name = `simile-map-${crypto.randomUUID()}`;
  const worker = make(name);
  const over = new AbortController();
  let fail: (cause: Error) => void = () => {};
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => {});
  worker.addEventListener("error", ({ message }) => fail(new Error(`Map: expected its worker to run, got "${message || "a failure to load its script"}"; lay it out again.`)));
  return {
    layOut(lender, request, report) {
      let watching = false;
      const listen = proxy((progress: MapProgress) => {
        if (!watching) onWorkerEnd(name, over.signal, () => fail(new Error("Map: expected its worker to keep running, got its end; lay it out again.")));
        watching = true;
        report(progress);
      });
      return Promise.race([wrap<MapApi>(worker).layOut(transfer(lender, [lender]), request, listen), failed]);
    },
    terminate() {
      over.abort();
      worker.terminate();
      fail(new DOMException("Map: expected to lay out, got told to end.", "AbortError"));
    },
  };
}
