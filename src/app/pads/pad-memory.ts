/** Keeps the banks of pads between visits, written down shortly after they change, bank by bank: other tabs keep theirs in the same place. */

import type { PadBank } from "../../core/pads/pad-bank.ts";
import { parsePadPreset, writePadPreset } from "../../core/presets/pad-preset.ts";
import { createBoard, type PadBoard } from "./pad-board.ts";

export interface PadMemory {
  /** The board of the last visit; null where there is none that can be read. */
  load(): PadBoard | null;
  save(board: PadBoard): void;
  /** Writes down at once what is not written yet. */
  flush(): void;
}

const STORAGE_KEY = "simile-pads";
/** Changes that come close together are written at once. */
const REST_MILLISECONDS = 500;

/** What changed a bank since it was last written: hands, or retrievals alone. */
type Change = "hands" | "retrieval";

/** What hands changed is written over what there is. What retrievals alone changed is not written over a bank that another tab has written since. */
export function createPadMemory(storage: Pick<Storage, "getItem" | "setItem"> | null): PadMemory {
  let last: PadBoard = createBoard();
  /** What the storage held when this tab last read or wrote it, and the banks in it. */
  let text = textOf(last.banks);
  let kept = last.banks;
  /** Banks that another tab has written and no hands have changed here since. */
  const foreign = new Set<number>();
  const changes = new Map<number, Change>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const read = (): string | null => {
    try {
      return storage?.getItem(STORAGE_KEY) ?? null;
    } catch {
      return null;
    }
  };
  /** Takes in what other tabs have written since. */
  const look = () => {
    const now = read();
    if (now === null || now === text) return;
    const [before, after] = [banksOf(text), banksOf(now)];
    for (const [index, bank] of after.entries()) if (JSON.stringify(bank) !== JSON.stringify(before[index])) foreign.add(index);
    [text, kept] = [now, after];
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (changes.size === 0) return;
    look();
    const due = new Set<number>();
    for (const [index, by] of changes) {
      if (by === "hands") foreign.delete(index);
      if (!foreign.has(index)) due.add(index);
    }
    changes.clear();
    if (due.size === 0) return;
    kept = last.banks.map((bank, index) => (due.has(index) ? bank : (kept[index] ?? bank)));
    text = textOf(kept);
    try {
      storage?.setItem(STORAGE_KEY, text);
    } catch {
      // A browser that keeps nothing forgets the pads as well.
    }
  };

  return {
    load() {
      const there = read();
      const banks = there === null ? [] : banksOf(there);
      if (there === null || banks.length === 0) return null;
      [text, kept] = [there, banks];
      last = { ...last, banks: last.banks.map((bank, index) => banks[index] ?? bank) };
      return last;
    },
    save(board) {
      const before = last;
      last = board;
      if (board.banks === before.banks) return;
      const byHand = board.past !== before.past || board.future !== before.future;
      for (const [index, bank] of board.banks.entries()) {
        const old = before.banks[index]!;
        if (bank !== old) changes.set(index, byHand || changes.get(index) === "hands" || isEdit(old, bank) ? "hands" : "retrieval");
      }
      timer ??= setTimeout(flush, REST_MILLISECONDS);
    },
    flush,
  };
}

function textOf(banks: readonly PadBank[]): string {
  return writePadPreset({ name: "Pads", author: "", licence: "", banks });
}

/** None where the text is no board of ours. */
function banksOf(text: string): readonly PadBank[] {
  try {
    return parsePadPreset(text, STORAGE_KEY).banks;
  } catch {
    return [];
  }
}

/** Whether the bank changed as no retrieval changes it: a slider goes on without a new step of history. */
function isEdit(before: PadBank, after: PadBank): boolean {
  return before.title !== after.title || before.mode !== after.mode || before.size !== after.size || after.pads.some(({ settings }, pad) => settings !== before.pads[pad]!.settings);
}
