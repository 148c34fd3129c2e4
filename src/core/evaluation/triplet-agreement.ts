/** Tells how often a distance orders two sounds against a third as listeners did. */

import type { SquareMatrix } from "./matrix.ts";

/**
 * For every anchor a, over pairs (i, j) whose judged dissimilarities to a differ by more than `margin`, the share with
 * sign(d[a, i] - d[a, j]) = sign(D[a, i] - D[a, j]), a tie of d counted as a half; the mean over anchors that have such a pair. NaN where there is none, or where a distance of such a pair is NaN.
 */
export function tripletAgreement(distances: SquareMatrix, dissimilarity: SquareMatrix, margin: number): number {
  return createTripletAgreement([distances], dissimilarity, margin)();
}

/**
 * The same as a function of how often each sound counts: a pair (i, j) counts w_i w_j times, an anchor w_a times (each once, by default). With several tables of distances, the mean of their agreements.
 * The rows of a table are the anchors: it need not be symmetric.
 */
export function createTripletAgreement(tables: readonly SquareMatrix[], dissimilarity: SquareMatrix, margin: number): (weights?: ArrayLike<number>) => number {
  const { size, values } = dissimilarity;
  const [first, second, agreed]: [number[], number[], number[]] = [[], [], []];
  /** Where the pairs of each anchor begin, and where the last ones end. */
  const starts = [0];
  for (let a = 0; a < size; a++) {
    for (let i = 0; i < size; i++) {
      if (i === a) continue;
      for (let j = i + 1; j < size; j++) {
        if (j === a) continue;
        const judged = values[a * size + i]! - values[a * size + j]!;
        if (Math.abs(judged) <= margin) continue;
        let score = 0;
        for (const table of tables) {
          const said = table.values[a * size + i]! - table.values[a * size + j]!;
          score += Number.isNaN(said) ? Number.NaN : said === 0 ? 0.5 : said > 0 === judged > 0 ? 1 : 0;
        }
        first.push(i);
        second.push(j);
        agreed.push(score / tables.length);
      }
    }
    starts.push(first.length);
  }
  return (weights) => {
    const weight = (at: number) => (weights ? weights[at]! : 1);
    let sum = 0;
    let anchors = 0;
    for (let a = 0; a < size; a++) {
      if (weight(a) === 0) continue;
      let own = 0;
      let count = 0;
      for (let at = starts[a]!; at < starts[a + 1]!; at++) {
        const both = weight(first[at]!) * weight(second[at]!);
        own += both * agreed[at]!;
        count += both;
      }
      if (count === 0) continue;
      sum += (weight(a) * own) / count;
      anchors += weight(a);
    }
    return sum / anchors;
  };
}
