/** Keeps how the instrument is set between visits: how it listens, chooses and plays, how fast and loud, and how input and answers are balanced. */

import { FASTEST_TEMPO, SLOWEST_TEMPO } from "../core/answer/beat.ts";
import { DEFAULT_SETTINGS, type EngineSettings } from "../protocol/engine.ts";
import type { Simile } from "./simile-state.ts";

const STORAGE_KEY = "simile-settings";
/** Changes that come close together are written at once. */
const REST_MILLISECONDS = 300;

/** What belongs to the moment, or to one library, is not kept. */
const PASSING = ["beat", "excluded", "ownTechnique", "ownInstrument"] as const satisfies readonly (keyof EngineSettings)[];
type Kept = Omit<EngineSettings, (typeof PASSING)[number]>;
const KEPT = (Object.keys(DEFAULT_SETTINGS) as (keyof EngineSettings)[]).filter((name): name is keyof Kept => !PASSING.some((passing) => passing === name));

interface Memory {
  readonly settings: Partial<Kept>;
  /** Of the beat; whether it runs belongs to the moment. */
  readonly tempo: number;
  readonly sensitivity: number;
  readonly volumeDb: number;
  readonly mix: number;
  readonly monitor: boolean;
  readonly guard: boolean;
}

/** Sets the instrument as it was left and keeps what is set from then on; returns how to stop that. What is not to be read is left as it is. */
export function rememberSettings(simile: Simile, storage: Pick<Storage, "getItem" | "setItem"> | null): () => void {
  recall(simile, readMemory(storage));
  let written = JSON.stringify(memoryOf(simile));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    const text = JSON.stringify(memoryOf(simile));
    if (text === written) return;
    written = text;
    try {
      storage?.setItem(STORAGE_KEY, text);
    } catch {
      // A browser that keeps nothing begins anew on the next visit.
    }
  };
  const onChange = () => {
    timer ??= setTimeout(write, REST_MILLISECONDS);
  };
  simile.addEventListener("change", onChange);
  addEventListener("pagehide", write);
  return () => {
    write();
    simile.removeEventListener("change", onChange);
    removeEventListener("pagehide", write);
  };
}

function memoryOf({ state }: Simile): Memory {
  const settings: Partial<Kept> = Object.fromEntries(KEPT.map((name) => [name, state.settings[name]]));
  const { sensitivity, volumeDb, guard, balance } = state;
  // JSON has no infinity: silence is kept as the quietest number.
  return { settings, tempo: state.settings.beat.tempo, sensitivity, volumeDb: Math.max(volumeDb, -200), guard, ...balance };
}

function readMemory(storage: Pick<Storage, "getItem"> | null): Partial<Memory> {
  try {
    const read: unknown = JSON.parse(storage?.getItem(STORAGE_KEY) ?? "{}");
    return typeof read === "object" && read !== null ? read : {};
  } catch {
    return {};
  }
}

function recall(simile: Simile, memory: Partial<Memory>): void {
  const { settings, tempo, sensitivity, volumeDb, mix, monitor, guard } = memory;
  if (typeof settings === "object" && settings !== null) simile.configure(sound(settings));
  if (typeof tempo === "number" && tempo >= SLOWEST_TEMPO && tempo <= FASTEST_TEMPO) simile.configure({ beat: { ...simile.state.settings.beat, tempo } });
  if (typeof sensitivity === "number") simile.setSensitivity(sensitivity);
  if (typeof volumeDb === "number") simile.setVolume(volumeDb <= -200 ? Number.NEGATIVE_INFINITY : volumeDb);
  simile.setBalance({ ...(typeof mix === "number" ? { mix } : {}), ...(typeof monitor === "boolean" ? { monitor } : {}) });
  if (typeof guard === "boolean") simile.setGuard(guard);
}

/** Those settings whose values are of the kind that they should be; the instrument itself holds them within bounds. */
function sound(settings: object): Partial<Kept> {
  const fits = ([name, value]: [string, unknown]) => {
    const own = KEPT.find((kept) => kept === name);
    if (!own) return false;
    const standard: unknown = DEFAULT_SETTINGS[own];
    return standard === null ? value === null || typeof value === "number" : typeof value === typeof standard && value !== null;
  };
  return Object.fromEntries(Object.entries(settings).filter(fits));
}
