/** Mixes a fixed number of voices out of lent sounds into two channels, with no click on start, steal, choke, mend or panic: the audio thread and the offline render run this object. */

import type { Choke, PlaySettings } from "./play-settings.ts";
import { DEFAULT_PLAY, PLAY_BOUNDS } from "./play-settings.ts";
import { loudnessOf, NO_TRAITS, type SoundTraits } from "./sound-traits.ts";
import type { VoiceOrder } from "./voice-order.ts";

/** What the mixer tells its owner, from inside its methods. An index is told to start with each new sound that it plays, and to end once none of its voices sounds. */
export interface MixerListener {
  /** `frame` counts from the start of the block being mixed. A sound that took the place of one that never sounded is told as that one would have been: a mend takes over from what is heard. */
  started(index: number, sound: number, frame: number, as: VoiceOrder["as"]): void;
  ended(index: number, sound: number): void;
}

/** Seconds in which a voice that is stolen, choked or silenced fades to nothing. */
export const FADE_SECONDS = 0.005;
/** A sound that begins elsewhere than at its first sample rises over this time, this much ahead of its onset. */
const EDGE_SECONDS = 0.001;
/** Gain of the loudness match, dB. */
export const LEAST_MATCH_DB = -30;
export const MOST_MATCH_DB = 24;
/** Loudness, LUFS, at which sounds of unknown loudness are taken to be recorded. */
const UNKNOWN_LUFS = -20;
/** Voices on their way out that may sound beside the full polyphony. */
const TAILS = 16;
/** Step of the golden ratio: neighbouring indices are strewn far apart. */
const GOLDEN = 0.6180339887498949;

const SILENCE = new Float32Array(0);

interface Lent {
  readonly channels: readonly Float32Array[];
  readonly traits: SoundTraits;
}

class Voice {
  active = false;
  fresh = false;
  /** Whether it counts as one of its index's voices that were told to start. */
  told = false;
  index = 0;
  sound = 0;
  group = 0;
  gainLeft = 0;
  gainRight = 0;
  /** Place in the sound, samples, and its step per frame. */
  position = 0;
  rate = 1;
  /** Frame of the stream at which it begins. */
  start = 0;
  /** Frames since it began. */
  played = 0;
  /** Frames for which the sounds before it, whose answer it goes on with, had sounded when it began. */
  ahead = 0;
  /** Frames of its rise; of its life before it falls; of its fall. A bell rises and falls over its whole life. */
  rise = 0;
  life = Number.POSITIVE_INFINITY;
  fall = 0;
  bell = false;
  /** Frames of fade left, and of the whole fade; negative while the voice is held. */
  fading = -1;
  fade = 1;
  /** Counts starts: the smallest is the oldest. */
  order = 0;
  left: Float32Array = SILENCE;
  right: Float32Array = SILENCE;
  as: VoiceOrder["as"] = "hit";
}

/**
 * Voices are made once, here. `play`, `panic` and `mix` are real-time safe: they allocate nothing and take bounded time.
 *
 * The output is the sum over the sounding voices of gain times envelope times sample. A voice at the rate 1 that begins at its sound's first sample, with no rise, adds the samples themselves;
 * at another rate they are read between by a cubic (Catmull-Rom). A sum that is not finite is written as silence.
 */
export class Mixer {
  readonly sampleRate: number;
  readonly #voices: readonly Voice[];
  readonly #sounds = new Map<number, Lent>();
  readonly #listener: MixerListener;
  readonly #fadeFrames: number;
  /** What is still to be heard of voices that had to make room at once: so many frames from the next one on. */
  readonly #restLeft: Float32Array;
  readonly #restRight: Float32Array;
  #rest = 0;
  #settings: PlaySettings = DEFAULT_PLAY;
  /** Frames mixed so far: the audio clock. */
  #frame = 0;
  #starts = 0;

  constructor(sampleRate: number, listener: MixerListener) {
    this.sampleRate = sampleRate;
    this.#fadeFrames = Math.max(1, Math.round(FADE_SECONDS * sampleRate));
    this.#restLeft = new Float32Array(this.#fadeFrames);
    this.#restRight = new Float32Array(this.#fadeFrames);
    this.#voices = Array.from({ length: PLAY_BOUNDS.polyphony.most + TAILS }, () => new Voice());
    this.#listener = listener;
  }

