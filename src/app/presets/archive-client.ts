/** Asks an archive of millions of sounds (`npx simile serve`) what the page's own search is asked: the same query, the same hits. */

import { FormatError, MissingError, UnsupportedError, messageOf } from "../../core/errors.ts";
import { type Place, readList, readRecord, readText, readWhole, show, within } from "../../core/presets/fields.ts";
import type { RetrievalQuery } from "../../core/search/retrieval.ts";
import { webAddress } from "../address.ts";

/** A preset that the archive keeps, as far as the page needs it. */
export interface ArchivePreset {
  readonly name: string;
  readonly title: string;
  readonly count: number;
  readonly size: number;
  readonly weightsSha256: string;
  /** Columns by which it can be filtered. */
  readonly columns: readonly string[];
}

export interface ArchiveHit {
  readonly id: number;
  readonly file: string;
  readonly distance: number;
  readonly sound: Readonly<Record<string, string | number | null>>;
}

export interface ArchiveClient {
  /** Rejects with MissingError where nothing answers there, FormatError where something else does. */
  presets(signal: AbortSignal): Promise<readonly ArchivePreset[]>;
  /** Hits, nearest first. Rejects with the archive's own fault where the query does not fit. */
  retrieve(name: string, query: RetrievalQuery, signal: AbortSignal): Promise<readonly ArchiveHit[]>;
}

const FAULTS: Readonly<Record<string, new (message: string) => Error>> = { FormatError, MissingError, UnsupportedError };
/** Hits of one answer. */
const MOST_HITS = 1000;

/** `address` is what `npx simile serve` prints. Throws FormatError for one that is none. */
export function createArchiveClient(address: string): ArchiveClient {
  const base = webAddress(address);
  if (!base) throw new FormatError(`${address.slice(0, 60)}: expected an address like http://127.0.0.1:8750, got another; copy it from where npx simile serve prints it.`);
  const root = base.href.endsWith("/") ? base.href : `${base.href}/`;
  const place: Place = { name: root, remedy: "check that npx simile serve of this release answers there" };

  const ask = async (path: string, init: RequestInit): Promise<ReadonlyMap<string, unknown>> => {
    const response = await fetch(new URL(path, root), init).catch((cause: unknown) => {
      init.signal?.throwIfAborted();
      throw new MissingError(`${root}: expected an archive, got "${messageOf(cause)}"; start npx simile serve there, with --origin ${globalThis.location?.origin ?? "of this page"}.`);
    });
    const json: unknown = await response.json().catch(() => undefined);
    const answer = readRecord(json, place, "an archive's answer");
    if (response.ok) return answer;
    const [name, message] = [answer.get("name"), answer.get("message")];
    throw new (FAULTS[String(name)] ?? Error)(typeof message === "string" ? message : `${root}: expected an answer, got ${response.status} ${response.statusText}; ${place.remedy}.`);
  };

  return {
    async presets(signal) {
      const { presets } = Object.fromEntries(await ask("presets", { signal }));
      return readList(presets, within(place, "presets")).map((value, i) => readPreset(value, within(place, `presets: ${i}`)));
    },
    async retrieve(name, query, signal) {
      const body = JSON.stringify({ ...query, embedding: [...query.embedding], count: Math.min(query.count, MOST_HITS) });
      const answer = await ask(`presets/${encodeURIComponent(name)}/retrieve`, { method: "POST", headers: { "Content-Type": "application/json" }, body, signal });
      return readList(answer.get("hits"), within(place, "hits")).map((value, i) => readHit(value, within(place, `hits: ${i}`)));
    },
  };
}

function readPreset(value: unknown, place: Place): ArchivePreset {
  const preset = readRecord(value, place);
  const embedding = readRecord(preset.get("embedding"), within(place, "embedding"));
  const model = readRecord(preset.get("model"), within(place, "model"));
  return {
    name: readText(preset.get("name"), within(place, "name")),
    title: readText(preset.get("title"), within(place, "title")),
    count: readWhole(preset.get("count"), within(place, "count")),
    size: readWhole(embedding.get("size"), within(place, "embedding: size"), 1),
    weightsSha256: readText(model.get("weightsSha256"), within(place, "model: weightsSha256")),
    columns: readList(preset.get("columns"), within(place, "columns")).map((column, i) => readText(readRecord(column, within(place, `columns: ${i}`)).get("name"), within(place, `columns: ${i}`))),
  };
}

function readHit(value: unknown, place: Place): ArchiveHit {
  const hit = readRecord(value, place);
  const distance = hit.get("distance");
  if (typeof distance !== "number" || !(distance >= 0)) throw new FormatError(`${place.name}: distance: expected a number from 0 on, got ${show(distance)}; ${place.remedy}.`);
  const known = [...readRecord(hit.get("sound"), within(place, "sound"))].filter((entry): entry is [string, string | number | null] => entry[1] === null || typeof entry[1] === "string" || typeof entry[1] === "number");
  return { id: readWhole(hit.get("id"), within(place, "id")), file: readText(hit.get("file"), within(place, "file")), distance, sound: Object.fromEntries(known) };
}
