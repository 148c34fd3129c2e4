/** Lays a library out in the plane: UMAP over its founders, every other sound beside its nearest of them. */

import { UMAP } from "umap-js";
import { weightedPlace } from "../../core/map/weighted-place.ts";
import { EmbeddingIndex } from "../../core/search/embedding-index.ts";
import { createRandom } from "../../model/random.ts";
import { MAP_ASPECT, type MapProgress, type RowLender } from "../../protocol/map.ts";
import { principalPlane } from "./principal-plane.ts";

/** Goes up with every change by which the same library would be laid out otherwise. */
export const LAYOUT_VERSION = 3;
/** Most sounds that UMAP lays out itself. */
export const MOST_FOUNDERS = 8192;
const SEED = 20_261_122;
/** Neighbours of a sound in UMAP's graph, itself among them. */
const GRAPH_NEIGHBOURS = 15;
/** Fewer sounds lie as their principal plane has them. */
const LEAST_SOUNDS = 5;
/** The plane is brought to this width before UMAP begins, as its authors' own code does. */
const FIRST_WIDTH = 10;
/** UMAP-js takes each distance of 0 for a sound without neighbours. */
const LEAST_DISTANCE = 1e-9;
/** Share of evenness in the last places. */
const EVENED = 0.7;
/** Founders that place another sound: the more they are, the more all would be drawn to the middle. */
const NEAREST_FOUNDERS = 3;
/** Rows asked for at a time: the engine answers its player between two. */
const CHUNK = 1024;

export interface Layout {
  /** `[count * 2]`, x and y in turn. */
  readonly places: Float32Array;
  readonly founders: number;
}

type Rows = Pick<RowLender, "about" | "rows">;

/**
 * Places of all sounds. `known` `[count * 2]` holds those that stay, NaN for the others; null lays out anew. Of more than MOST_FOUNDERS sounds a seeded sample founds the layout. The same rows in the
 * same order give the same places. A sound that is put to a layout goes to `weightedPlace` of its nearest founders, and moves nothing.
 */
export async function layOut(lender: Rows, known: Float32Array | null, report: (progress: MapProgress) => void): Promise<Layout> {
  const { count, size, distance } = await lender.about();
  const places = new Float32Array(2 * count).fill(Number.NaN);
  if (known) places.set(known.subarray(0, 2 * count));
  const there = Array.from({ length: count }, (_, id) => id).filter((id) => !Number.isNaN(places[2 * id]!));
  const fresh = there.length === 0;
  const founders = sample(fresh ? count : there.length, MOST_FOUNDERS).map((at) => (fresh ? at : there[at]!));
  const left = count - (fresh ? founders.length : there.length);
  if (founders.length === 0 || (!fresh && left === 0)) return { places, founders: founders.length };

  const rows = new Float32Array(founders.length * size);
  for (let at = 0; at < founders.length; at += CHUNK) rows.set(await lender.rows(Int32Array.from(founders.slice(at, at + CHUNK))), at * size);
  const index = new EmbeddingIndex(size, distance);
  index.add(rows);
  const anchors = fresh ? await founded(index, rows, report) : Float32Array.from(founders.flatMap((id) => [places[2 * id]!, places[2 * id + 1]!]));
  for (const [at, id] of founders.entries()) places.set(anchors.subarray(2 * at, 2 * at + 2), 2 * id);

  const others = Array.from({ length: count }, (_, id) => id).filter((id) => Number.isNaN(places[2 * id]!));
  for (let at = 0; at < others.length; at += CHUNK) {
    const ids = others.slice(at, at + CHUNK);
    const chunk = await lender.rows(Int32Array.from(ids));
    for (const [i, id] of ids.entries()) places.set(weightedPlace(index.nearest(chunk.subarray(i * size, (i + 1) * size), NEAREST_FOUNDERS), anchors)!, 2 * id);
    report({ stage: "placing", done: Math.min(others.length, at + CHUNK), all: others.length });
  }
  index.close();
  return { places, founders: founders.length };
}

/** Places of the index's rows by UMAP (McInnes et al. 2018) over their exact neighbours, begun from their principal plane. */
async function founded(index: EmbeddingIndex, rows: Float32Array, report: (progress: MapProgress) => void): Promise<Float32Array> {
  const { count, size } = index;
  const plane = principalPlane(rows, count, size);
  if (count < LEAST_SOUNDS) return framed(plane);
  const neighbours = Math.min(GRAPH_NEIGHBOURS, count - 1);
  const ids: number[][] = [];
  const distances: number[][] = [];
  for (let row = 0; row < count; row++) {
    const near = index.nearest(rows.subarray(row * size, (row + 1) * size), neighbours + 1).filter(({ id }) => id !== row).slice(0, neighbours - 1);
    ids.push([row, ...near.map(({ id }) => id)]);
    distances.push([0, ...near.map(({ distance }) => Math.max(distance, LEAST_DISTANCE))]);
    if (row % CHUNK === CHUNK - 1) report({ stage: "neighbours", done: row + 1, all: count });
  }
  const umap = new UMAP({ nNeighbors: neighbours, random: createRandom(SEED).uniform });
  umap.setPrecomputedKNN(ids, distances);
  // With its neighbours given, UMAP asks of its data how many there are.
  const epochs = umap.initializeFit(Array.from({ length: count }, () => []));
  const widest = plane.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
  for (const [row, place] of umap.getEmbedding().entries()) {
    place[0] = (FIRST_WIDTH * plane[2 * row]!) / widest;
    place[1] = (FIRST_WIDTH * plane[2 * row + 1]!) / widest;
  }
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    if (epoch % 8 === 7) report({ stage: "layout", done: epoch + 1, all: epochs });
  }
  // Turned so that it is widest along x, as the map is.
  return framed(principalPlane(Float32Array.from(umap.getEmbedding().flat()), count, 2));
}

/**
 * Spreads places so that a hand finds room to aim, which islands far apart do not leave: along each axis, with t the place between the least (-1) and the greatest (1) and r the rank among all,
 * evenly from -1 to 1, the place becomes (1 - EVENED) t + EVENED r, times the half width of the map. What was left of another sound stays left of it, and what was above stays above.
 */
function framed(places: Float64Array): Float32Array {
  const count = places.length / 2;
  const framed = new Float32Array(2 * count);
  for (const [axis, half] of [MAP_ASPECT, 1].entries()) {
    const along = Float64Array.from({ length: count }, (_, i) => places[2 * i + axis]!);
    const order = Array.from(along.keys()).sort((a, b) => along[a]! - along[b]! || a - b);
    const [least, most] = [along[order[0]!] ?? 0, along[order.at(-1)!] ?? 0];
    for (const [rank, i] of order.entries()) {
      const place = most > least ? (2 * (along[i]! - least)) / (most - least) - 1 : 0;
      const even = most > least ? (2 * (rank + 0.5)) / count - 1 : 0;
      framed[2 * i + axis] = half * ((1 - EVENED) * place + EVENED * even);
    }
  }
  return framed;
}

/** `most` of the numbers 0 to count - 1 at most, ascending: all, or a seeded choice in which each is as likely. */
function sample(count: number, most: number): number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  if (count <= most) return all;
  const random = createRandom(SEED);
  for (let at = 0; at < most; at++) {
    const other = at + random.integer(count - at);
    [all[at], all[other]] = [all[other]!, all[at]!];
  }
  return all.slice(0, most).sort((a, b) => a - b);
}
