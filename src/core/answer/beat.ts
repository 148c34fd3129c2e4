/** A steady beat on the audio clock, and the moments on it that answers are held to. */

/** Beat n falls on second `originSeconds + n 60 / tempo`, n any whole number. */
export interface Beat {
  readonly running: boolean;
  /** Beats a minute; 0: it stands. */
  readonly tempo: number;
  /** Audio-clock second of one of its beats. */
  readonly originSeconds: number;
}

export const NO_BEAT: Beat = { running: false, tempo: 0, originSeconds: 0 };

/** Tempi that can be set; outside of them a beat counts as standing. */
export const SLOWEST_TEMPO = 10;
export const FASTEST_TEMPO = 400;

/** Whether there is anything to be held to. */
export function isBeating({ running, tempo, originSeconds }: Beat): boolean {
  return running && tempo >= SLOWEST_TEMPO && tempo <= FASTEST_TEMPO && Number.isFinite(originSeconds);
}

/** From one step to the next of `division` steps a beat, which nothing held to it waits longer than; 0 where nothing beats or the division is 0. */
export function stepSeconds(beat: Beat, division: number): number {
  return isBeating(beat) && division > 0 ? 60 / (beat.tempo * division) : 0;
}

/**
 * The first moment at or after `time` on the grid of `division` steps a beat: o + s ceil((t - o) / s), s = 60 / (tempo division). `time` itself where nothing beats or the division is 0.
 * Moments within a microsecond count as met.
 */
export function nextStep(beat: Beat, division: number, time: number): number {
  const step = stepSeconds(beat, division);
  if (step === 0) return time;
  return beat.originSeconds + step * Math.ceil((time - beat.originSeconds) / step - 1e-6 / step);
}

/** Beats since `originSeconds` at a moment, fractions included. */
export function beatsAt({ tempo, originSeconds }: Beat, time: number): number {
  return ((time - originSeconds) * tempo) / 60;
}

/** The same beat from `time` on at another tempo: no jump of phase. */
export function withTempo(beat: Beat, tempo: number, time: number): Beat {
  if (!isBeating(beat) || !(tempo >= SLOWEST_TEMPO && tempo <= FASTEST_TEMPO)) return { ...beat, tempo, originSeconds: time };
  return { ...beat, tempo, originSeconds: time - (60 / tempo) * beatsAt(beat, time) };
}
