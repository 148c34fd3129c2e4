/** The map worker's entry: lays libraries out beside the engine, so that the answers never wait for it, and holds a lock for as long as it lives. */

import { expose } from "comlink";
import type { MapApi } from "../protocol/map.ts";
import { holdLifeLock } from "./life-lock.ts";
import { createMapMaker } from "./map/map-maker.ts";

const locked = holdLifeLock();
const maker = createMapMaker();
const api: MapApi = {
  async layOut(lender, request, report) {
    await locked;
    report({ stage: "neighbours", done: 0, all: request.keys.length });
    return maker.layOut(lender, request, report);
  },
};

expose(api);
