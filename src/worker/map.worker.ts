/** The map worker's entry: lays libraries out beside the engine, so that the answers never wait for it. */

import { expose } from "comlink";
import { createMapMaker } from "./map/map-maker.ts";

expose(createMapMaker());
