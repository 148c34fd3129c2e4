/** The int8 scan answers as the plain search does, to the last id and distance, whatever the rows are like. */

import { describe, expect, test } from "vitest";
import { Neighbours } from "../../src/core/search/neighbours.ts";
import { QuantisedNeighbours, type RowSource } from "../../src/core/search/quantised-neighbours.ts";
import { createRandom } from "../../src/model/random.ts";

const uniformFrom = (seed: number) => createRandom(seed).uniform;

const sourceOf = (rows: Float32Array, size: number): RowSource => ({ read: (id, into) => into.set(rows.subarray(id * size, (id + 1) * size)) });

function build(rows: Float32Array, size: number, distance: "euclidean" | "cosine") {
  const search = new QuantisedNeighbours(sourceOf(rows, size), size, distance);
  for (let id = 0; id < rows.length / size; id++) search.add(rows.subarray(id * size, (id + 1) * size));
  return search;
}

const COUNT = 2000;

/** Kinds of rows that stress the bounds in different ways. */
const kinds: Record<string, (random: () => number, id: number, i: number) => number> = {
  uniform: (random) => 2 * random() - 1,
  "tightly clustered": (random, id, i) => Math.sin((id % 7) * (i + 1)) + 1e-4 * random(),
  "one dimension that dwarfs the rest": (random, _, i) => (i === 0 ? 1000 * random() : 0.01 * random()),
  "far from the origin": (random) => 500 + random(),
  "mostly zeros": (random) => (random() < 0.05 ? random() : 0),
  "tiny numbers": (random) => 1e-12 * random(),
};

describe.each(["euclidean", "cosine"] as const)("%s", (distance) => {
  test.each(Object.keys(kinds))("rows that are %s", (kind) => {
    const random = uniformFrom(5);
    const size = 24;
    const rows = Float32Array.from({ length: COUNT * size }, (_, at) => kinds[kind]!(random, Math.floor(at / size), at % size));
    const plain = new Neighbours(rows, COUNT, size, distance);
    const search = build(rows, size, distance);
    for (let query = 0; query < 30; query++) {
      const vector = Float32Array.from({ length: size }, (_, i) => kinds[kind]!(random, query, i));
      const expected = plain.nearest(vector, 16).map((match) => match.distance);
      const got = search.nearest(vector, 16);
      // Ids may differ only where float32 rounding makes equals of two distances.
      for (const [rank, match] of got.entries()) expect(Math.abs(match.distance - expected[rank]!)).toBeLessThanOrEqual(1e-6 * (1 + expected[rank]!));
      expect(new Set(got.map(({ id }) => id)).size).toBe(16);
    }
  });

  test("equal rows rank by index", () => {
    const search = build(new Float32Array(50 * 3).fill(0.7), 3, distance);
    expect(search.nearest(Float32Array.of(1, 0, 0), 5).map(({ id }) => id)).toEqual([0, 1, 2, 3, 4]);
  });

  test("rows and queries of length 0 are where the definition has them", () => {
    const rows = Float32Array.of(0, 0, 1, 0, 0, 1);
    const expected = new Neighbours(rows, 3, 2, distance);
    for (const query of [Float32Array.of(0, 0), Float32Array.of(1, 0.1)]) {
      const got = build(rows, 2, distance).nearest(query, 3);
      expect(got.map(({ id }) => id)).toEqual(expected.nearest(query, 3).map(({ id }) => id));
      for (const [i, match] of expected.nearest(query, 3).entries()) expect(got[i]!.distance).toBeCloseTo(match.distance, 6);
    }
  });
});

test("most rows are never measured", () => {
  const random = uniformFrom(9);
  const rows = Float32Array.from({ length: 20_000 * 64 }, () => random() + random() + random() - 1.5);
  const search = build(rows, 64, "euclidean");
  search.nearest(rows.subarray(0, 64), 16);
  expect(search.measured).toBeLessThan(1000);
});

test("rows can be added at any time, past the edge of a chunk, and masked out", () => {
  const size = 4;
  const count = 70_000;
  const rows = Float32Array.from({ length: count * size }, (_, at) => Math.sin(at * 1.37) * 10);
  const search = new QuantisedNeighbours(sourceOf(rows, size), size, "euclidean");
  expect(search.nearest(new Float32Array(size), 3)).toEqual([]);
  const mask = Uint8Array.from({ length: count }, (_, id) => (id % 3 === 0 ? 1 : 0));
  for (let id = 0; id < count; id++) {
    expect(search.add(rows.subarray(id * size, (id + 1) * size))).toBe(id);
    if (id !== 10 && id !== 65_535 && id !== 65_536 && id !== count - 1) continue;
    const plain = new Neighbours(rows.slice(0, (id + 1) * size), id + 1, size, "euclidean");
    const query = Float32Array.of(3, -2, 1, 0.5);
    expect(search.nearest(query, 9).map((match) => match.id)).toEqual(plain.nearest(query, 9).map((match) => match.id));
    expect(search.nearest(query, 6, mask).map((match) => match.id)).toEqual(plain.nearest(query, 6, mask).map((match) => match.id));
  }
  expect(search.count).toBe(count);
});

test.each<[string, () => unknown, RegExp]>([
  ["a row of another size", () => build(new Float32Array(3), 3, "euclidean").add(new Float32Array(4)), /a row of 3 numbers, got 4/],
  ["NaN", () => build(new Float32Array(3), 3, "euclidean").add(Float32Array.of(0, Number.NaN, 0)), /finite row, got NaN/],
  ["an infinite query", () => build(new Float32Array(3), 3, "cosine").nearest(Float32Array.of(0, 0, Number.POSITIVE_INFINITY), 1), /finite query/],
  ["too many neighbours", () => build(new Float32Array(3 * 2000), 3, "cosine").nearest(new Float32Array(3), 2000), /at most 1024/],
])("%s gives one sentence", (_, act, sentence) => expect(act).toThrow(sentence));
