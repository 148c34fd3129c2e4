/** The settings that each kind of model trains with unless told otherwise; what led to them stands in README.md beside this file. */

import type { Architecture, Kind } from "./architecture.ts";
import type { FitOptions } from "./fit-model.ts";

export type Settings = Omit<Architecture, "contexts"> & FitOptions;

const SHARED: Omit<Settings, "kind"> = {
  coordinates: 128,
  plain: 64,
  learned: 64,
  width: 512,
  blocks: 2,
  neighbours: 8,
  stem: "mlp",
  graph: "features",
  affinity: "relative",
  dropout: 0.2,
  dropPath: 0.1,
  anchors: 128,
  seed: 1,
  epochs: 12,
  steps: 25,
  batch: 256,
  rate: 3e-3,
  rateEpochs: 4,
  rateFactor: 0.6,
  decay: 1e-2,
  noise: 0.4,
  shortShare: 0.3,
  plainShare: 0.5,
  losses: { graded: 1, ratings: 1 },
  leastEpochs: 9,
  patience: 6,
};

export function settingsOf(kind: Kind): Settings {
  if (kind === "euclid") return { ...SHARED, kind, plain: 128, learned: 0 };
  // the rival as published: a linear map alone, learned from labels alone
  if (kind === "lmnn") return { ...SHARED, kind, plain: 0, losses: { lmnn: 1 } };
  return { ...SHARED, kind };
}
