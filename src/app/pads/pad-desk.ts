/** Joins the board of pads with sounds, voices and the engine: what is retrieved fills them, what is struck sounds, and a pad walks to its neighbours. */

import { messageOf } from "../../core/errors.ts";
import { noteOfPad, type PadSettings, padCount, type SoundKey } from "../../core/pads/pad-bank.ts";
import type { Match } from "../../protocol/engine.ts";
import type { OpenLibrary } from "../library/open-library.ts";
import type { SoundStore } from "../library/sound-store.ts";
import type { PadVoice, PadVoices } from "../audio/pad-voices.ts";
import type { Candidate } from "./fill-bank.ts";
import type { ImportedSounds } from "./imported-sounds.ts";
import { type NeighbourFinder, walk } from "./neighbour-walk.ts";
import { changeBoard, chosenBank, createBoard, type PadAction, type PadBoard } from "./pad-board.ts";
import { type PadFace, padFaces } from "./pad-faces.ts";
import { createSoundShelf, type SoundShelf } from "./sound-shelf.ts";

export interface PadDeskState {
  readonly board: PadBoard;
  /** Pads of the chosen bank as they are shown. */
  readonly faces: readonly PadFace[];
}

export interface PadDeskOptions {
  onChange(state: PadDeskState): void;
  context(): BaseAudioContext | null;
  voices(): PadVoices | null;
  store(): SoundStore | null;
  near: NeighbourFinder;
  /** Of these matches, nearest first, so many that differ from one another. */
  diverse(matches: readonly Match[], count: number): Promise<readonly Match[]>;
  /** How many neighbours the pads need of each retrieval from now on; null: no more than any. */
  wants(count: number | null): void;
  /** A voice of the library's sound starts; returns how to tell its end. */
  sounding(id: number): () => void;
  /** A pad's voice starts, with its note; returns how to tell its end. */
  onStrike(note: number, velocity: number): () => void;
  /** A fault, or null once it has gone. */
  onFault(sentence: string | null): void;
  /** Sounds of imported kits that the browser has kept; null: none. */
  readonly imported: ImportedSounds | null;
  readonly firstBoard?: PadBoard;
}

export interface PadDesk {
  readonly state: PadDeskState;
  readonly shelf: SoundShelf;
  change(action: PadAction): void;
  /** Strikes a pad of the chosen bank; null where it is empty. A sound, or an audio context, that is not there yet plays once it is, unless that is too late. */
  strike(pad: number, velocity: number): PadVoice | null;
  /** Puts the next sound along the neighbours on the pad. */
  like(pad: number, direction: "more" | "less"): Promise<void>;
  retrieved(matches: readonly Match[]): void;
  /** Another library answers, or the same one with more sounds. */
  open(library: Pick<OpenLibrary, "sounds" | "source">): void;
}

/** A sound that comes later than this after its strike would sound out of place. */
const LATE_MILLISECONDS = 250;
/** Neighbours for each pad among which `spread` chooses. */
const SPREAD_POOL = 4;
const MOST_NEIGHBOURS = 1024;
const LEAST_NEIGHBOURS = 16;

