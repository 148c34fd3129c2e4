/** Reads and decodes a library's sounds in the background, wanted ones first, lends them to the player and keeps the recent ones for pads and drawing. */

import { MissingError, messageOf } from "../../core/errors.ts";
import type { Sound } from "../../core/library/sound.ts";
import { audioOf } from "../audio/audio-of.ts";
import { createSoundDecoder } from "./decode-sound.ts";
import type { SoundSource } from "./sound-source.ts";
import { coarser, waveform } from "./waveform.ts";

export interface SoundStoreOptions {
  /** Decodes at its own rate. */
  readonly context: BaseAudioContext;
  readonly source: SoundSource;
  /** A sound's id is its index here. */
  readonly sounds: readonly Sound[];
  /** Gets a copy of each decoded sound: once, and again where it is preferred after it was taken back. */
  lend(id: number, channels: readonly Float32Array<ArrayBuffer>[]): void;
  /** Takes a lent sound back, the longest unused first, where the lent ones exceed the budget. */
  unlend(id: number): void;
  /** Ids that failed so far; empty once all came. */
  onFailures(failures: ReadonlyMap<number, string>): void;
}

export interface SoundStore {
  /** The decoded sound, at once where it is kept. Rejects with MissingError or FormatError. */
  decoded(id: number): Promise<AudioBuffer>;
  /** The decoded sound where it is kept, else null. */
  kept(id: number): AudioBuffer | null;
  /** Sounds that came to the library's end. */
  add(sounds: readonly Sound[]): void;
  /** Ids of the sounds that are lent. */
  lent(): readonly number[];
  /** Moves these to the front of the background queue, first first, lending again what was taken back. */
  prefer(ids: readonly number[]): void;
  /** Waveform pairs, `[points * 2]`. */
  peaks(id: number, points: number): Promise<Float32Array>;
  /** Tries failed sounds again. */
  retry(): void;
  dispose(): void;
}

/** Sounds decoded side by side. */
const LANES = 3;
/** Bytes of decoded sound kept on the page beside what the player holds. */
const KEPT_BYTES = 96 * 2 ** 20;
/** Bytes of sound lent to the player. */
const LENT_BYTES = 384 * 2 ** 20;
/** Waveform points kept for every sound that was decoded once. */
const OVERVIEW_POINTS = 512;

