/** Writes an embedding preset of any size, without audio, for a model that ships. */

import { type ColumnValues, writePreset } from "../../../src/core/presets/embedding-preset.ts";
import type { ModelManifest } from "../../../src/core/presets/model-manifest.ts";
import { createRandom } from "../../../src/model/random.ts";

/** `count` sounds at random places of the model's space, of a few families, instruments and techniques. */
export function largePreset(model: ModelManifest, count: number): Uint8Array {
  const random = createRandom(5);
  const { size, distance } = model.embedding;
  const texts = (of: (row: number) => string): ColumnValues => Array.from({ length: count }, (_, row) => of(row));
  const families = ["bowed", "plucked", "blown", "struck"];
  return writePreset({
    name: "ten-thousand",
    title: "Ten thousand",
    author: "the tests",
    licence: "CC0-1.0",
    model: { name: model.name, version: model.version, weightsSha256: model.weights.sha256 },
    feature: { name: model.feature.name, version: model.feature.version },
    distance,
    numbers: "float16",
    size,
    embeddings: Float32Array.from({ length: count * size }, () => 0.1 * random.normal()),
    columns: new Map([
      ["file", texts((row) => `pack ${row % 40}/instrument ${row % 97}/note ${row}.wav`)],
      ["name", texts((row) => `instrument ${row % 97} note ${row}`)],
      ["family", texts((row) => families[row % 4]!)],
      ["instrument", texts((row) => `instrument ${row % 97}`)],
      ["technique", texts((row) => `technique ${row % 13}`)],
      ["pitch", texts(() => "C4")],
      ["dynamics", texts(() => "mf")],
      ["durationSeconds", Array.from({ length: count }, (_, row) => 1 + (row % 5))],
    ]),
  });
}
