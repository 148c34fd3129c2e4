/** Virtual MIDI ports for tests without a cable: jzz's, and the least of a MIDIAccess whose ports can be pulled out. */

import JZZ from "jzz";

/** What of jzz its types leave out. */
interface VirtualMidi {
  Widget(): { _receive?: (message: ArrayLike<number>) => void; emit(message: readonly number[]): void };
  addMidiIn(name: string, port: object): void;
  addMidiOut(name: string, port: object): void;
  requestMIDIAccess(options: { sysex: boolean }): Promise<unknown>;
}

const virtual = JZZ as unknown as VirtualMidi;

export const requestVirtualAccess = (options: { sysex: boolean }): Promise<unknown> => virtual.requestMIDIAccess(options);

/** A virtual output whose messages are kept. */
export function virtualOutput(name: string): number[][] {
  const sent: number[][] = [];
  const port = virtual.Widget();
  port._receive = (message: ArrayLike<number>) => void sent.push(Array.from(message));
  virtual.addMidiOut(name, port);
  return sent;
}

/** A virtual keyboard; gives how to play it. */
export function virtualInput(name: string): (...message: readonly number[]) => void {
  const port = virtual.Widget();
  virtual.addMidiIn(name, port);
  return (...message) => port.emit(message);
}

export interface Cable {
  readonly access: object;
  /** Plugs an output in: what is sent to it. */
  plugOutput(id: string, name: string): { readonly message: readonly number[]; readonly time: number }[];
  /** Plugs an input in: how to play it, now or at a time of its own. */
  plugInput(id: string, name: string): (bytes: readonly number[], time?: number) => void;
  unplug(id: string): void;
}

/** Ports of jzz stay in: these can be unplugged. */
export function createCable(): Cable {
  const [inputs, outputs] = [new Map<string, object>(), new Map<string, object>()];
  const access = { inputs, outputs, sysexEnabled: false, onstatechange: null as ((event: object) => void) | null };
  const change = (port: object) => access.onstatechange?.({ port, timeStamp: performance.now() });
  const create = (id: string, name: string, type: "input" | "output", more: object): object => {
    const port = { id, name, manufacturer: "", version: "", type, state: "connected", connection: "closed", onstatechange: null, open: async () => Object.assign(port, { connection: "open" }), close: async () => port, ...more };
    (type === "input" ? inputs : outputs).set(id, port);
    change(port);
    return port;
  };
  return {
    access,
    plugOutput(id, name) {
      const sent: { message: readonly number[]; time: number }[] = [];
      create(id, name, "output", { send: (message: readonly number[], time: number) => void sent.push({ message: [...message], time }) });
      return sent;
    },
    plugInput(id, name) {
      const port = create(id, name, "input", { onmidimessage: null }) as { onmidimessage: ((event: object) => void) | null };
      return (bytes, time = performance.now()) => port.onmidimessage?.({ data: Uint8Array.from(bytes), timeStamp: time });
    },
    unplug(id) {
      const port = inputs.get(id) ?? outputs.get(id);
      inputs.delete(id);
      outputs.delete(id);
      change(Object.assign(port!, { state: "disconnected", connection: "pending" }));
    },
  };
}
