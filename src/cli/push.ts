/** `simile push NAME.simile --to postgres://…`: puts an embedding preset into a vector database. */

import { parseArgs } from "node:util";
import { readPreset } from "../core/presets/embedding-preset.ts";
import { readPresetFile } from "./presets.ts";
import { VectorDatabase } from "./database/vector-database.ts";

const USAGE = "usage: simile push NAME.simile --to postgres://user@host/database";

/** Exit code: 0 when the whole preset is in the database, 2 on wrong usage. Faults are thrown. */
export async function push(args: string[]): Promise<number> {
  const parsed = parse(args);
  if (!parsed) {
    console.error(USAGE);
    return 2;
  }
  const preset = readPreset(await readPresetFile(parsed.file), parsed.file);
  const database = await VectorDatabase.open(parsed.to);
  try {
    await database.push(preset, (done, all) => process.stderr.isTTY && process.stderr.write(`\r${done} / ${all}`));
  } finally {
    await database.close();
  }
  console.log(`${preset.manifest.name}: ${preset.manifest.count} sounds pushed.`);
  return 0;
}

function parse(args: string[]): { file: string; to: string } | undefined {
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { to: { type: "string" } } });
    const [file] = positionals;
    return file && positionals.length === 1 && values.to ? { file, to: values.to } : undefined;
  } catch {
    return undefined;
  }
}
