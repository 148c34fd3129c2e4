/** Cuts a long recording into sounds at its onsets, as it streams by. */

import type { Segment } from "../library/sound.ts";
import { OnsetDetector } from "./onset-detector.ts";

/** What users set. */
export interface CutSettings {
  /** Files longer than this are cut; shorter ones are one sound. Seconds. */
  readonly fromSeconds: number;
  /** 0 (only the clearest onsets) to 1 (every onset). */
  readonly sensitivity: number;
  /** An onset sooner than this after the one before does not cut. Seconds. */
  readonly leastSeconds: number;
  /** A sound ends after this, if no onset ended it before. Seconds. */
  readonly mostSeconds: number;
}

export const DEFAULT_CUT: CutSettings = { fromSeconds: 20, sensitivity: 0.5, leastSeconds: 0.15, mostSeconds: 6 };

/** A sound whose loudest 50 ms stay below this is the noise between others: -60 dB re full scale, as a mean square. */
const SILENT_POWER = 1e-6;
const POWER_SECONDS = 0.05;

/** Feed it the whole recording, block by block, then `end` it. */
export class SegmentCutter {
  readonly #rate: number;
  readonly #settings: CutSettings;
  readonly #detector: OnsetDetector;
  #heard = 0;
  /** First sample of the sound that is being heard; undefined before the first onset. */
  #start: number | undefined;
  /** Powers of the 50 ms stretches heard of late, newest last, and the sample where the first of them begins. */
  readonly #powers: number[] = [];
  #powersFrom = 0;
  #sum = 0;
  readonly #stretch: number;

  constructor(sampleRate: number, settings: CutSettings = DEFAULT_CUT) {
    this.#rate = sampleRate;
    this.#settings = settings;
    this.#detector = new OnsetDetector(sampleRate, settings.sensitivity);
    this.#stretch = Math.max(1, Math.round(POWER_SECONDS * sampleRate));
  }

  /** Takes the next mono samples, finite; gives the segments that have ended. */
  push(samples: Float32Array): Segment[] {
    const ended: Segment[] = [];
    for (let at = 0; at < samples.length; ) {
      const next = this.#detector.push(samples, at);
      this.#measure(samples, at, next);
      at = next;
      if (this.#detector.found) this.#onset(this.#detector.event.position, ended);
    }
    return ended;
  }

  /** The recording is over: the last segment, where there is one. */
  end(): Segment[] {
    const ended: Segment[] = [];
    this.#close(this.#heard, ended);
    return ended;
  }

  #onset(position: number, ended: Segment[]): void {
    if (this.#start !== undefined && position - this.#start < this.#settings.leastSeconds * this.#rate) return;
    this.#close(position, ended);
    this.#start = position;
    this.#forget(position);
  }

  #close(end: number, ended: Segment[]): void {
    if (this.#start === undefined) return;
    const stop = Math.min(end, this.#start + Math.round(this.#settings.mostSeconds * this.#rate));
    if (stop > this.#start && this.#loudest(this.#start, stop) >= SILENT_POWER) ended.push({ startSeconds: this.#start / this.#rate, endSeconds: stop / this.#rate });
    this.#start = undefined;
  }

  #measure(samples: Float32Array, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      this.#sum += samples[i]! ** 2;
      if (++this.#heard % this.#stretch !== 0) continue;
      this.#powers.push(this.#sum / this.#stretch);
      this.#sum = 0;
    }
  }

  /** Of the stretches that the sound touches. */
  #loudest(start: number, end: number): number {
    const first = Math.floor((start - this.#powersFrom) / this.#stretch);
    const last = Math.ceil((end - this.#powersFrom) / this.#stretch);
    return this.#powers.slice(first, last).reduce((most, power) => Math.max(most, power), this.#sum / this.#stretch);
  }

  /** Drops the stretches before a sample. */
  #forget(before: number): void {
    const count = Math.min(this.#powers.length, Math.max(0, Math.floor((before - this.#powersFrom) / this.#stretch)));
    this.#powers.splice(0, count);
    this.#powersFrom += count * this.#stretch;
  }
}
