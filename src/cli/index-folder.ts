/** `simile index`: understands a folder of sounds once, and keeps that as an embedding preset. */

import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { type ColumnValues, type PresetNumbers, checkPresetWords, streamPreset } from "../core/presets/embedding-preset.ts";
import { describeSound } from "../core/library/describe-sound.ts";
import { KNOWN_PATTERNS, parsePathPattern } from "../core/metadata/path-pattern.ts";
import { type Library, type LibrarySound, loadLibrary } from "./library-files.ts";
import { parseCommand, UsageError } from "./command-line.ts";
import { checkWritable, writeWhole } from "./whole-file.ts";

/** Text columns of a preset beside `file`, in their order. */
const COLUMNS = ["name", "family", "instrument", "technique", "mute", "pitch", "dynamics"] as const;

export async function indexFolder(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand("index", {
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: "string" },
      model: { type: "string" },
      numbers: { type: "string", default: "float16" },
      audio: { type: "boolean", default: false },
      title: { type: "string" },
      author: { type: "string", default: "" },
      licence: { type: "string", default: "" },
    },
  });
  const [folder] = positionals;
  const { out, numbers } = values;
  if (!folder || positionals.length > 1) throw new UsageError(`simile index: expected one folder, got ${positionals.length}; see npx simile index --help.`);
  if (!out?.endsWith(".simile")) throw new UsageError(`simile index: expected --out NAME.simile, got ${out ?? "none"}; see npx simile index --help.`);
  if (numbers !== "float16" && numbers !== "int8") throw new UsageError(`simile index: expected --numbers float16 or int8, got ${numbers}; see npx simile index --help.`);
  const name = basename(out, ".simile");
  const about = { name, title: values.title ?? name, author: values.author, licence: values.licence };
  checkPresetWords(about);
  await checkWritable(out);

  const { loadModel } = await import("./model-files.ts");
  const embedder = await loadModel(values.model);
  try {
    const library = await loadLibrary(folder, embedder, (sentence) => console.error(sentence), { pitch: true, folderFirst: true });
    if (library.folder === null) throw new UsageError(`simile index: expected a folder of sounds, got ${folder}; a table or preset is indexed already.`);
    const { manifest } = embedder;
    const { folder: root, sounds } = library;
    const hashes: string[] = [];
    for (const { file } of sounds) hashes.push(createHash("sha256").update(await readFile(join(root, file))).digest("hex"));
    const content = {
      ...about,
      numbers: numbers as PresetNumbers,
      model: { name: manifest.name, version: manifest.version, weightsSha256: manifest.weights.sha256 },
      feature: { name: manifest.feature.name, version: manifest.feature.version },
      distance: manifest.embedding.distance,
      size: manifest.embedding.size,
      embeddings: library.rows,
      columns: columnsOf(library, hashes),
    };
    await writeWhole(out, values.audio ? streamPreset(content, (file) => readFile(join(root, file))) : streamPreset(content));
    const { size } = await stat(out);
    console.error(`${out}: ${sounds.length} ${sounds.length === 1 ? "sound" : "sounds"} by model ${manifest.name}, ${(size / 2 ** 20).toFixed(1)} MiB.`);
    return 0;
  } finally {
    embedder.dispose();
  }
}

/** What is known of each sound: by its library's manifest, else as the page says it, by its path and what was heard; and the hash that finds its file again under another name. */
function columnsOf(library: Library, hashes: readonly string[]): ReadonlyMap<string, ColumnValues> {
  const patterns = KNOWN_PATTERNS.map(parsePathPattern);
  const known = library.sounds.map((sound): LibrarySound => {
    const { file, instrument, pitch = "", durationSeconds = 0 } = sound;
    return instrument === undefined ? describeSound({ path: file, durationSeconds, pitch }, patterns).entry : sound;
  });
  return new Map<string, ColumnValues>([
    ["file", library.sounds.map(({ file }) => file)],
    ...COLUMNS.map((column): [string, ColumnValues] => [column, known.map((sound) => sound[column] ?? "")]),
    ["durationSeconds", known.map(({ durationSeconds }) => durationSeconds ?? null)],
    ["sha256", hashes],
  ]);
}
