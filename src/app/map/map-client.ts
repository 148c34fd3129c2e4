/** Runs the map worker and asks it. */

import { type Remote, wrap } from "comlink";
import type { MapApi } from "../../protocol/map.ts";

export const makeMapWorker = (): Worker => new Worker(new URL("../../worker/map.worker.ts", import.meta.url), { type: "module", name: "simile-map" });

export function askMap(worker: Worker): Remote<MapApi> {
  return wrap<MapApi>(worker);
}
