/** Tells the pre-echo of a transform coder from the sound that follows it. */

/** Energies are taken in cells of this length. */
const CELL_SECONDS = 0.0005;
/** The longest that is looked for; measured of MP3: 17.5 ms at 48 kHz. */
const LONGEST_CELLS = 40;
/** A shorter one is left alone. */
const SHORTEST_CELLS = 6;
/** Stretches that are looked at: before the onset for the jump and for the step, after the attack for its loudest cell. */
const BEFORE_JUMP_CELLS = 8;
const BEFORE_STEP_CELLS = 10;
const AFTER_CELLS = 20;
/** Ratios of energy. */
const JUMP = 10 ** 1.2;
const GROWTH = 10 ** 0.6;
const DEPTH = 10 ** 3;
const STEP = 10 ** 6;

/**
 * The onset at `position`, found in mono `samples` at `sampleRate` hertz, or the attack up to 20 ms after it where what lies between is a coder's pre-echo: the noise of a quantised transform,
 * spread over its window (Painter & Spanias 2000, "Perceptual coding of digital audio").
 *
 * With E[i] the mean square of cell i of 0.5 ms, cell 0 at the onset, the attack is the last a with (E[a] + E[a + 1]) / 2 at least 12 dB above (E[i - 1] + E[i]) / 2 of each i from -7 to a - 1. What
 * lies before it is pre-echo where it
 *
 *     lasts      a >= 6                                           3 ms
 *     grows      mean E of its last third   >=  6 dB above mean E of its first third      as the window does
 *     is faint   max E[a .. a + 19]         >= 30 dB above mean E[0 .. a - 1]
 *     fades in   mean E[0 .. a - 1]         <= 60 dB above mean E[-10 .. -1]              a cut recording starts at once
 *
 * The level does not matter. Samples that are not there count as zero, so that nothing is moved of a sound that begins with its file.
 */
export function afterPreEcho(samples: Float32Array, position: number, sampleRate: number): number {
  const start = (cell: number) => Math.round(position + cell * CELL_SECONDS * sampleRate);
  const from = -Math.max(BEFORE_JUMP_CELLS, BEFORE_STEP_CELLS);
  const cells = Float64Array.from({ length: LONGEST_CELLS + AFTER_CELLS - from }, (_, i) => meanSquare(samples, start(from + i), start(from + i + 1)));
  const at = (cell: number) => cells[cell - from]!;
  let attack = 0;
  let loudest = 0;
  for (let cell = 1 - BEFORE_JUMP_CELLS; cell < LONGEST_CELLS; cell++) {
    if (cell > 0 && at(cell) + at(cell + 1) > JUMP * loudest) attack = cell;
    loudest = Math.max(loudest, at(cell - 1) + at(cell));
  }
  if (attack < SHORTEST_CELLS) return position;
  const mean = (first: number, end: number) => cells.subarray(first - from, end - from).reduce((sum, energy) => sum + energy, 0) / (end - first);
  const third = Math.floor(attack / 3);
  const foreplay = mean(0, attack);
  const grows = mean(attack - third, attack) >= GROWTH * mean(0, third);
  const faint = cells.subarray(attack - from, attack + AFTER_CELLS - from).reduce((most, energy) => Math.max(most, energy), 0) >= DEPTH * foreplay;
  const fadesIn = foreplay <= STEP * mean(-BEFORE_STEP_CELLS, 0);
  return grows && faint && fadesIn ? start(attack) : position;
}

/** Of `samples[start, end)`, those outside taken for zero. */
function meanSquare(samples: Float32Array, start: number, end: number): number {
  let sum = 0;
  for (let i = Math.max(0, start); i < Math.min(samples.length, end); i++) sum += samples[i]! ** 2;
  return sum / Math.max(1, end - start);
}
