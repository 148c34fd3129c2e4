/** The worker's entry: offers the engine to the page, and holds a lock for as long as it lives, so that the page learns of its death. */

import { expose } from "comlink";
import { createEngine } from "./engine.ts";
import { holdLifeLock } from "./life-lock.ts";

holdLifeLock();
expose(createEngine());
