/** `npm run embed:library`: writes the embeddings of a built-in library by a model beside its audio, so that no page has to analyse it. */

import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../core/errors.ts";
import { embedFiles, progressLine } from "./file-embeddings.ts";
import { DEFAULT_LIBRARY, loadLibraryManifest } from "./library-files.ts";
import { loadModel } from "./model-files.ts";
import { embeddingsManifest } from "./table-model.ts";
import { writeWhole } from "./whole-file.ts";

async function embedLibrary(): Promise<void> {
  const { values } = parseArgs({ options: { library: { type: "string", default: DEFAULT_LIBRARY }, model: { type: "string" } } });
  const folder = resolve(import.meta.dirname, "../../presets/libraries", values.library);
  const library = await loadLibraryManifest(folder);
  const embedder = await loadModel(values.model);
  const { name, version, embedding } = embedder.manifest;

  const outcomes = await embedFiles(library.sounds.map(({ file }) => join(folder, file)), embedder, { progress: progressLine(library.name, library.sounds.length) });
  const rows = new Float32Array(outcomes.length * embedding.size);
  for (const [row, outcome] of outcomes.entries()) {
    if (outcome instanceof Error) throw outcome;
    rows.set(outcome.embedding, row * embedding.size);
  }
  const bytes = new Uint8Array(4 * rows.length);
  const view = new DataView(bytes.buffer);
  rows.forEach((value, i) => view.setFloat32(4 * i, value, true));

  const manifest = embeddingsManifest(embedder.manifest, outcomes.length, bytes);
  await mkdir(join(folder, "embeddings"), { recursive: true });
  await writeWhole(join(folder, "embeddings", `${name}.f32`), bytes);
  await writeWhole(join(folder, "embeddings", `${name}.json`), `${JSON.stringify(manifest, null, 2)}\n`);
  embedder.dispose();
  console.log(`${values.library}: ${manifest.count} sounds of ${manifest.size} numbers by model ${name} version ${version}.`);
}

try {
  await embedLibrary();
} catch (cause) {
  console.error(messageOf(cause));
  process.exitCode = 1;
}