  /** Voices that sound or wait to. */
  get voices(): number {
    let count = 0;
    for (const voice of this.#voices) if (voice.active) count++;
    return count;
  }

  /** Holds for voices that start from now on; fewer voices than sound let the oldest fade. */
  configure(settings: PlaySettings): void {
    this.#settings = settings;
    this.#steal(0);
  }

  /** Takes a sound on loan; its samples must be at the output's rate and finite. Of more than two channels the first two are heard. */
  load(sound: number, channels: readonly Float32Array[], traits: SoundTraits = NO_TRAITS): void {
    this.#sounds.set(sound, { channels, traits });
  }

  /** Gives a sound back: its voices fade. */
  unload(sound: number): void {
    this.#sounds.delete(sound);
    for (const voice of this.#voices) if (voice.active && voice.sound === sound) this.#fade(voice, this.#fadeFrames);
  }

  /** Lets a voice begin at its moment, or at the next frame; false where none of its sounds is lent. */
  play(order: VoiceOrder): boolean {
    let sound = -1;
    let lent: Lent | undefined;
    for (let i = 0; i < order.sounds.length && !lent; i++) {
      sound = order.sounds[i]!;
      lent = this.#sounds.get(sound);
    }
    const left = lent?.channels[0];
    if (!lent || !left) return false;
    if (order.as === "mend") {
      this.#mend(order, sound, lent, left);
      return true;
    }
    if (order.as === "hit") this.#choke(this.#settings.choke, sound, lent.traits.group);
    this.#steal(1);
    const voice = this.#vacant();
    this.#prepare(voice, order, sound, lent, left);
    const start = Math.round(order.at * this.sampleRate);
    voice.start = Number.isFinite(start) ? Math.max(start, this.#frame) : this.#frame;
    return true;
  }

  /** Fades every voice; those that wait never begin. */
  panic(): void {
    for (const voice of this.#voices) if (voice.active) this.#fade(voice, this.#fadeFrames);
  }

  /** Overwrites `left` and `right` (equal lengths; the same array for mono) with the frames from frame `now` of the audio clock on. */
  mix(left: Float32Array, right: Float32Array, now = this.#frame): void {
    this.#frame = now;
    left.fill(0);
    right.fill(0);
    for (const voice of this.#voices) if (voice.active) this.#add(voice, left, right);
    this.#addRest(left, right);
    for (let i = 0; i < left.length; i++) {
      if (left[i]! - left[i]! !== 0) left[i] = 0;
      if (right[i]! - right[i]! !== 0) right[i] = 0;
    }
    this.#frame += left.length;
  }

  #seconds(seconds: number): number {
    return Math.max(1, Math.round(seconds * this.sampleRate));
  }

  /** Puts into a voice all that its order says but its moment. */
  #prepare(voice: Voice, order: VoiceOrder, sound: number, lent: Lent, left: Float32Array): void {
    const { sampleRate } = this;
    const settings = this.#settings;
    const { traits } = lent;
    voice.active = true;
    voice.fresh = true;
    voice.told = false;
    voice.as = order.as;
    voice.index = order.index;
    voice.sound = sound;
    voice.group = traits.group;
    voice.left = left;
    voice.right = lent.channels[1] ?? left;
    voice.played = 0;
    voice.ahead = 0;
    voice.fading = -1;
    voice.order = this.#starts++;
    voice.start = this.#frame;
    voice.rate = rateOf(order.hertz, traits.hertz, settings.transpose);
    const onset = settings.align ? traits.onset : 0;
    const seconds = Number.isFinite(order.into) ? Math.max(0, order.into) : 0;
    voice.bell = order.as === "grain";
    if (voice.bell) {
      voice.life = this.#seconds(settings.grain * settings.overlap);
      voice.rise = 0;
      voice.fall = 0;
      voice.position = grainPosition(onset, seconds * sampleRate, left.length, voice.life * voice.rate);
    } else {
      const lead = seconds === 0 ? Math.min(onset, EDGE_SECONDS * sampleRate * voice.rate) : 0;
      voice.position = onset - lead + seconds * sampleRate * voice.rate;
      voice.rise = settings.attack > 0 ? this.#seconds(settings.attack) : voice.position > 0 ? this.#seconds(EDGE_SECONDS) : 0;
      voice.life = settings.length < PLAY_BOUNDS.length.most ? this.#seconds(settings.length) : Number.POSITIVE_INFINITY;
      voice.fall = this.#seconds(settings.release);
    }
    if (voice.rate === 1) voice.position = Math.round(voice.position);
    const laterDb = voice.bell && settings.match > 0 ? apartDb(left, voice.position, traits.onset, this.#seconds(order.contextSeconds)) : 0;
    const gain = gainOf(order, traits, settings.match, laterDb) * (voice.bell ? 2 / settings.overlap : 1);
    const place = Math.min(1, Math.max(-1, settings.pan + settings.spread * (2 * ((order.index * GOLDEN) % 1) - 1)));
    voice.gainLeft = gain * Math.min(1, 1 - place);
    voice.gainRight = gain * Math.min(1, 1 + place);
  }

  /** The new sound takes over, as far into it as the answer had come; nothing where the old one has gone, or is the same. */
  #mend(order: VoiceOrder, sound: number, lent: Lent, left: Float32Array): void {
    let old: Voice | null = null;
    for (const voice of this.#voices) if (voice.active && voice.fading < 0 && voice.index === order.index && (old === null || voice.order > old.order)) old = voice;
    if (!old || old.sound === sound) return;
    const { start, played, ahead, life, as, fresh } = old;
    const fade = this.#seconds(this.#settings.crossfade);
    if (fresh) this.#free(old);
    else this.#fade(old, fade);
    const voice = this.#vacant();
    this.#prepare(voice, order, sound, lent, left);
    // Nothing is heard of it yet that could be gone on with: the new one stands in its place.
    if (fresh) {
      voice.start = start;
      voice.as = as;
    }
    if (voice.as !== "mend") return;
    voice.ahead = ahead + played;
    voice.position += voice.rate === 1 ? voice.ahead : voice.ahead * voice.rate;
    voice.rise = fade;
    voice.life = Math.max(fade, life - played);
    if (voice.position >= left.length) this.#free(voice);
  }

  /** Releases and other fades under way are hurried, too. */
  #choke(choke: Choke, sound: number, group: number): void {
    if (choke === "none") return;
    for (const voice of this.#voices) {
      if (!voice.active) continue;
      if (choke === "all" || (choke === "sound" && voice.sound === sound) || (choke === "family" && voice.group === group)) this.#fade(voice, this.#fadeFrames);
    }
  }

  /** Lets the oldest voices fade until as many more as wanted fit the polyphony. */
  #steal(more: number): void {
    for (;;) {
      let held = 0;
      let oldest: Voice | null = null;
      for (const voice of this.#voices) {
        if (!voice.active || voice.fading >= 0) continue;
        held++;
        if (oldest === null || voice.order < oldest.order) oldest = voice;
      }
      if (held + more <= this.#settings.polyphony || !oldest) return;
      this.#fade(oldest, this.#fadeFrames);
    }
  }

  #add(voice: Voice, left: Float32Array, right: Float32Array): void {
    const first = voice.fresh ? Math.max(0, voice.start - this.#frame) : 0;
    if (voice.fresh) {
      // A voice that is to fade before it has begun never begins.
      if (voice.fading >= 0) return this.#free(voice);
      if (first >= left.length) return;
      voice.fresh = false;
      this.#tellStart(voice, first);
    }
    const { gainLeft, gainRight, rate, left: fromLeft, right: fromRight, rise, life, fall, bell } = voice;
    const stereo = right !== left;
    const plain = rate === 1 && Number.isInteger(voice.position);
    const end = fromLeft.length;
    let { position, played, fading } = voice;
    let i = first;
    for (; i < left.length; i++) {
      if (position >= end || fading === 0 || (bell && played >= life)) break;
      if (fading < 0 && played >= life && !bell) {
        fading = fall;
        voice.fade = fall;
      }
      let level = played < rise ? (played + 0.5) / rise : 1;
      if (bell) level = 0.5 - 0.5 * Math.cos((2 * Math.PI * (played + 0.5)) / life);
      if (fading >= 0) level *= fading-- / voice.fade;
      if (plain) {
        left[i]! += level * gainLeft * fromLeft[position]!;
        if (stereo) right[i]! += level * gainRight * fromRight[position]!;
        position++;
      } else {
        left[i]! += level * gainLeft * between(fromLeft, position);
        if (stereo) right[i]! += level * gainRight * between(fromRight, position);
        position += rate;
      }
      played++;
    }
    voice.position = position;
    voice.played = played;
    voice.fading = fading;
    if (position >= end || fading === 0 || (bell && played >= life)) this.#free(voice);
  }

  #addRest(left: Float32Array, right: Float32Array): void {
    const count = Math.min(this.#rest, left.length);
    if (count === 0) return;
    this.#rest -= count;
    const fromLeft = this.#restLeft;
    const fromRight = this.#restRight;
    for (let i = 0; i < count; i++) {
      left[i]! += fromLeft[i]!;
      if (right !== left) right[i]! += fromRight[i]!;
    }
    fromLeft.copyWithin(0, count).fill(0, fromLeft.length - count);
    fromRight.copyWithin(0, count).fill(0, fromRight.length - count);
  }

  #fade(voice: Voice, frames: number): void {
    if (voice.fading >= 0 && voice.fading <= frames) return;
    // A fade under way goes on from where it is, only sooner.
    const level = voice.fading < 0 ? 1 : voice.fading / voice.fade;
    voice.fade = Math.max(1, Math.round(frames / level));
    voice.fading = frames;
  }

  #tellStart(voice: Voice, frame: number): void {
    for (const other of this.#voices) if (other !== voice && other.active && other.told && other.index === voice.index && other.sound === voice.sound) {
      voice.told = true;
      return;
    }
    voice.told = true;
    this.#listener.started(voice.index, voice.sound, frame, voice.as);
  }

  #free(voice: Voice): void {
    const { told, index, sound } = voice;
    voice.active = false;
    voice.fresh = false;
    voice.told = false;
    voice.left = SILENCE;
    voice.right = SILENCE;
    if (!told) return;
    for (const other of this.#voices) if (other.active && other.told && other.index === index) return;
    this.#listener.ended(index, sound);
  }

  /** A free voice, or the one on its way out that is nearest to silence: the rest of that is mixed here, under a fade, and kept for the blocks to come. */
  #vacant(): Voice {
    let nearest: Voice | null = null;
    for (const voice of this.#voices) {
      if (!voice.active) return voice;
      if (voice.fading >= 0 && (nearest === null || voice.fading < nearest.fading)) nearest = voice;
    }
    const voice = nearest ?? this.#voices[0]!;
    this.#fade(voice, this.#fadeFrames);
    this.#add(voice, this.#restLeft, this.#restRight);
    this.#rest = this.#fadeFrames;
    return voice;
  }
}

