/** `simile embed`: writes the embeddings of files and folders as CSV. */

import { stat } from "node:fs/promises";
import { join, posix, sep } from "node:path";
import { FormatError, MissingError } from "../core/errors.ts";
import { formatEmbeddingsCsv } from "../core/presets/embeddings-csv.ts";
import { byCodeUnit, listAudio } from "./audio-folder.ts";
import { embedFiles, progressLine } from "./file-embeddings.ts";
import { parseCommand, UsageError } from "./command-line.ts";
import { embeddingsManifest, tableModelPath } from "./table-model.ts";
import { checkWritable, writeWhole } from "./whole-file.ts";

interface Source {
  readonly path: string;
  /** What the table calls it. */
  readonly file: string;
  /** Named on the command line, not found in a folder: a fault in it ends the command. */
  readonly named: boolean;
}

/** Runs the command; resolves with 1 where nothing could be read. */
export async function embed(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand("embed", { args: [...args], allowPositionals: true, options: { out: { type: "string" }, model: { type: "string" } } });
  if (positionals.length === 0) throw new UsageError("simile embed: expected at least one audio file or folder, got none; see npx simile embed --help.");
  const { out } = values;
  if (!out) throw new UsageError("simile embed: expected --out FILE.csv, got none; see npx simile embed --help.");
  await checkWritable(out);
  await checkWritable(tableModelPath(out));
  const sources = await sourcesOf(positionals);

  const { loadModel } = await import("./model-files.ts");
  const embedder = await loadModel(values.model);
  try {
    const outcomes = await embedFiles(sources.map(({ path }) => path), embedder, { progress: progressLine("analysed", sources.length), note: (sentence) => console.error(sentence) });
    const files: string[] = [];
    const vectors: Float32Array[] = [];
    for (const [index, outcome] of outcomes.entries()) {
      const { file, named } = sources[index]!;
      if (!(outcome instanceof Error)) {
        files.push(file);
        vectors.push(outcome.embedding);
      } else if (named) throw outcome;
      else console.error(outcome.message);
    }
    if (files.length === 0) throw new FormatError(`${positionals.join(", ")}: expected at least one sound that can be read, got ${sources.length} that cannot; nothing was written.`);
    const { size } = embedder.manifest.embedding;
    const rows = new Float32Array(files.length * size);
    for (const [row, vector] of vectors.entries()) rows.set(vector, row * size);
    const table = formatEmbeddingsCsv({ files, size, rows });
    // the table first: what tells of another one is passed over
    await writeWhole(out, table);
    await writeWhole(tableModelPath(out), `${JSON.stringify(embeddingsManifest(embedder.manifest, files.length, table), null, 2)}\n`);
    const left = sources.length - files.length;
    console.error(`${out}: ${files.length} ${files.length === 1 ? "sound" : "sounds"} by model ${embedder.manifest.name}${left > 0 ? `; ${left} left out` : ""}.`);
    return 0;
  } finally {
    embedder.dispose();
  }
}

/** The files of all arguments, sorted by what the table calls them. Throws MissingError for a path that is not there, FormatError where two files would have one name. */
async function sourcesOf(paths: readonly string[]): Promise<Source[]> {
  const sources: Source[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (!found) throw new MissingError(`${path}: expected an audio file or a folder, got none at that place; check the path.`);
    if (found.isDirectory()) for (const file of await listAudio(path, (sentence) => console.error(sentence))) sources.push({ path: join(path, file), file, named: false });
    else sources.push({ path, file: posix.normalize(path.replaceAll(sep, "/")), named: true });
  }
  sources.sort((a, b) => byCodeUnit(a.file, b.file));
  for (const [index, { file, path }] of sources.entries()) {
    const other = sources[index + 1];
    if (other?.file === file) throw new FormatError(`${file}: expected every file once, got ${path} and ${other.path}; embed the folder that holds both.`);
  }
  return sources;
}
