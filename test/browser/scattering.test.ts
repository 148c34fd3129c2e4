/** Scattering in a real browser: the packed SIMD bytes compile where compiling is most restricted, on the page's own thread. */

import { expect, test } from "vitest";
import { createScattering1d } from "../../src/core/scattering/scattering1d.ts";
import { createTimeFrequencyScattering } from "../../src/core/scattering/time-frequency-scattering.ts";
import text from "../golden/scattering/figures.json?raw";

const golden = JSON.parse(text) as { readonly cases: readonly { readonly transform: string; readonly signal: string; readonly params: { readonly shape: number }; readonly shape: readonly number[]; readonly norm: number }[] };
const normOf = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

test.each([["scattering1d", createScattering1d], ["jtfs", createTimeFrequencyScattering]] as const)("%s of an impulse has Kymatio's norm", (transform, create) => {
  const entry = golden.cases.find((candidate) => candidate.transform === transform && candidate.signal === "impulse")!;
  const { shape } = entry.params;
  const result = create(entry.params as never).transform(Float32Array.from({ length: shape }, (_, t) => (t === shape / 4 ? 1 : 0)));
  expect(result.shape).toEqual(entry.shape);
  expect(Math.abs(normOf(result.values) / entry.norm - 1)).toBeLessThan(1e-4);
});
