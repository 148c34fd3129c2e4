/** Plays at 20 onsets a second for as long as it is told (`--minutes 30`; default: 2), with 10,000 sounds, and counts what the audio thread missed. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Simile } from "../../src/app/simile-state.ts";
import { openBuiltPage } from "../built-page.ts";
import { SOUNDS } from "./latency-facts.ts";
import { NAMES, writeMicrophone, writePresets } from "./latency-stage.ts";
import type { Bench } from "./runner.ts";

const MINUTES = 2;
const ONSETS_A_SECOND = 20;
const COMMIT_SECONDS = 0.025;
const RECORD_SECONDS = 30;

/** What Chromium says of its output: times and counts of blocks that came too late. */
interface Playback {
  readonly underrunDuration: number;
  readonly underrunEvents: number;
  readonly totalDuration: number;
}

const notes: string[] = [];

export const bench: Bench = {
  name: "soak",
  about: `${ONSETS_A_SECOND} onsets a second into the built page, ${SOUNDS} sounds, every answer voiced: milliseconds from vector to ranking, and what the audio thread missed`,
  cases: async ({ minutes = MINUTES } = {}) => {
    const presets = writePresets();
    const microphone = join(presets, "microphone.wav");
    writeMicrophone(microphone, RECORD_SECONDS * ONSETS_A_SECOND, 1 / ONSETS_A_SECOND, 0);
    const built = await openBuiltPage({ presets, fakeMicrophone: false, args: ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", `--use-file-for-fake-audio-capture=${microphone}`] });
    try {
      const page = await (await built.browser.newContext({ permissions: ["microphone"] })).newPage();
      await page.addInitScript(NAMES);
      await page.addInitScript(() => {
        const contexts: AudioContext[] = [];
        Object.assign(globalThis, { benchContexts: contexts });
        const Native = globalThis.AudioContext;
        globalThis.AudioContext = class extends Native {
          constructor(options?: AudioContextOptions) {
            super(options);
            contexts.push(this);
          }
        };
      });
      let asked = 0;
      page.on("request", (request) => {
        if (request.url().endsWith(".wav")) asked++;
      });
      await page.goto(built.url);
      await page.mouse.click(5, 5);
      for (let last = -1, still = 0; still < 5; last = asked) {
        await page.waitForTimeout(1000);
        still = asked === last && asked >= SOUNDS ? still + 1 : 0;
      }
      const result = await page.evaluate(
        async ([seconds, commit]) => {
          const { simile } = document.querySelector("simile-app") as unknown as { simile: Simile };
          await simile.start();
          simile.configure({ commitSeconds: commit });
          await simile.listen({ kind: "device" });
          const contexts = (globalThis as unknown as { benchContexts: (AudioContext & { playbackStats?: { toJSON(): Playback } })[] }).benchContexts;
          // Of several contexts it is the one that plays.
          const playback = (): Playback | null => contexts.flatMap(({ playbackStats }) => playbackStats?.toJSON() ?? []).sort((a, b) => b.totalDuration - a.totalDuration)[0] ?? null;
          const milliseconds: number[] = [];
          let index = -1;
          simile.addEventListener("change", () => {
            const { retrieval } = simile.state;
            if (!retrieval || retrieval.index <= index) return;
            index = retrieval.index;
            milliseconds.push(retrieval.milliseconds);
          });
          const before = playback();
          await new Promise((done) => setTimeout(done, seconds * 1000));
          return { milliseconds, before, after: playback(), shed: simile.state.shed, faults: simile.state.faults.map(({ message }) => message), latency: simile.state.latency };
        },
        [minutes * 60, COMMIT_SECONDS] as const,
      );
      const { before, after, shed, milliseconds } = result;
      notes.push(
        `${minutes} minutes: ${milliseconds.length} answers (${(milliseconds.length / minutes / 60).toFixed(1)} a second).`,
        before && after
          ? `Drop-outs by the browser's own count: ${after.underrunEvents - before.underrunEvents}, ${((after.underrunDuration - before.underrunDuration) * 1000).toFixed(1)} ms of ${(after.totalDuration - before.totalDuration).toFixed(0)} s.`
          : "Drop-outs: this browser does not count them (AudioContext.playbackStats).",
        `Left out to keep in time: ${shed.refinements} refinements, ${shed.grains} grains. Faults: ${result.faults.join(" ") || "none"}.`,
      );
      return [{ name: "vector to ranking, in the worker", milliseconds }];
    } finally {
      await built.close();
      rmSync(presets, { recursive: true, force: true });
    }
  },
  notes: async () => notes,
};
