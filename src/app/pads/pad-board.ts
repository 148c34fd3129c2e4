/** Eight banks of pads and all that hands and retrievals do to them: a pure reducer with undo and redo. */

import {
  BANK_MODES,
  BANK_NAMES,
  type BankMode,
  changeSettings,
  createBank,
  EMPTY_PAD,
  type GridSize,
  type Pad,
  type PadBank,
  padCount,
  type SettingsChange,
  type SoundKey,
} from "../../core/pads/pad-bank.ts";
import { type Candidate, fillBank } from "./fill-bank.ts";

export interface PadPlace {
  readonly bank: number;
  readonly pad: number;
}

export type PadColour = "family" | "distance";

/** What a user would miss: each change of it can be undone. */
interface Edition {
  readonly banks: readonly PadBank[];
  readonly bank: number;
}

export interface PadBoard extends Edition {
  /** The pad whose settings are shown. */
  readonly selected: number;
  /** What a pad's colour tells. */
  readonly colour: PadColour;
  readonly past: readonly Edition[];
  readonly future: readonly Edition[];
  /** Names the last edit, so that a slider's way is undone at once; null after anything else. */
  readonly edit: string | null;
}

/** Actions on a pad mean the chosen bank's, unless they name a place. */
export type PadAction =
  | { readonly kind: "bank"; readonly bank: number }
  | { readonly kind: "select"; readonly pad: number }
  | { readonly kind: "colour"; readonly colour: PadColour }
  | { readonly kind: "mode"; readonly mode: BankMode }
  | { readonly kind: "size"; readonly size: GridSize }
  | { readonly kind: "title"; readonly title: string }
  | { readonly kind: "assign"; readonly pad: number; readonly sound: SoundKey }
  /** On the first pad that is empty, or the selected one where none is. */
  | { readonly kind: "put"; readonly sound: SoundKey }
  | { readonly kind: "set"; readonly pad: number; readonly settings: SettingsChange }
  | { readonly kind: "lock"; readonly pad: number; readonly locked: boolean }
  | { readonly kind: "swap"; readonly from: PadPlace; readonly to: PadPlace }
  | { readonly kind: "copy"; readonly from: PadPlace; readonly to: PadPlace }
  | { readonly kind: "clear"; readonly pad: number }
  | { readonly kind: "clear-bank" }
  /** Another sound of the same neighbourhood, as "more like this" and "less like this" found it. */
  | { readonly kind: "walk"; readonly pad: number; readonly sound: SoundKey; readonly distance: number }
  /** Banks from a preset or an import, laid from the chosen bank on; those beyond H are left out. */
  | { readonly kind: "load"; readonly banks: readonly PadBank[] }
  | { readonly kind: "undo" }
  | { readonly kind: "redo" }
  | { readonly kind: "retrieved"; readonly nearest: readonly Candidate[]; readonly diverse?: readonly Candidate[] };

/** Steps back that are kept. */
export const MAX_UNDO = 200;
/** Sounds that a pad's trail remembers. */
const MAX_TRAIL = 64;
export const MAX_TITLE = 60;

/** Bank A follows, B spreads, C holds; the others are filled by hand. */
export function createBoard(): PadBoard {
  const modes: readonly BankMode[] = ["follow", "spread", "hold"];
  return {
    banks: BANK_NAMES.map((_, bank) => createBank(modes[bank] ?? "kit")),
    bank: 0,
    selected: 0,
    colour: "family",
    past: [],
    future: [],
    edit: null,
  };
}

export function chosenBank({ banks, bank }: PadBoard): PadBank {
  return banks[bank]!;
}

/** The board after an action; the very same board where the action means nothing, as on a pad that is not there. */
export function changeBoard(board: PadBoard, action: PadAction): PadBoard {
  const next = reduce(board, action);
  const shown = padCount(chosenBank(next));
  return next.selected < shown ? next : { ...next, selected: shown - 1 };
}

