/** Keeps the library that answers: joins its names, its audio, the engine's rows and what the player holds, and goes over to another one without a gap. */

import { traitsOf } from "../../core/answer/sound-traits.ts";
import { MissingError } from "../../core/errors.ts";
import type { Sound } from "../../core/library/sound.ts";
import { type EngineRows, type EngineStatus, LIBRARY_STRIDE } from "../../protocol/engine.ts";
import type { Graph } from "../audio/graph.ts";
import type { EngineClient } from "../engine-client.ts";
import type { FaultBoard } from "../fault-board.ts";
import type { OpenLibrary } from "./open-library.ts";
import { type SoundStore, createSoundStore } from "./sound-store.ts";

export interface LibraryDeskOptions {
  readonly faults: FaultBoard;
  graph(): Graph | null;
  /** The engine, where it is open. */
  engine(): EngineClient | null;
  /** Another library answers from now on. */
  onLibrary(library: OpenLibrary): void;
  /** Sounds came to the end of the library, or are described anew. */
  onMore(sounds: readonly Sound[]): void;
  /** The engine has them. */
  onStatus(status: EngineStatus): void;
}

export interface LibraryDesk {
  /** The library that answers, null before the first. */
  readonly library: OpenLibrary | null;
  /** Its decoded sounds, null without an audio graph. */
  readonly store: SoundStore | null;
  /** Takes the library that the engine opens with by itself. */
  begin(library: OpenLibrary): void;
  /** Answers from this library as soon as the engine has it; the one before answers until then, and on where this one fails, which is told. */
  use(library: OpenLibrary): Promise<boolean>;
  /** Adds sounds to the end of the library that answers. */
  add(sounds: readonly Sound[], rows: EngineRows): Promise<void>;
  /** Describes the sounds of the library anew: the same sounds, in the same order. */
  describe(sounds: readonly Sound[], columns: EngineRows["columns"]): Promise<void>;
  /** Gives the library to an engine that has just opened with the one to begin with, unless that is it. */
  hand(engine: EngineClient, status: EngineStatus): Promise<EngineStatus>;
  /** The engine says that it has gone over to the library of this number. */
  arrived(number: number): void;
  /** Lends sounds to the audio graph, where it is there and they are not lent yet. */
  openStore(): void;
  /** Forgets what was lent to an audio graph that is gone. */
  closeStore(): void;
  /** How the player, and the book of what sounds, know a sound of the library that answers. */
  voiceOf(id: number): number;
  /** The reverse: null for a sound of a library before. */
  idOf(voice: number): number | null;
  /** A voice of that sound starts, of the player's or the page's own. */
  started(voice: number): void;
  ended(voice: number): void;
  /** Ids of the sounds that sound now. */
  playing(): ReadonlySet<number>;
}

