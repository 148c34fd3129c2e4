/** Exact nearest neighbours: ours in plain JavaScript and by the int8 scan, beside USearch (native SIMD) and tfjs on wasm. */

import { Neighbours } from "../../src/core/search/neighbours.ts";
import { QuantisedNeighbours } from "../../src/core/search/quantised-neighbours.ts";
import { createRandom } from "../../src/model/random.ts";
import type { Bench, BenchCase } from "./runner.ts";

const SIZE = 128;
const NEIGHBOURS = 16;
const QUERIES = 64;
const CLUSTERS = 200;
const COUNTS = [10_000, 100_000, 1_000_000];
/** Beyond it, ways that take a second a query are left out. */
const SLOW_COUNT = 100_000;

interface Data {
  readonly count: number;
  readonly rows: Float32Array;
  readonly queries: readonly Float32Array[];
}

/** Rows and queries around the same centres (deviation 1 among centres, 0.5 within), as sounds gather by instrument and technique. */
function gathered(count: number): Data {
  const random = createRandom(7);
  const centres = Float32Array.from({ length: CLUSTERS * SIZE }, () => random.normal());
  const point = (into: Float32Array, at: number, cluster: number) => {
    for (let i = 0; i < SIZE; i++) into[at + i] = centres[cluster * SIZE + i]! + 0.5 * random.normal();
  };
  const rows = new Float32Array(count * SIZE);
  for (let row = 0; row < count; row++) point(rows, row * SIZE, row % CLUSTERS);
  const queries = Array.from({ length: QUERIES }, (_, query) => {
    const vector = new Float32Array(SIZE);
    point(vector, 0, (query * 37) % CLUSTERS);
    return vector;
  });
  return { count, rows, queries };
}

/** Ids that each way found for the first query, by case, for the note below the table. */
const found = new Map<string, readonly number[]>();

function ours({ count, rows, queries }: Data): BenchCase {
  const search = new Neighbours(rows, count, SIZE, "euclidean");
  return {
    name: `Neighbours, ${count} rows`,
    run(i) {
      const matches = search.nearest(queries[i % QUERIES]!, NEIGHBOURS);
      if (i % QUERIES === 0) found.set(`ours ${count}`, matches.map(({ id }) => id));
    },
  };
}

const quantisedNotes: string[] = [];

/** The rows stand in memory here as they would in a file: read a handful at a time. */
function quantised({ count, rows, queries }: Data): BenchCase {
  const search = new QuantisedNeighbours({ read: (id, into) => into.set(rows.subarray(id * SIZE, (id + 1) * SIZE)) }, SIZE, "euclidean");
  const start = performance.now();
  for (let id = 0; id < count; id++) search.add(rows.subarray(id * SIZE, (id + 1) * SIZE));
  const built = performance.now() - start;
  quantisedNotes.push(`int8 scan, ${count} rows: built in ${(built / 1000).toFixed(2)} s (${((1000 * built) / count).toFixed(1)} us a row added), ${(search.bytes / 2 ** 20).toFixed(0)} MiB held.`);
  return {
    name: `QuantisedNeighbours (int8 scan), ${count} rows`,
    run(i) {
      const matches = search.nearest(queries[i % QUERIES]!, NEIGHBOURS);
      if (i % QUERIES === 0) found.set(`int8 ${count}`, matches.map(({ id }) => id));
    },
  };
}

/** The one call of USearch that is timed: dataset, queries, dimensions, count, metric, threads. */
interface USearch {
  exactSearch(rows: Float32Array, query: Float32Array, size: number, count: number, metric: "l2sq", threads: number): { readonly keys: BigUint64Array };
}

/** USearch is an optional dependency: there is no binary of it for every machine, and its types may be absent with it. */
async function usearch({ count, rows, queries }: Data): Promise<BenchCase[]> {
  const name: string = "usearch";
  const library = (await import(name).catch(() => undefined)) as USearch | undefined;
  if (!library) return [];
  return [
    {
      name: `USearch exactSearch, one thread, ${count} rows`,
      rival: true,
      run(i) {
        const { keys } = library.exactSearch(rows, queries[i % QUERIES]!, SIZE, NEIGHBOURS, "l2sq", 1);
        if (i % QUERIES === 0) found.set(`usearch ${count}`, Array.from(keys, Number));
      },
    },
  ];
}

/** |q - x|^2 = |q|^2 - 2 q.x + |x|^2: one product, one topk. */
async function tensorflow({ count, rows, queries }: Data): Promise<BenchCase> {
  const tf = await import("@tensorflow/tfjs-core");
  const { useWasm } = await import("../../src/cli/tf-backend.ts");
  await useWasm();
  const matrix = tf.tensor2d(rows, [count, SIZE]);
  const halves = tf.tidy(() => tf.mul(0.5, tf.sum(tf.square(matrix), 1)));
  return {
    name: `tfjs wasm, matMul and topk, ${count} rows`,
    rival: true,
    async run(i) {
      const indices = tf.tidy(() => tf.topk(tf.sub(tf.squeeze(tf.matMul(tf.tensor2d(queries[i % QUERIES]!, [1, SIZE]), matrix, false, true)), halves), NEIGHBOURS).indices);
      const ids = await indices.data();
      indices.dispose();
      if (i % QUERIES === 0) found.set(`tfjs ${count}`, Array.from(ids));
    },
    dispose() {
      matrix.dispose();
      halves.dispose();
    },
  };
}

export const bench: Bench = {
  name: "search",
  about: `the ${NEIGHBOURS} nearest of N rows of ${SIZE} numbers, exactly, one query a call`,
  async cases() {
    const cases: BenchCase[] = [];
    for (const count of COUNTS) {
      const data = gathered(count);
      cases.push(quantised(data), ours(data), ...(await usearch(data)), ...(count <= SLOW_COUNT ? [await tensorflow(data)] : []));
    }
    return cases;
  },
  async notes() {
    const lines = COUNTS.flatMap((count) =>
      ["int8", "usearch", "tfjs"].map((rival) => {
        const theirs = found.get(`${rival} ${count}`);
        const wanted = found.get(`ours ${count}`) ?? [];
        return theirs ? `${rival}, ${count} rows: ${wanted.filter((id) => theirs.includes(id)).length} of the ${NEIGHBOURS} that Neighbours names.` : `${rival}, ${count} rows: not run here.`;
      }),
    );
    return [...quantisedNotes, lines.join("\n")];
  },
};
