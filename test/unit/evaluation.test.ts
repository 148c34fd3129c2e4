/** The measures of agreement against closed forms and naive recomputation. */

import { describe, expect, test } from "vitest";
import { createMatrix, euclideanDistances, groupDistances, pairs, type SquareMatrix, standardised, submatrix } from "../../src/core/evaluation/matrix.ts";
import { bootstrapped, combinedFigure, intervalOf, meanFigure, meanOfFigures, multiplicity, weightedMean } from "../../src/core/evaluation/bootstrap.ts";
import { listenerPrecisionAtK, nearest, precisionAtK } from "../../src/core/evaluation/precision.ts";
import { ndcg, rankedPrecision } from "../../src/core/evaluation/retrieval.ts";
import { createKendall, createSpearman, kendall, ranks, spearman } from "../../src/core/evaluation/rank-correlation.ts";
import { createTripletAgreement, tripletAgreement } from "../../src/core/evaluation/triplet-agreement.ts";
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

  test("distances that are NaN say nothing, all or one", () => {
    const judged = line(0, 1, 3, 7, 12);
    expect(tripletAgreement({ size: 5, values: judged.values.map(() => Number.NaN) }, judged, 0.1)).toBeNaN();
    expect(tripletAgreement({ size: 5, values: judged.values.map((value, at) => (at === 7 ? Number.NaN : value)) }, judged, 0.1)).toBeNaN();
    expect(createTripletAgreement([judged, { size: 5, values: judged.values.map(() => Number.NaN) }], judged, 0.1)()).toBeNaN();
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

  test("a constant has no correlation, nor has a list with a NaN", () => {
    for (const measure of [spearman, kendall]) {
      for (const values of [[1, 1, 1], [Number.NaN, Number.NaN, Number.NaN], [1, Number.NaN, 3]]) {
        expect(measure(values, [1, 2, 3])).toBeNaN();
        expect(measure([1, 2, 3], values)).toBeNaN();
      }
    }
  });
});

/** Every entry as often as its weight says. */
function repeated<T>(list: ArrayLike<T>, weights: readonly number[]): T[] {
  return Array.from(list).flatMap((entry, at) => Array.from({ length: weights[at]! }, () => entry));
}

describe("weights", () => {
  const random = createRandom(5);
  const draw = (levels: number) => Array.from({ length: 40 }, () => Math.floor(levels * random()));
  const [a, b] = [draw(9), draw(14)];
  const weights = draw(4);

  test("a correlation of weighted entries is that of entries repeated", () => {
    expect(createSpearman(a, b)(weights)).toBeCloseTo(spearman(repeated(a, weights), repeated(b, weights)), 12);
    expect(createKendall(a, b)(weights)).toBeCloseTo(kendall(repeated(a, weights), repeated(b, weights)), 12);
  });

  test("Kendall's tau in n log n steps is that of the double loop", () => {
    let [balance, untiedA, untiedB] = [0, 0, 0];
    for (let i = 0; i < a.length; i++) {
      for (let j = i + 1; j < a.length; j++) {
        balance += Math.sign(a[i]! - a[j]!) * Math.sign(b[i]! - b[j]!);
        untiedA += Math.abs(Math.sign(a[i]! - a[j]!));
        untiedB += Math.abs(Math.sign(b[i]! - b[j]!));
      }
    }
    expect(kendall(a, b)).toBeCloseTo(balance / Math.sqrt(untiedA * untiedB), 12);
  });

  test("a sound that counts twice weighs twice, as an anchor and in pairs, and never beside itself", () => {
    const [said, judged] = [randomMatrix(9, 3), randomMatrix(9, 4)];
    const counts = [1, 2, 0, 1, 3, 1, 0, 2, 1];
    const rows = repeated(counts.map((_, at) => at), counts);
    let [sum, anchors] = [0, 0];
    for (const anchor of rows) {
      let [agreed, count] = [0, 0];
      for (const [p, i] of rows.entries()) {
        for (const j of rows.slice(p + 1)) {
          if (i === anchor || j === anchor || Math.abs(judged.values[anchor * 9 + i]! - judged.values[anchor * 9 + j]!) <= 0.1) continue;
          count++;
          if (said.values[anchor * 9 + i]! < said.values[anchor * 9 + j]! === judged.values[anchor * 9 + i]! < judged.values[anchor * 9 + j]!) agreed++;
        }
      }
      if (count === 0) continue;
      sum += agreed / count;
      anchors++;
    }
    expect(createTripletAgreement([said], judged, 0.1)(counts)).toBeCloseTo(sum / anchors, 12);
    const other = randomMatrix(9, 5);
    expect(createTripletAgreement([said, other], judged, 0.1)()).toBeCloseTo((tripletAgreement(said, judged, 0.1) + tripletAgreement(other, judged, 0.1)) / 2, 12);
  });
});

