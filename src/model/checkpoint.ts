/** Where a training stands between two steps: with it and the same data and settings, training goes on to the same bit. */

import type * as tf from "@tensorflow/tfjs-core";
import { FormatError } from "../core/errors.ts";
import type { AdamW } from "./adam-w.ts";
import { readVariables } from "./parameters.ts";
import type { RandomState } from "./random.ts";
import type { Weights } from "./weights.ts";

export interface Checkpoint {
  /** The epoch that goes on, from 1, the steps of it that are done, and the sum of their losses. */
  readonly epoch: number;
  readonly step: number;
  readonly sum: number;
  /** Steps that the optimiser has taken. */
  readonly updates: number;
  readonly random: RandomState;
  /** The best epoch so far (0 for none) and its figure. */
  readonly keptEpoch: number;
  readonly keptFigure?: number;
  /** Parameters of the network ("network/…") and of the losses ("losses/…"), the optimiser's moments ("first/…", "second/…") and the best parameters ("kept/…"). */
  readonly tensors: ReadonlyMap<string, Weights>;
}

export const PARTS = ["network", "losses", "first", "second", "kept"] as const;
export type Part = (typeof PARTS)[number];

/** Copies everything that the next step depends on. */
export function takeCheckpoint(
  progress: Omit<Checkpoint, "tensors" | "updates">,
  own: ReadonlyMap<string, tf.Variable>,
  losses: ReadonlyMap<string, tf.Variable>,
  optimiser: AdamW,
  kept: ReadonlyMap<string, Weights>,
): Checkpoint {
  const tensors = new Map<string, Weights>();
  const add = (part: Part, weights: ReadonlyMap<string, Weights>) => {
    for (const [name, value] of weights) tensors.set(`${part}/${name}`, value);
  };
  add("network", readVariables(own));
  add("losses", readVariables(losses));
  add("first", readVariables(optimiser.first));
  add("second", readVariables(optimiser.second));
  add("kept", kept);
  return { ...progress, updates: optimiser.updates, tensors };
}

/** One part's tensors under their own names. Throws FormatError where a parameter is missing or of another shape: the checkpoint is of another model. */
export function partOf({ tensors }: Checkpoint, part: Part, specs: readonly { readonly name: string; readonly shape: readonly number[] }[]): Map<string, Weights> {
  return new Map(
    specs.map(({ name, shape }) => {
      const found = tensors.get(`${part}/${name}`);
      if (!found || found.shape.join() !== shape.join()) {
        throw new FormatError(`checkpoint: ${part}/${name}: expected shape [${shape.join(", ")}], got ${found ? `[${found.shape.join(", ")}]` : "nothing"}; train from the start, or with the settings of the checkpoint.`);
      }
      return [name, found] as const;
    }),
  );
}
