/** The engine as it ships, in a worker of the tests' own: with the backends that a test wants, and switches that take its graphics context away or hold it up. */

import { expose } from "comlink";
import * as tf from "@tensorflow/tfjs-core";
import type { MathBackendWebGL } from "@tensorflow/tfjs-backend-webgl";
import type { BackendName, EngineApi } from "../../src/protocol/engine.ts";
import { createEngine } from "../../src/worker/engine.ts";

let engine = createEngine();

export interface LabApi extends EngineApi {
  /** Tries only these from the next `open` on. */
  only(backends: readonly BackendName[]): Promise<void>;
  /** As a driver reset does, by WEBGL_lose_context. */
  loseContext(): Promise<void>;
  /** Holds the worker up, as a machine under load does. */
  block(milliseconds: number, begun?: () => void): Promise<void>;
  /** Lets every timer go off so much later from now on, as a machine under load does. */
  delayTimers(milliseconds: number): Promise<void>;
}

const lab: LabApi = {
  open: (sources, report) => engine.open(sources, report),
  attach: (listener, player) => engine.attach(listener, player),
  hush: () => engine.hush(),
  setLibrary: (number, library) => engine.setLibrary(number, library),
  addSounds: (number, rows) => engine.addSounds(number, rows),
  describe: (number, columns) => engine.describe(number, columns),
  embedFeatures: (values, rows) => engine.embedFeatures(values, rows),
  configure: (settings) => engine.configure(settings),
  embed: (samples, rate) => engine.embed(samples, rate),
  match: (samples, rate, count) => engine.match(samples, rate, count),
  near: (id, count) => engine.near(id, count),
  diverse: (matches, count) => engine.diverse(matches, count),
  heard: () => engine.heard(),
  explain: (id) => engine.explain(id),
  rows: (ids) => engine.rows(ids),
  lend: (port) => engine.lend(port),
  distances: () => engine.distances(),
  status: () => engine.status(),
  tensors: () => engine.tensors(),
  close: () => engine.close(),
  async only(backends) {
    engine = createEngine(backends);
  },
  async loseContext() {
    const { gl } = (tf.findBackend("webgl") as MathBackendWebGL).gpgpu;
    gl.getExtension("WEBGL_lose_context")!.loseContext();
  },
  async block(milliseconds, begun) {
    begun?.();
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  },
  async delayTimers(milliseconds) {
    const { setTimeout: set } = globalThis;
    globalThis.setTimeout = ((run: () => void, delay = 0) => set(run, delay + milliseconds)) as typeof setTimeout;
  },
};

expose(lab);