/**
 * g = gain 10^(m G / 20): G is the input's loudness less the sound's over the same context, dB, held to the range; m the share of the match. A grain is as much louder than the sound's beginning as
 * `laterDb` says.
 */
export function gainOf({ gain, lufs, contextSeconds }: VoiceOrder, traits: SoundTraits, match: number, laterDb = 0): number {
  const linear = Number.isFinite(gain) ? gain : 0;
  if (lufs === null || match === 0) return linear;
  const own = loudnessOf(traits, contextSeconds) + laterDb;
  const apart = lufs - (Number.isFinite(own) ? own : UNKNOWN_LUFS);
  const gainDb = Number.isFinite(apart) ? Math.min(MOST_MATCH_DB, Math.max(LEAST_MATCH_DB, apart)) : LEAST_MATCH_DB;
  return linear * 10 ** ((match * gainDb) / 20);
}

/**
 * Step through a sound of pitch `from` that moves it to pitch `to`: 2^(n / 12), n = 12 log2(to / from) semitones where that is within the range, else the same in the nearest octave,
 * else none: a sound is rather left where it is than bent out of shape.
 */
export function rateOf(to: number | null, from: number | null, range: number): number {
  if (to === null || from === null || !(range > 0) || !(to > 0) || !(from > 0)) return 1;
  const wanted = 12 * Math.log2(to / from);
  const folded = wanted - 12 * Math.round(wanted / 12);
  if (Math.abs(wanted) <= range) return 2 ** (wanted / 12);
  return Math.abs(folded) <= range ? 2 ** (folded / 12) : 1;
}

