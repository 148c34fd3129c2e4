/** Every control of the instrument that a knob, a fader or a key of a MIDI device can be learned for. */

import { PLAY_BOUNDS, PLAY_MODES, type PlayNumber } from "../core/answer/play-settings.ts";
import { CONTEXTS } from "../core/features/feature.ts";
import { PAD_BOUNDS } from "../core/kits/kit.ts";
import { BANK_MODES, BANK_NAMES, type SettingsChange } from "../core/pads/pad-bank.ts";
import { chosenBank } from "./pads/pad-board.ts";
import type { Simile } from "./simile-state.ts";

export const CONTROL_GROUPS = ["Instrument", "Answers", "Banks", "Selected pad"] as const;
export type ControlGroup = (typeof CONTROL_GROUPS)[number];

export interface Control {
  readonly id: string;
  readonly title: string;
  readonly group: ControlGroup;
  /** `turn` follows a value, `switch` is on from the middle up and is turned over by a key, `push` acts when it is pressed. */
  readonly kind: "turn" | "switch" | "push";
}

interface Act extends Control {
  /** `value` is 0 to 1. */
  run(simile: Simile, value: number): void;
  /** Of a switch: whether it is on. */
  isOn?(simile: Simile): boolean;
}

const QUIETEST_DB = -48;
const LOUDEST_DB = 6;
/** Seconds of an envelope that a knob reaches; times beyond are set by hand. */
const LONGEST_SECONDS = 4;

const between = (value: number, least: number, most: number) => least + value * (most - least);
/** Times need their small values most: the square of the knob's. */
const seconds = (value: number) => LONGEST_SECONDS * value ** 2;

function padControl(id: string, title: string, change: (value: number) => SettingsChange): Act {
  return {
    id: `pad-${id}`,
    title,
    group: "Selected pad",
    kind: "turn",
    run: (simile, value) => simile.pads.change({ kind: "set", pad: simile.state.board.selected, settings: change(value) }),
  };
}

/** Settings of how answers are played that a knob can turn, with the power of its place that gives small values room. */
const PLAYED: readonly (readonly [PlayNumber, string, number])[] = [
  ["crossfade", "Crossfade", 1],
  ["grain", "Grain every", 1],
  ["overlap", "Grains at once", 1],
  ["continuity", "Continuity", 1],
  ["taboo", "No return for", 2],
  ["match", "As loud as the input", 1],
  ["transpose", "To the input's pitch", 1],
  ["attack", "Attack of answers", 2],
  ["length", "Length of answers", 3],
  ["release", "Release of answers", 2],
  ["polyphony", "Voices", 1],
  ["pan", "Pan", 1],
  ["spread", "Spread", 1],
  ["quantise", "Steps a beat", 1],
];

function playControl([name, title, power]: (typeof PLAYED)[number]): Act {
  const { least, most, ...more } = PLAY_BOUNDS[name];
  const whole = "whole" in more;
  return {
    id: `play-${name}`,
    title,
    group: "Answers",
    kind: "turn",
    run(simile, value) {
      const next = between(value ** power, least, most);
      simile.perform({ [name]: whole ? Math.round(next) : next });
    },
  };
}

function push(id: string, title: string, group: Control["group"], run: (simile: Simile) => void): Act {
  return { id, title, group, kind: "push", run };
}

