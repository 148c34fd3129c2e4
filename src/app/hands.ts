/** What hands and devices play: joins pads, kits, MIDI in and out, and the performance that is kept of them all. */

import { stepSeconds } from "../core/answer/beat.ts";
import { velocityOf } from "../core/answer/velocity.ts";
import { MissingError } from "../core/errors.ts";
import type { Retrieval } from "../protocol/engine.ts";
import type { Graph } from "./audio/graph.ts";
import { createControls } from "./controls.ts";
import type { FaultBoard } from "./fault-board.ts";
import type { SoundStore } from "./library/sound-store.ts";
import { type AnswerNotes, type PlayNote, createAnswerNotes } from "./midi/answer-notes.ts";
import { type MidiDesk, type MidiDeskOptions, createMidiDesk } from "./midi/midi-desk.ts";
import { openImportedSounds } from "./pads/imported-sounds.ts";
import { createKitDesk, type KitDesk } from "./pads/kit-desk.ts";
import { chosenBank } from "./pads/pad-board.ts";
import { createPadDesk, type PadDesk, type PadDeskState } from "./pads/pad-desk.ts";
import { createPadMemory } from "./pads/pad-memory.ts";
import { answerNote, lightsOf } from "./pads/pad-notes.ts";
import { createPerformanceRecorder } from "./pads/performance-recorder.ts";
import type { Simile, SimileState } from "./simile-state.ts";

/** The parts of the state that hands change. */
export type HandsState = Pick<SimileState, "board" | "faces" | "pads" | "midi" | "kits">;

export interface HandsOptions extends Pick<MidiDeskOptions, "requestAccess" | "transport" | "storage"> {
  /** The instrument, for its controls and its engine. */
  readonly simile: Simile;
  readonly faults: FaultBoard;
  set(change: Partial<HandsState>): void;
  graph(): Graph | null;
  store(): SoundStore | null;
  /** A voice of the library's sound starts; returns how to tell its end. */
  sounding(id: number): () => void;
  /** Where answers go as notes, beside MIDI. */
  readonly playNote?: PlayNote;
  /** Whether the banks are kept between visits. */
  readonly remember: boolean;
}

export interface Hands {
  readonly state: HandsState;
  readonly pads: PadDesk;
  readonly kits: KitDesk;
  readonly midi: MidiDesk;
  /** Notes of answers, which the player's reports time and end. */
  readonly notes: AnswerNotes;
  /** Lays a retrieval on the pads; `first` where it is not one told again with more of the sound heard, which alone sends a note. */
  retrieved(retrieval: Retrieval, first: boolean): void;
  /** Shows on controllers what sounds now. */
  light(): void;
  /** Ends every note. */
  silence(): void;
  /** The page goes: what is to be kept between visits is kept now. */
  keep(): void;
}

/** Channels of a saved performance: pads that were struck, and answers. */
const PAD_CHANNEL = 0;
const ANSWER_CHANNEL = 1;
/** Beats a minute of a performance without a clock: a beat is half a second. */
const PERFORMANCE_TEMPO = 120;

export function createHands(options: HandsOptions): Hands {
  const { simile, faults, set, graph, storage, remember } = options;
  const recorder = createPerformanceRecorder();
  const context = () => graph()?.host.native ?? null;
  const shown = ({ board, faces }: PadDeskState) => ({ board, faces, pads: faces.map(({ id }) => id) });
  const imported = openImportedSounds();
  const memory = remember ? createPadMemory(storage) : null;
  const firstBoard = memory?.load();

  /** What the player asked for before the pads needed more, and what that was raised to. */
  let raised: { readonly from: number; readonly to: number } | null = null;
  const wants = (count: number | null) => {
    const now = simile.state.settings.count;
    // What was set since is the player's.
    const own = now === raised?.to ? raised.from : now;
    const to = Math.max(own, count ?? 0);
    raised = to > own ? { from: own, to } : null;
    if (to !== now) simile.configure({ count: to });
  };

  const pads = createPadDesk({
    onChange(state) {
      set(shown(state));
      light();
      memory?.save(state.board);
    },
    context,
    voices: () => graph()?.pads ?? null,
    store: options.store,
    near: (id, count) => simile.ask((engine) => engine.near(id, count)),
    diverse: (matches, count) => simile.ask((engine) => engine.diverse(matches, count)),
    wants,
    sounding: options.sounding,
    onStrike: (note, velocity) => recorder.begin(note, 127 * velocity, PAD_CHANNEL),
    onFault: (sentence) => (sentence === null ? faults.clear("pads") : faults.raise("pads", new MissingError(sentence))),
    imported,
    ...(firstBoard ? { firstBoard } : {}),
  });
  const kits = createKitDesk({
    pads,
    recorder,
    context,
    onChange: (state) => set({ kits: state }),
    onFault: (cause) => (cause === null ? faults.clear("kits") : faults.raise("kits", cause)),
    tempo: () => simile.state.midi.clockBpm ?? PERFORMANCE_TEMPO,
    storage,
    imported,
  });
  const midi = createMidiDesk({
    onChange: (state) => set({ midi: state }),
    onFault: (fault) => (fault ? faults.raise("midi", fault, { label: "Try again", run: () => simile.enableMidi() }) : faults.clear("midi")),
    strike: pads.strike,
    control: createControls(simile),
    program: kits.program,
    transport: options.transport,
    storage,
    ...(options.requestAccess ? { requestAccess: options.requestAccess } : {}),
  });
  const notes = createAnswerNotes((answer, time) => {
    const [end, over] = [midi.answer(answer, time), recorder.begin(answer.note, answer.velocity, ANSWER_CHANNEL)];
    const played = options.playNote?.(answer, time);
    return (at) => {
      end(at);
      played?.(at);
      over();
    };
  });
  /** The retrieval that nothing was like when it was first told: where it is answered later, its note comes then. */
  let unanswered = -1;
  const light = () => midi.show(lightsOf(pads.state.faces, simile.state.playing, pads.state.board.colour), chosenBank(pads.state.board).size);

  return {
    get state() {
      return { ...shown(pads.state), midi: midi.state, kits: kits.state };
    },
    pads,
    kits,
    midi,
    notes,
    retrieved(retrieval, first) {
      const { index, contextSeconds, matches } = retrieval;
      const [best] = matches;
      if (first) unanswered = -1;
      // Where there is nothing like it, the pads keep what they have.
      if (best === undefined) {
        if (first) unanswered = index;
        return;
      }
      pads.retrieved(matches);
      const { sounds, settings } = simile.state;
      const late = index === unanswered && settings.play.mode === "progressive" && contextSeconds <= settings.commitSeconds;
      if (!first && !late) return;
      unanswered = -1;
      notes.retrieved(index, {
        note: answerNote(matches, pads.state.faces, midi.state.out.notes, (id) => sounds[id]?.pitch ?? ""),
        velocity: velocityOf(retrieval.loudnessDb),
        distance: best.distance,
        seconds: sounds[best.id]?.durationSeconds ?? 1,
        voiced: settings.answering,
        hold: stepSeconds(settings.beat, settings.play.quantise),
      });
    },
    light,
    silence() {
      notes.forget();
      midi.silence();
    },
    keep: () => memory?.flush(),
  };
}
