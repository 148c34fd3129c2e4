/** Opens Web MIDI when the user asks, follows the ports that come and go, hears pad notes and sends notes that never hang. */

import { type Input, type NoteMessageEvent, type Output, WebMidi } from "webmidi";
import { PermissionError, UnsupportedError, messageOf } from "../../core/errors.ts";
import type { MidiState } from "../simile-state.ts";
import { createNoteBook } from "./note-book.ts";

export interface MidiPortsOptions {
  onChange(state: MidiState): void;
  /** A note on, with its velocity as 0 to 1. */
  onNote(note: number, velocity: number): void;
  /** A fault of access or of a port; null once it has gone. */
  onFault(fault: Error | null): void;
  /** Where the access comes from; default: the browser. */
  readonly requestAccess?: (options: { sysex: boolean }) => Promise<unknown>;
}

export interface MidiPorts {
  readonly state: MidiState;
  /** Asks for access, once. Faults are told, not thrown. */
  enable(): Promise<void>;
  choose(choice: Partial<Pick<MidiState, "input" | "output" | "channel">>): void;
  /** Sends a note on at `time` (milliseconds of `performance.now()`) to the chosen output; returns how to end it. */
  play(note: number, velocity: number, time: number): (time: number) => void;
  /** Ends every note sent out. */
  silence(): void;
  dispose(): Promise<void>;
}

export const MIDI_OFF: MidiState = { access: "off", inputs: [], outputs: [], input: null, output: null, channel: 1 };

export function createMidiPorts(options: MidiPortsOptions): MidiPorts {
  let state = MIDI_OFF;
  let heard: Input[] = [];
  const change = (next: Partial<MidiState>) => {
    state = { ...state, ...next };
    options.onChange(state);
  };

  const send = (message: readonly number[], time: number) => {
    const output = outputOf(state.output);
    if (!output) return;
    try {
      output.send([...message], { time });
    } catch (cause) {
      options.onFault(new UnsupportedError(`MIDI output ${output.name}: expected an open port, got "${messageOf(cause)}"; connect the device again, or choose another output.`));
    }
  };
  let book = createNoteBook(state.channel, send);

  const hear = ({ note }: NoteMessageEvent) => options.onNote(note.number, note.attack);
  const listen = () => {
    for (const input of heard) input.removeListener("noteon", hear);
    heard = WebMidi.inputs.filter(({ id }) => state.input === null || id === state.input);
    for (const input of heard) input.addListener("noteon", hear);
  };
  const update = () => {
    const list = (ports: readonly (Input | Output)[]) => ports.map(({ id, name }) => ({ id, name }));
    change({ inputs: list(WebMidi.inputs), outputs: list(WebMidi.outputs) });
    listen();
    const lost = state.output !== null && !outputOf(state.output);
    options.onFault(lost ? new UnsupportedError("MIDI output: expected the chosen port, got none since it was unplugged; connect it again, or choose another output.") : null);
  };

  return {
    get state() {
      return state;
    },
    async enable() {
      if (state.access === "asking" || state.access === "granted") return;
      if (!options.requestAccess && !navigator.requestMIDIAccess) {
        change({ access: "absent" });
        options.onFault(new UnsupportedError("MIDI: expected a browser with Web MIDI, got none; use Chrome, Edge or Firefox, over https or on localhost."));
        return;
      }
      change({ access: "asking" });
      try {
        if (WebMidi.enabled) await WebMidi.disable();
        await WebMidi.enable({ sysex: false, ...(options.requestAccess ? { requestMIDIAccessFunction: options.requestAccess } : {}) });
      } catch (cause) {
        const absent = (cause as { name?: string }).name === "NotSupportedError";
        change({ access: absent ? "absent" : "refused" });
        options.onFault(
          absent
            ? new UnsupportedError(`MIDI: expected the system to offer MIDI, got "${messageOf(cause)}"; start the system's MIDI service and try again.`)
            : new PermissionError("MIDI: expected permission to use MIDI devices, got a refusal; allow MIDI for this page in the browser's address bar and try again."),
        );
        return;
      }
      change({ access: "granted" });
      WebMidi.addListener("portschanged", update);
      update();
    },
    choose(choice) {
      const moves = (choice.output !== undefined && choice.output !== state.output) || (choice.channel !== undefined && choice.channel !== state.channel);
      if (moves) book.silence(performance.now());
      const channel = Math.min(16, Math.max(1, Math.round(choice.channel ?? state.channel)));
      change({ ...choice, channel });
      if (moves) book = createNoteBook(channel, send);
      if (state.access === "granted") update();
    },
    play: (note, velocity, time) => book.on(note, velocity, time),
    silence: () => book.silence(performance.now()),
    async dispose() {
      book.silence(performance.now());
      for (const input of heard) input.removeListener("noteon", hear);
      heard = [];
      if (state.access !== "granted") return;
      WebMidi.removeListener("portschanged", update);
      await WebMidi.disable();
      change(MIDI_OFF);
    },
  };
}

function outputOf(id: string | null): Output | undefined {
  return id === null ? undefined : WebMidi.outputs.find((output) => output.id === id);
}
