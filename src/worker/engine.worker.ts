/** The worker's entry: offers the engine to the page, and holds a lock for as long as it lives, so that the page learns of its death. */

import { expose } from "comlink";
import { createEngine } from "./engine.ts";

// The lock bears the worker's name; it is released by the browser however the worker ends.
void navigator.locks?.request(self.name, () => new Promise<never>(() => {})).catch(() => {});

expose(createEngine());