/** Level of `count` samples from `at` on over that of as many from `onset` on, dB; NaN where both are silent. */
function apartDb(samples: Float32Array, at: number, onset: number, count: number): number {
  return at === onset ? 0 : 10 * Math.log10(power(samples, at, count) / power(samples, onset, count));
}

/** Sum of squares of every fourth of so many samples: enough for a level, and soon done on the audio thread. */
function power(samples: Float32Array, from: number, count: number): number {
  const end = Math.min(samples.length, from + count);
  let squares = 0;
  for (let i = Math.floor(from); i < end; i += 4) squares += samples[i]! * samples[i]!;
  return squares;
}

/** Where a grain begins: `into` samples behind the onset, coming back over the second half of the sound where it would run out of it. */
function grainPosition(onset: number, into: number, length: number, needed: number): number {
  const last = Math.max(0, length - needed);
  const wanted = onset + into;
  if (wanted <= last) return wanted;
  const from = Math.min(last, onset + (last - onset) / 2);
  const room = last - from;
  return room > 0 ? from + ((wanted - from) % room) : from;
}

/** The sample between samples: the cubic through four neighbours (Catmull-Rom). Silence lies around the sound. */
function between(samples: Float32Array, position: number): number {
  const at = Math.floor(position);
  const t = position - at;
  const a = samples[at - 1] ?? 0;
  const b = samples[at] ?? 0;
  const c = samples[at + 1] ?? 0;
  const d = samples[at + 2] ?? 0;
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}
