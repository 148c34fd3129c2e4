/** Features from a network that the user brings, on small graph models made here. */

import "@tensorflow/tfjs-backend-cpu";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadNetworkFeature } from "../../src/cli/network-files.ts";
import { WEIGHTS, model } from "./graph-model-fixture.ts";
import { OPENL3_MEL256, type LogMelFrontend, createLogMel } from "../../src/model/network-feature.ts";

const SMALL: LogMelFrontend = { mel: { sampleRate: 16_000, fftSize: 512, bands: 32, minHz: 0, maxHz: 8000, scale: "htk" }, hop: 160, windowSeconds: 0.5, windowHopSeconds: 0.1, power: 1, rangeDb: 80, layout: "bands-frames" };

const sine = (hertz: number, seconds: number, rate: number) => Float32Array.from({ length: Math.round(seconds * rate) }, (_, n) => 0.3 * Math.sin((2 * Math.PI * hertz * n) / rate));

let folder: string;
let server: Server;

beforeAll(async () => {
  await tf.setBackend("cpu");
  folder = await mkdtemp(join(tmpdir(), "simile-network-"));
  await writeFile(join(folder, "model.json"), JSON.stringify(model(32, 50)));
  await writeFile(join(folder, "group1-shard1of1.bin"), WEIGHTS);
  server = createServer((request, response) => {
    response.setHeader("Content-Type", request.url?.endsWith(".json") ? "application/json" : "application/octet-stream");
    response.end(request.url?.endsWith(".json") ? JSON.stringify(model(32, 50)) : WEIGHTS);
  }).listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

describe("log-mel pictures", () => {
  test("OpenL3's frontend gives 256 bands and 199 frames a second", () => {
    const picture = createLogMel(OPENL3_MEL256);
    expect(picture.frames).toBe(199);
    expect(picture.transform(new Float32Array(48_000), 2)).toHaveLength(2 * 256 * 199);
  });

  test("a sine stands in the band at its frequency, at 0 dB; nothing is below the range", () => {
    const picture = createLogMel(SMALL);
    const values = picture.transform(sine(1000, 0.5, 16_000), 1);
    const middle = Array.from({ length: 32 }, (_, band) => values[band * picture.frames + 25]!);
    const mel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
    const expected = Math.round((mel(1000) / mel(8000)) * 33 - 1);
    expect(Math.abs(middle.indexOf(Math.max(...middle)) - expected)).toBeLessThanOrEqual(1);
    expect(Math.max(...values)).toBeCloseTo(0, 6);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-80);
  });

  test("the two layouts hold the same numbers", () => {
    const bands = createLogMel(SMALL);
    const a = bands.transform(sine(700, 0.5, 16_000), 1);
    const b = createLogMel({ ...SMALL, layout: "frames-bands" }).transform(sine(700, 0.5, 16_000), 1);
    for (let m = 0; m < 32; m++) for (let t = 0; t < bands.frames; t++) expect(b[t * 32 + m]).toBe(a[m * bands.frames + t]);
  });
});

describe("an embedding from a network", () => {
  test("is the mean over windows of what the network says, from a file and from a URL alike", async () => {
    const before = tf.memory().numTensors;
    const fromFile = await loadNetworkFeature("trial", join(folder, "model.json"), SMALL);
    const fromUrl = await loadNetworkFeature("trial", `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.json`, SMALL);
    expect(fromFile.size).toBe(32);
    const sound = Float32Array.from(sine(440, 1.2, 44_100), (x, n) => x * Math.exp(-n / 20_000));
    const { values } = await fromFile.extract(sound, 44_100);
    expect((await fromUrl.extract(sound, 44_100)).values).toEqual(values);

    const { resample } = await import("../../src/core/signal/resample.ts");
    const picture = createLogMel(SMALL);
    const pictures = picture.transform(resample(sound, 44_100, 16_000), 8);
    for (const band of [0, 7, 31]) {
      let sum = 0;
      for (let w = 0; w < 8; w++) for (let t = 0; t < 50; t++) sum += pictures[(w * 32 + band) * 50 + t]!;
      expect(values[band]).toBeCloseTo((0.5 * sum) / (8 * 50), 3);
    }
    fromFile.dispose();
    fromUrl.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("does not depend on gain", async () => {
    const feature = await loadNetworkFeature("trial", join(folder, "model.json"), SMALL);
    const loud = await feature.extract(sine(600, 0.5, 16_000), 16_000);
    const soft = await feature.extract(sine(600, 0.5, 16_000).map((x) => x / 4), 16_000);
    for (let i = 0; i < 32; i++) expect(soft.values[i]).toBeCloseTo(loud.values[i]!, 1);
    feature.dispose();
  });

  test("of silence, or of a single sample, is finite", async () => {
    const feature = await loadNetworkFeature("trial", join(folder, "model.json"), SMALL);
    for (const samples of [new Float32Array(16_000), Float32Array.of(1), new Float32Array(0)]) expect((await feature.extract(samples, 16_000)).values.every(Number.isFinite)).toBe(true);
    await expect(feature.extract(Float32Array.of(0, Number.NaN), 16_000)).rejects.toThrow(/finite samples, got NaN at sample 1/);
    feature.dispose();
  });
});

describe("a network that cannot serve gives one sentence", () => {
  test("no file", () => expect(loadNetworkFeature("n", join(folder, "none.json"), SMALL)).rejects.toMatchObject({ name: "MissingError" }));

  test("weights that are absent", async () => {
    await writeFile(join(folder, "bare.json"), JSON.stringify({ ...model(32, 50), weightsManifest: [{ paths: ["gone.bin"], weights: [] }] }));
    await expect(loadNetworkFeature("n", join(folder, "bare.json"), SMALL)).rejects.toMatchObject({ name: "MissingError", message: expect.stringContaining("gone.bin") });
  });

  test("weights outside the folder", async () => {
    await writeFile(join(folder, "climb.json"), JSON.stringify({ ...model(32, 50), weightsManifest: [{ paths: ["../secret"], weights: [] }] }));
    await expect(loadNetworkFeature("n", join(folder, "climb.json"), SMALL)).rejects.toThrow(/weight files beside it/);
  });

  test("another JSON", async () => {
    await writeFile(join(folder, "other.json"), '{"hello": 1}');
    await expect(loadNetworkFeature("n", join(folder, "other.json"), SMALL)).rejects.toMatchObject({ name: "FormatError" });
  });

  test("another frontend than the network was made with", () =>
    expect(loadNetworkFeature("n", join(folder, "model.json"), OPENL3_MEL256)).rejects.toMatchObject({ name: "UnsupportedError", message: expect.stringContaining("choose the frontend") }));
});
