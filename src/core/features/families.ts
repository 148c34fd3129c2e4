/** Names every feature family that this program can compute. */

import { UnsupportedError } from "../errors.ts";
import type { Feature } from "./feature.ts";
import { JOINT, joinFeatures } from "./joined-feature.ts";
import { jtfs } from "./jtfs.ts";
import { mfcc } from "./mfcc.ts";
import { scat1d } from "./scat1d.ts";
import { simile } from "./simile.ts";

/** All families, our own first. */
export const FEATURES: readonly Feature[] = [simile, mfcc, scat1d, jtfs];

/** The family of that name, or several joined by "+". Throws UnsupportedError, naming those that exist. */
export function featureNamed(name: string): Feature {
  const names = name.split(JOINT);
  const families = names.map((one) => FEATURES.find((feature) => feature.name === one));
  if (!families.every((family) => family !== undefined) || new Set(names).size < names.length)
    throw new UnsupportedError(`feature: expected one of ${FEATURES.map((feature) => feature.name).join(", ")}, or different ones joined by "${JOINT}", got "${name}"; choose a feature that this version offers.`);
  return families.length === 1 ? families[0]! : joinFeatures(families);
}
