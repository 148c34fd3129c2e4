/** The worker's entry: offers the engine to the page, and holds a lock for as long as it lives, so that the page learns of its death. */

import { expose } from "comlink";
import type { EngineApi } from "../protocol/engine.ts";
import { createEngine } from "./engine.ts";
import { holdLifeLock } from "./life-lock.ts";

const locked = holdLifeLock();
const engine = createEngine();
const api: EngineApi = {
  ...engine,
  async open(sources, report) {
    await locked;
    return engine.open(sources, report);
  },
};

expose(api);
