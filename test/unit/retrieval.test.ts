/** Retrieval on points whose neighbours are plain to see. */

import { describe, expect, test } from "vitest";
import type { ColumnValues } from "../../src/core/presets/embedding-preset.ts";
import { distanceBetween } from "../../src/core/search/distance.ts";
import { EmbeddingIndex } from "../../src/core/search/embedding-index.ts";
import { type RetrievalQuery, retrieve } from "../../src/core/search/retrieval.ts";
import { SoundLabels } from "../../src/core/search/sound-labels.ts";

/** Rows 0 to 9 at 0, 1, …, 9 on a line; even rows are plucked, odd ones bowed; rows 0 to 4 are violins. */
const rows = Float32Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? i / 2 : 0));
const labels = new SoundLabels(new Map<string, ColumnValues>([
  ["technique", Array.from({ length: 10 }, (_, id) => (id % 2 === 0 ? "plucked" : "bowed"))],
  ["instrument", Array.from({ length: 10 }, (_, id) => (id < 5 ? "violin" : "cello"))],
]), 10);
const index = new EmbeddingIndex(2, "euclidean");
index.add(rows);
const ids = (query: Partial<RetrievalQuery>) => retrieve(index, labels, { embedding: Float32Array.of(0, 0), count: 3, ...query }).map(({ id }) => id);

describe("a query", () => {
  test("gives the nearest", () => expect(ids({})).toEqual([0, 1, 2]));
  test("within a radius", () => expect(ids({ count: 9, radius: 2 })).toEqual([0, 1, 2]));
  test("of other techniques only", () => expect(ids({ otherThan: { technique: "plucked" } })).toEqual([1, 3, 5]));
  test("of other instruments only", () => expect(ids({ otherThan: { instrument: "violin" } })).toEqual([5, 6, 7]));
  test("of one instrument only, and not of one technique", () => expect(ids({ only: { instrument: "cello" }, otherThan: { technique: "bowed" } })).toEqual([6, 8]));
  test("without what is excluded or taboo", () => expect(ids({ exclude: [0, 2, -1, 99] })).toEqual([1, 3, 4]));
  test("of nothing that is left is an empty list", () => expect(ids({ only: { technique: "none" } })).toEqual([]));
  test("that is wholly diverse takes the nearest, then the farthest, then the middle", () => expect(ids({ diversity: 1 })).toEqual([0, 9, 4]));
  test("without diversity is the same as diversity 0", () => expect(ids({ diversity: 0 })).toEqual(ids({})));
});

test.each<[string, Partial<RetrievalQuery>, RegExp]>([
  ["another size", { embedding: new Float32Array(3) }, /embedding: expected 2 numbers, got 3/],
  ["NaN", { embedding: Float32Array.of(0, Number.NaN) }, /finite/],
  ["no count", { count: 0 }, /count/],
  ["a negative radius", { radius: -1 }, /radius/],
  ["NaN for a radius", { radius: Number.NaN }, /radius/],
  ["too much diversity", { diversity: 2 }, /0 to 1/],
  ["an unknown column", { only: { colour: "red" } }, /expected a column among technique, instrument, got colour/],
])("a query with %s gives one sentence", (_, query, sentence) => expect(() => ids(query)).toThrow(sentence));

test("distances are those of the definition", () => {
  expect(distanceBetween(Float32Array.of(0, 3), Float32Array.of(4, 0), "euclidean")).toBe(5);
  expect(distanceBetween(Float32Array.of(0, 3), Float32Array.of(4, 0), "cosine")).toBe(1);
  expect(distanceBetween(Float32Array.of(2, 0), Float32Array.of(4, 0), "cosine")).toBe(0);
  expect(distanceBetween(Float32Array.of(0, 0), Float32Array.of(4, 0), "cosine")).toBe(1);
});
