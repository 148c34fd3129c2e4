/** Puts the same embedder on tensor backends until one answers a live query soon enough, picks the soonest by measurement, and falls back when it is lost. */

import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { type MathBackendWebGL } from "@tensorflow/tfjs-backend-webgl";
import "@tensorflow/tfjs-backend-webgl";
import plainWasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import simdWasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import threadedWasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";
import { UnsupportedError, messageOf } from "../core/errors.ts";
import type { Embedder } from "../model/embedder.ts";
import type { BackendName, BackendTrial } from "../protocol/engine.ts";

export const BACKENDS: readonly BackendName[] = ["wasm", "cpu", "webgl"];

/** A backend may take this long to come up, warm up and be measured; after that its trial says so and the next one's begins. */
const TRIAL_SECONDS = 15;
/** A backend whose quickest measurement is within this is taken, and those after it are brought up only where it is lost: a graphics context may take seconds to come up. Other programs only ever make a measurement longer. */
const SOON_MILLISECONDS = 10;
const WARM_UPS = 3;
/** Queries of one measurement, and measurements, of which the median counts. A measurement outlasts the coarse clock of a page that is not isolated. */
const QUERIES = 4;
const MEASUREMENTS = 5;
/** A query that takes longer than this is not measured again. */
const SLOW_MILLISECONDS = 60;

/** One embedder on one backend. */
interface Lane {
  readonly name: BackendName;
  readonly embedder: Embedder;
  /** Rejects when the backend is lost. */
  readonly lost: Promise<never>;
}

interface Measured {
  readonly lane: Lane;
  /** Median and least of the measurements of one live query. */
  readonly milliseconds: number;
  readonly least: number;
}

export interface Embedding {
  readonly backend: BackendName;
  readonly trials: readonly BackendTrial[];
  /** As `Embedder.embed`, one call at a time in the order asked; a call that its backend loses is answered by the next one. */
  embed(values: Float32Array, rows: number, contextSeconds?: number): Promise<Float32Array>;
  /** Asks the embedder anything, in turn with the rest; what its backend loses is asked of the next one. */
  ask<T>(question: (embedder: Embedder) => Promise<T>): Promise<T>;
  dispose(): void;
}

export interface EmbeddingOptions {
  /** Makes the embedder on the backend that is set. */
  create(): Embedder;
  /** One live query through the given embedding function, as it is timed. */
  query(embed: (values: Float32Array, rows: number) => Promise<Float32Array>): Promise<void>;
  /** Backends to try, in this order; default: all. */
  readonly backends?: readonly BackendName[];
  /** Called after each trial. */
  onTrial(trials: readonly BackendTrial[]): void;
  /** Called when a lost backend has been replaced. */
  onChange(backend: BackendName, trials: readonly BackendTrial[]): void;
}

/** Measures backends one after the other until one is soon enough, keeps the soonest and, warm beside it, the next; frees the others. Rejects with UnsupportedError where none comes up. */
export async function createEmbedding(options: EmbeddingOptions): Promise<Embedding> {
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  setWasmPaths({ "tfjs-backend-wasm.wasm": plainWasm, "tfjs-backend-wasm-simd.wasm": simdWasm, "tfjs-backend-wasm-threaded-simd.wasm": threadedWasm });
  const untried = [...(options.backends ?? BACKENDS)];
  let trials: readonly BackendTrial[] = [];
  const judge = (trial: BackendTrial) => {
    trials = [...trials.filter(({ name }) => name !== trial.name), trial];
  };
  const tryNext = async (): Promise<Measured | null> => {
    const name = untried.shift()!;
    try {
      const entry = await withinSeconds(TRIAL_SECONDS, name, (expired) => tryBackend(name, options, expired));
      judge({ name, milliseconds: entry.milliseconds });
      return entry;
    } catch (cause) {
      judge({ name, milliseconds: null, reason: messageOf(cause) });
      return null;
    }
  };

  const measured: Measured[] = [];
  while (untried.length > 0 && !measured.some(({ least }) => least <= SOON_MILLISECONDS)) {
    const entry = await tryNext();
    if (entry) measured.push(entry);
    options.onTrial(trials);
  }
  measured.sort((a, b) => a.milliseconds - b.milliseconds);
  const lanes = measured.map(({ lane }) => lane);
  for (const name of untried) judge({ name, milliseconds: null, reason: `not needed beside ${lanes[0]?.name}` });
  for (const lane of lanes.splice(2)) release(lane);
  if (lanes.length === 0) {
    throw new UnsupportedError(`Engine: expected one of webgl, wasm or cpu to come up, got none (${trials.map(({ name, reason }) => `${name}: ${reason}`).join("; ")}); use a current browser.`);
  }

  let turn: Promise<unknown> = Promise.resolve();
  const drop = (lane: Lane, cause: unknown) => {
    const at = lanes.indexOf(lane);
    if (at < 0) return;
    lanes.splice(at, 1);
    trials = trials.map((trial) => (trial.name === lane.name ? { name: lane.name, milliseconds: null, reason: messageOf(cause) } : trial));
    release(lane);
    const next = lanes[0];
    if (next) options.onChange(next.name, trials);
  };
  for (const lane of lanes) lane.lost.catch((cause: unknown) => drop(lane, cause));

  const answer = async <T>(question: (embedder: Embedder) => Promise<T>): Promise<T> => {
    for (;;) {
      while (lanes.length === 0 && untried.length > 0) {
        const entry = await tryNext();
        if (!entry) continue;
        lanes.push(entry.lane);
        entry.lane.lost.catch((cause: unknown) => drop(entry.lane, cause));
        options.onChange(entry.lane.name, trials);
      }
      const lane = lanes[0];
      if (!lane) throw new UnsupportedError("Engine: expected a backend to compute on, got none since all were lost; start the engine again.");
      try {
        return await askOn(lane, question);
      } catch (cause) {
        // Input that no backend takes is the caller's; anything else is this backend's.
        if ((cause as Error).name === "FormatError") throw cause;
        drop(lane, cause);
      }
    }
  };

  const ask = <T>(question: (embedder: Embedder) => Promise<T>): Promise<T> => {
    const result = turn.then(() => answer(question));
    turn = result.catch(() => {});
    return result;
  };

  return {
    get backend() {
      return lanes[0]?.name ?? "cpu";
    },
    get trials() {
      return trials;
    },
    embed: (values, rows, contextSeconds) => ask((embedder) => embedder.embed(values, rows, contextSeconds)),
    ask,
    dispose() {
      for (const lane of lanes.splice(0)) release(lane);
    },
  };
}

