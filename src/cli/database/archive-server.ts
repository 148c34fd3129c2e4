/** Serves an archive's presets and queries over HTTP, as JSON, to pages on this machine or behind the user's own proxy. */

import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { FormatError, messageOf } from "../../core/errors.ts";
import { type Place, readJson, readList, readRecord, readText, readWhole, within } from "../../core/presets/fields.ts";
import type { RetrievalQuery } from "../../core/search/retrieval.ts";
import type { VectorDatabase } from "./vector-database.ts";

const BODY_BYTES = 2 ** 20;
const MOST_HITS = 1000;
const STATUS: Readonly<Record<string, number>> = { FormatError: 400, MissingError: 404, UnsupportedError: 405 };

/**
 * `GET /presets` lists manifests; `POST /presets/NAME/retrieve` takes a RetrievalQuery with its embedding as a list, and gives `{ hits }`. Faults come as `{ name, message }`.
 * `origin` is the page that may ask (Access-Control-Allow-Origin).
 */
export function createArchiveServer(database: VectorDatabase, origin: string): Server {
  return createServer((request, response) => {
    answer(database, request)
      .then((body) => send(request, response, 200, body, origin))
      .catch((cause: unknown) => {
        const name = cause instanceof Error ? cause.name : "Error";
        send(request, response, STATUS[name] ?? 500, { name, message: messageOf(cause) }, origin);
      });
  });
}

async function answer(database: VectorDatabase, request: IncomingMessage): Promise<unknown> {
  if (request.method === "OPTIONS") return {};
  const path = new URL(request.url ?? "/", "http://archive").pathname;
  if (request.method === "GET" && path === "/presets") return { presets: await database.presets() };
  const name = /^\/presets\/([^/]+)\/retrieve$/.exec(path)?.[1];
  if (request.method === "POST" && name) return { hits: await database.retrieve(decode(name), parseQuery(await body(request))) };
  throw new FormatError(`archive: expected GET /presets or POST /presets/NAME/retrieve, got ${request.method} ${path.slice(0, 60)}; see src/cli/database/archive-server.ts.`);
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw new FormatError("archive: expected a percent-encoded name of a preset, got one that cannot be decoded; encode it.");
  }
}

async function body(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > BODY_BYTES) throw new FormatError(`query: expected at most ${BODY_BYTES} bytes, got more; send one query at a time.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** A RetrievalQuery out of JSON, strictly. */
export function parseQuery(source: string): RetrievalQuery {
  const place: Place = { name: "query", remedy: "correct the query" };
  const root = readRecord(readJson(source, place), place);
  const at = (key: string) => within(place, key);
  const number = (key: string) => {
    const value = root.get(key);
    if (value === undefined) return {};
    if (typeof value !== "number") throw new FormatError(`query: ${key}: expected a number, got ${JSON.stringify(value)}; correct the query.`);
    return { [key]: value };
  };
  const rules = (key: string) => {
    if (root.get(key) === undefined) return {};
    return { [key]: Object.fromEntries([...readRecord(root.get(key), at(key))].map(([column, value]) => [readText(column, at(key), 1, 32), readText(value, at(key), 0)])) };
  };
  return {
    embedding: Float32Array.from(readList(root.get("embedding"), at("embedding")).map((value) => (typeof value === "number" ? value : Number.NaN))),
    count: readWhole(root.get("count"), at("count"), 1, MOST_HITS),
    ...number("radius"),
    ...number("diversity"),
    ...rules("otherThan"),
    ...rules("only"),
    ...(root.get("exclude") === undefined ? {} : { exclude: readList(root.get("exclude"), at("exclude")).map((id) => readWhole(id, at("exclude"), 0, 2 ** 31 - 1)) }),
  };
}

function send(request: IncomingMessage, response: ServerResponse, status: number, content: unknown, origin: string): void {
  if (!request.complete) response.setHeader("Connection", "close"); // what was not read of the body must not stand before the next request
  response.writeHead(status, { "Content-Type": "application/json", "Access-Control-Allow-Origin": origin, "Access-Control-Allow-Headers": "Content-Type", "Cache-Control": "no-store" });
  response.end(JSON.stringify(content));
}
