/** Where the pads of common controllers lie: which note each place of the grid sends, and how it is lit. */

import type { GridSize } from "../../core/pads/pad-bank.ts";

export type LayoutId = "plain" | "mpc" | "maschine" | "push-1" | "push" | "launchpad" | "apc-mini-mk2" | "lpd8" | "mpd218";

/** Colours of a device's palette, by what pads show. */
export interface Palette {
  readonly plucked: number;
  readonly bowed: number;
  readonly blown: number;
  readonly struck: number;
  readonly other: number;
  readonly sounding: number;
  /** Near to far, for pads that show their distance. */
  readonly distances: readonly number[];
}

export interface Lights {
  /** Status byte of the note on that lights a pad: note and colour follow. */
  readonly status: number;
  readonly palette: Palette;
}

export interface Layout {
  readonly id: LayoutId;
  readonly title: string;
  /** What the user must set on the device, where something must be. */
  readonly hint: string;
  /** Matches the names of the device's ports; null: never chosen by name. */
  readonly ports: RegExp | null;
  /** Note of a place, counted from the bottom left, in a grid of this many pads a side; null where the device has no such pad. */
  note(row: number, column: number, size: GridSize): number | null;
  readonly lights: Lights | null;
}

/** Notes of a grid in rows of `width` from `first` on, `height` rows high. */
function rows(first: number, width: number, height = width): Layout["note"] {
  return (row, column) => (row < height && column < width ? first + width * row + column : null);
}

/** Sixteen pads a bank of the device, its next banks going on upwards: an 8 x 8 bank takes its pads in their order. */
const inOrder: Layout["note"] = (row, column, size) => 36 + size * row + column;

/** The palette that Launchpads, the first Push and the APC mini mk2 share. */
const NOVATION: Palette = { plucked: 9, bowed: 45, blown: 21, struck: 53, other: 1, sounding: 3, distances: [21, 13, 9, 5, 45] };
/** Entries of Push 2's and Push 3's palette as they leave the factory. */
const PUSH: Palette = { plucked: 3, bowed: 125, blown: 126, struck: 25, other: 124, sounding: 122, distances: [126, 8, 3, 127, 125] };

export const LAYOUTS: readonly Layout[] = [
  { id: "plain", title: "Plain, notes 36 to 51", hint: "", ports: null, note: inOrder, lights: null },
  { id: "mpc", title: "MPC", hint: "Choose the chromatic pad map on the MPC.", ports: /\bMPC\b/i, note: inOrder, lights: null },
  { id: "maschine", title: "Maschine", hint: "Switch Maschine to MIDI mode, with pads on notes 36 to 51.", ports: /maschine/i, note: inOrder, lights: null },
  { id: "mpd218", title: "Akai MPD218", hint: "", ports: /MPD218/i, note: inOrder, lights: null },
  { id: "lpd8", title: "Akai LPD8", hint: "", ports: /LPD8/i, note: lpd8, lights: null },
  { id: "apc-mini-mk2", title: "Akai APC mini mk2", hint: "", ports: /APC mini mk2/i, note: rows(0, 8), lights: { status: 0x96, palette: NOVATION } },
  { id: "launchpad", title: "Launchpad, programmer mode", hint: "Switch the Launchpad to programmer mode: hold Session, press the lowest scene button.", ports: /launchpad|\bLP(X|Pro|Mini)/i, note: launchpad, lights: { status: 0x90, palette: NOVATION } },
  { id: "push-1", title: "Push (first)", hint: "Press User on the Push.", ports: null, note: rows(36, 8), lights: { status: 0x90, palette: NOVATION } },
  { id: "push", title: "Push 2 and 3", hint: "Press User on the Push.", ports: /\bpush\b/i, note: rows(36, 8), lights: { status: 0x90, palette: PUSH } },
];

/** The lower row of the LPD8 is its pads 1 to 4, the upper one 5 to 8. */
function lpd8(row: number, column: number): number | null {
  return row < 2 && column < 4 ? 36 + 4 * row + column : null;
}

/** Programmer mode counts in tens: 11 is the bottom left, 88 the top right. */
function launchpad(row: number, column: number): number | null {
  return 10 * (row + 1) + column + 1;
}

export function layoutOf(id: LayoutId): Layout {
  return LAYOUTS.find((layout) => layout.id === id) ?? LAYOUTS[0]!;
}

/** The layout that a port's name asks for; plain where none does. */
export function layoutFor(portName: string): Layout {
  return LAYOUTS.find(({ ports }) => ports?.test(portName)) ?? LAYOUTS[0]!;
}

/** The note that each pad of a grid has on the device, null where it has none. */
export function notesOf(layout: Layout, size: GridSize): readonly (number | null)[] {
  return Array.from({ length: size * size }, (_, pad) => {
    const note = layout.note(Math.floor(pad / size), pad % size, size);
    return note !== null && note >= 0 && note <= 127 ? note : null;
  });
}
