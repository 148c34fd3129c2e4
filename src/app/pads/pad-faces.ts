/** What each pad of the chosen bank shows: for the screen, screen readers and the lights of a controller. */

import type { Sound } from "../../core/library/sound.ts";
import type { SoundKey } from "./pad-bank.ts";
import { noteOfPad, type Pad, padCount } from "./pad-bank.ts";
import { chosenBank, type PadBoard } from "./pad-board.ts";

export interface PadFace {
  readonly key: SoundKey | null;
  /** Id in the library that answers; null where the pad is empty or its sound is of elsewhere. */
  readonly id: number | null;
  /** What is known of the sound; null where the pad is empty or its library has not been open. */
  readonly sound: Sound | null;
  /** MIDI note. */
  readonly note: number;
  readonly distance: number | null;
  /** Distance as a share of the bank's farthest, 0 to 1; null where there is none. */
  readonly share: number | null;
  readonly locked: boolean;
  /** A voice of the pad's own sounds. */
  readonly struck: boolean;
}

export interface SoundFinder {
  sound(key: SoundKey): Sound | null;
  idOf(key: SoundKey): number | null;
}

export function padFaces(board: PadBoard, finder: SoundFinder, struck: ReadonlyMap<SoundKey, number>): readonly PadFace[] {
  const bank = chosenBank(board);
  const pads = bank.pads.slice(0, padCount(bank));
  const farthest = pads.reduce((most, { distance }) => Math.max(most, distance ?? 0), 0);
  return pads.map((pad, index) => faceOf(pad, index, farthest, finder, struck));
}

function faceOf({ sound: key, distance, locked }: Pad, pad: number, farthest: number, finder: SoundFinder, struck: ReadonlyMap<SoundKey, number>): PadFace {
  return {
    key,
    id: key === null ? null : finder.idOf(key),
    sound: key === null ? null : finder.sound(key),
    note: noteOfPad(pad),
    distance,
    share: distance === null ? null : farthest > 0 ? distance / farthest : 0,
    locked,
    struck: key !== null && struck.has(key),
  };
}
