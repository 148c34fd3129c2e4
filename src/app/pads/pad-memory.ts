/** Keeps the banks of pads between visits, written down shortly after they change. */

import { parsePadPreset, writePadPreset } from "../../core/presets/pad-preset.ts";
import { createBoard, type PadBoard } from "./pad-board.ts";

export interface PadMemory {
  /** The board of the last visit; null where there is none that can be read. */
  load(): PadBoard | null;
  save(board: PadBoard): void;
}

const STORAGE_KEY = "simile-pads";
/** Changes that come close together are written at once. */
const REST_MILLISECONDS = 500;

export function createPadMemory(storage: Pick<Storage, "getItem" | "setItem"> | null): PadMemory {
  let due: PadBoard["banks"] | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = () => {
    timer = undefined;
    try {
      if (due) storage?.setItem(STORAGE_KEY, writePadPreset({ name: "Pads", author: "", licence: "", banks: due }));
    } catch {
      // A browser that keeps nothing forgets the pads as well.
    }
  };
  return {
    load() {
      try {
        const text = storage?.getItem(STORAGE_KEY);
        if (!text) return null;
        const { banks } = parsePadPreset(text, STORAGE_KEY);
        const board = createBoard();
        return { ...board, banks: board.banks.map((bank, index) => banks[index] ?? bank) };
      } catch {
        return null;
      }
    },
    save({ banks }) {
      if (banks === due) return;
      due = banks;
      timer ??= setTimeout(write, REST_MILLISECONDS);
    },
  };
}
