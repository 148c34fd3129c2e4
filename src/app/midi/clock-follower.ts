/** Follows a MIDI clock: tempo and position from its ticks, steady under their jitter, and honest when they stop or jump. */

import type { TransportEvent } from "./midi-map.ts";

/** Ticks of a quarter note. */
export const PPQ = 24;
/** Ticks in a sixteenth, the unit of a song position. */
const SIXTEENTH = PPQ / 4;
/** Ticks whose intervals tell the tempo: two quarters. */
const WINDOW = 2 * PPQ;
/** A clock that is silent this long has stopped, whether it said so or not. */
export const SILENCE_MILLISECONDS = 500;
/** Beyond these the ticks are no music: 20 to 400 beats a minute. */
const SLOWEST = 60_000 / (20 * PPQ);
const FASTEST = 60_000 / (400 * PPQ);

export interface ClockState {
  /** Whether ticks arrive. */
  readonly ticking: boolean;
  /** Whether the transport runs: after "start" or "continue", until "stop" or silence. */
  readonly running: boolean;
  /** Beats (quarters) a minute; null until a quarter note's ticks have told it. */
  readonly bpm: number | null;
  /** Position in quarters. */
  readonly beat: number;
}

export interface ClockFollower {
  readonly state: ClockState;
  /** When the last whole beat fell, by the line through the ticks; null while the clock does not run or its tempo is not known. */
  readonly beatTime: number | null;
  /** Times are milliseconds that grow. Gives whether the state is another. */
  hear(event: TransportEvent, time: number): boolean;
  /** Call now and then: tells a clock that fell silent. */
  look(time: number): boolean;
}

const RESTING: ClockState = { ticking: false, running: false, bpm: null, beat: 0 };

/**
 * Tempo is that of the least-squares line through the times of the last ticks, t_k = t_0 + k d: with n ticks of jitter s its error falls as n^(-3/2),
 * where the difference of two ticks would keep all of it. Two intervals in a row of less than half or more than twice d are a jump, from which it counts anew.
 */
export function createClockFollower(): ClockFollower {
  let state = RESTING;
  let times: number[] = [];
  let ticks = 0;
  let odd = 0;
  let last = Number.NEGATIVE_INFINITY;

  const change = (next: Partial<ClockState>) => {
    const keys = Object.keys(next) as (keyof ClockState)[];
    if (keys.every((key) => next[key] === state[key])) return false;
    state = { ...state, ...next };
    return true;
  };
  const tick = (time: number) => {
    const interval = time - (times.at(-1) ?? Number.NEGATIVE_INFINITY);
    const usual = times.length > 2 ? slope(times) : Number.NaN;
    const strange = interval > SLOWEST || interval > 2 * usual || interval < usual / 2;
    odd = strange ? odd + 1 : 0;
    if (interval > SILENCE_MILLISECONDS || odd >= 2) {
      times = odd >= 2 ? times.slice(-1) : [];
      odd = 0;
    }
    times.push(time);
    if (times.length > WINDOW + 1) times.shift();
    last = time;
    // The first tick after a start is the downbeat itself.
    const beat = state.running ? ticks++ / PPQ : state.beat;
    const period = times.length > PPQ ? slope(times) : Number.NaN;
    const bpm = period >= FASTEST && period <= SLOWEST ? 60_000 / (PPQ * period) : times.length > PPQ ? null : state.bpm;
    return change({ ticking: true, beat, bpm });
  };

  return {
    get state() {
      return state;
    },
    get beatTime() {
      if (!state.running || state.bpm === null) return null;
      const period = slope(times);
      const middle = (times.length - 1) / 2;
      const mean = times.reduce((sum, time) => sum + (time - times[0]!), times[0]! * times.length) / times.length;
      return mean + (middle - ((ticks - 1 + PPQ) % PPQ)) * period;
    },
    hear(event, time) {
      switch (event.kind) {
        case "clock":
          return tick(time);
        case "start":
          ticks = 0;
          return change({ running: true, beat: 0 });
        case "continue":
          return change({ running: true });
        case "stop":
          return change({ running: false });
        case "position":
          ticks = event.sixteenths * SIXTEENTH;
          return change({ beat: ticks / PPQ });
        default:
          return event satisfies never;
      }
    },
    look(time) {
      if (!state.ticking || time - last <= SILENCE_MILLISECONDS) return false;
      times = [];
      return change({ ticking: false, running: false, bpm: null });
    },
  };
}

/** Slope of the least-squares line through (k, times[k]). */
function slope(times: readonly number[]): number {
  const n = times.length;
  const middle = (n - 1) / 2;
  let product = 0;
  let square = 0;
  // Times against the first: their squares stay small.
  times.forEach((time, k) => {
    product += (k - middle) * (time - times[0]!);
    square += (k - middle) ** 2;
  });
  return product / square;
}
