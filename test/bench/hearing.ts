/** The hearing that the features bench times, the same in Node and in Chromium: the live stream by quantum, vectors, and whole sounds. */

import { featureNamed } from "../../src/core/features/families.ts";
import { SimileStream, SIZE } from "../../src/core/features/simile.ts";
import { Listener } from "../../src/core/listener.ts";
import { OnsetDetector } from "../../src/core/onset/onset-detector.ts";
import { pluck, strung } from "../signals.ts";

export const RATE = 48_000;
export const QUANTUM = 128;
export const SECONDS = 20;

/** Two plucks a second: the stream hears all the time and starts anew all the time. */
export const take = strung(Array.from({ length: 2 * SECONDS }, (_, i) => ({ at: 0.1 + i / 2, sound: pluck(110 * 2 ** ((i % 24) / 12), 0.5, RATE, 0.4) })), SECONDS, RATE);
export const second = pluck(220, 1, RATE);

/** Milliseconds of every quantum of the take. */
export function quanta(hear: (block: Float32Array, start: number, end: number) => void): number[] {
  const times: number[] = [];
  for (let at = 0; at + QUANTUM <= take.length; at += QUANTUM) {
    const start = performance.now();
    hear(take, at, at + QUANTUM);
    times.push(performance.now() - start);
  }
  return times;
}

export function listening(): number[] {
  const listener = new Listener(RATE, { onset: () => undefined, vector: () => undefined });
  for (let at = 0; at < RATE; at += QUANTUM) listener.push(take, at, at + QUANTUM);
  return quanta((block, start, end) => listener.push(block, start, end));
}

export function detecting(): number[] {
  const detector = new OnsetDetector(RATE);
  return quanta((block, start, end) => {
    for (let at = start; at < end; ) at = detector.push(block, at, end);
  });
}

/** A function that takes a vector from what a stream holds. */
export function createSnapshot(): () => void {
  const stream = new SimileStream(RATE);
  stream.push(pluck(220, 1.5, RATE));
  const values = new Float32Array(SIZE);
  return () => void stream.snapshot(values);
}

/** 2^16 samples at 44.1 kHz, the length that the paper's scattering hears, through a family. */
export function createWhole(name: string): () => void {
  const feature = featureNamed(name);
  const sound = pluck(220, 2 ** 16 / 44_100, 44_100);
  return () => void feature.extract(sound, 44_100);
}

/** Milliseconds of each of `runs` calls, after two that are not counted. */
export function times(act: () => void, runs: number): number[] {
  act();
  act();
  return Array.from({ length: runs }, () => {
    const start = performance.now();
    act();
    return performance.now() - start;
  });
}

/** Bytes that the host holds: the process's, or the page's heap and buffers where there is no process to ask. */
function heldBytes(): number {
  const host = globalThis as { process?: { memoryUsage?(): { rss: number } }; performance: { memory?: { usedJSHeapSize: number } } };
  return host.process?.memoryUsage?.().rss ?? host.performance.memory?.usedJSHeapSize ?? 0;
}

/** Everything above at once, for a host that is asked from outside. `bytes`: what listening to the take added. */
export function hearing() {
  const before = heldBytes();
  listening();
  const bytes = Math.max(0, heldBytes() - before);
  return { bytes, listener: listening(), detector: detecting(), vector: times(createSnapshot(), 500), whole: Object.fromEntries(["simile", "mfcc", "scat1d", "jtfs"].map((name) => [name, times(createWhole(name), 20)])) };
}
