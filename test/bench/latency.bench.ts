/** Times onsets to answers in headless Chromium: 300 onsets from a WAV as microphone, 10,000 sounds, input and output recorded in step; beside the usual way on the page's thread. */

import { rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { chromium, type Page } from "playwright";
import { createServer } from "vite";
import type { Simile } from "../../src/app/simile-state.ts";
import { figuresOf } from "../../src/app/latency-log.ts";
import { openBuiltPage } from "../built-page.ts";
import { CHROMIUM_ARGS, ensureChromium } from "../chromium.js";
import { RATE, risesOf, SOUNDS } from "./latency-facts.ts";
import { installBurstClock, NAMES, writeMicrophone, writePresets } from "./latency-stage.ts";
import type { Bench, BenchSamples } from "./runner.ts";

const ONSETS = 300;
const STEP_SECONDS = 0.35;
const COMMIT_SECONDS = 0.05;
const LEAD_SECONDS = 4;
const RUN_SECONDS = LEAD_SECONDS + ONSETS * STEP_SECONDS * 1.1 + 2;
/** An answer later than this belongs to no onset. */
const LATEST_SECONDS = 0.3;

interface Run {
  readonly input: number[];
  readonly output: number[];
  readonly heard: readonly { readonly heardTime: number; readonly onsetTime: number; readonly milliseconds: number }[];
  /** Frames at which the browser's audio callbacks began; empty where they cannot be told. */
  readonly bursts: readonly number[];
}

const notes: string[] = [];

function microphoneArgs(path: string): string[] {
  return ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", `--use-file-for-fake-audio-capture=${path}%noloop`];
}

/** Sounds asked for by the page so far: once all are, and it is quiet, nothing is decoded any more. */
async function untilLent(page: Page, count: () => number): Promise<void> {
  for (let last = -1, still = 0; still < 5; ) {
    await page.waitForTimeout(1000);
    still = count() === last && count() >= SOUNDS ? still + 1 : 0;
    last = count();
  }
}

async function ours(presets: string, microphone: string): Promise<Run> {
  const built = await openBuiltPage({ presets, fakeMicrophone: false, args: microphoneArgs(microphone) });
  try {
    const context = await built.browser.newContext({ permissions: ["microphone"] });
    await context.addInitScript(NAMES);
    await context.addInitScript(installBurstClock);
    const page = await context.newPage();
    let asked = 0;
    page.on("request", (request) => {
      if (request.url().endsWith(".wav")) asked++;
    });
    await page.goto(built.url);
    await page.mouse.click(5, 5);
    await untilLent(page, () => asked);
    return await page.evaluate(
      async ([seconds, commit, source, rate]) => {
        const rises = new Function(`return (${source})`)() as (samples: Float32Array, threshold: number, quiet: number) => number[];
        const { simile } = document.querySelector("simile-app") as unknown as { simile: Simile };
        await simile.start();
        simile.configure({ commitSeconds: commit });
        const heard = new Map<number, Run["heard"][number]>();
        simile.addEventListener("change", () => {
          const { retrieval } = simile.state;
          if (!retrieval || heard.has(retrieval.index)) return;
          heard.set(retrieval.index, { heardTime: retrieval.heardTime!, onsetTime: retrieval.onsetTime, milliseconds: retrieval.milliseconds });
        });
        simile.startTake();
        await simile.listen({ kind: "device" });
        await new Promise((done) => setTimeout(done, seconds * 1000));
        const { burstStarts } = globalThis as unknown as { burstStarts: number[] };
        const files = (await simile.stopTake())!;
        // The header's 58 bytes are no whole number of floats: the samples are read from behind it.
        const channel = async (blob: Blob) => {
          const floats = new Float32Array(await blob.slice(58).arrayBuffer());
          return floats.filter((_, i) => i % 2 === 0);
        };
        const [input, output] = [await channel(files.input), await channel(files.answers)];
        return { input: rises(input, 0.01, 0.05 * rate), output: rises(output, 0.003, 0.05 * rate), heard: [...heard.values()], bursts: burstStarts };
      },
      [RUN_SECONDS, COMMIT_SECONDS, risesOf.toString(), RATE] as const,
    );
  } finally {
    await built.close();
  }
}

async function theirs(microphone: string): Promise<Run> {
  const root = resolve(import.meta.dirname, "../..");
  const server = await createServer({ configFile: false, root, logLevel: "error", worker: { format: "es" }, server: { port: 0, host: "127.0.0.1", watch: null }, optimizeDeps: { noDiscovery: true, include: ["fft.js", "tone"] } });
  await server.listen();
  const browser = await chromium.launch({ executablePath: ensureChromium(), chromiumSandbox: false, ignoreDefaultArgs: ["--mute-audio"], args: [...CHROMIUM_ARGS, ...microphoneArgs(microphone)] });
  try {
    const page = await (await browser.newContext({ permissions: ["microphone"] })).newPage();
    await page.route("**/bench", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><title>bench</title>" }));
    await page.goto(`${server.resolvedUrls!.local[0]}bench`);
    await page.mouse.click(5, 5);
    const found = await page.evaluate(
      async ([path, seconds, commit]) => ((await import(path)) as { perform(seconds: number, commit: number): Promise<{ input: number[]; output: number[] }> }).perform(seconds, commit),
      [`/${relative(root, join(import.meta.dirname, "latency-rival.ts"))}`, RUN_SECONDS, COMMIT_SECONDS] as const,
    );
    return { ...found, heard: [], bursts: [] };
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Milliseconds from the end of each onset's context to its answer, by the recorded stems alone. */
function beyondContext({ input, output }: Run): { readonly milliseconds: number[]; readonly starts: number[]; readonly missed: number } {
  const milliseconds: number[] = [];
  const starts: number[] = [];
  let missed = 0;
  let next = 0;
  for (const onset of input) {
    const due = onset + COMMIT_SECONDS * RATE;
    while (next < output.length && output[next]! < due - 0.01 * RATE) next++;
    const answer = output[next];
    if (answer === undefined || answer - due > LATEST_SECONDS * RATE) missed++;
    else {
      milliseconds.push(((answer - due) * 1000) / RATE);
      starts.push(answer);
    }
  }
  return { milliseconds, starts, missed };
}

/** What of it was no wait for the browser's next callback: an answer that comes with the first callback after its context was heard takes 0. */
function beyondBuffers(run: Run): number[] {
  const { heard, bursts } = run;
  const [onset] = run.input;
  if (onset === undefined || bursts.length === 0 || heard.length === 0) return [];
  // Frames of the take are frames of the context less where the take began.
  const begin = Math.round(heard[0]!.onsetTime * RATE) - onset;
  return run.output.flatMap((frame) => {
    const at = frame + begin;
    const asked = heard.filter(({ heardTime }) => heardTime * RATE <= at).at(-1);
    if (!asked || at - asked.heardTime * RATE > LATEST_SECONDS * RATE) return [];
    const earliest = bursts.find((burst) => burst >= asked.heardTime * RATE - 1);
    return earliest === undefined ? [] : [Math.max(0, ((at - earliest) * 1000) / RATE)];
  });
}

/** Which onsets had no answer, by their number in the take, and whether the instrument heard them at all. */
function unanswered(run: Run): string {
  const [first] = run.input;
  if (first === undefined || run.heard.length === 0) return "";
  const begin = Math.round(run.heard[0]!.onsetTime * RATE) - first;
  const heard = (frame: number) => run.heard.some(({ onsetTime }) => Math.abs(onsetTime * RATE - begin - frame) < 0.03 * RATE);
  const numbers = (kept: (frame: number) => boolean) => run.input.flatMap((frame, i) => (kept(frame) ? [i + 1] : [])).join(", ") || "none";
  const answered = (frame: number) => run.output.some((at) => at > frame && at - frame < (COMMIT_SECONDS + LATEST_SECONDS) * RATE);
  return `ours, not heard: ${numbers((frame) => !heard(frame))}; heard and not answered: ${numbers((frame) => heard(frame) && !answered(frame))}.`;
}

function told(name: string, values: readonly number[]): string {
  const figures = figuresOf(values);
  return figures ? `${name}: p50 ${figures.p50.toFixed(2)} ms, p95 ${figures.p95.toFixed(2)} ms, jitter ${figures.jitter.toFixed(2)} ms over ${values.length}.` : `${name}: not to be told here.`;
}

export const bench: Bench = {
  name: "latency",
  about: `from the end of the context (${COMMIT_SECONDS * 1000} ms) to the answer's first sample, ${ONSETS} onsets, ${SOUNDS} sounds, input and output recorded in step; the usual way in the same run`,
  cases: async () => {
    const presets = writePresets();
    const microphone = join(presets, "microphone.wav");
    try {
      writeMicrophone(microphone, ONSETS, STEP_SECONDS, LEAD_SECONDS);
      const run = await ours(presets, microphone);
      const rival = await theirs(microphone);
      const [own, other] = [beyondContext(run), beyondContext(rival)];
      const buffers = beyondBuffers(run);
      notes.push(
        `ours: ${run.input.length} onsets in, ${own.milliseconds.length} answered, ${own.missed} not; the usual way: ${rival.input.length} in, ${other.milliseconds.length} answered, ${other.missed} not.`,
        unanswered(run),
        told("ours, beyond the context, the browser's buffers included", own.milliseconds),
        told("ours, beyond the context and the browser's callbacks (target: p50 4 ms, p95 8 ms, jitter 3 ms)", buffers),
        told("ours, vector to ranking in the worker", run.heard.map(({ milliseconds }) => milliseconds)),
        told("the usual way, beyond the context", other.milliseconds),
      );
      return [
        { name: "worklet -> worker -> worklet, the browser's buffers included", milliseconds: own.milliseconds },
        { name: "the same, beyond the browser's callbacks", milliseconds: buffers },
        { name: "AnalyserNode, page thread, Tone.Player", rival: true, milliseconds: other.milliseconds },
      ] satisfies BenchSamples[];
    } finally {
      rmSync(presets, { recursive: true, force: true });
    }
  },
  notes: async () => notes,
};
