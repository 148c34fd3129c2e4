/** Which model made a table of embeddings: kept in a file beside the table, so that the table itself stays a name and numbers. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { readJson } from "../core/presets/fields.ts";
import { type EmbeddingsManifest, parseEmbeddingsManifest } from "../core/presets/library-manifest.ts";
import type { ModelManifest } from "../core/presets/model-manifest.ts";

/** What is said of `count` embeddings by a model that lie in a file of these bytes. */
export function embeddingsManifest({ name, version, weights, feature, embedding }: ModelManifest, count: number, bytes: string | Uint8Array): EmbeddingsManifest {
  return {
    format: "simile-embeddings",
    formatVersion: 1,
    model: name,
    modelVersion: version,
    weightsSha256: weights.sha256,
    feature: { name: feature.name, version: feature.version },
    count,
    size: embedding.size,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

/** Where it is told of the table at that path. */
export function tableModelPath(path: string): string {
  return `${path}.model.json`;
}

/** The model of the table of these bytes; undefined where nothing beside it tells, or what is told is of another table. Throws FormatError where that is damaged. */
export async function tableModel(path: string, bytes: Uint8Array): Promise<EmbeddingsManifest | undefined> {
  const place = tableModelPath(path);
  const text = await readFile(place, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const manifest = parseEmbeddingsManifest(readJson(text, { name: place, remedy: "write the table again with npx simile embed, or delete this file" }), place);
  return manifest.sha256 === createHash("sha256").update(bytes).digest("hex") ? manifest : undefined;
}
