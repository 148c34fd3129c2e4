/** Reduces a sound to the extremes that draw its waveform. */

/** Pairs (min, max) of `points` equal stretches of the sound, over all channels: `[points * 2]`. A stretch without a sample repeats the nearest one. */
export function waveform(channels: readonly Float32Array[], points: number): Float32Array {
  const extremes = new Float32Array(points * 2);
  const length = channels[0]?.length ?? 0;
  if (length === 0) return extremes;
  for (let point = 0; point < points; point++) {
    const from = Math.min(length - 1, Math.floor((point * length) / points));
    const to = Math.max(from + 1, Math.floor(((point + 1) * length) / points));
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (const channel of channels) {
      for (let i = from; i < to; i++) {
        const sample = channel[i]!;
        if (sample < min) min = sample;
        if (sample > max) max = sample;
      }
    }
    extremes[point * 2] = min;
    extremes[point * 2 + 1] = max;
  }
  return extremes;
}

/** The same for fewer points, from pairs that were taken before. */
export function coarser(pairs: Float32Array, points: number): Float32Array {
  const minima = pairs.filter((_, i) => i % 2 === 0);
  const maxima = pairs.filter((_, i) => i % 2 === 1);
  const lower = waveform([minima], points);
  const upper = waveform([maxima], points);
  return lower.map((value, i) => (i % 2 === 0 ? value : upper[i]!));
}