describe("bootstrap", () => {
  const units = Array.from({ length: 400 }, (_, at) => at);
  const resampling = { replicates: 800, seed: 3 };

  test("multiplicities are Poisson with mean and variance 1, and hang on seed, replicate and unit alone", () => {
    const counts = units.flatMap((unit) => Array.from({ length: 100 }, (_, replicate) => multiplicity(3, replicate, unit)));
    const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
    expect(mean).toBeCloseTo(1, 1);
    expect(counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length).toBeCloseTo(1, 1);
    expect(counts.filter((count) => count === 0).length / counts.length).toBeCloseTo(Math.exp(-1), 2);
    expect(multiplicity(3, 7, 11)).toBe(multiplicity(3, 7, 11));
  });

  test("the interval of a mean is that of the central limit", () => {
    const random = createRandom(8);
    const values = units.map(() => random());
    const figure = meanFigure(units, values, resampling);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    expect(figure.value).toBeCloseTo(mean, 12);
    const error = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / values.length;
    const { low, high } = intervalOf(figure);
    expect((high - low) / (2 * 1.96 * error)).toBeGreaterThan(0.85);
    expect((high - low) / (2 * 1.96 * error)).toBeLessThan(1.15);
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
  });

  test("a unit counts the same wherever it turns up: parts average to the whole, and a model minus itself is 0 for sure", () => {
    const values = units.map((unit) => Math.sin(unit));
    const whole = meanFigure(units, values, resampling);
    const shuffled = [...units].reverse();
    expect([...meanFigure(shuffled, shuffled.map((unit) => values[unit]!), resampling).replicates]).toEqual([...whole.replicates].map((value) => expect.closeTo(value, 12)));
    const none = intervalOf(combinedFigure(whole, whole, (a, b) => a - b));
    expect([none.low, none.high]).toEqual([0, 0]);
    const shifted = meanFigure(units, values.map((value) => value + 0.5), resampling);
    const lead = intervalOf(combinedFigure(shifted, whole, (a, b) => a - b));
    expect([lead.low, lead.high]).toEqual([expect.closeTo(0.5, 12), expect.closeTo(0.5, 12)]);
    expect(meanOfFigures([whole, shifted]).value).toBeCloseTo(whole.value + 0.25, 12);
    expect(intervalOf(meanOfFigures([whole, whole]))).toEqual(intervalOf(whole));
  });

  test("what is not known is left out, and nothing known is NaN", () => {
    expect(meanFigure([1, 2, 3], [1, Number.NaN, 3], resampling)).toMatchObject({ value: 2, units: 2 });
    expect(meanFigure([1], [Number.NaN], resampling).value).toBeNaN();
    expect(intervalOf(bootstrapped([1, 2], () => 1, { replicates: 0, seed: 1 })).low).toBeNaN();
    expect(meanOfFigures([meanFigure([1], [Number.NaN], resampling), meanFigure([1], [4], resampling)]).value).toBe(4);
    expect(weightedMean([1, 5], [3, 1])).toBe(2);
  });
});

describe("ranking", () => {
  test("precision is over what could be found, and says nothing where nothing could", () => {
    const right = [true, false, true, false, false, true];
    expect(rankedPrecision(right, 5, 10)).toBe(2 / 5);
    expect(rankedPrecision(right, 5, 2)).toBe(1);
    expect(rankedPrecision(right, 1, 3)).toBe(1);
    expect(rankedPrecision([], 5, 0)).toBeNaN();
  });

  test("NDCG is 1 for the best order and follows the formula", () => {
    expect(ndcg([3, 2, 0], [3, 2, 0], 3)).toBe(1);
    expect(ndcg([0, 2, 3], [3, 2, 0], 3)).toBeCloseTo((2 / Math.log2(3) + 3 / 2) / (3 + 2 / Math.log2(3)), 12);
    expect(ndcg([0, 2, 3], [3, 2, 0], 1)).toBe(0);
    expect(ndcg([0], [0, 0], 5)).toBeNaN();
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
