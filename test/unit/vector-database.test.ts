/** An archive in PostgreSQL with pgvector, real through PGlite: what it holds, what it answers, and what it refuses. */

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createArchiveServer } from "../../src/cli/database/archive-server.ts";
import { createArchiveClient } from "../../src/app/presets/archive-client.ts";
import { VectorDatabase } from "../../src/cli/database/vector-database.ts";
import { type ColumnValues, readPreset, writePreset } from "../../src/core/presets/embedding-preset.ts";
import { EmbeddingIndex } from "../../src/core/search/embedding-index.ts";
import { type RetrievalQuery, retrieve } from "../../src/core/search/retrieval.ts";
import { SoundLabels } from "../../src/core/search/sound-labels.ts";
import { createRandom } from "../../src/model/random.ts";
import { type Postgres, startPostgres } from "../postgres.ts";

const COUNT = 300;
const SIZE = 16;

const onCurve = (count: number) => Float32Array.from({ length: count * SIZE }, (_, i) => Math.sin(((Math.floor(i / SIZE) + 1) * ((i % SIZE) + 1)) / 7));

/** Sounds on a curve, or wherever they are put, with names that SQL and JSON must not trip over. */
function presetBytes(distance: "euclidean" | "cosine", name = `trial ${distance}'s`, count = COUNT, embeddings = onCurve(count)) {
  const columns = new Map<string, ColumnValues>([
    ["file", Array.from({ length: count }, (_, id) => `pack/it's "${id}"; drop table x.wav`)],
    ["technique", Array.from({ length: count }, (_, id) => ["ordinario", "slap", "O'Neill \\ 😀"][id % 3]!)],
    ["durationSeconds", Array.from({ length: count }, (_, id) => (id % 5 === 0 ? null : id / 100))],
  ]);
  const about = { title: "Trial", author: "us", licence: "CC0-1.0", model: { name: "m", version: 1, weightsSha256: "0".repeat(64) }, feature: { name: "simile", version: 1 } };
  return writePreset({ name, ...about, distance, numbers: "float16", size: SIZE, embeddings, columns });
}

const preset = (distance: "euclidean" | "cosine") => readPreset(presetBytes(distance), "trial");

let postgres: Postgres;
let url: string;
let database: VectorDatabase;

beforeAll(async () => {
  postgres = await startPostgres();
  ({ url } = postgres);
  database = await VectorDatabase.open(url);
  for (const distance of ["euclidean", "cosine"] as const) await database.push(preset(distance));
}, 120_000);

afterAll(async () => {
  await database.close();
  await postgres.close();
});

const queries: [string, Partial<RetrievalQuery>][] = [
  ["the nearest", {}],
  ["within a radius", { radius: 0.9 }],
  ["other techniques only", { otherThan: { technique: "slap" } }],
  ["one technique only", { only: { technique: "O'Neill \\ 😀" } }],
  ["without what is excluded", { exclude: [40, 41, 39] }],
  ["diverse", { diversity: 0.5 }],
];

