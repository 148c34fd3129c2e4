/** What both sides of the latency bench, Node and page, agree on. */

export const RATE = 44_100;
export const SOUNDS = 10_000;

/** Frames at which a signal rises over the threshold after so many frames below it. */
export function risesOf(samples: Float32Array, threshold: number, quiet: number): number[] {
  const rises: number[] = [];
  let last = -quiet;
  for (let i = 0; i < samples.length; i++) {
    if (Math.abs(samples[i]!) < threshold) continue;
    if (i - last > quiet) rises.push(i);
    last = i;
  }
  return rises;
}
