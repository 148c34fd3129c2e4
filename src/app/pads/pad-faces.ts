/** What each pad of the chosen bank shows: for the screen, screen readers and the lights of a controller. */

import type { Sound } from "../../core/library/sound.ts";
import type { SoundKey } from "../../core/pads/pad-bank.ts";
import { noteOfPad, type Pad, padCount } from "../../core/pads/pad-bank.ts";
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
  /** Where the distance lies between the bank's nearest (0) and farthest (1); null where there is none. */
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
  const distances = pads.flatMap(({ distance }) => distance ?? []);
  const nearest = Math.min(...distances);
  const width = Math.max(...distances) - nearest;
  const share = (distance: number) => (width > 0 ? (distance - nearest) / width : 0);
  return pads.map((pad, index) => faceOf(pad, index, share, finder, struck));
}

function faceOf({ sound: key, distance, locked }: Pad, pad: number, share: (distance: number) => number, finder: SoundFinder, struck: ReadonlyMap<SoundKey, number>): PadFace {
  return {
    key,
    id: key === null ? null : finder.idOf(key),
    sound: key === null ? null : finder.sound(key),
    note: noteOfPad(pad),
    distance,
    share: distance === null ? null : share(distance),
    locked,
    struck: key !== null && struck.has(key),
  };
}
