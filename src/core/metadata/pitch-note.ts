/** Reads a pitch by its name as a MIDI note. */

const STEPS: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

/** "C4" is 60; sharps as "#" or "s", flats as "b". Null for what is no pitch of MIDI's range. */
export function pitchNote(name: string): number | null {
  const parts = /^([A-Ga-g])([#sb♯♭]?)(-?\d)$/.exec(name.trim());
  if (!parts) return null;
  const accidental = parts[2] === "" ? 0 : "#s♯".includes(parts[2]!) ? 1 : -1;
  const note = 12 * (Number(parts[3]) + 1) + STEPS[parts[1]!.toUpperCase()]! + accidental;
  return note >= 0 && note <= 127 ? note : null;
}
