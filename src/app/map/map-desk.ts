/** Keeps the map of the library that answers: has it laid out once it is looked at, put what is added to it, and measured against the last query where that is wanted. */

import { proxy, transfer } from "comlink";
import { messageOf } from "../../core/errors.ts";
import { BANK_NAMES, createBank, MAX_BANK_PADS, type PadBank } from "../../core/pads/pad-bank.ts";
import type { MapProgress } from "../../protocol/map.ts";
import type { Simile } from "../simile-state.ts";
import type { WorkerMaker } from "../worker-client.ts";
import { type MapClient, createMapClient } from "./map-client.ts";

export interface MapState {
  /** `[sounds * 2]` places of the library's first sounds; null before the first layout. */
  readonly places: Float32Array | null;
  /** Sounds that were there when the layout was made; the others came later. */
  readonly original: number;
  readonly progress: MapProgress | null;
  /** `[sounds]` distances from the last query, where they are wanted. */
  readonly distances: Float32Array | null;
  /** One sentence of what failed. */
  readonly fault: string | null;
}

export type MapAction =
  /** The map is looked at: from now on it is kept. */
  | { readonly kind: "show" }
  /** Lay everything out anew. */
  | { readonly kind: "anew" }
  /** Whether distances from the last query are wanted. */
  | { readonly kind: "distances"; readonly wanted: boolean }
  /** Put these sounds, ids of the library, on a bank of pads of their own. */
  | { readonly kind: "pads"; readonly ids: readonly number[] };

export interface LibraryMap extends EventTarget {
  /** An immutable snapshot; a "change" event follows each new one. */
  readonly state: MapState;
  act(action: MapAction): void;
  dispose(): void;
}

export const NO_MAP: MapState = { places: null, original: 0, progress: null, distances: null, fault: null };

/** An import adds sounds batch by batch: it is over once none came for so long. */
const SETTLE_MILLISECONDS = 1200;
/** The first layout of a library need not wait so long. */
const FIRST_MILLISECONDS = 300;
/** Between two askings for all distances. */
const DISTANCE_MILLISECONDS = 250;

export interface LibraryMapOptions {
  readonly simile: Simile;
  /** Makes the map worker; default: the built one. */
  readonly makeWorker?: WorkerMaker;
}

export function createLibraryMap(options: LibraryMapOptions): LibraryMap {
  return new Desk(options);
}

class Desk extends EventTarget implements LibraryMap {
  readonly #simile: Simile;
  readonly #makeWorker: WorkerMaker | undefined;
  #state = NO_MAP;
  #shown = false;
  #measuring = false;
  /** What the places are of: library, model and number of sounds. */
  #laid = "";
  #identity = "";
  #client: MapClient | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Names the last asking for a layout. */
  #wanted = "";
  #measured = "";
  #measureTimer: ReturnType<typeof setTimeout> | undefined;
  #measureBusy = false;

