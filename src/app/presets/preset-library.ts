/** Makes a library that answers of a preset that was read. */

import { transfer } from "comlink";
import type { Sound } from "../../core/library/sound.ts";
import type { ColumnValues } from "../../core/presets/embedding-preset.ts";
import { soundsOfPreset } from "../../core/presets/preset-sounds.ts";
import type { EmbeddingOrigin, EngineLibrary } from "../../protocol/engine.ts";
import type { OpenedPreset } from "../../protocol/preset.ts";
import type { OpenLibrary } from "../library/open-library.ts";
import type { SoundSource } from "../library/sound-source.ts";

/** A preset's sounds, all or some of them, with their rows. */
export interface PresetRows {
  readonly name: string;
  readonly title: string;
  readonly origin: EmbeddingOrigin;
  readonly size: number;
  readonly sounds: readonly Sound[];
  /** Row-major `[sounds, size]`. */
  readonly embeddings: Float32Array;
}

/** Columns by which the engine chooses answers: no other crosses over to it. */
const LABELS = ["instrument", "technique"] as const;

export function rowsOfPreset({ manifest, embeddings, columns, audio }: OpenedPreset): PresetRows {
  const { name, title, model, embedding } = manifest;
  const origin = { model: model.name, modelVersion: model.version, weightsSha256: model.weightsSha256 };
  return { name, title, origin, size: embedding.size, sounds: soundsOfPreset(name, columns, audio !== null), embeddings };
}

/** Those of the rows that `kept` names, in its order. */
export function someRows(rows: PresetRows, kept: readonly number[]): PresetRows {
  if (kept.length === rows.sounds.length) return rows;
  const { size, embeddings } = rows;
  const some = new Float32Array(kept.length * size);
  for (const [to, from] of kept.entries()) some.set(embeddings.subarray(from * size, (from + 1) * size), to * size);
  return { ...rows, sounds: kept.map((row) => rows.sounds[row]!), embeddings: some };
}

export function libraryOfPreset({ name, title, origin, size, sounds, embeddings }: PresetRows, source: SoundSource): OpenLibrary {
  return {
    name,
    title,
    sounds,
    source,
    rows: async (count): Promise<EngineLibrary> => {
      // A copy that crosses over as it is takes a tenth of the time of one that is cloned on the way.
      const copy = embeddings.slice(0, count * size);
      const columns = new Map<string, ColumnValues>(LABELS.map((label) => [label, sounds.slice(0, count).map((sound) => sound[label])]));
      return transfer({ kind: "rows", name, title, count, origin, embeddings: copy, columns }, [copy.buffer]);
    },
  };
}
