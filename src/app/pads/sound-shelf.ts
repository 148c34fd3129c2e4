/** Keeps the sounds that pads hold, of whatever library or kit they came, for as long as a pad holds them. */

import { MissingError, messageOf } from "../../core/errors.ts";
import type { Sound } from "../../core/library/sound.ts";
import type { SoundKey } from "../../core/pads/pad-bank.ts";
import { decodeSound } from "../library/decode-sound.ts";
import type { OpenLibrary } from "../library/open-library.ts";
import type { SoundSource } from "../library/sound-source.ts";
import type { SoundStore } from "../library/sound-store.ts";
import type { ImportedSounds } from "./imported-sounds.ts";

export interface SoundShelfOptions {
  context(): BaseAudioContext | null;
  /** Decoded sounds of the library that answers, by its ids. */
  store(): SoundStore | null;
  /** A sound could not be had. */
  onFault(sentence: string): void;
  /** Sounds of imported kits that the browser has kept; null: none. */
  readonly imported: ImportedSounds | null;
  /** A sound that was not known is. */
  onFound(): void;
}

export interface SoundShelf {
  /** What is known of a sound; null for a key of a library that has not been open. */
  sound(key: SoundKey): Sound | null;
  /** Id in the library that answers, null where it does not hold the sound. */
  idOf(key: SoundKey): number | null;
  /** The decoded sound, where it is there already. */
  ready(key: SoundKey): AudioBuffer | null;
  /** The decoded sound. Rejects with MissingError or FormatError. */
  fetch(key: SoundKey): Promise<AudioBuffer>;
  /** Another library answers, or the same one with more sounds. */
  open(library: Pick<OpenLibrary, "sounds" | "source">): void;
  /** Puts a sound of no library here, as from an imported kit. */
  put(sound: Sound, buffer: AudioBuffer): void;
  /** Holds on to these sounds and has them decoded; forgets all others that are not the library's. */
  hold(keys: ReadonlySet<SoundKey>): void;
}

interface Held {
  readonly sound: Sound;
  /** Where it can be read again; null for a sound that was put here. */
  readonly source: SoundSource | null;
  buffer: AudioBuffer | null;
  pending: Promise<AudioBuffer> | null;
}

export function createSoundShelf(options: SoundShelfOptions): SoundShelf {
  const held = new Map<SoundKey, Held>();
  /** Keys are unique: there are as many as sounds. */
  let ids = new Map<SoundKey, number>();
  let wanted: ReadonlySet<SoundKey> = new Set();
  let library: Pick<OpenLibrary, "sounds" | "source"> | null = null;

  const idOf = (key: SoundKey) => ids.get(key) ?? null;
  const soundOf = (key: SoundKey) => held.get(key)?.sound ?? library?.sounds[ids.get(key) ?? -1] ?? null;
  const load = async ({ sound, source }: Held): Promise<AudioBuffer> => {
    const id = idOf(sound.key);
    const store = options.store();
    if (id !== null && store) {
      try {
        return await store.decoded(id);
      } catch (cause) {
        // Its library gave way to another meanwhile: the sound is read from where it lies.
        if ((cause as Error).name !== "AbortError") throw cause;
      }
    }
    const context = options.context();
    if (!source || !context) throw new MissingError(`${sound.file}: expected the pad's sound, got none; open its library again.`);
    return decodeSound(context, await source.read(sound, new AbortController().signal), sound.segment, sound.file);
  };
  const entryOf = (key: SoundKey): Held | null => {
    const known = held.get(key);
    if (known) return known;
    const sound = soundOf(key);
    return sound && { sound, source: library?.source ?? null, buffer: null, pending: null };
  };
  const missing = new Set<SoundKey>();
  /** Looks once for a sound that no library here holds. */
  const search = async (key: SoundKey) => {
    if (!options.imported || missing.has(key)) return;
    missing.add(key);
    const found = await options.imported.find(key);
    if (!found || !wanted.has(key) || soundOf(key)) return;
    held.set(key, { sound: found.sound, source: { read: async () => found.audio }, buffer: null, pending: null });
    missing.delete(key);
    options.onFound();
  };
  const decode = (entry: Held): Promise<AudioBuffer> => {
    if (entry.buffer) return Promise.resolve(entry.buffer);
    entry.pending ??= load(entry)
      .then((buffer) => (entry.buffer = buffer))
      .finally(() => (entry.pending = null));
    return entry.pending;
  };

  return {
    sound: soundOf,
    idOf,
    ready(key) {
      const id = idOf(key);
      return held.get(key)?.buffer ?? (id === null ? null : (options.store()?.kept(id) ?? null));
    },
    fetch(key) {
      const entry = entryOf(key);
      return entry ? decode(entry) : Promise.reject(new MissingError(`${key}: expected a sound of an open library, got none of that name; open the library that it belongs to.`));
    },
    open(next) {
      // The same library with more sounds at its end keeps what is known of the others.
      const grown = library !== null && ids.size > 0 && next.sounds[0] === library.sounds[0] && next.sounds[ids.size - 1] === library.sounds[ids.size - 1];
      if (!grown) ids = new Map();
      for (let id = ids.size; id < next.sounds.length; id++) ids.set(next.sounds[id]!.key, id);
      library = next;
    },
    put(sound, buffer) {
      held.set(sound.key, { sound, source: null, buffer, pending: null });
    },
    hold(keys) {
      wanted = keys;
      for (const key of held.keys()) if (!keys.has(key)) held.delete(key);
      for (const key of keys) {
        const entry = entryOf(key);
        if (!entry) {
          void search(key);
          continue;
        }
        held.set(key, entry);
        if (!entry.buffer) decode(entry).catch((cause: unknown) => options.onFault(messageOf(cause)));
      }
    },
  };
}
