/** Keeps the faults that hold now, one for each cause, and what retrying each of them does. */

import { messageOf } from "../core/errors.ts";
import type { Fault } from "./simile-state.ts";

export interface Remedy {
  readonly label: string;
  run(): void | Promise<void>;
}

export interface FaultBoard {
  readonly faults: readonly Fault[];
  /** Shows a fault, in place of one with the same key. */
  raise(key: string, cause: unknown, remedy?: Remedy): void;
  /** The cause has gone, or the user has read it. */
  clear(key: string): void;
  /** Runs the remedy of a fault, where it has one; where that fails, its cause is the fault. */
  retry(key: string): Promise<void>;
}

export function createFaultBoard(onChange: (faults: readonly Fault[]) => void): FaultBoard {
  let faults: readonly Fault[] = [];
  const remedies = new Map<string, Remedy>();
  const set = (next: readonly Fault[]) => {
    faults = next;
    onChange(faults);
  };
  return {
    get faults() {
      return faults;
    },
    raise(key, cause, remedy) {
      const fault: Fault = { key, name: cause instanceof Error ? cause.name : "Error", message: messageOf(cause), ...(remedy ? { remedy: remedy.label } : {}) };
      const at = faults.findIndex((other) => other.key === key);
      if (remedy) remedies.set(key, remedy);
      else remedies.delete(key);
      set(at < 0 ? [...faults, fault] : faults.with(at, fault));
    },
    clear(key) {
      remedies.delete(key);
      if (faults.some((fault) => fault.key === key)) set(faults.filter((fault) => fault.key !== key));
    },
    async retry(key) {
      const remedy = remedies.get(key);
      try {
        await remedy?.run();
      } catch (cause) {
        this.raise(key, cause, remedy);
      }
    },
  };
}
