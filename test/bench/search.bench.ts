/** Exact nearest neighbours up to a million: ours in Node and in a Chromium worker, beside USearch (native SIMD) and tfjs on wasm, with memory, recall and the cost of one sound more. */

import { join } from "node:path";
import { inChromiumWorker } from "./chromium-host.ts";
import { type Bench, type BenchCase, type BenchSamples, percentile } from "./runner.ts";
import { createSounds, NEIGHBOURS, QUERIES, type Searching, searching, SIZE } from "./searching.ts";

/** What USearch is asked at; tfjs, which takes a second a query beyond, at these but the last. */
const RIVAL_COUNTS = [10_000, 100_000, 1_000_000] as const;
const SLOW_COUNT = 100_000;

interface Data {
  readonly count: number;
  readonly rows: Float32Array;
  readonly queries: readonly Float32Array[];
}

type Searched = Awaited<ReturnType<typeof searching>>;
const hosts = new Map<string, Searched>();

function samplesOf(host: string, searched: Searched): BenchSamples[] {
  hosts.set(host, searched);
  return [
    ...searched.sizes.map(({ count, milliseconds, bytes }) => ({ name: `${host}, ${count} rows`, milliseconds, bytes })),
    { name: `${host}, one sound more at 1000000`, milliseconds: searched.adding },
  ];
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
  return [{ name: `USearch exactSearch (native, one thread), ${count} rows`, rival: true, run: (i) => void library.exactSearch(rows, queries[i % QUERIES]!, SIZE, NEIGHBOURS, "l2sq", 1) }];
}

/** |q - x|^2 = |q|^2 - 2 q.x + |x|^2: one product, one topk. */
async function tensorflow({ count, rows, queries }: Data): Promise<BenchCase> {
  const tf = await import("@tensorflow/tfjs-core");
  const { useWasm } = await import("../../src/cli/tf-backend.ts");
  await useWasm();
  const matrix = tf.tensor2d(rows, [count, SIZE]);
  const halves = tf.tidy(() => tf.mul(0.5, tf.sum(tf.square(matrix), 1)));
  return {
    name: `tfjs wasm (matMul and topk), ${count} rows`,
    rival: true,
    iterations: 30,
    async run(i) {
      const indices = tf.tidy(() => tf.topk(tf.sub(tf.squeeze(tf.matMul(tf.tensor2d(queries[i % QUERIES]!, [1, SIZE]), matrix, false, true)), halves), NEIGHBOURS).indices);
      await indices.data();
      indices.dispose();
    },
    dispose() {
      matrix.dispose();
      halves.dispose();
    },
  };
}

export const bench: Bench = {
  name: "search",
  about: `the ${NEIGHBOURS} nearest of N rows of ${SIZE} numbers, exactly, one query a call, one thread`,
  async cases() {
    const module = join(import.meta.dirname, "searching.ts");
    const chromium = samplesOf("Chromium worker", await inChromiumWorker<Searched>(module, "searching"));
    const node = samplesOf("Node", await searching());
    const sounds = createSounds();
    const all = sounds.rows(RIVAL_COUNTS[RIVAL_COUNTS.length - 1]!);
    const rivals: BenchCase[] = [];
    for (const count of RIVAL_COUNTS) {
      const data = { count, rows: all.subarray(0, count * SIZE), queries: sounds.queries };
      rivals.push(...(await usearch(data)), ...(count <= SLOW_COUNT ? [await tensorflow(data)] : []));
    }
    return [...chromium, ...node, ...rivals];
  },
  async notes() {
    return [...hosts].flatMap(([host, { sizes, adding }]) => [
      sizes.map((size) => lineOf(host, size)).join("\n"),
      `${host}: a sound added to a million takes ${percentile([...adding].sort((a, b) => a - b), 0.5).toFixed(4)} ms (median), ${Math.max(...adding).toFixed(3)} ms at most (target 1 ms).`,
    ]);
  },
};

function lineOf(host: string, { count, builtSeconds, bytes, recall }: Searching): string {
  return `${host}, ${count} rows: recall@${NEIGHBOURS} ${recall.toFixed(4)}, built in ${builtSeconds.toFixed(2)} s, ${(bytes / 1e6).toFixed(1)} MB held by the search (the float32 rows lie in a file in the browser, in memory in Node).`;
}
