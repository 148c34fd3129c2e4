/** Mixes a fixed number of voices out of lent sounds into two channels, adding samples and nothing else: no resampling, no clicks on steal, stop or panic. */

/** What the mixer tells its owner, from inside `mix`. */
export interface MixerListener {
  started(index: number, sound: number): void;
  ended(index: number, sound: number): void;
}

/** Seconds in which a voice that is cut short fades to nothing. */
export const FADE_SECONDS = 0.005;

/** Voices on their way out that may sound beside the full polyphony. */
const TAILS = 8;

class Voice {
  active = false;
  fresh = false;
  index = 0;
  sound = 0;
  gain = 0;
  position = 0;
  /** Frames of fade left; negative while the voice is held. */
  fading = -1;
  /** Counts starts: the smallest is the oldest. */
  order = 0;
  left: Float32Array = SILENCE;
  right: Float32Array = SILENCE;
}

const SILENCE = new Float32Array(0);

/**
 * Voices are made once, here. `start`, `stop`, `panic` and `mix` are real-time safe: they allocate nothing and take bounded time.
 * The output is the plain sum of gain times sample over the sounding voices; a sum that is not finite is written as silence.
 */
export class Mixer {
  readonly polyphony: number;
  readonly #voices: readonly Voice[];
  readonly #sounds = new Map<number, readonly Float32Array[]>();
  readonly #fadeFrames: number;
  readonly #listener: MixerListener;
  #starts = 0;

  constructor(sampleRate: number, polyphony: number, listener: MixerListener) {
    this.polyphony = polyphony;
    this.#fadeFrames = Math.max(1, Math.round(FADE_SECONDS * sampleRate));
    this.#voices = Array.from({ length: polyphony + TAILS }, () => new Voice());
    this.#listener = listener;
  }

  /** Takes a sound on loan; its samples must already be at the output's rate. Of more than two channels the first two are heard. */
  load(sound: number, channels: readonly Float32Array[]): void {
    this.#sounds.set(sound, channels);
  }

  /** Gives a sound back: its voices fade. */
  unload(sound: number): void {
    this.#sounds.delete(sound);
    for (const voice of this.#voices) if (voice.active && voice.sound === sound) this.#fade(voice);
  }

  /** Starts a voice at the next frame to be mixed; false where the sound was never lent. Steals the oldest voice beyond the polyphony. */
  start(index: number, sound: number, gain: number): boolean {
    const channels = this.#sounds.get(sound);
    const left = channels?.[0];
    if (!left) return false;
    let held = 0;
    let oldest: Voice | null = null;
    for (const voice of this.#voices) {
      if (!voice.active || voice.fading >= 0) continue;
      held++;
      if (oldest === null || voice.order < oldest.order) oldest = voice;
    }
    if (held >= this.polyphony && oldest) this.#fade(oldest);
    const voice = this.#vacant();
    voice.active = true;
    voice.fresh = true;
    voice.index = index;
    voice.sound = sound;
    voice.gain = Number.isFinite(gain) ? gain : 0;
    voice.position = 0;
    voice.fading = -1;
    voice.order = this.#starts++;
    voice.left = left;
    voice.right = channels[1] ?? left;
    return true;
  }

  /** Fades the voice of that index. */
  stop(index: number): void {
    for (const voice of this.#voices) if (voice.active && voice.index === index) this.#fade(voice);
  }

  /** Fades every voice. */
  panic(): void {
    for (const voice of this.#voices) if (voice.active) this.#fade(voice);
  }

  /** Overwrites `left` and `right` (equal lengths; the same array for mono) with the next frames. */
  mix(left: Float32Array, right: Float32Array): void {
    left.fill(0);
    right.fill(0);
    for (const voice of this.#voices) if (voice.active) this.#add(voice, left, right);
    for (let i = 0; i < left.length; i++) {
      if (left[i]! - left[i]! !== 0) left[i] = 0;
      if (right[i]! - right[i]! !== 0) right[i] = 0;
    }
  }

  #add(voice: Voice, left: Float32Array, right: Float32Array): void {
    if (voice.fresh) {
      voice.fresh = false;
      this.#listener.started(voice.index, voice.sound);
    }
    const { gain, position, left: fromLeft, right: fromRight } = voice;
    const remaining = Math.min(left.length, fromLeft.length - position);
    const frames = voice.fading < 0 ? remaining : Math.min(remaining, voice.fading);
    for (let i = 0; i < frames; i++) {
      const level = voice.fading < 0 ? gain : (gain * (voice.fading - i)) / this.#fadeFrames;
      left[i]! += level * fromLeft[position + i]!;
      if (right !== left) right[i]! += level * fromRight[position + i]!;
    }
    voice.position += frames;
    if (voice.fading >= 0) voice.fading -= frames;
    if (voice.position >= fromLeft.length || voice.fading === 0) this.#free(voice);
  }

  #fade(voice: Voice): void {
    if (voice.fading < 0) voice.fading = this.#fadeFrames;
  }

  #free(voice: Voice): void {
    if (voice.fresh) this.#listener.started(voice.index, voice.sound);
    voice.active = false;
    voice.fresh = false;
    voice.left = SILENCE;
    voice.right = SILENCE;
    this.#listener.ended(voice.index, voice.sound);
  }

  /** A free voice, or the tail that is nearest to silence. */
  #vacant(): Voice {
    let nearest: Voice | null = null;
    for (const voice of this.#voices) {
      if (!voice.active) return voice;
      if (voice.fading >= 0 && (nearest === null || voice.fading < nearest.fading)) nearest = voice;
    }
    const voice = nearest ?? this.#voices[0]!;
    this.#free(voice);
    return voice;
  }
}
