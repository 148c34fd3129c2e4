/** Presets in the built page: ten thousand sounds taken over live while audio goes on without a gap, and a preset dropped on the page. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Simile } from "../../src/app/simile-state.ts";
import { parseModelManifest } from "../../src/core/presets/model-manifest.ts";
import { writeWav } from "../../src/core/kits/wav.ts";
import { type BuiltPage, openBuiltPage } from "../built-page.ts";
import { largePreset } from "./support/large-preset.ts";
import { visit } from "./support/browser.ts";
import { readRecording } from "./support/recorder.ts";

const RATE = 48_000;
const COUNT = 10_000;
/** The tone that must not be broken. */
const HERTZ = 440;
const TONE_SECONDS = 180;
const LEVEL = 0.25;

let built: BuiltPage;
const folder = mkdtempSync(join(tmpdir(), "simile-presets-"));
const presetPath = join(folder, "ten thousand.simile");
const tonePath = join(folder, "tone.wav");

beforeAll(async () => {
  const manifest = join(import.meta.dirname, "../../presets/models/an-gnn-simile/manifest.json");
  writeFileSync(presetPath, largePreset(parseModelManifest(JSON.parse(readFileSync(manifest, "utf8")), manifest), COUNT));
  const tone = Float32Array.from({ length: TONE_SECONDS * RATE }, (_, i) => LEVEL * Math.sin((2 * Math.PI * HERTZ * i) / RATE));
  writeFileSync(tonePath, writeWav({ sampleRate: RATE, channels: [tone] }, 16));
  built = await openBuiltPage();
});
afterAll(async () => {
  await built?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("a preset of ten thousand sounds", () => {
  test("answers live, and the audio goes on without a gap", async () => {
    const caller = await visit(built.url, {});
    const { page } = caller;
    try {
      const title = () => page.evaluate(() => (document.querySelector("simile-app") as unknown as { simile: Simile }).simile.state.engine?.library.title);
      await expect.poll(title, { timeout: 120_000 }).toBeDefined();
      await page.getByLabel("Open a sound").or(page.locator('simile-listener input[type="file"]')).first().setInputFiles(tonePath);
      // The tone sounds at the output.
      const loudness = async () => rootMeanSquare((await readRecording(page)).samples.slice(-RATE / 10));
      await expect.poll(loudness, { timeout: 60_000 }).toBeGreaterThan(LEVEL / 4);
      const before = (await readRecording(page)).samples.length;
      await page.locator("simile-presets #file").setInputFiles(presetPath);
      await page.getByRole("button", { name: "Open without sound" }).click();
      await expect.poll(title, { timeout: 60_000 }).toBe("Ten thousand");
      await expect.poll(async () => (await readRecording(page)).samples.length, { timeout: 60_000 }).toBeGreaterThan(before + RATE);
      const { samples, sampleRate } = await readRecording(page);
      // From the moment before to now: no stretch of 5 ms is silent.
      const stretch = Math.round(sampleRate / 200);
      const levels: number[] = [];
      for (let at = before; at + stretch <= samples.length; at += stretch) levels.push(rootMeanSquare(samples.subarray(at, at + stretch)));
      expect(levels.length).toBeGreaterThan(100);
      expect(Math.min(...levels)).toBeGreaterThan(LEVEL / 4);
      expect(await page.evaluate(() => (document.querySelector("simile-app") as unknown as { simile: Simile }).simile.ask((engine) => engine.near(9_999, 3)))).toHaveLength(3);
      expect(caller.errors).toEqual([]);
    } finally {
      await caller.close();
    }
  });

  test("that is dropped on the page is opened, and the way back stays open", async () => {
    const caller = await visit(built.url, {});
    const { page } = caller;
    try {
      await page.getByRole("button", { name: "Play the demo" }).waitFor();
      const data = await page.evaluateHandle((bytes) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], "dropped.simile"));
        return transfer;
      }, readFileSync(presetPath).toString("base64"));
      await page.dispatchEvent("simile-app", "drop", { dataTransfer: data });
      await page.getByText("knows 10,000 sounds and carries no audio").waitFor({ timeout: 60_000 });
      await page.getByRole("button", { name: "Open without sound" }).click();
      await page.getByRole("button", { name: /^Back to Studio/ }).click();
      await page.getByRole("button", { name: "Back to Ten thousand" }).waitFor();
      expect(caller.errors).toEqual([]);
    } finally {
      await caller.close();
    }
  });
});

function rootMeanSquare(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / Math.max(1, samples.length));
}
