/** Tells whether a point of the plane lies inside a polygon. */

/**
 * Even-odd rule: a ray from (x, y) to the right crosses the closed outline an odd number of times (Shimrat 1962, "Algorithm 112"). `outline` is `[corners * 2]`, x and y in turn; fewer than
 * three corners hold nothing. An edge counts its lower end and not its upper one, so that polygons that share an edge share no point.
 */
export function insidePolygon(x: number, y: number, outline: ArrayLike<number>): boolean {
  const corners = outline.length >> 1;
  if (corners < 3) return false;
  let inside = false;
  let fromX = outline[2 * corners - 2]!;
  let fromY = outline[2 * corners - 1]!;
  for (let corner = 0; corner < corners; corner++) {
    const toX = outline[2 * corner]!;
    const toY = outline[2 * corner + 1]!;
    if (fromY > y !== toY > y && x < fromX + ((y - fromY) / (toY - fromY)) * (toX - fromX)) inside = !inside;
    fromX = toX;
    fromY = toY;
  }
  return inside;
}