export function createLibraryDesk(options: LibraryDeskOptions): LibraryDesk {
  const { faults } = options;
  let library: OpenLibrary | null = null;
  let number = 0;
  let last = 0;
  let store: SoundStore | null = null;
  /** Libraries that the engine was given and has not gone over to; `settle` says whether it did. */
  const awaited = new Map<number, { readonly library: OpenLibrary; settle(there: boolean): void }>();
  /** How many voices of each sound sound now. */
  const voices = new Map<number, number>();
  /** Sounds that are taken back and may sound on, of libraries before or pushed out by others of this one: they leave the player at their end. */
  const parting = new Set<number>();

  const idOf = (voice: number): number | null => (Math.floor(voice / LIBRARY_STRIDE) === number ? voice % LIBRARY_STRIDE : null);

  const openStore = () => {
    const graph = options.graph();
    if (store || !graph || !library || library.sounds.length === 0) return;
    if (library.source.none !== undefined) return faults.raise("sounds", new MissingError(library.source.none));
    const lend = graph.loadWorklets().catch(() => {});
    const first = number * LIBRARY_STRIDE;
    const { sounds, source } = library;
    const families = new Map<string, number>();
    const groupOf = (family = "") => families.get(family) ?? families.set(family, families.size).size - 1;
    const here = createSoundStore({
      context: graph.host.native,
      source,
      sounds,
      lend(id, channels) {
        const traits = traitsOf({ sampleRate: graph.host.native.sampleRate, channels }, groupOf(library?.sounds[id]?.family));
        void lend.then(() => {
          parting.delete(first + id);
          graph.player?.load(first + id, channels, traits);
        });
      },
      unlend: (id) => void lend.then(() => part(graph, [first + id])),
      onFailures: (failures) => {
        if (store === here) onFailures(failures);
      },
    });
    store = here;
  };

  const onFailures = (failures: ReadonlyMap<number, string>) => {
    const [sentence] = failures.values();
    if (sentence === undefined) return faults.clear("sounds");
    const text = failures.size === 1 ? sentence : `Library: expected ${library?.sounds.length} sounds, got ${failures.size} that could not be read, the first as follows. ${sentence}`;
    faults.raise("sounds", new MissingError(text), { label: "Try again", run: () => store?.retry() });
  };

  /** Takes sounds back from the player: silent ones as soon as all voices that began before are known, the others when they end. */
  const part = async ({ player }: Graph, sounds: readonly number[]) => {
    for (const voice of sounds) parting.add(voice);
    await player?.flush();
    // One that was lent again meanwhile stays.
    for (const voice of sounds) if (!voices.has(voice) && parting.delete(voice)) player?.unload(voice);
  };

  const retire = (from: SoundStore, first: number) => {
    from.dispose();
    const graph = options.graph();
    if (graph) void part(graph, from.lent().map((id) => first + id));
  };

  const arrived = (next: number) => {
    const arriving = awaited.get(next)?.library;
    if (!arriving) return;
    const settled = [...awaited].filter(([earlier]) => earlier <= next);
    for (const [earlier] of settled) awaited.delete(earlier);
    const [oldStore, oldNumber] = [store, number];
    library = arriving;
    number = next;
    store = null;
    for (const key of ["library", "sounds"]) faults.clear(key);
    openStore();
    options.onLibrary(arriving);
    if (oldStore) retire(oldStore, oldNumber * LIBRARY_STRIDE);
    for (const [, { settle }] of settled) settle(true);
  };

  const use = async (wanted: OpenLibrary): Promise<boolean> => {
    const next = ++last;
    const there = new Promise<boolean>((settle) => awaited.set(next, { library: wanted, settle }));
    const engine = options.engine();
    // Without an engine it is the library that the next one is given.
    if (!engine) {
      arrived(next);
      return true;
    }
    try {
      const rows = await wanted.rows(wanted.sounds.length);
      await engine.ask((remote) => remote.setLibrary(next, rows));
      // Its event comes on a way of its own, before or after this.
      return await there;
    } catch (cause) {
      // One asked for before gave way to this one.
      for (const [earlier, { settle }] of [...awaited]) {
        if (earlier > next) continue;
        awaited.delete(earlier);
        settle(false);
      }
      faults.raise("library", cause, { label: "Try again", run: async () => void (await use(wanted)) });
      return false;
    }
  };

  return {
    get library() {
      return library;
    },
    get store() {
      return store;
    },
    begin(opened) {
      library = opened;
      openStore();
      options.onLibrary(opened);
    },
    use,
    async add(sounds, rows) {
      if (!library) return;
      library = { ...library, sounds: [...library.sounds, ...sounds] };
      options.onMore(library.sounds);
      if (store) store.add(sounds);
      else openStore();
      const to = number;
      const status = await options.engine()?.ask((remote) => remote.addSounds(to, rows));
      if (status && number === to) options.onStatus(status);
    },
    async describe(sounds, columns) {
      if (!library) return;
      library = { ...library, sounds };
      options.onMore(sounds);
      const of = number;
      await options.engine()?.ask((remote) => remote.describe(of, columns));
    },
    async hand(engine, status) {
      const given = library;
      // What an engine that died was given is lost with it.
      for (const { settle } of awaited.values()) settle(false);
      awaited.clear();
      if (!given || number === 0) return status;
      const rows = await given.rows(given.sounds.length);
      return engine.ask((remote) => remote.setLibrary(number, rows));
    },
    arrived,
    openStore,
    closeStore() {
      store?.dispose();
      store = null;
      voices.clear();
      parting.clear();
    },
    started(voice) {
      voices.set(voice, (voices.get(voice) ?? 0) + 1);
    },
    ended(voice) {
      const left = (voices.get(voice) ?? 1) - 1;
      if (left > 0) voices.set(voice, left);
      else {
        voices.delete(voice);
        if (parting.delete(voice)) options.graph()?.player?.unload(voice);
      }
    },
    playing: () => new Set([...voices.keys()].map(idOf).filter((id) => id !== null)),
    voiceOf: (id) => number * LIBRARY_STRIDE + id,
    idOf,
  };
}
