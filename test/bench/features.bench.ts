/** Times hearing in Node and in Chromium: the live stream by quantum, a vector from what it holds, whole sounds and files; beside Meyda on the same samples. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Meyda from "meyda";
import { simile } from "../../src/core/features/simile.ts";
import { writeWav } from "../../src/core/kits/wav.ts";
import { featuresOf } from "../../src/cli/feature-cache.ts";
import { pluck } from "../signals.ts";
import { inChromium } from "./chromium-host.ts";
import { hearing, QUANTUM, quanta, RATE, SECONDS } from "./hearing.ts";
import { type Bench, type BenchSamples, percentile } from "./runner.ts";

const FILES = 120;

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

type Hearing = ReturnType<typeof hearing>;
const hosts = new Map<string, Hearing>();
let filesSeconds = 0;

function samples(host: string, heard: Hearing): BenchSamples[] {
  hosts.set(host, heard);
  return [
    { name: `${host}: listener, a quantum (onsets, stream, vectors)`, milliseconds: heard.listener, bytes: heard.bytes },
    { name: `${host}: onset detector alone, a quantum`, milliseconds: heard.detector },
    { name: `${host}: a simile vector from what the stream holds`, milliseconds: heard.vector },
    ...Object.entries(heard.whole).map(([family, milliseconds]) => ({ name: `${host}: ${family} of 2^16 samples`, milliseconds })),
  ];
}

async function analyseFiles(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "simile-bench-"));
  const paths = Array.from({ length: FILES }, (_, i) => join(folder, `${i}.wav`));
  for (const [i, path] of paths.entries()) writeFileSync(path, writeWav({ sampleRate: 44_100, channels: [pluck(110 * 2 ** (i / 24), 1, 44_100)] }, 16));
  const start = performance.now();
  await featuresOf(paths, simile, [1], { threads: 2, cache: join(folder, "cache") });
  filesSeconds = (performance.now() - start) / 1000;
  rmSync(folder, { recursive: true });
}

export const bench: Bench = {
  name: "features",
  about: `what Simile hears, ${SECONDS} s of plucks at ${RATE / 1000} kHz in quanta of ${QUANTUM}, one thread, in Node and in Chromium; Meyda on the same samples`,
  cases: async () => {
    const node = samples("Node", hearing());
    meyda();
    const rival: BenchSamples = { name: "Node: Meyda, a quantum (mfcc, flatness, centroid, rms, energy every 512)", rival: true, milliseconds: meyda() };
    const browser = samples("Chromium", await inChromium<Hearing>(join(import.meta.dirname, "hearing.ts"), "hearing"));
    await analyseFiles();
    return [...node, rival, ...browser];
  },
  notes: async () => {
    const budget = (1000 * QUANTUM) / RATE;
    const share = (milliseconds: number) => `${((100 * milliseconds) / budget).toFixed(2)} %`;
    const lines = [...hosts].map(([host, { listener }]) => {
      const ascending = [...listener].sort((a, b) => a - b);
      const mean = listener.reduce((sum, t) => sum + t, 0) / listener.length;
      return `${host}, listener: ${share(mean)} of real time on average (budget 3 %), ${share(percentile(ascending, 0.99))} of a quantum at p99 (budget 15 %), most ${share(ascending.at(-1)!)}.`;
    });
    return [
      ...lines,
      `${FILES} one-second WAV files on 2 threads, decoding, onset rule and start of the threads included: ${(FILES / filesSeconds).toFixed(0)} a second (target 60).`,
      "Kymatio's published figure for joint time-frequency scattering is 753 ms a call on a 20-core server (kymatio#1033).",
    ];
  },
};