const ACTS: readonly Act[] = [
  { id: "volume", title: "Volume", group: "Instrument", kind: "turn", run: (simile, value) => simile.setVolume(value === 0 ? -Infinity : between(value, QUIETEST_DB, LOUDEST_DB)) },
  { id: "sensitivity", title: "Sensitivity", group: "Instrument", kind: "turn", run: (simile, value) => simile.setSensitivity(value) },
  {
    id: "commit",
    title: "Answer after",
    group: "Instrument",
    kind: "turn",
    run: (simile, value) => simile.configure({ commitSeconds: CONTEXTS[Math.round(value * (CONTEXTS.length - 1))]! }),
  },
  { id: "diversity", title: "Variety of answers", group: "Instrument", kind: "turn", run: (simile, value) => simile.configure({ diversity: value }) },
  {
    id: "answering",
    title: "Answer",
    group: "Instrument",
    kind: "switch",
    run: (simile, value) => simile.configure({ answering: value >= 0.5 }),
    isOn: ({ state }) => state.settings.answering,
  },
  {
    id: "listening",
    title: "Listen",
    group: "Instrument",
    kind: "switch",
    run: (simile, value) => void (value >= 0.5 ? simile.listen(simile.state.input?.source ?? { kind: "device" }) : simile.stopListening()),
    isOn: ({ state }) => state.phase === "listening",
  },
  push("silence", "Silence", "Instrument", (simile) => simile.panic()),
  { id: "guard", title: "Never answer itself", group: "Instrument", kind: "switch", run: (simile, value) => simile.setGuard(value >= 0.5), isOn: ({ state }) => state.guard },
  { id: "beat", title: "Beat", group: "Instrument", kind: "switch", run: (simile, value) => simile.setBeat({ running: value >= 0.5 }), isOn: ({ state }) => state.settings.beat.running },
  { id: "tempo", title: "Tempo", group: "Instrument", kind: "turn", run: (simile, value) => simile.setBeat({ tempo: Math.round(between(value, 40, 240)) }) },
  { id: "mix", title: "Input and answers", group: "Answers", kind: "turn", run: (simile, value) => simile.setBalance({ mix: value }) },
  ...PLAY_MODES.map((mode) => push(`play-${mode}`, `Play: ${mode}`, "Answers", (simile) => simile.perform({ mode }))),
  ...PLAYED.map(playControl),
  ...BANK_NAMES.map((name, bank) => push(`bank-${name.toLowerCase()}`, `Bank ${name}`, "Banks", (simile) => simile.pads.change({ kind: "bank", bank }))),
  push("bank-next", "Next bank", "Banks", (simile) => simile.pads.change({ kind: "bank", bank: (simile.state.board.bank + 1) % BANK_NAMES.length })),
  push("bank-previous", "Previous bank", "Banks", (simile) => simile.pads.change({ kind: "bank", bank: (simile.state.board.bank + BANK_NAMES.length - 1) % BANK_NAMES.length })),
  ...BANK_MODES.map((mode) => push(`mode-${mode}`, `Mode: ${mode}`, "Banks", (simile) => simile.pads.change({ kind: "mode", mode }))),
  push("undo", "Undo", "Banks", (simile) => simile.pads.change({ kind: "undo" })),
  push("redo", "Redo", "Banks", (simile) => simile.pads.change({ kind: "redo" })),
  padControl("gain", "Gain", (value) => ({ gainDb: between(value, -40, PAD_BOUNDS.gainDb.most) })),
  padControl("tune", "Pitch", (value) => ({ tuneSemitones: Math.round(between(value, -24, 24)) })),
  padControl("start", "Start", (value) => ({ start: value })),
  padControl("end", "End", (value) => ({ end: value })),
  padControl("attack", "Attack", (value) => ({ envelope: { attack: seconds(value) } })),
  padControl("hold", "Hold", (value) => ({ envelope: { hold: seconds(value) } })),
  padControl("decay", "Decay", (value) => ({ envelope: { decay: seconds(value) } })),
  padControl("sustain", "Sustain", (value) => ({ envelope: { sustain: value } })),
  padControl("release", "Release", (value) => ({ envelope: { release: seconds(value) } })),
  padControl("velocity", "Velocity amount", (value) => ({ velocity: { amount: value } })),
  push("pad-lock", "Lock", "Selected pad", (simile) => {
    const { board } = simile.state;
    simile.pads.change({ kind: "lock", pad: board.selected, locked: !chosenBank(board).pads[board.selected]!.locked });
  }),
  push("pad-more", "More like this", "Selected pad", (simile) => void simile.pads.like(simile.state.board.selected, "more")),
  push("pad-less", "Less like this", "Selected pad", (simile) => void simile.pads.like(simile.state.board.selected, "less")),
];

export const CONTROLS: readonly Control[] = ACTS;

/** Moves controls of one instrument by their ids; ids that are none move nothing. Buttons that send controllers push as their value rises over the middle. */
export function createControls(simile: Simile): (id: string, value: number | null) => void {
  const last = new Map<string, number>();
  return (id, value) => {
    const act = ACTS.find((one) => one.id === id);
    if (!act) return;
    const before = last.get(id) ?? 0;
    if (value !== null) last.set(id, value);
    switch (act.kind) {
      case "turn":
        return value === null ? undefined : act.run(simile, value);
      case "switch":
        return act.run(simile, value ?? (act.isOn?.(simile) ? 0 : 1));
      case "push":
        return value === null || (value >= 0.5 && before < 0.5) ? act.run(simile, 1) : undefined;
      default:
        return act.kind satisfies never;
    }
  };
}
