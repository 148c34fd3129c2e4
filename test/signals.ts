/** Named signals by formula, with explicit seeds, for tests and benches. */

/** Numbers in [0, 1) by mulberry32: the same list for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const samplesOf = (seconds: number, sampleRate: number, value: (t: number) => number) => Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, n) => value(n / sampleRate));

export function sine(frequency: number, seconds: number, sampleRate: number, amplitude = 0.5): Float32Array {
  return samplesOf(seconds, sampleRate, (t) => amplitude * Math.sin(2 * Math.PI * frequency * t));
}

/** White, uniform, root mean square `rms`. */
export function noise(seconds: number, sampleRate: number, rms: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return samplesOf(seconds, sampleRate, () => rms * Math.sqrt(12) * (random() - 0.5));
}

/** A struck string: harmonics below 9 kHz whose decay is faster the higher they are, from a sharp start. */
export function pluck(frequency: number, seconds: number, sampleRate: number, amplitude = 0.5): Float32Array {
  const harmonics = Array.from({ length: Math.floor(9000 / frequency) }, (_, h) => h + 1).slice(0, 20);
  return samplesOf(seconds, sampleRate, (t) => amplitude * Math.min(1, t / 0.0005) * harmonics.reduce((sum, h) => sum + (0.5 / h) * Math.exp(-t * (2 + 1.5 * h)) * Math.sin(2 * Math.PI * h * frequency * t), 0));
}

/** A blown or bowed note: harmonics below 8 kHz, a rise of `rise` seconds, vibrato of 5.5 Hz and `cents`. */
export function held(frequency: number, seconds: number, sampleRate: number, amplitude = 0.3, rise = 0.06, cents = 20): Float32Array {
  const harmonics = Array.from({ length: Math.min(15, Math.floor(8000 / frequency)) }, (_, h) => h + 1);
  const depth = (frequency * (2 ** (cents / 1200) - 1)) / 5.5;
  return samplesOf(seconds, sampleRate, (t) => {
    const phase = 2 * Math.PI * frequency * t - depth * Math.cos(2 * Math.PI * 5.5 * t);
    const envelope = Math.min(1, t / rise) * Math.min(1, (seconds - t) / 0.03);
    return amplitude * envelope * harmonics.reduce((sum, h) => sum + (0.4 / h) * Math.sin(h * phase), 0);
  });
}

/** The sum of `parts`, each from its second on, over `seconds`. */
export function strung(parts: readonly { readonly at: number; readonly sound: Float32Array }[], seconds: number, sampleRate: number): Float32Array {
  const result = new Float32Array(Math.round(seconds * sampleRate));
  for (const { at, sound } of parts) {
    const start = Math.round(at * sampleRate);
    for (let i = 0; i < sound.length && start + i < result.length; i++) result[start + i]! += sound[i]!;
  }
  return result;
}

/** ||a - b|| / ||b||. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return Math.sqrt(difference / norm);
}
