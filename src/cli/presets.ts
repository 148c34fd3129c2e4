/** `simile presets show|verify FILE`: tells what an embedding preset holds, or whether it is whole. */

import { readFile } from "node:fs/promises";
import { MissingError } from "../core/errors.ts";
import { readPreset, readPresetManifest } from "../core/presets/embedding-preset.ts";
import { parseCommand, UsageError } from "./command-line.ts";

export async function presets(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand("presets", { args: [...args], allowPositionals: true, options: { json: { type: "boolean", default: false } } });
  const [action, file] = positionals;
  if ((action !== "show" && action !== "verify") || !file || positionals.length > 2) throw new UsageError("simile presets: expected show FILE or verify FILE; see npx simile presets --help.");
  const bytes = await readPresetFile(file);
  if (action === "verify") {
    const preset = readPreset(bytes, file);
    const { manifest } = preset;
    if (manifest.audio) for (let row = 0; row < manifest.count; row++) preset.audio(row);
    console.log(`${file}: whole; ${manifest.count} sounds of ${manifest.embedding.size} numbers${manifest.audio ? ", with audio" : ""}.`);
    return 0;
  }
  const manifest = readPresetManifest(bytes, file);
  if (values.json) {
    console.log(JSON.stringify(manifest, null, 2));
    return 0;
  }
  const { embedding, model, feature, columns } = manifest;
  const lines: [string, string][] = [
    ["name", manifest.name],
    ["title", manifest.title],
    ["author", manifest.author || "not named"],
    ["licence", manifest.licence || "not named"],
    ["sounds", `${manifest.count}${manifest.audio ? ", with audio" : ", without audio"}`],
    ["embedding", `${embedding.size} ${embedding.numbers} numbers, ${embedding.distance} distance`],
    ["model", `${model.name} version ${model.version}`],
    ["feature", `${feature.name} version ${feature.version}`],
    ["columns", columns.map(({ name }) => name).join(", ")],
  ];
  for (const [key, value] of lines) console.log(`${key.padEnd(10)} ${value}`);
  return 0;
}

/** Bytes of a preset's file. Throws MissingError where there is none. */
export async function readPresetFile(file: string): Promise<Uint8Array> {
  return readFile(file).catch(() => {
    throw new MissingError(`${file}: expected an embedding preset, got no file that can be read; check the path.`);
  });
}
