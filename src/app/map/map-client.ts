/** Runs a map worker. */

import type { MapApi } from "../../protocol/map.ts";
import { type WorkerClient, type WorkerMaker, createWorkerClient } from "../worker-client.ts";

export type MapClient = WorkerClient<MapApi>;

/** The built map worker. */
export const makeMapWorker: WorkerMaker = (name) => new Worker(new URL("../../worker/map.worker.ts", import.meta.url), { type: "module", name });

export function createMapClient(make: WorkerMaker = makeMapWorker): MapClient {
  return createWorkerClient<MapApi>({ make, place: "Map", remedy: "lay it out again" });
}
