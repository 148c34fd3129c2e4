/** Maps loudness to MIDI velocity. */

/** Loudness of velocity 1 and of velocity 127, dB re full scale (root mean square). */
export const QUIETEST_DB = -60;
export const LOUDEST_DB = -6;

/** v = 1 + 126 (L - q) / (l - q), linear in dB, rounded and held to 1 … 127: a played note is never a note off. */
export function velocityOf(loudnessDb: number): number {
  const share = (loudnessDb - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB);
  return Math.round(1 + 126 * Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)));
}
