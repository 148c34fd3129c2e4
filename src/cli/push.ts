/** `simile push NAME.simile --to postgres://…`: puts an embedding preset into a vector database. */

import { readPreset } from "../core/presets/embedding-preset.ts";
import { parseCommand, UsageError } from "./command-line.ts";
import { VectorDatabase } from "./database/vector-database.ts";
import { progressLine } from "./file-embeddings.ts";
import { readPresetFile } from "./presets.ts";

/** Resolves with 0 when the whole preset is in the database; throws UsageError, and whatever reading or writing throws. */
export async function push(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand("push", { args: [...args], allowPositionals: true, options: { to: { type: "string" } } });
  const [file] = positionals;
  if (!file || positionals.length > 1) throw new UsageError(`simile push: expected one preset, got ${positionals.length}; see npx simile push --help.`);
  if (!values.to) throw new UsageError("simile push: expected --to postgres://…, got none; see npx simile push --help.");
  const preset = readPreset(await readPresetFile(file), file);
  const database = await VectorDatabase.open(values.to);
  try {
    await database.push(preset, progressLine("pushed", preset.manifest.count));
  } finally {
    await database.close();
  }
  console.log(`${preset.manifest.name}: ${preset.manifest.count} sounds pushed.`);
  return 0;
}
