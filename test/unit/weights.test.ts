/** What a model rests on: packed weights, principal axes, ridge regression, k-means, seeded numbers. */

import { beforeAll, describe, expect, it } from "vitest";
import { useWasm } from "../../src/cli/tf-backend.ts";
import { FormatError } from "../../src/core/errors.ts";
import { type FrontEndOptions, coordinatesOf, fitFrontEnd } from "../../src/model/front-end.ts";
import { kMeans } from "../../src/model/k-means.ts";
import { createRandom } from "../../src/model/random.ts";
import { solveRidge } from "../../src/model/ridge.ts";
import { CLIP, nearestContext, standardise } from "../../src/model/standardise.ts";
import { symmetricEigen } from "../../src/model/symmetric-eigen.ts";
import { packWeights, sha256, unpackWeights } from "../../src/model/weights.ts";
import { apart, normals, randomModel } from "./model-fixture.ts";

beforeAll(useWasm);

describe("weights", () => {
  it("come back as they were packed, little-endian", async () => {
    const { manifest, buffer, tensors } = await randomModel();
    const back = await unpackWeights(manifest, buffer);
    expect([...back.keys()]).toEqual([...tensors.keys()]);
    for (const [name, { shape, values }] of tensors) {
      expect(back.get(name)!.shape).toEqual(shape);
      expect(apart(back.get(name)!.values, values)).toBe(0);
    }
    const { buffer: one } = await packWeights(new Map([["x", { shape: [1], values: Float32Array.of(1) }]]));
    expect([...new Uint8Array(one)]).toEqual([0, 0, 0x80, 0x3f]);
  });

  it("have the sum that the standard's example has", async () => {
    expect(await sha256(new TextEncoder().encode("abc").buffer as ArrayBuffer)).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  it("are not packed where a number is not finite", async () => {
    await expect(packWeights(new Map([["x", { shape: [2], values: Float32Array.of(1, Number.NaN) }]]))).rejects.toThrow(FormatError);
  });
});

describe("symmetricEigen", () => {
  it("finds the values and vectors of a matrix made from known ones", () => {
    const size = 12;
    const x = normals(40 * size, 1);
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) for (let r = 0; r < 40; r++) matrix[i * size + j]! += x[r * size + i]! * x[r * size + j]!;
    const { values, vectors } = symmetricEigen(matrix, size);
    for (let v = 0; v < size; v++) {
      const vector = vectors.subarray(v * size, (v + 1) * size);
      expect(Math.hypot(...vector)).toBeCloseTo(1, 10);
      for (let i = 0; i < size; i++) {
        let sum = 0;
        for (let j = 0; j < size; j++) sum += matrix[i * size + j]! * vector[j]!;
        expect(sum).toBeCloseTo(values[v]! * vector[i]!, 6);
      }
      if (v > 0) expect(values[v]!).toBeLessThanOrEqual(values[v - 1]!);
    }
    expect(apart(symmetricEigen(Float64Array.of(2, 1, 1, 2), 2).values, [3, 1])).toBeLessThan(1e-12);
  });
});

describe("solveRidge", () => {
  it("solves the normal equations, and shrinks with lambda", () => {
    const exact = solveRidge(Float64Array.of(4, 2, 2, 3), Float64Array.of(10, 8, 1, 1), 2, 2, 0);
    for (const [at, value] of [3.5, 2.75, -2, -1.5].entries()) expect(exact[at]).toBeCloseTo(value, 12);
    expect(solveRidge(Float64Array.of(1), Float64Array.of(6), 1, 1, 2)[0]).toBeCloseTo(2, 12);
  });
});

describe("fitFrontEnd", () => {
  it("keeps distances between standardised features where all coordinates are kept", () => {
    const [rows, size] = [60, 9];
    const values = normals(rows * size, 2).map((value, at) => value * ((at % size) + 1) + 5);
    const frontEnd = fitFrontEnd([values], rows, size, size);
    const x = coordinatesOf(frontEnd, 0, values, rows);
    const z = standardise(values, frontEnd.mean[0]!, frontEnd.inverse[0]!, "test");
    const distance = (v: Float32Array, a: number, b: number) => Math.hypot(...Array.from({ length: size }, (_, k) => v[a * size + k]! - v[b * size + k]!));
    for (let i = 1; i < rows; i++) expect(distance(x, 0, i)).toBeCloseTo(distance(z, 0, i), 4);
    expect(x.reduce((sum, value) => sum + value * value, 0) / x.length).toBeCloseTo(1, 2);
  });

  it("maps a short context to the coordinates expected at the full one", () => {
    const [rows, size] = [400, 6];
    const full = normals(rows * size, 3);
    const short = full.map((value, at) => -3 * value + 10 + 0.01 * ((at * 7) % 5));
    const frontEnd = fitFrontEnd([short, full], rows, size, size);
    const [a, b] = [coordinatesOf(frontEnd, 0, short, rows), coordinatesOf(frontEnd, 1, full, rows)];
    // the ridge shrinks by 1 / (1 + lambda / variance)
    expect(apart(a.map((value) => value * 1.05), b)).toBeLessThan(0.05);
  });

  it("shrinks what altered copies disturb, as a Wiener filter does", () => {
    const [count, size] = [3000, 4];
    const clean = normals(count * size, 5);
    const noise = normals(count, 6);
    // column 3 has a variance of 1, and 4 more in the copies: 3 over both; regressed on it, a recording's own value is a third of what is heard
    const copies = clean.map((value, at) => (at % size === 3 ? value + 2 * noise[Math.floor(at / size)]! : value));
    const values = Float32Array.from([...clean, ...copies]);
    const cleanRows = Int32Array.from({ length: 2 * count }, (_, row) => row % count);
    const length = (options: FrontEndOptions, column: number) => {
      const frontEnd = fitFrontEnd([values], 2 * count, size, size, options);
      const step = Float32Array.from({ length: 2 * size }, (_, at) => frontEnd.mean[0]![at % size]! + (at === size + column ? 1 / frontEnd.inverse[0]![column]! : 0));
      const [from, to] = [0, 1].map((row) => coordinatesOf(frontEnd, 0, step, 2).subarray(row * size, (row + 1) * size)) as [Float32Array, Float32Array];
      return Math.hypot(...to.map((value, k) => value - from[k]!));
    };
    expect(length({ cleanRows }, 3) / length({ cleanRows }, 0)).toBeCloseTo(1 / 3, 1);
    expect(length({}, 3) / length({}, 0)).toBeCloseTo(1, 3);
    expect(fitFrontEnd([values], 2 * count, size, size, { cleanRows }).projection[0]).not.toEqual(fitFrontEnd([values], 2 * count, size, size).projection[0]);
  });

  it("clips what lies far off and refuses what is not finite", () => {
    expect([...standardise(Float32Array.of(1e9, -1e9, 3), Float32Array.of(0), Float32Array.of(1), "test")]).toEqual([CLIP, -CLIP, 3]);
    expect(() => standardise(Float32Array.of(Number.POSITIVE_INFINITY), Float32Array.of(0), Float32Array.of(1), "test")).toThrow(FormatError);
  });

  it("takes the nearest context by ratio", () => {
    expect([0.001, 0.03, 0.08, 0.5, 9].map((seconds) => nearestContext([0.01, 0.1, 1], seconds))).toEqual([0, 0, 1, 2, 2]);
  });
});

describe("kMeans", () => {
  it("finds far-off clusters", () => {
    const spots = [0, 50, 100, 150];
    const noise = normals(400, 4);
    const points = Float32Array.from({ length: 400 }, (_, at) => spots[Math.floor(at / 2) % 4]! + noise[at]!);
    const centres = kMeans(points, 200, 2, 4, createRandom(1));
    const sorted = [...centres].filter((_, at) => at % 2 === 0).sort((a, b) => a - b);
    spots.forEach((spot, at) => expect(Math.abs(sorted[at]! - spot)).toBeLessThan(1));
  });

  it("refuses more centres than points", () => {
    expect(() => kMeans(new Float32Array(6), 3, 2, 4, createRandom(1))).toThrow(/expected at least 4 training sounds for 4 anchors, got 3/);
  });
});

describe("createRandom", () => {
  it("repeats for a seed, and is uniform and normal in its moments", () => {
    const [a, b] = [createRandom(5), createRandom(5)];
    expect(Array.from({ length: 50 }, () => a.uniform())).toEqual(Array.from({ length: 50 }, () => b.uniform()));
    const normal = Array.from({ length: 20_000 }, () => a.normal());
    expect(normal.reduce((x, y) => x + y, 0) / 20_000).toBeCloseTo(0, 1);
    expect(normal.reduce((x, y) => x + y * y, 0) / 20_000).toBeCloseTo(1, 1);
    expect(new Set(Array.from({ length: 200 }, () => a.integer(5)))).toEqual(new Set([0, 1, 2, 3, 4]));
    expect([...a.shuffle(Array.from({ length: 20 }, (_, i) => i))].sort((x, y) => x - y)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });
});
