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

const SCHEMA = `
  create extension if not exists vector;
  create table if not exists simile_presets (name text primary key, manifest jsonb not null);
  create table if not exists simile_sounds (preset text not null, id integer not null, file text not null, sound jsonb not null, embedding vector not null, primary key (preset, id)) partition by list (preset);
`;

/** A connection to an archive. */
export class VectorDatabase {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  /** Connects to `url` (postgres://…) and lays the tables where they are missing. Throws UnsupportedError where there is no server, or one without pgvector. */
  static async open(url: string): Promise<VectorDatabase> {
    const place = withoutPassword(url);
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => undefined); // a lost connection shows at the next query
    try {
      await client.connect();
    } catch (cause) {
      throw new UnsupportedError(`${place}: expected a PostgreSQL server, got ${messageOf(cause) || "no answer"}; check the address, and that the server runs.`);
    }
    try {
      await client.query(SCHEMA);
    } catch (cause) {
      await client.end();
      throw new UnsupportedError(`${place}: expected PostgreSQL with the pgvector extension, got ${messageOf(cause)}; install pgvector and run "create extension vector" as its owner.`);
    }
    return new VectorDatabase(client);
  }

  close(): Promise<void> {
    return this.#client.end();
  }

  async presets(): Promise<PresetManifest[]> {
    return (await this.#client.query<{ manifest: PresetManifest }>("select manifest from simile_presets order by name")).rows.map(({ manifest }) => manifest);
  }

  /** Throws MissingError where the archive holds no preset of that name. */
  async manifest(name: string): Promise<PresetManifest> {
    const { rows } = await this.#client.query<{ manifest: PresetManifest }>("select manifest from simile_presets where name = $1", [name]);
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
    const client = this.#client;
    await client.query("begin");
    try {
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
      await client.query("commit");
    } catch (cause) {
      await client.query("rollback");
      throw cause;
    }
  }

  /** Hits of a query in one preset, as `retrieve` gives them; the index may miss a near one (pgvector's HNSW is approximate), never invent one. */
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
      ...(query.radius === undefined ? [] : [`${distance} <= ${bind(query.radius)}`]),
      ...Object.entries(query.otherThan ?? {}).map(([key, value]) => `${column(key)} is distinct from ${bind(value)}`),
      ...Object.entries(query.only ?? {}).map(([key, value]) => `${column(key)} = ${bind(value)}`),
    ];
    const most = bind(diversity > 0 ? query.count * DIVERSITY_POOL : query.count);
    const sql = `select id, file, sound, embedding::text as vector, ${distance} as distance from simile_sounds where ${where.join(" and ")} order by ${distance} limit ${most}`;
    const { rows } = await this.#client.query<{ id: number; file: string; sound: ArchiveHit["sound"]; vector: string; distance: number }>(sql, values);
    const hits = new Map(rows.map(({ id, file, sound, distance: d }) => [id, { id, file, sound, distance: d }]));
    if (diversity === 0) return [...hits.values()];
    const vectors = new Map(rows.map(({ id, vector }) => [id, Float32Array.from(JSON.parse(vector) as number[])]));
    return diversify([...hits.values()], query.count, diversity, (a, b) => distanceBetween(vectors.get(a)!, vectors.get(b)!, embedding.distance)).map(({ id }) => hits.get(id)!);
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