  constructor({ simile, makeWorker }: LibraryMapOptions) {
    super();
    this.#simile = simile;
    this.#makeWorker = makeWorker;
    simile.addEventListener("change", this.#look);
  }

  get state(): MapState {
    return this.#state;
  }

  act(action: MapAction): void {
    switch (action.kind) {
      case "show":
        this.#shown = true;
        this.#look();
        break;
      case "anew":
        this.#wanted = this.#laid = "";
        this.#shown = true;
        void this.#layOut(true);
        break;
      case "distances":
        this.#measuring = action.wanted;
        if (!action.wanted) this.#set({ distances: null });
        this.#measured = "";
        this.#look();
        break;
      case "pads":
        this.#putOnPads(action.ids);
        break;
      default:
        action satisfies never;
    }
  }

  dispose(): void {
    this.#simile.removeEventListener("change", this.#look);
    clearTimeout(this.#timer);
    clearTimeout(this.#measureTimer);
    this.#stop();
  }

  readonly #look = (): void => {
    const { engine, sounds } = this.#simile.state;
    const { library } = this.#simile;
    if (!engine) {
      // An engine that died lends no more rows.
      if (this.#client) {
        this.#stop();
        this.#wanted = "";
      }
      return;
    }
    if (!library || library.name !== engine.library.name || engine.library.sounds !== sounds.length) return;
    const identity = `${library.name} ${engine.model.weightsSha256}`;
    if (identity !== this.#identity) {
      this.#identity = identity;
      this.#laid = this.#wanted = "";
      this.#stop();
      this.#set({ ...NO_MAP });
    }
    if (this.#shown) this.#plan();
    this.#measure();
  };

  /** What the layout is of. */
  get #content(): string {
    const { sounds } = this.#simile.state;
    return `${this.#identity} ${sounds.length} ${sounds[0]?.key} ${sounds.at(-1)?.key}`;
  }

  /** Has what is new laid out once no more of it comes. */
  #plan(): void {
    const content = this.#content;
    if (content === this.#laid || content === this.#wanted) return;
    this.#wanted = content;
    this.#stop();
    clearTimeout(this.#timer);
    const { sounds, phase } = this.#simile.state;
    const wait = sounds.length === 0 ? 0 : this.#laid === "" && phase !== "loading" ? FIRST_MILLISECONDS : SETTLE_MILLISECONDS;
    this.#timer = setTimeout(() => void this.#layOut(false), wait);
  }

  async #layOut(anew: boolean): Promise<void> {
    const { sounds, engine } = this.#simile.state;
    if (!engine) return;
    this.#stop();
    const identity = this.#identity;
    const content = this.#content;
    this.#wanted = content;
    let client: MapClient | null = null;
    try {
      client = createMapClient(this.#makeWorker);
      this.#client = client;
      this.#set({ progress: { stage: "neighbours", done: 0, all: sounds.length }, fault: null });
      const channel = new MessageChannel();
      await this.#simile.ask((remote) => remote.lend(transfer(channel.port1, [channel.port1])));
      const request = { identity, keys: sounds.map(({ key }) => key), anew };
      const report = proxy((progress: MapProgress) => {
        if (this.#client === client) this.#set({ progress });
      });
      const { places, original } = await client.ask((maker) => maker.layOut(transfer(channel.port2, [channel.port2]), request, report));
      if (this.#client !== client) return;
      this.#laid = content;
      this.#set({ places, original, progress: null });
    } catch (cause) {
      if (this.#client === client) this.#set({ progress: null, fault: messageOf(cause) });
    } finally {
      if (this.#client === client) this.#client = null;
      client?.terminate();
    }
  }

  #stop(): void {
    this.#client?.terminate();
    this.#client = null;
    if (this.#state.progress) this.#set({ progress: null });
  }

  /** Asks for the distances of all sounds, one query at a time and not for each that passes by. */
  #measure(): void {
    const { retrieval } = this.#simile.state;
    if (!this.#measuring || !retrieval || this.#measureBusy) return;
    const query = `${this.#identity} ${retrieval.index} ${retrieval.contextSeconds}`;
    if (query === this.#measured) return;
    this.#measureBusy = true;
    this.#measureTimer = setTimeout(() => {
      this.#measured = query;
      this.#simile
        .ask((remote) => remote.distances())
        .then(
          (distances) => {
            if (distances && this.#measuring) this.#set({ distances });
            else this.#measured = "";
          },
          () => {},
        )
        .finally(() => {
          this.#measureBusy = false;
          this.#measure();
        });
    }, DISTANCE_MILLISECONDS);
  }

  /** Into the chosen bank where it is empty and hands fill it, else the first such bank; the chosen one, which can be undone, where none is left. */
  #putOnPads(ids: readonly number[]): void {
    const { sounds, board } = this.#simile.state;
    const keys = ids.flatMap((id) => sounds[id]?.key ?? []).slice(0, MAX_BANK_PADS);
    if (keys.length === 0) return;
    const free = (bank: PadBank | undefined) => bank !== undefined && bank.mode === "kit" && bank.pads.every(({ sound }) => sound === null);
    const to = free(board.banks[board.bank]) ? board.bank : BANK_NAMES.findIndex((_, index) => free(board.banks[index]));
    if (to >= 0) this.#simile.pads.change({ kind: "bank", bank: to });
    const empty = createBank("kit", "From the map");
    const size = keys.length > 16 ? 8 : 4;
    this.#simile.pads.change({ kind: "load", banks: [{ ...empty, size, pads: empty.pads.map((pad, index) => ({ ...pad, sound: keys[index] ?? null })) }] });
  }

  #set(change: Partial<MapState>): void {
    this.#state = Object.freeze({ ...this.#state, ...change });
    this.dispatchEvent(new Event("change"));
  }
}
