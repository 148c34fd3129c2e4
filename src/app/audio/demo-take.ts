/** Builds a take out of a library's own sounds, bent out of shape, so that the instrument can be tried with no hardware. */

import type { SoundEntry } from "../../core/presets/library-manifest.ts";

/** One note of the take. */
export interface DemoNote {
  readonly sound: number;
  /** Seconds from the take's start. */
  readonly start: number;
  /** Seconds. */
  readonly duration: number;
  /** How far it is moved from its recorded pitch. */
  readonly cents: number;
  /** Peak, linear. */
  readonly level: number;
  /** Hertz of the low-pass filter. */
  readonly cutoff: number;
}

export const DEMO_NOTES = 16;
const FIRST_SECONDS = 0.4;
const STEP_SECONDS = 0.6;
const NOTE_SECONDS = 0.42;
const FADE_SECONDS = 0.08;
const REST_SECONDS = 0.8;

/**
 * A phrase over the whole library: families take turns, a technique comes back only after all others of its family, and each note is moved by a semitone to a
 * whole tone, so that none of it is a recording that the library holds. The same seed gives the same phrase.
 */
export function arrangeDemo(sounds: readonly SoundEntry[], seed: number): readonly DemoNote[] {
  const random = mulberry32(seed);
  const shuffled = sounds.map((entry, sound) => ({ entry, sound, order: random() })).sort((a, b) => a.order - b.order);
  const used = new Map<string, number>();
  const count = (key: string) => used.get(key) ?? 0;
  const left = [...shuffled];
  return Array.from({ length: sounds.length > 0 ? DEMO_NOTES : 0 }, (_, position) => {
    if (left.length === 0) left.push(...shuffled);
    const kind = ({ entry }: { readonly entry: SoundEntry }) => `${entry.family}/${entry.technique}`;
    const next = left.reduce((best, candidate) => {
      const ahead = count(best.entry.family) - count(candidate.entry.family) || count(kind(best)) - count(kind(candidate));
      return ahead > 0 ? candidate : best;
    });
    left.splice(left.indexOf(next), 1);
    for (const key of [next.entry.family, kind(next)]) used.set(key, count(key) + 1);
    const cents = (random() < 0.5 ? -1 : 1) * (100 + 100 * random());
    return { sound: next.sound, start: FIRST_SECONDS + position * STEP_SECONDS, duration: NOTE_SECONDS, cents, level: 0.25 + 0.35 * random(), cutoff: 5000 * 2 ** random() };
  });
}

/** Renders the phrase at a rate, one channel. `decoded` gives the sound of an id. */
export async function renderDemo(notes: readonly DemoNote[], sampleRate: number, decoded: (sound: number) => Promise<AudioBuffer>): Promise<AudioBuffer> {
  const seconds = Math.max(0, ...notes.map(({ start, duration }) => start + duration)) + REST_SECONDS;
  const context = new OfflineAudioContext({ numberOfChannels: 1, length: Math.ceil(seconds * sampleRate), sampleRate });
  await Promise.all(
    notes.map(async ({ sound, start, duration, cents, level, cutoff }) => {
      const buffer = await decoded(sound);
      const source = new AudioBufferSourceNode(context, { buffer, detune: cents });
      const filter = new BiquadFilterNode(context, { type: "lowpass", frequency: Math.min(cutoff, sampleRate * 0.45) });
      const gain = new GainNode(context, { gain: level / (peakOf(buffer, duration) || 1) });
      const end = start + duration;
      gain.gain.setValueAtTime(gain.gain.value, end - FADE_SECONDS).linearRampToValueAtTime(0, end);
      source.connect(filter).connect(gain).connect(context.destination);
      source.start(start);
      source.stop(end);
    }),
  );
  return context.startRendering();
}

function peakOf(buffer: AudioBuffer, seconds: number): number {
  const samples = buffer.getChannelData(0);
  const frames = Math.min(samples.length, Math.ceil(seconds * buffer.sampleRate));
  let peak = 0;
  for (let i = 0; i < frames; i++) peak = Math.max(peak, Math.abs(samples[i]!));
  return peak;
}

/** Uniform numbers in [0, 1) from a 32-bit seed (Tommy Ettinger's mulberry32). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
