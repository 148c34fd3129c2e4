/** k-means with k-means++ seeding (Arthur and Vassilvitskii 2007): few centres that stand for many points. */

import { FormatError } from "../core/errors.ts";
import type { Random } from "./random.ts";

/** Centres `[count, width]` of `points [rows, width]`. Throws FormatError where there are fewer rows than centres. */
export function kMeans(points: Float32Array, rows: number, width: number, count: number, random: Random, rounds = 12): Float32Array {
  if (rows < count) throw new FormatError(`anchors: expected at least ${count} training sounds for ${count} anchors, got ${rows}; give more sounds or ask for fewer anchors.`);
  const centres = new Float32Array(count * width);
  const nearest = new Float32Array(rows).fill(Number.POSITIVE_INFINITY);
  const owner = new Int32Array(rows);
  const squared = (row: number, centre: number, bound: number) => {
    let sum = 0;
    for (let k = 0, i = row * width, j = centre * width; k < width && sum < bound; k++, i++, j++) sum += (points[i]! - centres[j]!) ** 2;
    return sum;
  };
  const move = (centre: number, row: number) => centres.set(points.subarray(row * width, (row + 1) * width), centre * width);
  move(0, random.integer(rows));
  for (let centre = 0; centre < count; centre++) {
    let total = 0;
    for (let row = 0; row < rows; row++) {
      const distance = squared(row, centre, nearest[row]!);
      if (distance < nearest[row]!) {
        nearest[row] = distance;
        owner[row] = centre;
      }
      total += nearest[row]!;
    }
    if (centre === count - 1) break;
    let mark = random.uniform() * total;
    let row = 0;
    while (row < rows - 1 && (mark -= nearest[row]!) > 0) row++;
    move(centre + 1, row);
  }
  for (let round = 0; round < rounds; round++) {
    const sizes = new Int32Array(count);
    const sums = new Float64Array(count * width);
    for (let row = 0; row < rows; row++) {
      sizes[owner[row]!]!++;
      for (let k = 0; k < width; k++) sums[owner[row]! * width + k]! += points[row * width + k]!;
    }
    for (let centre = 0; centre < count; centre++) {
      if (sizes[centre] === 0) move(centre, random.integer(rows));
      else for (let k = 0; k < width; k++) centres[centre * width + k] = sums[centre * width + k]! / sizes[centre]!;
    }
    for (let row = 0; row < rows; row++) {
      nearest[row] = squared(row, owner[row]!, Number.POSITIVE_INFINITY);
      for (let centre = 0; centre < count; centre++) {
        const distance = squared(row, centre, nearest[row]!);
        if (distance < nearest[row]!) {
          nearest[row] = distance;
          owner[row] = centre;
        }
      }
    }
  }
  return centres;
}
