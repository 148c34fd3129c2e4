/** Neighbours against geometry that is known by hand, against a naive sort, and under permutations. */

import { describe, expect, test } from "vitest";
import { FormatError } from "../../src/core/errors.ts";
import { type Match, Neighbours } from "../../src/core/search/neighbours.ts";
import type { Distance } from "../../src/core/presets/model-manifest.ts";

/** Uniform numbers in [-1, 1) from a linear congruential generator (Numerical Recipes). */
function uniform(length: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

function distanceOf(a: Float32Array, b: Float32Array, distance: Distance): number {
  if (distance === "euclidean") return Math.hypot(...a.map((value, i) => value - b[i]!));
  const dot = a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const lengths = Math.hypot(...a) * Math.hypot(...b);
  return lengths === 0 ? 1 : 1 - dot / lengths;
}

function naive(rows: Float32Array, size: number, query: Float32Array, k: number, distance: Distance, exclude = -1): Match[] {
  return Array.from({ length: rows.length / size }, (_, id) => ({ id, distance: distanceOf(query, rows.subarray(id * size, (id + 1) * size), distance) }))
    .filter(({ id }) => id !== exclude)
    .sort((a, b) => a.distance - b.distance || a.id - b.id)
    .slice(0, k);
}

describe("closed form", () => {
  test("a 3-4-5 triangle", () => {
    const search = new Neighbours(Float32Array.of(0, 0, 3, 4, 6, 8), 3, 2, "euclidean");
    expect(search.nearest(Float32Array.of(0, 0), 3)).toEqual([{ id: 0, distance: 0 }, { id: 1, distance: 5 }, { id: 2, distance: 10 }]);
  });

  test("cosine: 0 along, 1 across, 2 against, whatever the lengths; 1 for a vector of length 0 on either side", () => {
    const search = new Neighbours(Float32Array.of(-7, 0, 0, 0.5, 3, 0, 0, 0), 4, 2, "cosine");
    expect(search.nearest(Float32Array.of(2, 0), 4)).toEqual([{ id: 2, distance: 0 }, { id: 1, distance: 1 }, { id: 3, distance: 1 }, { id: 0, distance: 2 }]);
    expect(search.nearest(Float32Array.of(0, 0), 4).map(({ distance }) => distance)).toEqual([1, 1, 1, 1]);
  });

  test("equal distances rank by index, also where the heap is full of them", () => {
    const search = new Neighbours(new Float32Array(50 * 3).fill(1), 50, 3, "euclidean");
    expect(search.nearest(Float32Array.of(1, 1, 1), 5).map(({ id }) => id)).toEqual([0, 1, 2, 3, 4]);
  });
});

describe.each(["euclidean", "cosine"] as const)("%s", (distance) => {
  test.each([1, 2, 7, 16, 33, 128])("equals the naive sort at size %d", (size) => {
    const count = 301;
    const rows = uniform(count * size, size);
    const search = new Neighbours(rows, count, size, distance);
    for (const k of [1, 5, 16, 300, 301, 1000]) {
      const query = uniform(size, 1000 + k);
      const found = search.nearest(query, k);
      const wanted = naive(rows, size, query, k, distance);
      expect(found.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
      for (const [i, match] of found.entries()) expect(match.distance).toBeCloseTo(wanted[i]!.distance, 6);
    }
  });

  test("a row is its own nearest at distance 0, and is left out where asked", () => {
    const size = 24;
    const rows = uniform(200 * size, 5);
    const search = new Neighbours(rows, 200, size, distance);
    for (const id of [0, 77, 199]) {
      const query = rows.slice(id * size, (id + 1) * size);
      expect(search.nearest(query, 1)).toEqual([{ id, distance: 0 }]);
      const found = search.nearest(query, 4, id);
      expect(found.map((match) => match.id)).toEqual(naive(rows, size, query, 4, distance, id).map((match) => match.id));
      expect(search.nearest(query, 200, id)).toHaveLength(199);
    }
  });

  test("the order of the rows changes the indices alone", () => {
    const size = 12;
    const count = 100;
    const rows = uniform(count * size, 9);
    const reversed = new Float32Array(rows.length);
    for (let id = 0; id < count; id++) reversed.set(rows.subarray(id * size, (id + 1) * size), (count - 1 - id) * size);
    const query = uniform(size, 10);
    const found = new Neighbours(rows, count, size, distance).nearest(query, 9);
    const mirrored = new Neighbours(reversed, count, size, distance).nearest(query, 9);
    expect(mirrored.map(({ id, ...rest }) => ({ id: count - 1 - id, ...rest }))).toEqual(found);
  });

  test("neither rows nor query are written to", () => {
    const rows = uniform(40, 3);
    const query = uniform(4, 4);
    const [rowsBefore, queryBefore] = [rows.slice(), query.slice()];
    new Neighbours(rows, 10, 4, distance).nearest(query, 3);
    expect(rows).toEqual(rowsBefore);
    expect(query).toEqual(queryBefore);
  });
});

test("no neighbours are asked for, or there are none: an empty list", () => {
  expect(new Neighbours(uniform(8, 1), 2, 4, "euclidean").nearest(uniform(4, 2), 0)).toEqual([]);
  expect(new Neighbours(new Float32Array(0), 0, 4, "cosine").nearest(uniform(4, 2), 5)).toEqual([]);
});

test("what does not fit is refused", () => {
  expect(() => new Neighbours(new Float32Array(7), 2, 4, "euclidean")).toThrow(FormatError);
  expect(() => new Neighbours(Float32Array.of(1, Number.NaN), 1, 2, "euclidean")).toThrow(/expected finite rows/);
  const search = new Neighbours(uniform(8, 1), 2, 4, "euclidean");
  expect(() => search.nearest(new Float32Array(3), 1)).toThrow(/expected a query of 4 numbers, got 3/);
  expect(() => search.nearest(Float32Array.of(0, 0, 0, Number.POSITIVE_INFINITY), 1)).toThrow(/expected a finite query/);
});
