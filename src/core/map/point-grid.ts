/** Finds points of the plane fast and exactly: the nearest one, the next one in a direction, and those inside a polygon. */

import { insidePolygon } from "./polygon.ts";

/** Points of a cell on average. */
const PER_CELL = 4;
/** Cosine of the widest angle that still counts as a direction: 45 degrees to either side. */
const WIDEST = Math.SQRT1_2;

/**
 * A uniform grid over the points (Bentley and Friedman 1979, "Data structures for range searching"): building takes O(n), and a query looks at the cells around its place, ring by ring, until no
 * farther ring can hold a nearer point. Distances are Euclidean in the points' own plane: where a picture scales both axes alike, the nearest here is the nearest on the screen.
 */
export class PointGrid {
  readonly count: number;
  readonly #places: Float32Array;
  readonly #left: number;
  readonly #bottom: number;
  readonly #cell: number;
  readonly #columns: number;
  readonly #rows: number;
  /** Where each cell's points begin in `#ids`; one more than there are cells. */
  readonly #starts: Int32Array;
  readonly #ids: Int32Array;

  /** `places` `[count * 2]`, x and y in turn, finite; kept, not copied. */
  constructor(places: Float32Array) {
    this.#places = places;
    this.count = places.length >> 1;
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let id = 0; id < this.count; id++) {
      left = Math.min(left, places[2 * id]!);
      right = Math.max(right, places[2 * id]!);
      bottom = Math.min(bottom, places[2 * id + 1]!);
      top = Math.max(top, places[2 * id + 1]!);
    }
    if (this.count === 0) [left, right, bottom, top] = [0, 0, 0, 0];
    const cells = Math.max(1, this.count / PER_CELL);
    const [width, height] = [right - left, top - bottom];
    // Along a line there is no area to share out.
    this.#cell = Math.max(Math.sqrt((width * height) / cells), Math.max(width, height) / cells, 1e-9);
    this.#left = left;
    this.#bottom = bottom;
    this.#columns = Math.max(1, Math.ceil(width / this.#cell));
    this.#rows = Math.max(1, Math.ceil(height / this.#cell));
    this.#starts = new Int32Array(this.#columns * this.#rows + 1);
    this.#ids = new Int32Array(this.count);
    const cellOf = Int32Array.from({ length: this.count }, (_, id) => this.#row(places[2 * id + 1]!) * this.#columns + this.#column(places[2 * id]!));
    for (const cell of cellOf) this.#starts[cell + 1]!++;
    for (let cell = 1; cell < this.#starts.length; cell++) this.#starts[cell]! += this.#starts[cell - 1]!;
    const next = this.#starts.slice();
    for (let id = 0; id < this.count; id++) this.#ids[next[cellOf[id]!]!++] = id;
  }

  #column(x: number): number {
    return Math.max(0, Math.min(this.#columns - 1, Math.floor((x - this.#left) / this.#cell)));
  }

  #row(y: number): number {
    return Math.max(0, Math.min(this.#rows - 1, Math.floor((y - this.#bottom) / this.#cell)));
  }

  /** The point nearest to (x, y), the least id of equally near ones; -1 where there is none within `most`. `allowed`: which ids count. */
  nearest(x: number, y: number, most: number = Infinity, allowed?: (id: number) => boolean): number {
    let best = -1;
    let least = most * most;
    const [column, row] = [this.#column(x), this.#row(y)];
    const rings = Math.max(this.#columns, this.#rows);
    for (let ring = 0; ring <= rings; ring++) {
      for (let r = Math.max(0, row - ring); r <= Math.min(this.#rows - 1, row + ring); r++) {
        const whole = Math.abs(r - row) === ring;
        for (let c = column - ring; c <= column + ring; c += whole || ring === 0 ? 1 : 2 * ring) {
          if (c < 0 || c >= this.#columns) continue;
          const cell = r * this.#columns + c;
          for (let at = this.#starts[cell]!; at < this.#starts[cell + 1]!; at++) {
            const id = this.#ids[at]!;
            const square = (this.#places[2 * id]! - x) ** 2 + (this.#places[2 * id + 1]! - y) ** 2;
            if (square > least || (square === least && best !== -1 && id > best) || (allowed && !allowed(id))) continue;
            best = id;
            least = square;
          }
        }
      }
      // What lies beyond this ring is farther than its nearest side; a place outside the grid is nearer to no cell than to the one it is counted to.
      if (best !== -1 && this.#clear(x, y, column, row, ring) ** 2 > least) break;
      if (best === -1 && this.#clear(x, y, column, row, ring) > most) break;
    }
    return best;
  }

  /** Least distance from (x, y) to what lies outside the square of `ring` cells around (column, row); Infinity where that is beyond the grid. */
  #clear(x: number, y: number, column: number, row: number, ring: number): number {
    const sides = [
      column - ring > 0 ? x - (this.#left + (column - ring) * this.#cell) : Infinity,
      column + ring < this.#columns - 1 ? this.#left + (column + ring + 1) * this.#cell - x : Infinity,
      row - ring > 0 ? y - (this.#bottom + (row - ring) * this.#cell) : Infinity,
      row + ring < this.#rows - 1 ? this.#bottom + (row + ring + 1) * this.#cell - y : Infinity,
    ];
    return Math.max(0, Math.min(...sides));
  }

  /**
   * The next point from `id` in the direction (dx, dy), a unit vector: of the points within 45 degrees of it, the one of least |v| + |v x d|, v being the way there: near, and straight ahead
   * before aside. -1 where there is none. `allowed`: which ids count.
   */
  towards(id: number, dx: number, dy: number, allowed?: (id: number) => boolean): number {
    const [x, y] = [this.#places[2 * id]!, this.#places[2 * id + 1]!];
    let best = -1;
    let least = Infinity;
    for (let other = 0; other < this.count; other++) {
      const [vx, vy] = [this.#places[2 * other]! - x, this.#places[2 * other + 1]! - y];
      const length = Math.hypot(vx, vy);
      if (length === 0 || length >= least || vx * dx + vy * dy < WIDEST * length || (allowed && !allowed(other))) continue;
      const cost = length + Math.abs(vx * dy - vy * dx);
      if (cost >= least) continue;
      best = other;
      least = cost;
    }
    return best;
  }

  /** Ids of the points inside a polygon (see `insidePolygon`), ascending. */
  within(outline: ArrayLike<number>): number[] {
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let corner = 0; corner < outline.length; corner += 2) {
      left = Math.min(left, outline[corner]!);
      right = Math.max(right, outline[corner]!);
      bottom = Math.min(bottom, outline[corner + 1]!);
      top = Math.max(top, outline[corner + 1]!);
    }
    const ids: number[] = [];
    for (let id = 0; id < this.count; id++) {
      const [x, y] = [this.#places[2 * id]!, this.#places[2 * id + 1]!];
      if (x >= left && x <= right && y >= bottom && y <= top && insidePolygon(x, y, outline)) ids.push(id);
    }
    return ids;
  }
}
