/** Reads and writes model folders: manifest.json, weights.bin and card.md. */

import { mkdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { MissingError } from "../core/errors.ts";
import { readJson } from "../core/presets/fields.ts";
import { type ModelManifest, parseModelManifest } from "../core/presets/model-manifest.ts";
import type { Embedder } from "../model/embedder.ts";
import { createEmbedder } from "../model/load-embedder.ts";
import { useWasm } from "./tf-backend.ts";
import { writeWhole } from "./whole-file.ts";

/** The model that is used where none is named. */
export const DEFAULT_MODEL = "an-gnn-simile";

const PRESETS = resolve(import.meta.dirname, "../../presets/models");

/** Folder of a model named as in presets/models, or given by its path. Throws MissingError where neither is there. */
export async function modelFolder(nameOrDir: string): Promise<string> {
  for (const folder of [join(PRESETS, nameOrDir), resolve(nameOrDir)]) {
    if (await stat(join(folder, "manifest.json")).then((found) => found.isFile(), () => false)) return folder;
  }
  throw new MissingError(`model: expected a name in ${PRESETS} or a folder with a manifest.json, got "${nameOrDir}"; train one with npx simile train --out DIR.`);
}

/** Loads a model on the wasm backend. Throws MissingError or FormatError. */
export async function loadModel(nameOrDir: string = DEFAULT_MODEL): Promise<Embedder> {
  const folder = await modelFolder(nameOrDir);
  const path = join(folder, "manifest.json");
  const manifest = parseModelManifest(readJson(await readFile(path, "utf8"), { name: path, remedy: "train the model again, or fetch a whole copy of its folder" }), path);
  const weightsPath = join(folder, manifest.weights.file);
  const bytes = await readFile(weightsPath).catch(() => {
    throw new MissingError(`${weightsPath}: expected the model's weights, got no file; train the model again, or fetch a whole copy of its folder.`);
  });
  await useWasm();
  return createEmbedder(manifest, new Uint8Array(bytes).buffer);
}

/** Writes a model's folder, each file whole; the manifest last, so that a broken write is never taken for a model. */
export async function saveModel(folder: string, manifest: ModelManifest, weights: ArrayBuffer, card: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, manifest.weights.file), new Uint8Array(weights));
  await writeWhole(join(folder, "card.md"), card);
  await writeWhole(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}
