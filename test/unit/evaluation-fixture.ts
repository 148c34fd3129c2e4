/** A small set of labelled notes with random features, for tests of evaluation: five techniques in four clusters, and two rating studies. */

import type { TrainingData } from "../../src/cli/train/training-data.ts";
import { createMatrix } from "../../src/core/evaluation/matrix.ts";
import type { Feature } from "../../src/core/features/feature.ts";
import { createRandom } from "../../src/model/random.ts";
import { ARCHITECTURE, FEATURE_SIZE, normals } from "./model-fixture.ts";

/** Notes of each technique, the last of no technique. */
const COUNTS = [7, 4, 6, 3, 5, 4];
const CLUSTERS = [1, 1, 2, 3, 4];
const STUDY = 6;

export function agreementFixture(): TrainingData {
  const random = createRandom(4);
  const contexts = ARCHITECTURE.contexts;
  const techniques = Int32Array.from(COUNTS.flatMap((count, technique) => new Array<number>(count).fill(technique < CLUSTERS.length ? technique : -1)));
  const notes = Array.from(techniques, (technique, row) => ({ path: `/${row}.wav`, source: `lab/${row % 3}`, instrument: `instrument ${technique}`, technique: "ordinario", mute: "none", pitch: "C4", dynamics: "mf", phrase: false, durationSeconds: 2, originalPath: "" }));
  const similarity = createMatrix(CLUSTERS.length);
  for (let a = 0; a < CLUSTERS.length; a++) for (let b = a; b < CLUSTERS.length; b++) similarity.values[a * CLUSTERS.length + b] = similarity.values[b * CLUSTERS.length + a] = a === b ? 1 : Math.round(100 * random.uniform()) / 100;
  const study = (name: string, seed: number) => {
    const judged = new Float32Array(STUDY ** 2);
    for (let a = 0; a < STUDY; a++) for (let b = a; b < STUDY; b++) judged[a * STUDY + b] = judged[b * STUDY + a] = a === b ? 1 : random.uniform();
    return { name, count: STUDY, values: normals(STUDY * contexts.length * FEATURE_SIZE, seed), similarity: judged };
  };
  return {
    folder: "/",
    feature: { name: "test", version: 1, size: FEATURE_SIZE, extract: () => { throw new Error("evaluation-fixture: expected no sound to be analysed."); } } satisfies Feature,
    contexts,
    notes,
    judgements: {
      imts: CLUSTERS.map((cluster, index) => ({ imt: `T${index}-ord`, instrument: "", family: "", pitch: "C4", dynamics: "mf", cluster })),
      similarity,
      partitions: [[1, 1, 2, 3, 4]],
    },
    labels: { techniques, counterparts: techniques, cells: notes.map(({ instrument }) => instrument), bodies: notes.map(({ source }) => source) },
    values: normals(notes.length * contexts.length * FEATURE_SIZE, 9),
    readable: notes.map((_, row) => row),
    studies: [study("first", 21), study("second", 22)],
  };
}
