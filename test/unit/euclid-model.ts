/** A model without training, for tests of the command line: its embedding is the start of the feature vector, scaled. */

import { simile } from "../../src/core/features/simile.ts";
import { parseModelManifest } from "../../src/core/presets/model-manifest.ts";
import { saveModel } from "../../src/cli/model-files.ts";
import type { Architecture } from "../../src/model/architecture.ts";
import { FRONT_END } from "../../src/model/load-embedder.ts";
import { packWeights, type Weights } from "../../src/model/weights.ts";

export const EUCLID_SIZE = 32;
/** Keeps the feature inside the range that models clip at. */
export const EUCLID_SCALE = 1 / 8;

/** Writes the model into `folder`; every context has the same statistics. */
export async function saveEuclidModel(folder: string, contexts: readonly number[] = [1.5]): Promise<void> {
  const { size } = simile;
  const count = contexts.length;
  const projection = new Float32Array(count * size * EUCLID_SIZE);
  for (let context = 0; context < count; context++) for (let i = 0; i < EUCLID_SIZE; i++) projection[(context * size + i) * EUCLID_SIZE + i] = 1;
  const tensors = new Map<string, Weights>([
    [FRONT_END.mean, { shape: [count, size], values: new Float32Array(count * size) }],
    [FRONT_END.inverse, { shape: [count, size], values: new Float32Array(count * size).fill(EUCLID_SCALE) }],
    [FRONT_END.projection, { shape: [count, size, EUCLID_SIZE], values: projection }],
    [FRONT_END.blend, { shape: [2], values: Float32Array.of(0, 1) }],
  ]);
  const packed = await packWeights(tensors);
  const architecture: Architecture = { kind: "euclid", contexts, coordinates: EUCLID_SIZE, plain: EUCLID_SIZE, learned: 0, width: 8, blocks: 1, neighbours: 1, stem: "linear", graph: "features", affinity: "absolute", dropout: 0, dropPath: 0 };
  const manifest = parseModelManifest(
    {
      format: "simile-model",
      formatVersion: 1,
      name: "euclid-test",
      version: 1,
      architecture,
      feature: { name: simile.name, version: simile.version, size },
      embedding: { size: EUCLID_SIZE, distance: "euclidean" },
      training: { seed: 0, commit: "none", data: "none", command: "none", date: "2026-11-22" },
      weights: { file: "weights.bin", sha256: packed.sha256, tensors: packed.entries },
    },
    "fixture",
  );
  await saveModel(folder, manifest, packed.buffer, "# A model for tests\n");
}
