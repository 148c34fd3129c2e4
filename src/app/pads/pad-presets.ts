/** Pad presets to choose from: those that ship, and the user's own, which the browser keeps. */

import { FormatError, MissingError, messageOf, UnsupportedError } from "../../core/errors.ts";
import { type Folder, fileIn } from "../../core/library/folder.ts";
import { readJson, readList, readText } from "../../core/presets/fields.ts";
import { type PadPreset, parsePadPreset, writePadPreset } from "../../core/presets/pad-preset.ts";

export interface PadPresetShelf {
  /** Built-in presets first, in the order in which program changes recall them. */
  readonly presets: readonly PadPreset[];
  /** How many of them are built in. */
  readonly builtIn: number;
  /** Loads the built-in presets of a folder with an index.json that lists the files. Rejects with MissingError or FormatError. */
  load(folder: Folder): Promise<void>;
  /** Keeps a preset of the user's under its name, in place of one of that name. Throws UnsupportedError where the browser cannot keep it; it is there as long as the page. */
  save(preset: PadPreset): void;
  remove(name: string): void;
}

const STORAGE_KEY = "simile-pad-presets";
const MAX_BUILT_IN = 100;

export function createPadPresetShelf(storage: Pick<Storage, "getItem" | "setItem"> | null, onChange: () => void): PadPresetShelf {
  let shipped: readonly PadPreset[] = [];
  let own = read(storage);
  /** Names that the browser held when it was last read or written. */
  let kept = namesOf(own);
  /** The own presets as they are now: other tabs save and remove theirs, and what the browser could not keep is here alone. */
  const current = () => {
    const stored = read(storage);
    const there = namesOf(stored);
    const here = own.filter(({ name }) => !there.has(name) && !kept.has(name));
    kept = there;
    return [...stored, ...here];
  };
  const keep = (next: readonly PadPreset[]) => {
    own = next;
    onChange();
    if (!storage) return;
    try {
      storage.setItem(STORAGE_KEY, JSON.stringify(own.map(writePadPreset)));
      kept = namesOf(own);
    } catch (cause) {
      throw new UnsupportedError(`Pad presets: expected room in the browser's storage, got "${messageOf(cause)}"; export the preset as a file, or delete others.`);
    }
  };
  return {
    get presets() {
      return [...shipped, ...own];
    },
    get builtIn() {
      return shipped.length;
    },
    async load(folder) {
      const place = { name: fileIn(folder, "index.json"), remedy: "put the whole folder of pad presets there" };
      const names = readList(readJson(await text(place.name), place), place).slice(0, MAX_BUILT_IN);
      shipped = await Promise.all(
        names.map(async (name) => {
          const file = fileIn(folder, readText(name, place, 1, 200));
          return parsePadPreset(await text(file), file);
        }),
      );
      onChange();
    },
    save: (preset) => keep([...current().filter(({ name }) => name !== preset.name), preset]),
    remove: (name) => keep(current().filter((preset) => preset.name !== name)),
  };
}

function namesOf(presets: readonly PadPreset[]): ReadonlySet<string> {
  return new Set(presets.map(({ name }) => name));
}

/** Presets that cannot be read any more are left out. */
function read(storage: Pick<Storage, "getItem"> | null): readonly PadPreset[] {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(STORAGE_KEY) ?? "[]");
    if (!Array.isArray(kept)) return [];
    return kept.flatMap((one) => {
      try {
        return typeof one === "string" ? [parsePadPreset(one, "pad preset")] : [];
      } catch (cause) {
        if (cause instanceof FormatError) return [];
        throw cause;
      }
    });
  } catch {
    return [];
  }
}

async function text(address: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(address);
  } catch (cause) {
    throw new MissingError(`${address}: expected a file of pad presets, got "${messageOf(cause)}"; check the connection to the server and try again.`);
  }
  if (!response.ok || response.headers.get("content-type")?.startsWith("text/html")) {
    throw new MissingError(`${address}: expected a file of pad presets, got ${response.ok ? "a web page" : `${response.status} ${response.statusText}`}; put the whole folder there.`);
  }
  return response.text();
}
