/** The index of a library answers alike however it grew and whichever way it searches, and its filters are those of a plain loop. */

import { describe, expect, test } from "vitest";
import type { ColumnValues } from "../../src/core/presets/embedding-preset.ts";
import { EmbeddingIndex } from "../../src/core/search/embedding-index.ts";
import { Neighbours } from "../../src/core/search/neighbours.ts";
import { createRowMemory } from "../../src/core/search/row-memory.ts";
import { SoundLabels } from "../../src/core/search/sound-labels.ts";
import { createRandom } from "../../src/model/random.ts";

const SIZE = 12;
const COUNT = 5000;

function rowsOf(seed: number, count = COUNT): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count * SIZE }, () => random.normal());
}

describe.each(["euclidean", "cosine"] as const)("an index, %s", (distance) => {
  const rows = rowsOf(3);
  const queries = Array.from({ length: 12 }, (_, i) => rowsOf(100 + i, 1));
  const mask = Uint8Array.from({ length: COUNT }, (_, id) => (id % 3 === 0 ? 1 : 0));

  test.each([
    ["all at once", [COUNT]],
    ["one by one past the plain search", [...Array.from({ length: 70 }, () => 1), COUNT - 70]],
    ["in uneven lots", [1, 0, 62, 1, 1, 1000, COUNT - 1065]],
  ])("that grew %s answers as the plain search does at every size", (_, lots) => {
    const index = new EmbeddingIndex(SIZE, distance, createRowMemory(SIZE), 64);
    let count = 0;
    for (const lot of lots) {
      index.add(rows.subarray(count * SIZE, (count + lot) * SIZE));
      count += lot;
      expect(index.count).toBe(count);
      if (count > 66 && count < COUNT) continue;
      const plain = new Neighbours(rows.slice(0, count * SIZE), count, SIZE, distance);
      for (const query of queries.slice(0, count === COUNT ? 12 : 2)) {
        expect(index.nearest(query, 9).map(({ id }) => id)).toEqual(plain.nearest(query, 9).map(({ id }) => id));
        expect(index.nearest(query, 9, mask.subarray(0, count)).map(({ id }) => id)).toEqual(plain.nearest(query, 9, mask.subarray(0, count)).map(({ id }) => id));
      }
    }
    const ids = [COUNT - 1, 0, 63, 64, 2047, 2048, 0];
    const row = (id: number) => rows.slice(id * SIZE, (id + 1) * SIZE);
    for (const id of ids) expect(index.read(id)).toEqual(row(id));
    expect(index.rows(ids)).toEqual(Float32Array.from(ids.flatMap((id) => [...row(id)])));
    expect(index.rows([])).toHaveLength(0);
  });

  test("refuses what does not fit and keeps what was there", () => {
    const index = new EmbeddingIndex(SIZE, distance);
    index.add(rows.subarray(0, 3 * SIZE));
    expect(() => index.add(rows.subarray(0, SIZE + 1))).toThrow(/whole rows of 12 numbers, got 13/);
    const broken = rows.slice(0, 2 * SIZE);
    broken[SIZE] = Number.NaN;
    expect(() => index.add(broken)).toThrow(/finite rows, got NaN in row 1/);
    expect(index.count).toBe(3);
    expect(index.nearest(rows.subarray(SIZE, 2 * SIZE), 3)[0]!.id).toBe(1);
  });
});

describe("labels", () => {
  const batch = (from: number, count: number) =>
    new Map<string, ColumnValues>([
      ["technique", Array.from({ length: count }, (_, i) => ["ordinario", "slap", "flutter"][(from + i) % 3]!)],
      ["instrument", Array.from({ length: count }, (_, i) => ((from + i) % 2 === 0 ? "flute" : "horn"))],
      ["durationSeconds", Array.from({ length: count }, (_, i) => (i % 4 === 0 ? null : i))],
    ]);

  test("leave out the sounds that a plain loop leaves out, also after the library grew", () => {
    const labels = new SoundLabels();
    let count = 0;
    for (const lot of [5, 1, 40, 1]) {
      labels.add(batch(count, lot), lot);
      count += lot;
      const technique = (id: number) => ["ordinario", "slap", "flutter"][id % 3];
      const filter = { otherThan: { technique: "slap" }, only: { instrument: "flute" }, exclude: [0, 4, -1, 1000] };
      const expected = Array.from({ length: count }, (_, id) => Number(technique(id) === "slap" || id % 2 === 1 || id === 0 || id === 4));
      expect([...labels.mask(filter)!]).toEqual(expected);
      expect([...labels.mask({ otherThan: { technique: "slap" } })!]).toEqual(Array.from({ length: count }, (_, id) => Number(technique(id) === "slap")));
      expect([...labels.mask({ only: { technique: "unheard of" } })!]).toEqual(new Array(count).fill(1));
      expect(labels.value("instrument", count - 1)).toBe((count - 1) % 2 === 0 ? "flute" : "horn");
    }
    expect(labels.mask({})).toBeUndefined();
    expect(labels.value("colour", 0)).toBeUndefined();
    expect(labels.value("technique", 1000)).toBeUndefined();
  });

  test.each<[string, () => unknown, RegExp]>([
    ["a column that there is not", () => new SoundLabels(batch(0, 3), 3).mask({ only: { colour: "red" } }), /a column among technique, instrument, durationSeconds, got colour/],
    ["a column that is too short", () => new SoundLabels(batch(0, 3), 4), /expected 4 values in column technique, got 3/],
    ["sounds that lack a column", () => new SoundLabels(batch(0, 3), 3).add(new Map(), 2), /expected 2 values in column technique, got none/],
  ])("%s gives one sentence", (_, act, sentence) => expect(act).toThrow(sentence));
});
