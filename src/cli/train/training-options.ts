/** Reads the settings of a training: each kind's own, then those of a JSON file, then those of the command line. */

import { readFileSync } from "node:fs";
import { FormatError, MissingError } from "../../core/errors.ts";
import { type Place, fieldFault, readJson, readOneOf, readRecord, within } from "../../core/presets/fields.ts";
import { CHOICES, type Kind, checkArchitecture } from "../../model/architecture.ts";
import { type Settings, settingsOf } from "../../model/presets.ts";
import { LOSSES } from "../../model/train-network.ts";

const WHOLE: ReadonlySet<string> = new Set(["coordinates", "plain", "learned", "width", "blocks", "neighbours", "anchors", "seed", "epochs", "steps", "batch", "rateEpochs", "leastEpochs", "patience"]);
const SHARES: ReadonlySet<string> = new Set(["dropout", "dropPath", "shortShare", "plainShare"]);

/** Settings of the kind, with those that `file` (JSON, the same names) changes. Throws FormatError for a name that is not known or a value of another type. */
export function readSettings(kind: Kind, file?: string): Settings {
  const settings = settingsOf(kind);
  if (file === undefined) return settings;
  const place: Place = { name: file, remedy: "see src/model/presets.ts for names and values" };
  let source: string;
  try {
    source = readFileSync(file, "utf8");
  } catch {
    throw new MissingError(`--config: expected a JSON file, got ${file}, which cannot be read; check the path.`);
  }
  const changes: Record<string, unknown> = {};
  for (const [key, value] of readRecord(readJson(source, place), place)) {
    const at = within(place, key);
    const known = (settings as unknown as Record<string, unknown>)[key];
    if (known === undefined || key === "kind") throw fieldFault(place, `settings among ${Object.keys(settings).filter((name) => name !== "kind").join(", ")}`, JSON.stringify(key));
    if (key === "stem" || key === "graph" || key === "affinity") changes[key] = readOneOf<string>(value, CHOICES[key], at);
    else if (key === "losses") {
      changes[key] = Object.fromEntries([...readRecord(value, at)].map(([name, weight]) => [readOneOf(name, LOSSES, at), finite(weight, within(at, name))]));
    } else {
      const number = finite(value, at);
      if (WHOLE.has(key) && !Number.isInteger(number)) throw fieldFault(at, "a whole number", String(number));
      if (SHARES.has(key) && number > 1) throw fieldFault(at, "a share from 0 to 1", String(number));
      changes[key] = number;
    }
  }
  return { ...settings, ...changes };
}

function finite(value: unknown, place: Place): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) throw fieldFault(place, "a number from 0 on", JSON.stringify(value));
  return value;
}

/** Throws FormatError for settings that cannot work together, or make a model that no command would load. */
export function checkSettings(settings: Settings, contexts: readonly number[], rows: number): void {
  if (settings.neighbours >= settings.anchors) throw new FormatError(`settings: expected fewer neighbours than the ${settings.anchors} anchors, got ${settings.neighbours}; ask for fewer neighbours or more anchors.`);
  if (settings.batch < 2) throw new FormatError(`settings: expected a batch of at least 2, got ${settings.batch}; ask for more.`);
  for (const key of ["epochs", "steps", "rateEpochs"] as const) if (settings[key] < 1) throw new FormatError(`settings: expected ${key} of at least 1, got ${settings[key]}; ask for more.`);
  if (rows < 2) throw new FormatError(`training: expected at least 2 sounds, got ${rows}; give more recordings.`);
  checkArchitecture({ ...settings, contexts });
}
