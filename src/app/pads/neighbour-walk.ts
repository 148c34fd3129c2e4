/** Finds the next sound for a pad along the graph of neighbours: one step nearer its kin, or one step away from it. */

export interface Neighbour {
  readonly id: number;
  readonly distance: number;
}

/** Nearest neighbours of a sound, nearest first, itself left out. */
export type NeighbourFinder = (id: number, count: number) => Promise<readonly Neighbour[]>;

/** Neighbours that a node of the graph has. */
const DEGREE = 16;

/**
 * "more": the nearest neighbour that is not to be avoided; where all are, one of a wider circle. "less": of the sounds two steps away (neighbours of
 * neighbours that are no neighbours themselves) the one whose path through its neighbour is longest. Null where there is none.
 */
export async function walk(from: number, direction: "more" | "less", avoid: ReadonlySet<number>, near: NeighbourFinder): Promise<Neighbour | null> {
  if (direction === "more") {
    for (let count = DEGREE; ; count *= 4) {
      const around = await near(from, count);
      const next = around.find(({ id }) => !avoid.has(id) && id !== from);
      if (next || around.length < count) return next ?? null;
    }
  }
  const around = await near(from, DEGREE);
  const close = new Set([from, ...around.map(({ id }) => id)]);
  const paths = new Map<number, number>();
  for (const { id, distance } of around) {
    for (const beyond of await near(id, DEGREE)) {
      if (close.has(beyond.id) || avoid.has(beyond.id)) continue;
      const path = distance + beyond.distance;
      paths.set(beyond.id, Math.min(path, paths.get(beyond.id) ?? Infinity));
    }
  }
  const [farthest] = [...paths].sort(([idA, a], [idB, b]) => b - a || idA - idB);
  return farthest ? { id: farthest[0], distance: farthest[1] } : null;
}
