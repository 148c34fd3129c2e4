/** The measures of agreement against closed forms and naive recomputation. */

import { describe, expect, test } from "vitest";
import { createMatrix, euclideanDistances, groupDistances, pairs, type SquareMatrix, standardised, submatrix } from "../../src/core/evaluation/matrix.ts";
import { listenerPrecisionAtK, nearest, precisionAtK } from "../../src/core/evaluation/precision.ts";
import { kendall, ranks, spearman } from "../../src/core/evaluation/rank-correlation.ts";
import { tripletAgreement } from "../../src/core/evaluation/triplet-agreement.ts";
import { createRandom } from "../signals.ts";

/** Points on a line: distances whose order is known by eye. */
const line = (...places: number[]): SquareMatrix => euclideanDistances(places, places.length, 1);

function randomMatrix(size: number, seed: number): SquareMatrix {
  const random = createRandom(seed);
  const matrix = createMatrix(size);
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) matrix.values[i * size + j] = matrix.values[j * size + i] = random();
  return matrix;
}

describe("matrix", () => {
  test("Euclidean distances of a 3-4-5 triangle", () => {
    expect([...euclideanDistances([0, 0, 3, 0, 3, 4], 3, 2).values]).toEqual([0, 3, 5, 3, 0, 4, 5, 4, 0]);
  });

  test("pairs takes each pair once, submatrix the rows that are named", () => {
    const matrix = line(0, 1, 3, 7);
    expect([...pairs(matrix)]).toEqual([1, 3, 7, 2, 6, 4]);
    expect([...submatrix(matrix, [3, 1]).values]).toEqual([0, 6, 6, 0]);
  });

  test("group distances are means over pairs, a sound's distance to itself left out", () => {
    const groups = groupDistances(line(0, 2, 10, 14), [0, 0, 1, 1], 2);
    expect([...groups.values]).toEqual([2, 11, 11, 4]);
    expect(groupDistances(line(0, 5), [0, 1], 2).values[0]).toBeNaN();
  });

  test("standardised columns have mean 0 and deviation 1; a constant one is 0", () => {
    expect([...standardised([1, 5, 3, 5], 2, 2)]).toEqual([-1, 0, 1, 0]);
  });
});

describe("triplet agreement", () => {
  test("is 1 for the judgement itself, 0 for its reverse, a half for equal distances", () => {
    const judged = line(0, 1, 3, 7, 12);
    expect(tripletAgreement(judged, judged, 0.1)).toBe(1);
    expect(tripletAgreement({ size: 5, values: judged.values.map((v) => -v) }, judged, 0.1)).toBe(0);
    expect(tripletAgreement(createMatrix(5), judged, 0.1)).toBe(0.5);
  });

  test("pairs within the margin do not count", () => {
    const judged = line(0, 1, 1.05);
    // Anchor 0 judges 1 and 1.05: within 0.1. Anchors 1 and 2 each have one clear pair.
    expect(tripletAgreement(line(0, 2, 1), judged, 0.1)).toBe(tripletAgreement(line(0, 2, 1), line(0, 1, 1), 0.1));
    expect(tripletAgreement(judged, createMatrix(3), 0.1)).toBeNaN();
  });

  test("of unrelated matrices is near a half, and equals the naive count", () => {
    const [a, b] = [randomMatrix(24, 1), randomMatrix(24, 2)];
    let sum = 0;
    for (let anchor = 0; anchor < 24; anchor++) {
      const others = Array.from({ length: 24 }, (_, i) => i).filter((i) => i !== anchor);
      const triples = others.flatMap((i) => others.filter((j) => j > i && Math.abs(b.values[anchor * 24 + i]! - b.values[anchor * 24 + j]!) > 0.1).map((j) => [i, j] as const));
      sum += triples.filter(([i, j]) => a.values[anchor * 24 + i]! < a.values[anchor * 24 + j]! === b.values[anchor * 24 + i]! < b.values[anchor * 24 + j]!).length / triples.length;
    }
    expect(tripletAgreement(a, b, 0.1)).toBeCloseTo(sum / 24, 12);
    expect(tripletAgreement(a, b, 0.1)).toBeCloseTo(0.5, 1);
  });
});

describe("rank correlation", () => {
  test("equal values share their mean rank", () => {
    expect([...ranks([10, 20, 20, 5])]).toEqual([2, 3.5, 3.5, 1]);
  });

  test("any monotonous map gives 1, its reverse -1", () => {
    const values = [3, 1, 4, 1.5, 9, 2.6];
    for (const measure of [spearman, kendall]) {
      expect(measure(values, values.map((v) => Math.exp(v)))).toBeCloseTo(1, 12);
      expect(measure(values, values.map((v) => -(v ** 3)))).toBeCloseTo(-1, 12);
    }
  });

  test("without ties: rho = 1 - 6 sum d^2 / (n^3 - n), tau = (C - D) / pairs", () => {
    expect(spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])).toBeCloseTo(1 - (6 * 4) / 120, 12);
    expect(kendall([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])).toBeCloseTo((8 - 2) / 10, 12);
  });

  test("tau-b makes up for ties", () => {
    // Pairs: 12 tied in a; of the five others all agree but one that is tied in b.
    expect(kendall([1, 1, 2, 3], [1, 2, 3, 3])).toBeCloseTo(4 / Math.sqrt(5 * 5), 12);
  });

  test("a constant has no correlation", () => {
    expect(spearman([1, 1, 1], [1, 2, 3])).toBeNaN();
    expect(kendall([1, 1, 1], [1, 2, 3])).toBeNaN();
  });
});

describe("precision", () => {
  const distances = line(0, 1, 2.1, 10, 11, 12.1);

  test("nearest come first, equal ones by index", () => {
    expect(nearest(distances, 0)).toEqual([1, 2, 3, 4, 5]);
    expect(nearest(createMatrix(4), 2)).toEqual([0, 1, 3]);
  });

  test("is 1 where the groups are apart, and the share of the label where they are not", () => {
    expect(precisionAtK(distances, ["a", "a", "a", "b", "b", "b"], 2)).toBe(1);
    expect(precisionAtK(distances, ["a", "b", "a", "b", "a", "b"], 5)).toBeCloseTo(2 / 5, 12);
  });

  test("pruned hits of the query's own kind are skipped", () => {
    // Labels are right only among sounds of one kind: pruning leaves none.
    expect(precisionAtK(distances, ["a", "a", "a", "b", "b", "b"], 2, [1, 1, 1, 2, 2, 2])).toBe(0);
    expect(precisionAtK(distances, ["a", "a", "a", "b", "b", "b"], 1, [1, 1, 2, 3, 3, 4])).toBe(1);
    expect(precisionAtK(line(0, 1), ["a", "a"], 1, [1, 1])).toBeNaN();
  });

  test("per listener it is taken over what the group could give", () => {
    // One listener hears two groups of three, the other puts 0 and 1 together and leaves the rest alone.
    expect(listenerPrecisionAtK(distances, [[1, 1, 1, 2, 2, 2]], 5)).toBe(1);
    expect(listenerPrecisionAtK(distances, [[1, 1, 2, 3, 4, 5]], 1)).toBe(1);
    expect(listenerPrecisionAtK(distances, [[1, 2, 3, 1, 4, 5]], 2)).toBe(0);
    expect(listenerPrecisionAtK(distances, [[1, 1, 1, 2, 2, 2], [1, 2, 3, 1, 4, 5]], 2)).toBeCloseTo(6 / 8, 12);
  });
});
