/** Runs the engine worker: opens it, and joins it to the two worklets. */

import { proxy, transfer } from "comlink";
import { createOrderMemory } from "../core/answer/order-ring.ts";
import type { EngineApi, EngineEvent, EngineSources, EngineStatus } from "../protocol/engine.ts";
import { type WorkerClient, type WorkerMaker, createWorkerClient } from "./worker-client.ts";

export interface EngineClient extends WorkerClient<EngineApi> {
  open(sources: EngineSources, report: (event: EngineEvent) => void): Promise<EngineStatus>;
  /** Joins listener and player through fresh channels, whose other ends go to `connectListener` and `connectPlayer`. */
  attach(connectListener: (port: MessagePort) => void, connectPlayer: (port: MessagePort, orders?: SharedArrayBuffer) => void): Promise<void>;
}

/** The built engine. */
export const makeEngineWorker: WorkerMaker = (name) => new Worker(new URL("../worker/engine.worker.ts", import.meta.url), { type: "module", name });

export function createEngineClient(make: WorkerMaker = makeEngineWorker): EngineClient {
  const client = createWorkerClient<EngineApi>({ make, place: "Engine", remedy: "it is started again" });
  let over = false;
  return {
    ...client,
    open: (sources, report) =>
      client.ask((engine) =>
        engine.open(
          sources,
          proxy((event: EngineEvent) => {
            if (!over) report(event);
          }),
        ),
      ),
    attach(connectListener, connectPlayer) {
      const listener = new MessageChannel();
      const player = new MessageChannel();
      const orders = globalThis.crossOriginIsolated ? createOrderMemory() : undefined;
      const attached = client.ask((engine) => engine.attach(transfer(listener.port1, [listener.port1]), transfer(player.port1, [player.port1]), orders));
      connectPlayer(player.port2, orders);
      connectListener(listener.port2);
      return attached;
    },
    terminate() {
      over = true;
      client.terminate();
    },
  };
}
