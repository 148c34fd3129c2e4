/** The map worker's entry: lays libraries out beside the engine, so that the answers never wait for it, and holds a lock for as long as it lives. */

import { expose } from "comlink";
import { holdLifeLock } from "./life-lock.ts";
import { createMapMaker } from "./map/map-maker.ts";

holdLifeLock();
expose(createMapMaker());
