/** Opens Web MIDI when the user asks, follows the ports that come and go under names that stay theirs, and carries bytes both ways. */

import { mayAskFor } from "../frame-permission.ts";
import type { Input, MessageEvent, Output, PortEvent, WebMidi as Midi } from "webmidi";
import { MissingError, PermissionError, UnsupportedError, messageOf } from "../../core/errors.ts";
import { createDeviceKeys } from "./device-keys.ts";

export type MidiAccessRequest = (options: { sysex: boolean }) => Promise<unknown>;

/** A port; its id stays that of the device when it is unplugged and comes back, and between visits. */
export interface MidiPort {
  readonly id: string;
  readonly name: string;
}

export interface MidiPortsOptions {
  onAccess(access: "off" | "asking" | "granted" | "refused" | "absent"): void;
  onPorts(inputs: readonly MidiPort[], outputs: readonly MidiPort[]): void;
  /** Bytes of an input; `time` is milliseconds of `performance.now()`. */
  onBytes(input: string, bytes: ArrayLike<number>, time: number): void;
  /** A fault of access or of a port; null once it has gone. */
  onFault(fault: Error | null): void;
  /** Where the access comes from; default: the browser. Ports that join others on the page share the access of the first. */
  readonly requestAccess?: MidiAccessRequest;
}

export interface MidiPorts {
  /** Asks for access, once. Faults are told, not thrown. System exclusive is never asked for. */
  enable(): Promise<void>;
  /** Sends a whole message to an output at `time` (milliseconds of `performance.now()`; default: at once); nothing where it is not there. */
  send(output: string, message: readonly number[], time?: number): void;
  dispose(): Promise<void>;
}

/** Who uses the page's one WebMidi, which several instruments share: the first opens it, the last closes it, one after the other. */
let users = 0;
let turn: Promise<unknown> = Promise.resolve();

function inTurn(act: () => Promise<unknown>): Promise<unknown> {
  const acted = turn.then(act);
  turn = acted.catch(() => {});
  return acted;
}

function join(midi: typeof Midi, request: MidiAccessRequest | undefined): Promise<unknown> {
  return inTurn(async () => {
    if (users === 0) {
      if (midi.enabled) await midi.disable();
      await midi.enable({ sysex: false, ...(request ? { requestMIDIAccessFunction: request } : {}) });
    }
    users++;
  });
}

function part(midi: typeof Midi): Promise<unknown> {
  return inTurn(async () => {
    users--;
    if (users === 0) await midi.disable();
  });
}

export function createMidiPorts(options: MidiPortsOptions): MidiPorts {
  const inputKeys = createDeviceKeys();
  const outputKeys = createDeviceKeys();
  let outputs = new Map<string, Output>();
  let heard: { readonly input: Input; readonly hear: (event: MessageEvent) => void }[] = [];
  /** Loaded with the first wish for MIDI; null before. */
  let midi: typeof Midi | null = null;
  let disposed = false;
  let access: "off" | "asking" | "granted" | "refused" | "absent" = "off";

  const enter = (next: typeof access) => {
    access = next;
    options.onAccess(next);
  };
  const leave = () => {
    for (const { input, hear } of heard) input.removeListener("midimessage", hear as never);
    heard = [];
  };
  const update = () => {
    if (!midi) return;
    const connected = <T extends Input | Output>(ports: readonly T[]) => ports.filter(({ state }) => state === "connected");
    const named = (ports: readonly (Input | Output)[], keys: ReadonlyMap<string, string>) => ports.map(({ id }) => ({ id: keys.get(id)!, name: keys.get(id)! }));
    const inputs = connected(midi.inputs);
    const outs = connected(midi.outputs);
    const ins = inputKeys.update(inputs);
    const outIds = outputKeys.update(outs);
    outputs = new Map(outs.map((output) => [outIds.get(output.id)!, output]));
    leave();
    heard = inputs.map((input) => {
      const key = ins.get(input.id)!;
      const hear = ({ message, timestamp }: MessageEvent) => options.onBytes(key, message.rawData, timestamp);
      input.addListener("midimessage", hear as never);
      return { input, hear };
    });
    options.onPorts(named(inputs, ins), named(outs, outIds));
  };
  const onPorts = (_event: PortEvent) => update();

  return {
    async enable() {
      if (access === "asking" || access === "granted") return;
      if (!options.requestAccess && !navigator.requestMIDIAccess) {
        enter("absent");
        options.onFault(new UnsupportedError("MIDI: expected a browser with Web MIDI, got none; use Chrome, Edge or Firefox, over https or on localhost."));
        return;
      }
      if (!options.requestAccess && !mayAskFor("midi")) {
        enter("refused");
        options.onFault(new PermissionError('MIDI: expected a frame that may use MIDI devices, got one that the page around it keeps from them; give the frame allow="midi", or open this page by itself.'));
        return;
      }
      enter("asking");
      try {
        midi = (await import("webmidi")).WebMidi;
      } catch (cause) {
        enter("off");
        options.onFault(new MissingError(`MIDI: expected the rest of the page's script, got "${messageOf(cause)}"; check the connection to the server and try again.`));
        return;
      }
      try {
        await join(midi, options.requestAccess);
      } catch (cause) {
        const absent = (cause as { name?: string }).name === "NotSupportedError";
        enter(absent ? "absent" : "refused");
        options.onFault(
          absent
            ? new UnsupportedError(`MIDI: expected the system to offer MIDI, got "${messageOf(cause)}"; start the system's MIDI service and try again.`)
            : new PermissionError("MIDI: expected permission to use MIDI devices, got a refusal; allow MIDI for this page in the browser's address bar and try again."),
        );
        return;
      }
      if (disposed) return void (await part(midi));
      enter("granted");
      options.onFault(null);
      midi.addListener("portschanged", onPorts as never);
      update();
    },
    send(id, message, time = performance.now()) {
      const output = outputs.get(id);
      if (!output) return;
      try {
        output.send([...message], { time });
      } catch (cause) {
        options.onFault(new UnsupportedError(`MIDI output ${id}: expected an open port, got "${messageOf(cause)}"; connect the device again, or choose another output.`));
      }
    },
    async dispose() {
      leave();
      outputs.clear();
      disposed = true;
      if (access !== "granted" || !midi) return;
      access = "off";
      midi.removeListener("portschanged", onPorts as never);
      await part(midi);
    },
  };
}
