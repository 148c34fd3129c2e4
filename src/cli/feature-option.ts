/** Reads the feature that a command is asked for. */

import { messageOf } from "../core/errors.ts";
import { featureNamed } from "../core/features/families.ts";
import type { Feature } from "../core/features/feature.ts";
import { UsageError } from "./command-line.ts";

/** Throws UsageError for a family that this version does not offer. */
export function featureOption(command: string, text: string): Feature {
  try {
    return featureNamed(text);
  } catch (cause) {
    throw new UsageError(`simile ${command}: --${messageOf(cause)}`);
  }
}
