/** Tells how often a distance orders two sounds against a third as listeners did. */

import type { SquareMatrix } from "./matrix.ts";

/**
 * For every anchor a, over pairs (i, j) whose judged dissimilarities to a differ by more than `margin`, the share with
 * sign(d[a, i] - d[a, j]) = sign(D[a, i] - D[a, j]), a tie of d counted as a half; the mean over anchors that have such a pair. NaN where there is none.
 */
export function tripletAgreement(distances: SquareMatrix, dissimilarity: SquareMatrix, margin: number): number {
  const { size } = distances;
  let sum = 0;
  let anchors = 0;
  for (let a = 0; a < size; a++) {
    let agreed = 0;
    let count = 0;
    for (let i = 0; i < size; i++) {
      if (i === a) continue;
      for (let j = i + 1; j < size; j++) {
        if (j === a) continue;
        const judged = dissimilarity.values[a * size + i]! - dissimilarity.values[a * size + j]!;
        if (Math.abs(judged) <= margin) continue;
        const said = distances.values[a * size + i]! - distances.values[a * size + j]!;
        count++;
        if (said === 0) agreed += 0.5;
        else if (said > 0 === judged > 0) agreed++;
      }
    }
    if (count > 0) {
      sum += agreed / count;
      anchors++;
    }
  }
  return sum / anchors;
}