/** Brings a backend up, makes the embedder there, warms it up and times live queries. */
async function tryBackend(name: BackendName, options: EmbeddingOptions, expired: () => boolean): Promise<Measured> {
  const up = await tf.setBackend(name);
  if (!up) throw new UnsupportedError(`expected the backend to come up, got a refusal by the browser`);
  await tf.ready();
  const lane: Lane = { name, embedder: options.create(), lost: lossOf(name) };
  lane.lost.catch(() => {});
  try {
    const embed = (values: Float32Array, rows: number) => askOn(lane, (embedder) => embedder.embed(values, rows));
    const once = async () => {
      if (expired()) throw new UnsupportedError("expected an answer in time, got none");
      const start = performance.now();
      await options.query(embed);
      return performance.now() - start;
    };
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < WARM_UPS; i++) least = Math.min(least, await once());
    if (least > SLOW_MILLISECONDS) return { lane, milliseconds: least, least };
    const times: number[] = [];
    for (let i = 0; i < MEASUREMENTS; i++) {
      const start = performance.now();
      for (let j = 0; j < QUERIES; j++) await once();
      times.push((performance.now() - start) / QUERIES);
    }
    times.sort((a, b) => a - b);
    return { lane, milliseconds: times[times.length >> 1]!, least: times[0]! };
  } catch (cause) {
    release(lane);
    throw cause;
  }
}

/** Sets the lane's backend (at once, since it is up), asks there, and rejects if the backend is lost meanwhile. */
async function askOn<T>(lane: Lane, question: (embedder: Embedder) => Promise<T>): Promise<T> {
  if (tf.getBackend() !== lane.name) await tf.setBackend(lane.name);
  const result = await Promise.race([question(lane.embedder), lane.lost]);
  if (lane.name === "webgl" && contextOf()?.isContextLost()) throw lostContext();
  return result;
}

function release(lane: Lane): void {
  try {
    lane.embedder.dispose();
  } catch {
    // A lost context cannot free what it no longer holds.
  }
}

/** Rejects once the backend is lost; only a graphics context can be. */
function lossOf(name: BackendName): Promise<never> {
  return new Promise((_, reject) => {
    if (name !== "webgl") return;
    const canvas = (contextOf() as { readonly canvas?: EventTarget } | undefined)?.canvas;
    canvas?.addEventListener("webglcontextlost", () => reject(lostContext()), { once: true });
  });
}

function contextOf(): WebGLRenderingContext | undefined {
  return (tf.findBackend("webgl") as MathBackendWebGL | null)?.gpgpu.gl;
}

function lostContext(): UnsupportedError {
  return new UnsupportedError("expected the graphics context to last, got its loss");
}

/** Rejects after that time; what is late sees `expired()` and stops. */
async function withinSeconds<T>(seconds: number, name: string, work: (expired: () => boolean) => Promise<T>): Promise<T> {
  let late = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late = true;
      reject(new UnsupportedError(`${name}: expected an answer within ${seconds} s, got none`));
    }, seconds * 1000);
  });
  try {
    return await Promise.race([work(() => late), limit]);
  } finally {
    clearTimeout(timer);
  }
}
