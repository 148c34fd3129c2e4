/** Which sound sits on which of the sixteen pads, and which MIDI note each pad is. */

export const PAD_COUNT = 16;

/** MIDI note of pad 0, bottom left; the pads run to the right and up, to note 51. */
export const FIRST_PAD_NOTE = 36;

export function noteOfPad(pad: number): number {
  return FIRST_PAD_NOTE + pad;
}

/** Pad 0 to 15, or null for notes that no pad has. */
export function padOfNote(note: number): number | null {
  const pad = note - FIRST_PAD_NOTE;
  return pad >= 0 && pad < PAD_COUNT ? pad : null;
}

export function emptyPads(): readonly (number | null)[] {
  return Array.from({ length: PAD_COUNT }, () => null);
}

/**
 * The grid after a retrieval: the sixteen nearest, and nothing else. A sound that stays among them keeps its pad, so that fingers find it again and its
 * MIDI note stays its own; newcomers take the vacated pads, nearest first from the bottom left. On an empty grid pad 0 is the nearest.
 */
export function fillPads(pads: readonly (number | null)[], nearest: readonly number[]): readonly (number | null)[] {
  const wanted = new Set(nearest.slice(0, PAD_COUNT));
  const next = Array.from({ length: PAD_COUNT }, (_, pad) => {
    const sound = pads[pad] ?? null;
    return sound !== null && wanted.delete(sound) ? sound : null;
  });
  const newcomers = [...wanted];
  return next.map((sound) => sound ?? newcomers.shift() ?? null);
}