export function createSoundStore(options: SoundStoreOptions): SoundStore {
  const { context, source } = options;
  let sounds = options.sounds;
  const decoder = createSoundDecoder(context);
  const abort = new AbortController();
  const kept = new Recent<AudioBuffer>(KEPT_BYTES, () => {});
  const lent = new Recent<null>(LENT_BYTES, (id) => options.unlend(id));
  const overviews = new Map<number, Float32Array>();
  const failures = new Map<number, string>();
  const pending = new Map<number, Promise<AudioBuffer>>();
  /** Wanted first; asked for by name, these may push others out of what is lent. */
  let preferred: number[] = [];
  /** The next sound of the others, in the library's order. */
  let next = 0;
  let running = 0;

  const load = async (id: number): Promise<AudioBuffer> => {
    const entry = sounds[id];
    if (!entry) throw new MissingError(`Sound ${id}: expected one of the library's ${sounds.length}, got none of that number; choose another.`);
    return decoder.decode(await source.read(entry, abort.signal), entry.segment, entry.file);
  };

  const keep = (id: number, buffer: AudioBuffer): void => {
    const size = buffer.length * buffer.numberOfChannels * 4;
    const channels = audioOf(buffer).channels.map(finite);
    kept.put(id, buffer, size);
    if (!overviews.has(id)) overviews.set(id, waveform(channels, OVERVIEW_POINTS));
    if (!lent.has(id)) {
      options.lend(id, channels.slice(0, 2).map((channel) => channel.slice()));
      lent.put(id, null, size);
    }
  };

  const decoded = (id: number): Promise<AudioBuffer> => {
    const there = kept.get(id);
    if (there) return Promise.resolve(there);
    const under = pending.get(id);
    if (under) return under;
    const promise = load(id)
      .then((buffer) => {
        if (!abort.signal.aborted) keep(id, buffer);
        if (failures.delete(id)) options.onFailures(failures);
        return buffer;
      })
      .catch((cause: unknown) => {
        if (!abort.signal.aborted) {
          failures.set(id, messageOf(cause));
          options.onFailures(failures);
        }
        throw cause;
      })
      .finally(() => pending.delete(id));
    pending.set(id, promise);
    return promise;
  };

  const pump = (): void => {
    while (running < LANES && !abort.signal.aborted) {
      const wanted = preferred.shift();
      if (wanted === undefined && (next >= sounds.length || lent.full)) break;
      const id = wanted ?? next++;
      if (lent.has(id) || failures.has(id)) continue;
      running++;
      decoded(id)
        .catch(() => {})
        .finally(() => {
          running--;
          pump();
        });
    }
  };
  pump();

  return {
    decoded,
    kept: (id) => kept.get(id) ?? null,
    add(more) {
      sounds = [...sounds, ...more];
      pump();
    },
    lent: () => lent.ids(),
    prefer(ids) {
      for (const id of ids) lent.touch(id);
      const wanted = ids.filter((id) => !lent.has(id) && !pending.has(id) && sounds[id]);
      for (const id of wanted) {
        const there = kept.get(id);
        if (there) keep(id, there);
      }
      const missing = wanted.filter((id) => !lent.has(id));
      if (missing.length === 0) return;
      const first = new Set(missing);
      preferred = [...missing, ...preferred.filter((id) => !first.has(id))];
      pump();
    },
    async peaks(id, points) {
      let overview = overviews.get(id);
      if (!overview || points > OVERVIEW_POINTS) {
        const buffer = await decoded(id);
        if (points > OVERVIEW_POINTS) return waveform(audioOf(buffer).channels, points);
        overview = overviews.get(id)!;
      }
      return points === OVERVIEW_POINTS ? overview.slice() : coarser(overview, points);
    },
    retry() {
      preferred = [...failures.keys(), ...preferred];
      failures.clear();
      options.onFailures(failures);
      pump();
    },
    dispose() {
      abort.abort();
      preferred = [];
    },
  };
}

/** In place: samples that are not finite become silence. */
function finite<T extends Float32Array>(samples: T): T {
  for (let i = 0; i < samples.length; i++) if (!Number.isFinite(samples[i]!)) samples[i] = 0;
  return samples;
}

/** Values by id under a budget of bytes; the longest unused leave first, the newest stays whatever its size. */
class Recent<T> {
  readonly #budget: number;
  readonly #onLeave: (id: number) => void;
  readonly #values = new Map<number, { readonly value: T; readonly bytes: number }>();
  #bytes = 0;

  constructor(budget: number, onLeave: (id: number) => void) {
    this.#budget = budget;
    this.#onLeave = onLeave;
  }

  get full(): boolean {
    return this.#bytes >= this.#budget;
  }

  ids(): readonly number[] {
    return [...this.#values.keys()];
  }

  has(id: number): boolean {
    return this.#values.has(id);
  }

  get(id: number): T | undefined {
    this.touch(id);
    return this.#values.get(id)?.value;
  }

  touch(id: number): void {
    const entry = this.#values.get(id);
    if (!entry) return;
    this.#values.delete(id);
    this.#values.set(id, entry);
  }

  put(id: number, value: T, bytes: number): void {
    this.#bytes += bytes - (this.#values.get(id)?.bytes ?? 0);
    this.#values.delete(id);
    this.#values.set(id, { value, bytes });
    for (const [oldest, entry] of this.#values) {
      if (this.#bytes <= this.#budget || oldest === id) break;
      this.#values.delete(oldest);
      this.#bytes -= entry.bytes;
      this.#onLeave(oldest);
    }
  }
}
