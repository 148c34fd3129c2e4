/** Keeps embedding presets in PostgreSQL with pgvector, one partition a preset, and answers the same queries as the page's own search. */

import { createHash } from "node:crypto";
import pg from "pg";
import { FormatError, MissingError, UnsupportedError, messageOf } from "../../core/errors.ts";
import type { EmbeddingPreset, PresetManifest } from "../../core/presets/embedding-preset.ts";
import { distanceBetween } from "../../core/search/distance.ts";
import { DIVERSITY_POOL, type RetrievalQuery, checkQuery, diversify } from "../../core/search/retrieval.ts";

/** A hit with what is known of it. */
export interface ArchiveHit {
  readonly id: number;
  readonly file: string;
  readonly distance: number;
  readonly sound: Readonly<Record<string, string | number | null>>;
}

/** pgvector's operator and operator class of each distance. */
const METRICS = { euclidean: { operator: "<->", operators: "vector_l2_ops" }, cosine: { operator: "<=>", operators: "vector_cosine_ops" } } as const;
/** Most numbers that pgvector's HNSW index takes. */
const MOST_INDEXED = 2000;
/** Rows of one INSERT. */
const BATCH = 500;
/** The candidates that pgvector's HNSW index looks at, which bound what it gives: its own default, and its most. */
const CANDIDATES = { least: 40, most: 1000 };

const SCHEMA = `
  create extension if not exists vector;
  create table if not exists simile_presets (name text primary key, manifest jsonb not null);
  create table if not exists simile_sounds (preset text not null, id integer not null, file text not null, sound jsonb not null, embedding vector not null, primary key (preset, id)) partition by list (preset);
`;

/** Asks the index for at least `$1` candidates, and, where pgvector can (0.8 on), for more of them until enough pass the filters. For this transaction. */
const SEARCH_SETTINGS = `
  select set_config('hnsw.ef_search', $1, true), (select set_config('hnsw.iterative_scan', 'strict_order', true) from pg_extension where extname = 'vector' and string_to_array(extversion, '.')::integer[] >= '{0,8}')
`;

/** A connection to an archive, one question after the other; where it is lost, the next question makes a new one. */
export class VectorDatabase {
  readonly #pool: pg.Pool;

