/** Holds both scattering transforms to Kymatio: every reference case where they are, and figures of more parameters everywhere. */

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { Scattering1dParameters, TimeFrequencyParameters } from "../../src/core/scattering/parameters.ts";
import { createScattering1d } from "../../src/core/scattering/scattering1d.ts";
import { createTimeFrequencyScattering } from "../../src/core/scattering/time-frequency-scattering.ts";
import { relativeError } from "../signals.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "../shared/reference");
const TOLERANCE = 1e-4;

interface Case {
  readonly transform: "scattering1d" | "jtfs";
  readonly params: object;
}

const made = new Map<string, ReturnType<typeof createScattering1d> | ReturnType<typeof createTimeFrequencyScattering>>();

/** One transform at a time is kept: cases of the same parameters follow each other. */
function transformOf({ transform, params }: Case) {
  const key = `${transform} ${JSON.stringify(params)}`;
  if (!made.has(key)) {
    made.clear();
    made.set(key, transform === "jtfs" ? createTimeFrequencyScattering(params as TimeFrequencyParameters) : createScattering1d(params as Scattering1dParameters));
  }
  return made.get(key)!;
}

function readFloats(file: string): Float32Array {
  const bytes = readFileSync(join(folder, file));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

const present = existsSync(join(folder, "index.json"));

describe.skipIf(!present)("Kymatio's outputs (need ../shared/reference)", () => {
  interface Reference extends Case {
    readonly signal: string;
    readonly input: { readonly file: string };
    readonly output: { readonly file: string; readonly shape: readonly number[] };
  }
  const { cases } = present ? (JSON.parse(readFileSync(join(folder, "index.json"), "utf8")) as { cases: Reference[] }) : { cases: [] };

  test.each(cases.map((entry) => [`${entry.output.file}`, entry] as const))("%s within 1e-4", (_, entry) => {
    const { values, shape } = transformOf(entry).transform(readFloats(entry.input.file));
    expect(shape).toEqual(entry.output.shape);
    expect(relativeError(values, readFloats(entry.output.file))).toBeLessThan(TOLERANCE);
  });

  test.each(cases.filter(({ signal }) => signal === "impulse").map((entry) => [entry.output.file, entry] as const))("the paths of %s in Kymatio's order", (file, entry) => {
    const meta = JSON.parse(readFileSync(join(folder, file.replace("impulse.f32", "meta.json")), "utf8")) as { key: number[][] };
    const { paths } = transformOf(entry);
    const keys = paths.map((path) => ("n" in path ? path.n : [path.n1, path.n2, path.nFr].filter((index) => index !== undefined)));
    const sorted = (list: readonly (readonly number[])[]) => list.map((key) => key.join(" ")).sort();
    const picture = entry.transform === "jtfs" && (entry.params as TimeFrequencyParameters).format === "joint";
    expect(sorted(keys)).toEqual(sorted(picture ? meta.key.slice(1) : meta.key));
  });
});

interface Figures extends Case {
  readonly source: string;
  readonly signal: "impulse" | "glide";
  readonly shape: readonly number[];
  readonly norm: number;
  readonly projections: readonly number[];
}

describe("figures of Kymatio's equations, for parameters at the edges too", () => {
  const { cases } = JSON.parse(readFileSync(join(root, "test/golden/scattering/figures.json"), "utf8")) as { cases: Figures[] };
  const signals: Record<Figures["signal"], (length: number) => Float32Array> = {
    impulse: (length) => Float32Array.from({ length }, (_, n) => (n === length / 4 ? 1 : 0)),
    glide: (length) => Float32Array.from({ length }, (_, n) => Math.sin(0.3 * n + 40 * Math.sin(n / 500)) * Math.exp((-3 * n) / length) * (1 + 0.5 * Math.cos(n / 60))),
  };
  const bases: readonly ((i: number) => number)[] = [() => 1, (i) => Math.cos(i), (i) => Math.sin((i * i) % 97)];

  test.each(cases.map((entry) => [`${entry.transform} ${JSON.stringify(entry.params)} of ${entry.signal} (${entry.source})`, entry] as const))("%s", (_, entry) => {
    const { values, shape } = transformOf(entry).transform(signals[entry.signal]((entry.params as Scattering1dParameters).shape));
    expect(shape).toEqual(entry.shape);
    let norm = 0;
    for (const value of values) norm += value * value;
    expect(Math.abs(Math.sqrt(norm) - entry.norm)).toBeLessThan(TOLERANCE * entry.norm);
    bases.forEach((basis, b) => {
      let sum = 0;
      let energy = 0;
      values.forEach((value, i) => {
        sum += value * basis(i);
        energy += basis(i) ** 2;
      });
      expect(Math.abs(sum - entry.projections[b]!)).toBeLessThan(TOLERANCE * entry.norm * Math.sqrt(energy));
    });
  });
});
