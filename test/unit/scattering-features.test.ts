/** The families scat1d and jtfs, their compression, the packed SIMD bytes, and `simile transform`. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildSimd } from "../../src/cli/build-simd.ts";
import { FormatError } from "../../src/core/errors.ts";
import type { Feature } from "../../src/core/features/feature.ts";
import { featureNamed } from "../../src/core/features/families.ts";
import { jtfs, JTFS_PARAMETERS } from "../../src/core/features/jtfs.ts";
import { SCAT1D_PARAMETERS, scat1d } from "../../src/core/features/scat1d.ts";
import { simile } from "../../src/core/features/simile.ts";
import { AS_IT_IS, compressRows, meansOfEnergies } from "../../src/core/scattering/compression.ts";
import { createScattering1d } from "../../src/core/scattering/scattering1d.ts";
import { createTimeFrequencyScattering } from "../../src/core/scattering/time-frequency-scattering.ts";
import { noise, pluck, relativeError } from "../signals.ts";

describe.each<[string, Feature, number]>([
  ["scat1d", scat1d, createScattering1d(SCAT1D_PARAMETERS).shape[0] - 1],
  ["jtfs", jtfs, createTimeFrequencyScattering(JTFS_PARAMETERS).shape[0]! - 1],
])("%s", (name, feature, rows) => {
  const sound = pluck(220, 1.6, 44_100);

  test("has the rows of orders 1 and 2, finite and not below zero", () => {
    const { values, ...rest } = feature.extract(sound, 44_100);
    expect(rest).toEqual({ feature: name, version: 1, contextSeconds: 65_536 / 44_100 });
    expect(values.length).toBe(rows);
    expect(feature.size).toBe(rows);
    expect(values.every((value) => value > -1e-9 && value < 100)).toBe(true);
  });

  test("gain does not matter", () => {
    const loud = feature.extract(sound, 44_100).values;
    for (const gain of [1e-4, 30]) expect(relativeError(feature.extract(sound.map((value) => gain * value), 44_100).values, loud)).toBeLessThan(1e-5);
  });

  test("the sampling rate does not matter to band-limited sounds", () => {
    const reference = feature.extract(sound, 44_100).values;
    for (const rate of [48_000, 88_200, 96_000, 192_000]) expect(relativeError(feature.extract(pluck(220, 1.6, rate), rate).values, reference)).toBeLessThan(0.01);
  });

  test("hears no further than its context, and silence after a short sound", () => {
    const first = feature.extract(sound, 44_100, 0.25);
    expect(first.contextSeconds).toBe(0.25);
    const cut = sound.slice(0, 11_025);
    expect(feature.extract(cut, 44_100).values).toEqual(first.values);
    const other = Float32Array.from(sound);
    other.fill(1, 11_025);
    expect(feature.extract(other, 44_100, 0.25).values).toEqual(first.values);
    expect(relativeError(first.values, feature.extract(sound, 44_100).values)).toBeGreaterThan(0.01);
    expect(feature.extract(sound, 44_100, 99).contextSeconds).toBe(65_536 / 44_100);
  });

  test("silence and no samples give zeros; DC, clipping and one sample are finite; NaN is a FormatError", () => {
    for (const samples of [new Float32Array(0), new Float32Array(5000)]) expect(feature.extract(samples, 44_100).values.every((value) => value === 0)).toBe(true);
    for (const samples of [new Float32Array(70_000).fill(1), Float32Array.of(0.5), noise(0.5, 44_100, 1, 1).map(Math.sign), new Float32Array(100).fill(1e-42)]) expect(feature.extract(samples, 44_100).values.every(Number.isFinite)).toBe(true);
    expect(() => feature.extract(Float32Array.of(0, Number.NaN), 44_100)).toThrow(FormatError);
  });
});

test("compression: log(1 + S / (epsilon mu)), 0 for what no training sound had, and nothing for what is no energy", () => {
  const means = meansOfEnergies(Float32Array.of(1, 0, 3, -8, 3, 0, 5, -2), 4, [[0, 2], [2, 3]]);
  expect([...means]).toEqual([2, 0, 4, AS_IT_IS]);
  const values = compressRows(Float32Array.of(2, 7, -1e-9, -8, 4, 0, 0, 3), means);
  expect(values[0]).toBeCloseTo(Math.log(1001), 5);
  expect(values[4]).toBeCloseTo(Math.log(2001), 5);
  expect([...values.subarray(1, 4), ...values.subarray(5)]).toEqual([0, 0, -8, 0, 0, 3]);
});

test("joined families hear each part as it is alone, and say which columns are energies", () => {
  const joint = featureNamed("simile+scat1d");
  const sound = pluck(220, 1.6, 44_100);
  const { values, ...rest } = joint.extract(sound, 44_100, 0.5);
  expect(rest).toEqual({ feature: "simile+scat1d", version: 100 * simile.version + scat1d.version, contextSeconds: 0.5 });
  expect(values).toEqual(Float32Array.of(...simile.extract(sound, 44_100, 0.5).values, ...scat1d.extract(sound, 44_100, 0.5).values));
  expect(joint.size).toBe(values.length);
  expect(joint.energies).toEqual([[simile.size, values.length]]);
  expect(joint.parts!.reduce((sum, [, count]) => sum + count, 0)).toBe(joint.size);
  for (const name of ["scat1d+rand", "+", "scat1d+scat1d", ""]) expect(() => featureNamed(name)).toThrow(/expected one of simile, mfcc, scat1d, jtfs, or different ones joined by "\+"/);
});

test("the packed SIMD bytes are those of their sources: npm run build:simd", async () => {
  for (const [path, content] of await buildSimd()) expect(content).toBe(readFileSync(path, "utf8"));
});

describe("simile transform", () => {
  const root = resolve(import.meta.dirname, "../..");
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "simile-transform-"));
    writeFileSync(join(folder, "x.f32"), new Uint8Array(noise(1, 4096, 0.3, 2).buffer));
    writeFileSync(join(folder, "odd.f32"), new Uint8Array(10));
    writeFileSync(join(folder, "nan.f32"), new Uint8Array(Float32Array.of(0, Number.NaN, 0, 0, 0, 0, 0, 0).buffer));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const run = (...args: string[]) => spawnSync(process.execPath, [join(root, "src/cli/simile.js"), "transform", ...args], { cwd: folder, encoding: "utf8" });

  test.each([
    ["scat1d", { shape: 4096, J: 6, Q: [8, 1], T: 512 }, () => createScattering1d({ shape: 4096, J: 6, Q: [8, 1], T: 512 })],
    ["jtfs", { J: 6, Q: 8, T: 512, J_fr: 3, format: "joint" }, () => createTimeFrequencyScattering({ shape: 4096, J: 6, Q: 8, T: 512, J_fr: 3, format: "joint" })],
  ] as const)("%s: writes little-endian float32 and prints the shape", (kind, parameters, create) => {
    const { status, stdout, stderr } = run("--kind", kind, "--params", JSON.stringify(parameters), "--in", "x.f32", "--out", "y.f32");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const expected = create().transform(noise(1, 4096, 0.3, 2));
    expect(JSON.parse(stdout)).toEqual(expected.shape);
    const bytes = readFileSync(join(folder, "y.f32"));
    expect(Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i))).toEqual([...expected.values]);
  });

  test.each([
    [1, ["--kind", "scat1d", "--params", '{"J":6}', "--in", "none.f32", "--out", "y.f32"], /none\.f32: expected a file of float32 samples/],
    [1, ["--kind", "scat1d", "--params", '{"J":6}', "--in", "odd.f32", "--out", "y.f32"], /odd\.f32: expected raw little-endian float32, a multiple of 4 bytes, got 10 bytes/],
    [1, ["--kind", "scat1d", "--params", '{"J":1}', "--in", "nan.f32", "--out", "y.f32"], /finite samples, got NaN at 1/],
    [1, ["--kind", "scat1d", "--params", '{"J":6,"shape":100}', "--in", "x.f32", "--out", "y.f32"], /expected 100 samples, as shape says, got 4096/],
    [1, ["--kind", "scat1d", "--params", '{"J":6,"T":5000}', "--in", "x.f32", "--out", "y.f32"], /^T: expected "global" or a number from 1 to 4096/],
    [1, ["--kind", "scat1d", "--params", '{"J":6,"J_fr":3}', "--in", "x.f32", "--out", "y.f32"], /expected parameters among .*, got J_fr/],
    [1, ["--kind", "jtfs", "--params", '{"J":6}', "--in", "x.f32", "--out", "y.f32"], /^Q: expected a whole number/],
    [1, ["--kind", "scat1d", "--params", '{"J":6}', "--in", "x.f32", "--out", "no/y.f32"], /expected a folder/],
    [2, ["--kind", "scat2d", "--params", "{}", "--in", "x.f32", "--out", "y.f32"], /expected --kind scat1d or --kind jtfs/],
    [2, ["--kind", "scat1d", "--params", "{J:6}", "--in", "x.f32", "--out", "y.f32"], /expected JSON after --params/],
    [2, ["--kind", "scat1d", "--params", "{}", "--in", "x.f32"], /expected --out, got none/],
    [2, ["--kind", "scat1d", "--what"], /--what/],
  ] as const)("exit code %i and one sentence: %j", (code, args, text) => {
    const { status, stdout, stderr } = run(...args);
    expect(stderr).toMatch(text);
    expect(stderr.trim().split("\n").length).toBe(1);
    expect({ status, stdout }).toEqual({ status: code, stdout: "" });
  });
});