function reduce(board: PadBoard, action: PadAction): PadBoard {
  const bank = chosenBank(board);
  const isPad = (pad: number) => Number.isInteger(pad) && pad >= 0 && pad < padCount(bank);
  switch (action.kind) {
    case "bank":
      return isBank(action.bank) && action.bank !== board.bank ? { ...board, bank: action.bank, edit: null } : board;
    case "select":
      return isPad(action.pad) && action.pad !== board.selected ? { ...board, selected: action.pad, edit: null } : board;
    case "colour":
      return { ...board, colour: action.colour };
    case "retrieved": {
      const filled = fillBank(bank, action.nearest, action.diverse ?? null);
      return filled === bank ? board : { ...board, banks: board.banks.with(board.bank, filled) };
    }
    case "undo": {
      const before = board.past.at(-1);
      return before ? { ...board, ...before, past: board.past.slice(0, -1), future: [editionOf(board), ...board.future], edit: null } : board;
    }
    case "redo": {
      const [after, ...future] = board.future;
      return after ? { ...board, ...after, past: [...board.past, editionOf(board)], future, edit: null } : board;
    }
    case "mode":
      return BANK_MODES.includes(action.mode) && action.mode !== bank.mode ? edited(board, { ...bank, mode: action.mode }) : board;
    case "size":
      return action.size !== bank.size && (action.size === 4 || action.size === 8) ? edited(board, { ...bank, size: action.size }) : board;
    case "title":
      return edited(board, { ...bank, title: action.title.slice(0, MAX_TITLE) }, "title");
    case "set": {
      const pad = bank.pads[action.pad];
      if (!isPad(action.pad) || !pad) return board;
      const settings = changeSettings(pad.settings, action.settings);
      return edited(board, withPad(bank, action.pad, { ...pad, settings }), `set ${action.pad} ${keysOf(action.settings)}`);
    }
    case "lock":
      return isPad(action.pad) ? edited(board, withPad(bank, action.pad, { ...bank.pads[action.pad]!, locked: action.locked })) : board;
    case "put": {
      const empty = bank.pads.slice(0, padCount(bank)).findIndex(({ sound }) => sound === null);
      return reduce(board, { kind: "assign", pad: empty < 0 ? board.selected : empty, sound: action.sound });
    }
    case "assign":
      return isPad(action.pad) ? edited(board, byHand(withPad(bank, action.pad, { ...bank.pads[action.pad]!, sound: action.sound, distance: null, locked: true, trail: [] }))) : board;
    case "walk": {
      const pad = bank.pads[action.pad];
      if (!isPad(action.pad) || !pad || pad.sound === null) return board;
      const trail = [...pad.trail, pad.sound].slice(-MAX_TRAIL);
      return edited(board, byHand(withPad(bank, action.pad, { ...pad, sound: action.sound, distance: action.distance, locked: true, trail })));
    }
    case "clear":
      return isPad(action.pad) ? edited(board, withPad(bank, action.pad, EMPTY_PAD)) : board;
    case "clear-bank":
      return edited(board, { ...createBank(bank.mode, bank.title), size: bank.size });
    case "swap":
    case "copy": {
      const { from, to } = action;
      const [first, second] = [padAt(board, from), padAt(board, to)];
      if (!first || !second || (from.bank === to.bank && from.pad === to.pad)) return board;
      const laid = lay(board.banks, to, first);
      return editedAll(board, action.kind === "swap" ? lay(laid, from, second) : laid);
    }
    case "load": {
      if (action.banks.length === 0) return board;
      const banks = board.banks.map((old, index) => action.banks[index - board.bank] ?? old);
      return editedAll({ ...board, selected: 0 }, banks);
    }
    default:
      return action satisfies never;
  }
}

function isBank(bank: number): boolean {
  return Number.isInteger(bank) && bank >= 0 && bank < BANK_NAMES.length;
}

function padAt({ banks }: PadBoard, { bank, pad }: PadPlace): Pad | undefined {
  const place = banks[bank];
  return place && pad < padCount(place) ? place.pads[pad] : undefined;
}

function withPad(bank: PadBank, index: number, pad: Pad): PadBank {
  return { ...bank, pads: bank.pads.with(index, pad) };
}

/** What a hand has put somewhere stays: a bank that followed goes over to `hold`. */
function byHand(bank: PadBank): PadBank {
  return bank.mode === "follow" || bank.mode === "spread" ? { ...bank, mode: "hold" } : bank;
}

function lay(banks: readonly PadBank[], { bank, pad }: PadPlace, what: Pad): readonly PadBank[] {
  return banks.with(bank, byHand(withPad(banks[bank]!, pad, { ...what, locked: what.sound !== null })));
}

function editionOf({ banks, bank }: PadBoard): Edition {
  return { banks, bank };
}

function edited(board: PadBoard, bank: PadBank, edit: string | null = null): PadBoard {
  return editedAll(board, board.banks.with(board.bank, bank), edit && `${board.bank} ${edit}`);
}

/** One step of history, unless it goes on with the edit before. */
function editedAll(board: PadBoard, banks: readonly PadBank[], edit: string | null = null): PadBoard {
  const goesOn = edit !== null && edit === board.edit;
  return { ...board, banks, past: goesOn ? board.past : [...board.past, editionOf(board)].slice(-MAX_UNDO), future: [], edit };
}

function keysOf(settings: SettingsChange): string {
  return Object.entries(settings)
    .flatMap(([key, value]) => (typeof value === "object" && value !== null ? Object.keys(value).map((part) => `${key}.${part}`) : [key]))
    .join(" ");
}

