/** The worker's entry: offers the engine to the page, and holds a lock for as long as it lives, so that the page learns of its death. */

import { expose } from "comlink";
import type { EngineApi } from "../protocol/engine.ts";
import { createEngine } from "./engine.ts";

/** Resolves once the lock that bears the worker's name is held; the browser releases it however the worker ends. */
const locked = new Promise<void>((resolve) => {
  if (!navigator.locks) return resolve();
  navigator.locks
    .request(self.name, () => {
      resolve();
      return new Promise<never>(() => {});
    })
    .catch(() => resolve());
});

const engine = createEngine();
const api: EngineApi = {
  ...engine,
  async open(sources, report) {
    await locked;
    return engine.open(sources, report);
  },
};

expose(api);
