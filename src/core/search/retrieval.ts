/** What can be asked of a collection of embeddings: near, within a radius, of other kinds than the query's, diverse, and not what was just heard. */

import { FormatError } from "../errors.ts";
import type { ColumnValues } from "../presets/embedding-preset.ts";
import { distanceBetween } from "./distance.ts";
import type { Match, Neighbours } from "./neighbours.ts";

export interface RetrievalQuery {
  /** `[size]`. */
  readonly embedding: Float32Array;
  /** Most hits wanted. */
  readonly count: number;
  /** Greatest distance of a hit. */
  readonly radius?: number;
  /** Leaves out rows whose column holds this value: *other techniques only*, *other instruments only* (the paper's pruned retrieval). */
  readonly otherThan?: Readonly<Record<string, string>>;
  /** Keeps only rows whose column holds this value. */
  readonly only?: Readonly<Record<string, string>>;
  /** Rows left out: excluded for good, or taboo for now. */
  readonly exclude?: readonly number[];
  /** 0: the nearest; towards 1: hits that differ from each other (see `diversify`). */
  readonly diversity?: number;
}

/** Candidates a hit, among which diversity chooses. */
export const DIVERSITY_POOL = 8;

/** Hits of a query, nearest first (in order of choice where diversity is asked for). Throws FormatError for a query that does not fit. */
export function retrieve(neighbours: Neighbours, rows: Float32Array, columns: ReadonlyMap<string, ColumnValues>, query: RetrievalQuery): Match[] {
  checkQuery(query, neighbours.size);
  const diversity = query.diversity ?? 0;
  const pool = diversity > 0 ? query.count * DIVERSITY_POOL : query.count;
  const near = neighbours.nearest(query.embedding, pool, excluded(neighbours.count, columns, query));
  const within = query.radius === undefined ? near : near.filter(({ distance }) => distance <= query.radius!);
  return diversity > 0 ? diversify(within, query.count, diversity, (a, b) => distanceBetween(row(rows, a, neighbours.size), row(rows, b, neighbours.size), neighbours.distance)) : within;
}

/** Throws FormatError for a query that no collection of embeddings of `size` numbers can answer. */
export function checkQuery(query: RetrievalQuery, size: number): void {
  const fault = (field: string, expected: string, got: unknown) => new FormatError(`query: ${field}: expected ${expected}, got ${String(got)}; correct the query.`);
  if (query.embedding.length !== size) throw fault("embedding", `${size} numbers`, query.embedding.length);
  if (!query.embedding.every(Number.isFinite)) throw fault("embedding", "finite numbers", "NaN or infinity");
  if (!Number.isSafeInteger(query.count) || query.count < 1) throw fault("count", "a whole number from 1 on", query.count);
  if (query.radius !== undefined && !(query.radius >= 0)) throw fault("radius", "a number from 0 on", query.radius);
  if (query.diversity !== undefined && !(query.diversity >= 0 && query.diversity <= 1)) throw fault("diversity", "0 to 1", query.diversity);
}

/** `[count]`: 1 for rows that the query leaves out; undefined where it leaves out none. */
function excluded(count: number, columns: ReadonlyMap<string, ColumnValues>, query: RetrievalQuery): Uint8Array | undefined {
  const wanted = [...Object.entries(query.otherThan ?? {}).map((rule) => [...rule, false] as const), ...Object.entries(query.only ?? {}).map((rule) => [...rule, true] as const)];
  if (wanted.length === 0 && !query.exclude?.length) return undefined;
  const mask = new Uint8Array(count);
  for (const id of query.exclude ?? []) if (id >= 0 && id < count) mask[id] = 1;
  for (const [name, value, kept] of wanted) {
    const values = columns.get(name);
    if (!values) throw new FormatError(`query: expected a column among ${[...columns.keys()].join(", ")}, got ${name}; choose one of these.`);
    for (let id = 0; id < count; id++) if ((values[id] === value) !== kept) mask[id] = 1;
  }
  return mask;
}

/**
 * Maximal marginal relevance (Carbonell and Goldstein 1998), over distances: each next hit is the candidate with the least
 *
 *     (1 - diversity) d(query, x) - diversity min over the chosen y of d(x, y),
 *
 * the nearest first. `candidates` are nearest first; the answer has at most `count`.
 */
export function diversify(candidates: readonly Match[], count: number, diversity: number, apartness: (a: number, b: number) => number): Match[] {
  const rest = [...candidates];
  const chosen: Match[] = rest.splice(0, 1);
  const apart = rest.map(() => Number.POSITIVE_INFINITY);
  while (chosen.length < count && rest.length > 0) {
    const last = chosen[chosen.length - 1]!;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const [i, candidate] of rest.entries()) {
      apart[i] = Math.min(apart[i]!, apartness(candidate.id, last.id));
      const cost = (1 - diversity) * candidate.distance - diversity * apart[i]!;
      if (cost < least) [least, best] = [cost, i];
    }
    chosen.push(...rest.splice(best, 1));
    apart.splice(best, 1);
  }
  return chosen;
}

function row(rows: Float32Array, id: number, size: number): Float32Array {
  return rows.subarray(id * size, (id + 1) * size);
}
