/** Times hearing: the live stream by quantum, a vector from what it holds, whole sounds offline and from files, beside Meyda on the same frames. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Meyda from "meyda";
import { analyse } from "../../src/core/analysis.ts";
import { featureNamed } from "../../src/core/features/families.ts";
import { simile, SimileStream, SIZE } from "../../src/core/features/simile.ts";
import { writeWav } from "../../src/core/kits/wav.ts";
import { Listener } from "../../src/core/listener.ts";
import { OnsetDetector } from "../../src/core/onset/onset-detector.ts";
import { featuresOf } from "../../src/cli/feature-cache.ts";
import { pluck, strung } from "../signals.ts";
import { type Bench, type BenchCase, type BenchSamples, percentile } from "./runner.ts";

const RATE = 48_000;
const QUANTUM = 128;
const SECONDS = 20;
const FILES = 120;

/** Two plucks a second: the stream hears all the time and starts anew all the time. */
const take = strung(Array.from({ length: 2 * SECONDS }, (_, i) => ({ at: 0.1 + i / 2, sound: pluck(110 * 2 ** ((i % 24) / 12), 0.5, RATE, 0.4) })), SECONDS, RATE);
const second = pluck(220, 1, RATE);

/** Milliseconds of every quantum of the take. */
function quanta(hear: (block: Float32Array, start: number, end: number) => void): number[] {
  const times: number[] = [];
  for (let at = 0; at + QUANTUM <= take.length; at += QUANTUM) {
    const start = performance.now();
    hear(take, at, at + QUANTUM);
    times.push(performance.now() - start);
  }
  return times;
}

function listening(): number[] {
  const listener = new Listener(RATE, { onset: () => undefined, vector: () => undefined });
  for (let at = 0; at < RATE; at += QUANTUM) listener.push(take, at, at + QUANTUM);
  return quanta((block, start, end) => listener.push(block, start, end));
}

function detecting(): number[] {
  const detector = new OnsetDetector(RATE);
  return quanta((block, start, end) => {
    for (let at = start; at < end; ) at = detector.push(block, at, end);
  });
}

/** What Meyda does frame by frame: 512 samples, five features that overlap with ours. */
function meyda(): number[] {
  const frame = new Float32Array(512);
  let filled = 0;
  Meyda.sampleRate = RATE;
  Meyda.bufferSize = frame.length;
  return quanta((block, start, end) => {
    frame.set(block.subarray(start, end), filled);
    filled += end - start;
    if (filled < frame.length) return;
    filled = 0;
    Meyda.extract(["mfcc", "spectralFlatness", "spectralCentroid", "rms", "energy"], frame);
  });
}

let live: readonly number[] = [];
let files: { readonly seconds: number } | undefined;

function whole(name: string, iterations: number): BenchCase {
  const feature = featureNamed(name);
  return { name: `${name}: one second offline`, iterations, run: () => void feature.extract(second, RATE) };
}

export const bench: Bench = {
  name: "features",
  about: `what Simile hears, ${SECONDS} s of plucks at ${RATE / 1000} kHz in quanta of ${QUANTUM}, one thread; Meyda on the same samples`,
  cases: async () => {
    listening();
    live = listening();
    const samples: BenchSamples[] = [
      { name: "listener: a quantum (onsets, stream, vectors)", milliseconds: live },
      { name: "onset detector alone: a quantum", milliseconds: detecting() },
      { name: "Meyda: a quantum (mfcc, flatness, centroid, rms, energy every 512)", rival: true, milliseconds: meyda() },
    ];
    const stream = new SimileStream(RATE);
    stream.push(pluck(220, 1.5, RATE));
    const values = new Float32Array(SIZE);
    const folder = mkdtempSync(join(tmpdir(), "simile-bench-"));
    const paths = Array.from({ length: FILES }, (_, i) => join(folder, `${i}.wav`));
    for (const [i, path] of paths.entries()) writeFileSync(path, writeWav({ sampleRate: 44_100, channels: [pluck(110 * 2 ** (i / 24), 1, 44_100)] }, 16));
    const start = performance.now();
    await featuresOf(paths, simile, [1], { threads: 2, cache: join(folder, "cache") });
    files = { seconds: (performance.now() - start) / 1000 };
    rmSync(folder, { recursive: true });
    return [
      ...samples,
      { name: "simile: a vector from what the stream holds", iterations: 500, run: () => stream.snapshot(values) },
      { name: "simile: one second, onset rule included", iterations: 40, run: () => void analyse({ sampleRate: RATE, channels: [second] }, simile, 1) },
      whole("simile", 40),
      whole("mfcc", 40),
      whole("scat1d", 10),
      whole("jtfs", 5),
    ];
  },
  notes: () => {
    const ascending = [...live].sort((a, b) => a - b);
    const budget = (1000 * QUANTUM) / RATE;
    const share = (milliseconds: number) => `${((100 * milliseconds) / budget).toFixed(2)} %`;
    const mean = live.reduce((sum, t) => sum + t, 0) / live.length;
    return Promise.resolve([
      `Listener: ${share(mean)} of real time on average (budget 3 %), ${share(percentile(ascending, 0.99))} of a quantum at p99 (budget 15 %), most ${share(ascending.at(-1)!)}.`,
      `${FILES} one-second WAV files on 2 threads, decoding, onset rule and start of the threads included: ${(FILES / files!.seconds).toFixed(0)} a second (target 60).`,
      "Kymatio's published figure for joint time-frequency scattering is 753 ms a call on a 20-core server (kymatio#1033).",
    ]);
  },
};