describe.each(["euclidean", "cosine"] as const)("the archive answers as the page's own search does (%s)", (distance) => {
  const source = preset(distance);
  const index = new EmbeddingIndex(SIZE, distance);
  index.add(source.embeddings);
  const labels = new SoundLabels(source.columns, COUNT);
  test.each(queries)("%s", async (_, extra) => {
    const query: RetrievalQuery = { embedding: source.embeddings.slice(40 * SIZE, 41 * SIZE).map((x, i) => x + 0.01 * Math.cos(i)), count: 8, ...extra };
    const hits = await database.retrieve(source.manifest.name, query);
    const expected = retrieve(index, labels, query);
    expect(hits.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    for (const [i, hit] of hits.entries()) {
      expect(hit.distance).toBeCloseTo(expected[i]!.distance, 4);
      expect(hit.file).toBe(source.columns.get("file")![hit.id]);
      expect(hit.sound).toEqual({ technique: source.columns.get("technique")![hit.id], durationSeconds: source.columns.get("durationSeconds")![hit.id] });
    }
  });
});

describe("over the HNSW index", () => {
  const MANY = 2000;
  const random = createRandom(5);
  const many = readPreset(presetBytes("euclidean", "many", MANY, Float32Array.from({ length: MANY * SIZE }, () => random.normal())), "many");
  const { name } = many.manifest;
  const embedding = many.embeddings.slice(0, SIZE).map((x, i) => x + 0.1 * Math.cos(i));
  beforeAll(async () => {
    await database.push(many);
    // Of so few sounds a scan of all is sooner: the planner is to take the index, as it does of millions.
    await postgres.db.exec("set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off");
  }, 120_000);
  afterAll(async () => {
    await postgres.db.exec("reset enable_seqscan; reset enable_bitmapscan; reset enable_sort");
    await postgres.db.query("delete from simile_presets where name = $1", [name]);
  });

  /** The hits, and how PostgreSQL comes to them: the very statement that the search sent, explained. */
  const explained = async (query: Partial<RetrievalQuery>) => {
    const sent = vi.spyOn(pg.Client.prototype, "query");
    try {
      const hits = await database.retrieve(name, { embedding, count: 100, ...query });
      const [sql, values] = sent.mock.calls.findLast(([text]) => String(text).includes(" from simile_sounds ")) as unknown as [string, unknown[]];
      const { rows } = await postgres.db.query<{ "QUERY PLAN": string }>(`explain ${sql}`, values);
      return { hits, plan: rows.map((row) => row["QUERY PLAN"]).join("\n") };
    } finally {
      sent.mockRestore();
    }
  };

  test.each<[string, Partial<RetrievalQuery>, number]>([
    ["a hundred hits", {}, 100],
    ["more than the index takes at a time", { count: 1500 }, 1500],
    ["other techniques only", { otherThan: { technique: "slap" } }, 100],
    ["one file only", { only: { file: `pack/it's "1234"; drop table x.wav` } }, 1],
    ["without what is excluded", { exclude: Array.from({ length: 600 }, (_, id) => id) }, 100],
    ["within a radius that all are in", { radius: 100 }, 100],
    ["diverse", { diversity: 0.5 }, 100],
  ])("%s come in full", async (_, query, count) => {
    const { hits, plan } = await explained(query);
    expect(plan).toMatch(/Index Scan using simile_sounds_[0-9a-f]+_embedding_idx/);
    expect(hits).toHaveLength(count);
    if (query.diversity === undefined) expect(hits.map(({ distance }) => distance)).toEqual(hits.map(({ distance }) => distance).toSorted((a, b) => a - b));
  });

  test("within a radius, no further", async () => {
    const { hits } = await explained({});
    const radius = hits[49]!.distance + 1e-6;
    expect((await explained({ radius })).hits.map(({ id }) => id)).toEqual(hits.slice(0, 50).map(({ id }) => id));
  });

  test("many at once", async () => {
    const counts = [10, 60, 200, 90, 300, 41];
    expect((await Promise.all(counts.map((count) => database.retrieve(name, { embedding, count })))).map(({ length }) => length)).toEqual(counts);
  });
});

test("a server that restarts is found again", async () => {
  await database.presets();
  await postgres.restart();
  const embedding = new Float32Array(SIZE);
  // What is asked while the loss has not been heard of may fail; what is asked then may not.
  await database.presets().catch(() => undefined);
  expect(await database.presets()).toHaveLength(2);
  expect(await database.retrieve("trial cosine's", { embedding, count: 3 })).toHaveLength(3);
});

test("a preset that is pushed again takes the place of the old one, and a push that fails changes nothing", async () => {
  const source = preset("euclidean");
  await database.push(source);
  const doubled = { ...source, embeddings: source.embeddings.map((x, i) => (i === source.embeddings.length - 1 ? Number.NaN : x)) };
  await expect(database.push(doubled)).rejects.toThrow(/NaN/);
  const { rows } = await postgres.db.query<{ count: number }>("select count(*)::int as count from simile_sounds where preset = $1", [source.manifest.name]);
  expect(rows[0]!.count).toBe(COUNT);
  expect((await database.presets()).map(({ name }) => name)).toEqual(["trial cosine's", "trial euclidean's"]);
});

describe("faults are one sentence", () => {
  test("an unknown preset", () => expect(database.retrieve("none", { embedding: new Float32Array(SIZE), count: 1 })).rejects.toMatchObject({ name: "MissingError", message: expect.stringContaining("trial cosine's, trial euclidean's") }));
  test("an unknown column", () => expect(database.retrieve("trial cosine's", { embedding: new Float32Array(SIZE), count: 1, only: { "x'); drop table simile_sounds; --": "y" } })).rejects.toThrow(/expected a column among/));
  test("another size", () => expect(database.retrieve("trial cosine's", { embedding: new Float32Array(3), count: 1 })).rejects.toThrow(/16 numbers, got 3/));
  test("no server, and the password is not shown", async () => {
    const fault = await VectorDatabase.open("postgres://me:hush@127.0.0.1:1/x").catch((cause: Error) => cause);
    expect(fault).toMatchObject({ name: "UnsupportedError", message: expect.not.stringContaining("hush") });
  });
  test("no address", () => expect(VectorDatabase.open("my database")).rejects.toMatchObject({ name: "FormatError" }));
});

describe("over HTTP", () => {
  let server: Server;
  let base: string;
  beforeAll(async () => {
    server = createArchiveServer(database, "http://localhost:4173").listen(0, "127.0.0.1");
    await once(server, "listening");
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());
  const ask = (body: unknown, name = "trial euclidean's") => fetch(`${base}/presets/${encodeURIComponent(name)}/retrieve`, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });

  describe("the page's own client", () => {
    const signal = new AbortController().signal;
    const source = preset("euclidean");
    const embedding = source.embeddings.slice(40 * SIZE, 41 * SIZE).map((x, i) => x + 0.01 * Math.cos(i));

    test("reads what is kept there", async () => {
      expect(await createArchiveClient(`${base}/`).presets(signal)).toContainEqual({ name: "trial euclidean's", title: "Trial", count: COUNT, size: SIZE, weightsSha256: "0".repeat(64), columns: ["file", "technique", "durationSeconds"] });
    });

    test.each(queries)("asks for %s as the page's own search is asked, and is answered alike", async (_, extra) => {
      const query: RetrievalQuery = { embedding, count: 8, ...extra };
      const index = new EmbeddingIndex(SIZE, "euclidean");
      index.add(source.embeddings);
      const expected = retrieve(index, new SoundLabels(source.columns, COUNT), query);
      const hits = await createArchiveClient(base).retrieve(source.manifest.name, query, signal);
      expect(hits.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      for (const [i, hit] of hits.entries()) {
        expect(hit.distance).toBeCloseTo(expected[i]!.distance, 4);
        expect([hit.file, hit.sound["technique"]]).toEqual([source.columns.get("file")![hit.id], source.columns.get("technique")![hit.id]]);
      }
    });

    test("says in one sentence what is wrong", async () => {
      await expect(createArchiveClient(base).retrieve("none", { embedding, count: 1 }, signal)).rejects.toMatchObject({ name: "MissingError", message: expect.stringContaining("trial euclidean's") });
      await expect(createArchiveClient(base).retrieve(source.manifest.name, { embedding: embedding.slice(1), count: 1 }, signal)).rejects.toMatchObject({ name: "FormatError" });
      await expect(createArchiveClient("http://127.0.0.1:1").presets(signal)).rejects.toMatchObject({ name: "MissingError", message: expect.stringContaining("start npx simile serve there") });
      expect(() => createArchiveClient("postgres://localhost/x")).toThrow(/an address like http:/);
    });
  });

  test("lists presets and answers queries, to the named origin", async () => {
    const listed = await fetch(`${base}/presets`);
    expect(listed.headers.get("access-control-allow-origin")).toBe("http://localhost:4173");
    expect(((await listed.json()) as { presets: unknown[] }).presets).toHaveLength(2);
    const embedding = [...preset("euclidean").embeddings.subarray(7 * SIZE, 8 * SIZE)];
    const response = await ask({ embedding, count: 3, otherThan: { technique: "nothing" }, exclude: [8] });
    expect(response.status).toBe(200);
    expect(((await response.json()) as { hits: { id: number }[] }).hits[0]!.id).toBe(7);
  });

  test.each<[string, unknown, number]>([
    ["no JSON", "{", 400],
    ["no embedding", { count: 1 }, 400],
    ["texts in the embedding", { embedding: Array.from({ length: SIZE }, () => "1"), count: 1 }, 400],
    ["a million hits", { embedding: [], count: 1e6 }, 400],
    ["a huge body", `{"embedding": [${"0,".repeat(600_000)}0]}`, 400],
  ])("%s is refused", async (_, body, status) => {
    const response = await ask(body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ name: "FormatError", message: expect.stringMatching(/expected .+, got .+; .+\./) });
  });

  test("an unknown preset is 404, an unknown path 400", async () => {
    expect((await ask({ embedding: [], count: 1 }, "none")).status).toBe(404);
    expect((await fetch(`${base}/etc/passwd`)).status).toBe(400);
  });
});

test("the terminal pushes and serves", { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "simile-push-"));
  const file = join(folder, "from terminal.simile");
  await writeFile(file, presetBytes("euclidean", "from terminal"));
  const cli = resolve(import.meta.dirname, "../../src/cli/simile.js");
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [cli, "push", file, "--to", url]);
    expect(stdout).toBe(`from terminal: ${COUNT} sounds pushed.\n`);
    const serve = spawn(process.execPath, [cli, "serve", "--from", url, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(serve.stdout, "data")) as [Buffer];
    const { presets } = (await (await fetch(`${/http:\S+(?=;)/.exec(String(line))![0]}/presets`)).json()) as { presets: { name: string }[] };
    expect(presets.map(({ name }) => name)).toContain("from terminal");
    const port = /:(\d+);/.exec(String(line))![1]!;
    const second = await promisify(execFile)(process.execPath, [cli, "serve", "--from", url, "--port", port]).catch((fault: { code: number; stderr: string }) => fault);
    expect(second).toMatchObject({ code: 1, stderr: expect.stringMatching(new RegExp(`^serve: expected port ${port} of 127\\.0\\.0\\.1 free, got .*EADDRINUSE.*; choose another with --port.*\\.\\n$`)) });
    serve.kill("SIGINT");
    expect((await once(serve, "exit"))[0]).toBe(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});
