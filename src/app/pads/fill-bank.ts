/** Lays the neighbours of a sound on the pads of a bank, as its mode says. */

import { type Pad, type PadBank, padCount, type SoundKey } from "../../core/pads/pad-bank.ts";

/** A neighbour that wants a pad. */
export interface Candidate {
  readonly sound: SoundKey;
  readonly distance: number;
}

/** Pads of a grid from the bottom left corner to the top right one, diagonal by diagonal, each from its lower end. */
export function diagonalOrder(size: number): readonly number[] {
  const pads = Array.from({ length: size * size }, (_, pad) => pad);
  const diagonal = (pad: number) => Math.floor(pad / size) + (pad % size);
  return pads.sort((a, b) => diagonal(a) - diagonal(b) || a - b);
}

/**
 * The bank after a retrieval. `nearest` are the neighbours, nearest first; `diverse`, for mode `spread`, a choice among more of them (the nearest where
 * there is none). Settings stay with their pad.
 */
export function fillBank(bank: PadBank, nearest: readonly Candidate[], diverse: readonly Candidate[] | null = null): PadBank {
  switch (bank.mode) {
    case "kit":
      return bank;
    case "spread":
      return { ...bank, pads: spread(bank, diverse ?? nearest) };
    case "follow":
      return { ...bank, pads: follow(bank, nearest, () => false) };
    case "hold":
      return { ...bank, pads: follow(bank, nearest, ({ locked }) => locked) };
    default:
      return bank.mode satisfies never;
  }
}

/** A sound that stays among the wanted keeps its pad and note; newcomers take the vacated pads, nearest first from the bottom left. */
function follow(bank: PadBank, nearest: readonly Candidate[], stays: (pad: Pad) => boolean): readonly Pad[] {
  const shown = bank.pads.slice(0, padCount(bank));
  const held = new Set(shown.filter(stays).map(({ sound }) => sound));
  const free = shown.filter((pad) => !stays(pad)).length;
  const wanted = new Map<SoundKey, number>();
  for (const { sound, distance } of nearest) {
    if (wanted.size === free) break;
    if (!held.has(sound) && !wanted.has(sound)) wanted.set(sound, distance);
  }
  const kept = shown.map((pad) => {
    if (stays(pad)) return pad;
    const distance = pad.sound === null ? undefined : wanted.get(pad.sound);
    if (distance === undefined) return null;
    wanted.delete(pad.sound!);
    return { ...pad, distance };
  });
  const newcomers = [...wanted];
  return bank.pads.map((pad, index) => {
    const place = kept[index];
    if (place === undefined) return pad;
    return place ?? withSound(pad, newcomers.shift());
  });
}

function spread(bank: PadBank, candidates: readonly Candidate[]): readonly Pad[] {
  const ranked = [...candidates.slice(0, padCount(bank))].sort((a, b) => a.distance - b.distance);
  const pads = [...bank.pads];
  diagonalOrder(bank.size).forEach((pad, rank) => {
    const candidate = ranked[rank];
    pads[pad] = withSound(pads[pad]!, candidate && [candidate.sound, candidate.distance]);
  });
  return pads;
}

function withSound(pad: Pad, newcomer: readonly [SoundKey, number] | undefined): Pad {
  if (!newcomer && pad.sound === null) return pad;
  return { ...pad, sound: newcomer?.[0] ?? null, distance: newcomer?.[1] ?? null, locked: false, trail: [] };
}