export function createPadDesk(options: PadDeskOptions): PadDesk {
  const shelf = createSoundShelf({
    context: options.context,
    store: options.store,
    onFault: options.onFault,
    imported: options.imported,
    onFound() {
      hold();
      tell();
    },
  });
  const struck = new Map<SoundKey, number>();
  let board = options.firstBoard ?? createBoard();
  let state: PadDeskState = { board, faces: padFaces(board, shelf, struck) };
  let last: readonly Match[] = [];
  let sounds: OpenLibrary["sounds"] = [];
  let wanted = LEAST_NEIGHBOURS;
  let turn = 0;

  const tell = () => {
    state = { board, faces: padFaces(board, shelf, struck) };
    options.onChange(state);
  };
  const hold = () => {
    const bank = chosenBank(board);
    shelf.hold(new Set([...bank.pads.slice(0, padCount(bank)), ...board.banks.flatMap(({ pads, mode }) => (mode === "kit" || mode === "hold" ? pads : []))].flatMap(({ sound }) => sound ?? [])));
  };
  const set = (next: PadBoard) => {
    if (next === board) return;
    board = next;
    hold();
    tell();
  };
  const candidate = ({ id, distance }: Match): readonly Candidate[] => {
    const sound = sounds[id];
    return sound ? [{ sound: sound.key, distance }] : [];
  };
  const ask = () => {
    const bank = chosenBank(board);
    const count = Math.max(LEAST_NEIGHBOURS, Math.min(MOST_NEIGHBOURS, padCount(bank) * (bank.mode === "spread" ? SPREAD_POOL : 1)));
    if (count === wanted) return;
    wanted = count;
    options.wants(count > LEAST_NEIGHBOURS ? count : null);
  };
  /** Lays what was retrieved last on the chosen bank. */
  const fill = async () => {
    const now = ++turn;
    const nearest = last.flatMap(candidate);
    if (nearest.length === 0) return;
    const bank = chosenBank(board);
    if (bank.mode !== "spread") return set(changeBoard(board, { kind: "retrieved", nearest }));
    // Until the choice is there the nearest stand in its place; without an engine they stay.
    const diverse = await options.diverse(last, padCount(bank)).catch(() => last);
    if (now === turn) set(changeBoard(board, { kind: "retrieved", nearest, diverse: diverse.flatMap(candidate) }));
  };
  const countStruck = (key: SoundKey, step: 1 | -1) => {
    const count = (struck.get(key) ?? 0) + step;
    if (count > 0) struck.set(key, count);
    else struck.delete(key);
  };

  const sound = (pad: number, key: SoundKey, buffer: AudioBuffer, settings: PadSettings, velocity: number): PadVoice | null => {
    const over: (() => void)[] = [];
    const voice = options.voices()?.strike(pad, buffer, settings, velocity, () => {
      countStruck(key, -1);
      for (const end of over) end();
      tell();
    });
    if (!voice) return null;
    const id = shelf.idOf(key);
    if (id !== null) over.push(options.sounding(id));
    over.push(options.onStrike(noteOfPad(pad), velocity));
    countStruck(key, 1);
    tell();
    return voice;
  };

  return {
    get state() {
      return state;
    },
    shelf,
    change(action) {
      const before = chosenBank(board);
      set(changeBoard(board, action));
      const bank = chosenBank(board);
      ask();
      // A bank that is chosen, or goes over to another mode or size, takes up what was retrieved last.
      if ((action.kind === "bank" || action.kind === "mode" || action.kind === "size") && bank !== before) void fill();
    },
    strike(pad, velocity) {
      const bank = chosenBank(board);
      const struckPad = pad < padCount(bank) ? bank.pads[pad] : undefined;
      const key = struckPad?.sound ?? null;
      if (!struckPad || key === null) return null;
      const buffer = shelf.ready(key);
      const now = buffer && sound(pad, key, buffer, struckPad.settings, velocity);
      if (now) return now;
      const asked = performance.now();
      let voice: PadVoice | null = null;
      let released = false;
      let stopped = false;
      Promise.all([shelf.fetch(key), options.voices()?.awake(LATE_MILLISECONDS)]).then(
        ([late, awake]) => {
          if (!awake || performance.now() - asked > LATE_MILLISECONDS || stopped || (released && struckPad.settings.mode !== "one-shot")) return;
          voice = sound(pad, key, late, struckPad.settings, velocity);
        },
        (cause: unknown) => options.onFault(messageOf(cause)),
      );
      return {
        release() {
          released = true;
          voice?.release();
        },
        stop() {
          stopped = true;
          voice?.stop();
        },
        press: (value) => voice?.press(value),
        bend: (semitones) => voice?.bend(semitones),
      };
    },
    async like(pad, direction) {
      const bank = chosenBank(board);
      const from = bank.pads[pad];
      const id = from?.sound ? shelf.idOf(from.sound) : null;
      if (!from || id === null) return options.onFault("Pad: expected a sound of the library that is open, got another; open its library to walk on from it.");
      const avoid = new Set([...bank.pads.slice(0, padCount(bank)).map(({ sound: key }) => key), ...from.trail].flatMap((key) => (key === null ? [] : (shelf.idOf(key) ?? []))));
      try {
        const next = await walk(id, direction, avoid, options.near);
        const key = next && sounds[next.id]?.key;
        if (!key) return options.onFault(`Pad: expected a sound that is ${direction} like this one, got none that is on no pad; undo, or clear a pad.`);
        options.onFault(null);
        set(changeBoard(board, { kind: "walk", pad, sound: key, distance: next.distance }));
      } catch (cause) {
        options.onFault(messageOf(cause));
      }
    },
    retrieved(matches) {
      last = matches;
      void fill();
    },
    open(library) {
      // Matches of the library before mean other sounds in this one.
      if (library.sounds !== sounds) last = library.sounds.length >= sounds.length && library.sounds[0]?.key === sounds[0]?.key ? last : [];
      sounds = library.sounds;
      shelf.open(library);
      hold();
      tell();
    },
  };
}
