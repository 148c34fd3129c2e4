/** Names every feature family that this program can compute. */

import { UnsupportedError } from "../errors.ts";
import type { Feature } from "./feature.ts";
import { jtfs } from "./jtfs.ts";
import { mfcc } from "./mfcc.ts";
import { scat1d } from "./scat1d.ts";
import { simile } from "./simile.ts";

/** All families, our own first. */
export const FEATURES: readonly Feature[] = [simile, mfcc, scat1d, jtfs];

/** The family of that name. Throws UnsupportedError, naming those that exist. */
export function featureNamed(name: string): Feature {
  const found = FEATURES.find((feature) => feature.name === name);
  if (!found) throw new UnsupportedError(`feature: expected one of ${FEATURES.map((feature) => feature.name).join(", ")}, got "${name}"; choose a feature that this version offers.`);
  return found;
}