  private constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Connects to `url` (postgres://…) and lays the tables where they are missing. Throws UnsupportedError where there is no server, or one without pgvector. */
  static async open(url: string): Promise<VectorDatabase> {
    const place = withoutPassword(url);
    const pool = new pg.Pool({ connectionString: url, max: 1, idleTimeoutMillis: 0 });
    // A loss is no fault of the pool's: it rejects what is being asked, and the next question goes over a new connection.
    pool.on("error", () => undefined);
    pool.on("connect", (client) => client.on("error", () => undefined));
    try {
      (await pool.connect()).release();
    } catch (cause) {
      throw new UnsupportedError(`${place}: expected a PostgreSQL server, got ${messageOf(cause) || "no answer"}; check the address, and that the server runs.`);
    }
    try {
      await pool.query(SCHEMA);
    } catch (cause) {
      await pool.end();
      throw new UnsupportedError(`${place}: expected PostgreSQL with the pgvector extension, got ${messageOf(cause)}; install pgvector and run "create extension vector" as its owner.`);
    }
    return new VectorDatabase(pool);
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async presets(): Promise<PresetManifest[]> {
    return (await this.#pool.query<{ manifest: PresetManifest }>("select manifest from simile_presets order by name")).rows.map(({ manifest }) => manifest);
  }

  /** Throws MissingError where the archive holds no preset of that name. */
  async manifest(name: string): Promise<PresetManifest> {
    const { rows } = await this.#pool.query<{ manifest: PresetManifest }>("select manifest from simile_presets where name = $1", [name]);
    if (!rows[0]) throw new MissingError(`archive: expected one of its presets (${(await this.presets()).map((preset) => preset.name).join(", ") || "it is empty"}), got ${name}; push the preset first.`);
    return rows[0].manifest;
  }

  /** Puts a preset in place of the one of its name, all or nothing. `progress` hears of rows written. */
  async push(preset: EmbeddingPreset, progress: (done: number, all: number) => void = () => undefined): Promise<void> {
    const { manifest, embeddings, columns } = preset;
    const { size, distance } = manifest.embedding;
    const partition = `simile_sounds_${createHash("sha256").update(manifest.name).digest("hex").slice(0, 16)}`;
    const others = manifest.columns.filter(({ name }) => name !== "file");
    const files = columns.get("file") as readonly string[];
    await this.#transaction(async (client) => {
      await client.query(`drop table if exists ${partition}`);
      await client.query(`create table ${partition} partition of simile_sounds for values in (${client.escapeLiteral(manifest.name)})`);
      await client.query(`alter table ${partition} add check (vector_dims(embedding) = ${size})`);
      for (let start = 0; start < manifest.count; start += BATCH) {
        const ids = Array.from({ length: Math.min(BATCH, manifest.count - start) }, (_, i) => start + i);
        const sounds = ids.map((id) => JSON.stringify(Object.fromEntries(others.map(({ name }) => [name, columns.get(name)![id]]))));
        const vectors = ids.map((id) => `[${embeddings.subarray(id * size, (id + 1) * size).join(",")}]`);
        await client.query(`insert into ${partition} (preset, id, file, sound, embedding) select $1, * from unnest($2::integer[], $3::text[], $4::jsonb[], $5::vector[])`, [manifest.name, ids, ids.map((id) => files[id]), sounds, vectors]);
        progress(start + ids.length, manifest.count);
      }
      if (size <= MOST_INDEXED) await client.query(`create index on ${partition} using hnsw ((embedding::vector(${size})) ${METRICS[distance].operators})`);
      await client.query("insert into simile_presets (name, manifest) values ($1, $2) on conflict (name) do update set manifest = excluded.manifest", [manifest.name, JSON.stringify(manifest)]);
    });
  }

  /**
   * Hits of a query in one preset, as `retrieve` gives them; the index may miss a near one (pgvector's HNSW is approximate), never invent one. Fewer than wanted come where a filter lets through too few
   * of the sounds that the server lets the index visit (`hnsw.max_scan_tuples`, 20,000 unless it is set there), and, before pgvector 0.8, wherever there is a filter.
   */
  async retrieve(name: string, query: RetrievalQuery): Promise<ArchiveHit[]> {
    const { embedding, columns } = await this.manifest(name);
    checkQuery(query, embedding.size);
    const diversity = query.diversity ?? 0;
    const values: unknown[] = [`[${query.embedding.join(",")}]`, name, [...(query.exclude ?? [])]];
    const bind = (value: unknown) => `$${values.push(value)}`;
    const column = (key: string) => {
      if (!columns.some((known) => known.name === key)) throw new FormatError(`query: expected a column among ${columns.map((known) => known.name).join(", ")}, got ${key}; choose one of these.`);
      return key === "file" ? "file" : `sound ->> ${bind(key)}`;
    };
    const distance = `embedding::vector(${embedding.size}) ${METRICS[embedding.distance].operator} $1::vector(${embedding.size})`;
    const where = [
      "preset = $2",
      "id <> all($3::integer[])",
      ...Object.entries(query.otherThan ?? {}).map(([key, value]) => `${column(key)} is distinct from ${bind(value)}`),
      ...Object.entries(query.only ?? {}).map(([key, value]) => `${column(key)} = ${bind(value)}`),
    ];
    const most = diversity > 0 ? query.count * DIVERSITY_POOL : query.count;
    const nearest = `select id, file, sound, embedding::text as vector, ${distance} as distance from simile_sounds where ${where.join(" and ")} order by ${distance} limit ${bind(most)}`;
    // Behind the limit: within the search a radius would have the index go on for hits that are further and further away.
    const sql = query.radius === undefined ? nearest : `select * from (${nearest}) nearest where distance <= ${bind(query.radius)} order by distance`;
    const { rows } = await this.#transaction(async (client) => {
      await client.query(SEARCH_SETTINGS, [String(Math.min(CANDIDATES.most, Math.max(CANDIDATES.least, most)))]);
      return client.query<{ id: number; file: string; sound: ArchiveHit["sound"]; vector: string; distance: number }>(sql, values);
    });
    const hits = new Map(rows.map(({ id, file, sound, distance: d }) => [id, { id, file, sound, distance: d }]));
    if (diversity === 0) return [...hits.values()];
    const vectors = new Map(rows.map(({ id, vector }) => [id, Float32Array.from(JSON.parse(vector) as number[])]));
    return diversify([...hits.values()], query.count, diversity, (a, b) => distanceBetween(vectors.get(a)!, vectors.get(b)!, embedding.distance)).map(({ id }) => hits.get(id)!);
  }

  /** All that `work` does, or nothing. */
  async #transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let lost = false;
    try {
      await client.query("begin");
      const result = await work(client);
      await client.query("commit");
      return result;
    } catch (cause) {
      await client.query("rollback").catch(() => (lost = true));
      throw cause;
    } finally {
      client.release(lost);
    }
  }
}

/** The URL as it may be shown. */
function withoutPassword(url: string): string {
  try {
    const shown = new URL(url);
    shown.password = "";
    return shown.href;
  } catch {
    throw new FormatError(`${url}: expected an address like postgres://user@host/database, got something else; correct it.`);
  }
}
