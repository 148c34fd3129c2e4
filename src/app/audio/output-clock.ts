/** Tells when a moment of the audio clock is heard, on the clock of the page and of MIDI, and the reverse. */

/** The part of an AudioContext that is asked. */
export interface OutputClockSource {
  readonly currentTime: number;
  readonly outputLatency?: number;
  getOutputTimestamp?(): { readonly contextTime?: number; readonly performanceTime?: number };
}

export interface OutputClock {
  /** Milliseconds of `performance.now()` at which the frame of audio-clock second `time` leaves the output. */
  heardAt(time: number): number;
  /** Audio-clock second that is heard at that time. */
  soundingAt(milliseconds: number): number;
  /** Looks at the two clocks: call now and then, so that their jitter is known before an answer needs them. */
  look(): void;
}

/** Readings whose median is taken: the last seconds, at twenty looks each. */
const READINGS = 256;
/** A reading this far from the median is another clock: the device has changed. */
const JUMP_MILLISECONDS = 100;

/**
 * p(t) = 1000 t + o with o the median of the offsets o_i = p_i - 1000 c_i, where c_i and p_i are the audio and the page's time of one and the same frame at
 * the output. Single readings jitter by a period of the device (10 ms and more); the median of many does not, and drift within its window is microseconds.
 * Where the browser does not say (yet), the output latency is added to now.
 */
export function createOutputClock(source: OutputClockSource): OutputClock {
  let offsets: number[] = [];
  let offset: number | null = null;
  let lastContextTime = Number.NaN;

  const look = () => {
    const stamp = source.getOutputTimestamp?.();
    // The same reading twice would count for two.
    if (!stamp?.performanceTime || !stamp.contextTime || stamp.contextTime === lastContextTime) return;
    lastContextTime = stamp.contextTime;
    const reading = stamp.performanceTime - 1000 * stamp.contextTime;
    if (offset !== null && Math.abs(reading - offset) > JUMP_MILLISECONDS) offsets = [];
    offsets = [...offsets, reading].slice(-READINGS);
    offset = median(offsets);
  };
  const now = () => {
    look();
    return offset ?? performance.now() + 1000 * ((source.outputLatency ?? 0) - source.currentTime);
  };
  return {
    look,
    heardAt: (time) => now() + 1000 * time,
    soundingAt: (milliseconds) => (milliseconds - now()) / 1000,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
