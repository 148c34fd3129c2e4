/** Answers a recorded take without a clock: the ear, the decisions and the mixer of the live path, block by block, so that the same settings give the same samples. */

import type { Beat } from "../answer/beat.ts";
import { Mixer } from "../answer/mixer.ts";
import { type HeardVector, Performer, type PerformerSettings, type Task } from "../answer/performer.ts";
import { traitsOf } from "../answer/sound-traits.ts";
import type { VoiceOrder } from "../answer/voice-order.ts";
import { CONTEXTS } from "../features/feature.ts";
import { Listener } from "../listener.ts";
import type { Match } from "../search/neighbours.ts";
import { type Audio, toMono } from "../signal/audio.ts";
import { pitchOf } from "../signal/pitch.ts";
import { resample } from "../signal/resample.ts";
import type { TakeAnswer } from "./take-log.ts";

/** Frames of a block, as the audio thread has them. */
const QUANTUM = 128;
/** Last samples heard for the pitch, as the listener worklet sends them. */
const RECENT = 2048;
/** Neighbours of a ranking. */
export const RENDER_COUNT = 16;
/** Seconds after the take's end in which its last answers sound out, at most. */
const TAIL_SECONDS = 10;

export interface RenderOptions {
  readonly settings: PerformerSettings;
  /** 0 to 1. */
  readonly sensitivity: number;
  readonly beat: Beat;
  /** The nearest sounds to a vector, nearest first, RENDER_COUNT of them. */
  rank(values: Float32Array, contextSeconds: number): Promise<readonly Match[]>;
  /** A sound, at any rate, and the number of its family. Rejects where it cannot be read: the next nearest sounds instead. */
  sound(id: number): Promise<{ readonly audio: Audio; readonly group: number }>;
  /** Seconds done so far. */
  onProgress?(seconds: number): void;
}

export interface RenderedTake {
  /** Two channels at the take's rate: the answers alone, before any limiter. */
  readonly channels: readonly [Float32Array, Float32Array];
  readonly answers: readonly TakeAnswer[];
}

interface Heard extends HeardVector {
  readonly values: Float32Array;
  readonly loudnessDb: number;
}

/** An answer sounds at the block after the one in which its sound was heard long enough: decisions take no time here. */
export async function renderTake(take: Audio, options: RenderOptions): Promise<RenderedTake> {
  const { sampleRate } = take;
  const { settings } = options;
  const mono = toMono(take);
  const total = mono.length + Math.round(TAIL_SECONDS * sampleRate);
  const [left, right] = [new Float32Array(Math.ceil(total / QUANTUM) * QUANTUM), new Float32Array(Math.ceil(total / QUANTUM) * QUANTUM)];
  const answers = new Map<number, TakeAnswer>();
  let at = 0;
  const mixer = new Mixer(sampleRate, {
    started: (index, sound, frame, as) => {
      const known = answers.get(index);
      if (known?.startSeconds !== undefined && as === "mend") answers.set(index, { ...known, sound });
      else if (known) answers.set(index, { ...known, sound, startSeconds: known.startSeconds ?? (at + frame) / sampleRate });
    },
    ended: (index) => {
      const known = answers.get(index);
      if (known) answers.set(index, { ...known, endSeconds: (at + QUANTUM) / sampleRate });
    },
  });
  mixer.configure(settings.play);
  let count = 0;
  const performer = new Performer<Heard>({ settings: () => settings, beat: () => options.beat, nextIndex: () => count++ });
  const tasks: Task<Heard>[] = [];
  const recent = new Float32Array(RECENT);
  const vector = (grain: boolean) => (onset: number, position: number, contextSeconds: number, loudnessDb: number, values: Float32Array, lufs: number) => {
    const hertz = settings.play.transpose > 0 ? pitchOf(recent.slice(0, listener.recent(recent)), sampleRate) : null;
    const task = performer.hear({ onset, onsetTime: position / sampleRate, time: (at + QUANTUM) / sampleRate, contextSeconds, lufs, loudnessDb, hertz, grain, values });
    if (task) tasks.push(task);
  };
  const listener = new Listener(sampleRate, {
    onset: (_onset, position) => {
      const cut = performer.begin(position / sampleRate);
      if (cut) tasks.push(cut);
    },
    vector: vector(false),
    grain: vector(true),
  });
  listener.setContexts(CONTEXTS);
  listener.setSensitivity(options.sensitivity);
  if (settings.play.mode === "mosaic") listener.setGrains(settings.play.grain);

  const lent = new Map<number, boolean>();
  /** Lends the first sound of an order that can be read. */
  const lend = async (order: VoiceOrder) => {
    for (const id of order.sounds) {
      if (!lent.has(id)) {
        try {
          const { audio, group } = await options.sound(id);
          const channels = audio.channels.slice(0, 2).map((channel) => (audio.sampleRate === sampleRate ? channel : resample(channel, audio.sampleRate, sampleRate)));
          mixer.load(id, channels, traitsOf({ sampleRate, channels }, group));
          lent.set(id, true);
        } catch {
          lent.set(id, false);
        }
      }
      if (lent.get(id)) return;
    }
  };

  const block = new Float32Array(QUANTUM);
  for (; at < left.length; at += QUANTUM) {
    mixer.mix(left.subarray(at, at + QUANTUM), right.subarray(at, at + QUANTUM), at);
    if (at >= mono.length) {
      if (mixer.voices === 0) break;
      continue;
    }
    block.fill(0);
    block.set(mono.subarray(at, at + QUANTUM));
    listener.push(block);
    for (const task of tasks.splice(0)) {
      const matches = await options.rank(task.vector.values, task.vector.contextSeconds);
      const decision = performer.decide(task, matches);
      if (!decision) continue;
      const { index, order } = decision;
      const { onsetTime, contextSeconds, loudnessDb, lufs } = task.vector;
      if (!answers.has(index)) answers.set(index, { index, onsetSeconds: onsetTime, contextSeconds, loudnessDb, lufs, sound: matches[0]?.id ?? -1, distance: matches[0]?.distance ?? Number.NaN });
      if (!order) continue;
      await lend(order);
      mixer.play(order);
    }
    if (at % (QUANTUM * 1000) === 0) options.onProgress?.(at / sampleRate);
  }
  const end = Math.max(mono.length, at);
  return { channels: [left.slice(0, end), right.slice(0, end)], answers: [...answers.values()].sort((a, b) => a.index - b.index) };
}
