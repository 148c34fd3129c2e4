/** Tells when a moment of the audio clock is heard, on the clock of the page and of MIDI. */

/** The part of an AudioContext that is asked. */
export interface OutputClock {
  readonly currentTime: number;
  readonly outputLatency?: number;
  getOutputTimestamp?(): { readonly contextTime?: number; readonly performanceTime?: number };
}

/**
 * Milliseconds of `performance.now()` at which the frame of audio-clock second `time` leaves the output: p + 1000 (t - c), where c and p are the audio and
 * the page's time of one and the same frame at the output. Where the browser does not say (yet), the output latency is added to now.
 */
export function heardAt(clock: OutputClock, time: number): number {
  const stamp = clock.getOutputTimestamp?.();
  if (stamp?.performanceTime && stamp.contextTime) return stamp.performanceTime + (time - stamp.contextTime) * 1000;
  return performance.now() + (time - clock.currentTime + (clock.outputLatency ?? 0)) * 1000;
}
