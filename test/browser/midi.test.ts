/** MIDI over virtual ports: pad notes in, answers out, ports that come and go, and no note left hanging. */

import JZZ from "jzz";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type MidiPorts, createMidiPorts } from "../../src/app/midi/midi-ports.ts";
import type { MidiState } from "../../src/app/simile-state.ts";

interface Rig {
  readonly ports: MidiPorts;
  readonly states: MidiState[];
  readonly notes: [number, number][];
  readonly faults: (Error | null)[];
}

/** What of jzz its types leave out. */
interface VirtualMidi {
  Widget(): { _receive?: (message: ArrayLike<number>) => void; emit(message: readonly number[]): void };
  addMidiIn(name: string, port: object): void;
  addMidiOut(name: string, port: object): void;
  requestMIDIAccess(options: { sysex: boolean }): Promise<unknown>;
}

const virtual = JZZ as unknown as VirtualMidi;
const opened: MidiPorts[] = [];

/** A virtual output whose messages are kept. */
function output(name: string): number[][] {
  const sent: number[][] = [];
  const port = virtual.Widget();
  port._receive = (message: ArrayLike<number>) => void sent.push(Array.from(message));
  virtual.addMidiOut(name, port);
  return sent;
}

/** A virtual keyboard; gives how to play it. */
function input(name: string): (message: number[]) => void {
  const port = virtual.Widget();
  virtual.addMidiIn(name, port);
  return (message) => port.emit(message);
}

/** The least of a MIDIAccess that can be unplugged: virtual ports of jzz stay in. */
function cable() {
  const outputs = new Map<string, object>();
  const access = { inputs: new Map(), outputs, sysexEnabled: false, onstatechange: null as ((event: object) => void) | null };
  const change = (port: object) => access.onstatechange?.({ port, timeStamp: performance.now() });
  return {
    access,
    plug(id: string): number[][] {
      const sent: number[][] = [];
      const port = { id, name: "Hot synth", manufacturer: "", version: "", type: "output", state: "connected", connection: "closed", onstatechange: null, open: async () => Object.assign(port, { connection: "open" }), close: async () => port, send: (message: number[]) => void sent.push([...message]) };
      outputs.set(id, port);
      change(port);
      return sent;
    },
    unplug(id: string): void {
      const port = outputs.get(id)!;
      outputs.delete(id);
      change(Object.assign(port, { state: "disconnected", connection: "pending" }));
    },
  };
}

function rig(requestAccess: (options: { sysex: boolean }) => Promise<unknown> = (options) => virtual.requestMIDIAccess(options)): Rig {
  const states: MidiState[] = [];
  const notes: [number, number][] = [];
  const faults: (Error | null)[] = [];
  const ports = createMidiPorts({ requestAccess, onChange: (state) => void states.push(state), onNote: (note, velocity) => void notes.push([note, velocity]), onFault: (fault) => void faults.push(fault) });
  opened.push(ports);
  return { ports, states, notes, faults };
}

afterEach(async () => {
  for (const ports of opened.splice(0)) await ports.dispose();
  vi.restoreAllMocks();
});

/** The id of a port, once the page sees it. */
async function idOf({ ports }: Rig, way: "inputs" | "outputs", name: string): Promise<string> {
  const found = () => ports.state[way].find((port) => port.name === name)?.id;
  await expect.poll(found).toBeTruthy();
  return found()!;
}

describe("midi ports", () => {
  test("are asked for once, without sysex, and only on request", async () => {
    const request = vi.fn((options: { sysex: boolean }) => virtual.requestMIDIAccess(options));
    const { ports } = rig(request);
    expect(request).not.toHaveBeenCalled();
    expect(ports.state.access).toBe("off");
    await ports.enable();
    await ports.enable();
    expect(request).toHaveBeenCalledTimes(1);
    expect(request.mock.calls[0]![0].sysex).toBe(false);
    expect(ports.state.access).toBe("granted");
  });

  test("hear notes with their velocity, from all inputs or the chosen one", async () => {
    const pads = input("Pads");
    const keys = input("Keys");
    const made = rig();
    const { ports, notes } = made;
    await ports.enable();
    await idOf(made, "inputs", "Pads");
    const keysId = await idOf(made, "inputs", "Keys");
    pads([0x99, 36, 127]);
    keys([0x90, 51, 64]);
    keys([0x90, 51, 0]);
    await expect.poll(() => notes).toEqual([[36, 1], [51, 64 / 127]]);
    ports.choose({ input: keysId });
    pads([0x99, 37, 127]);
    keys([0x90, 40, 127]);
    await expect.poll(() => notes.slice(2)).toEqual([[40, 1]]);
  });

  test("send to the chosen output and channel alone, and end every note", async () => {
    const sent = output("Synth");
    const other = output("Drum");
    const made = rig();
    const { ports } = made;
    await ports.enable();
    ports.play(36, 100, performance.now())(performance.now());
    ports.choose({ output: await idOf(made, "outputs", "Synth"), channel: 10 });
    const end = ports.play(36, 100, performance.now());
    end(performance.now());
    end(performance.now());
    ports.play(40, 1, performance.now());
    ports.choose({ channel: 2 });
    ports.play(41, 127, performance.now());
    ports.silence();
    await expect.poll(() => sent).toEqual([[0x99, 36, 100], [0x89, 36, 0], [0x99, 40, 1], [0x89, 40, 0], [0x91, 41, 127], [0x81, 41, 0]]);
    expect(other).toEqual([]);
  });

  test("an output that is unplugged is told, and serves again when it is back", async () => {
    const { access, plug, unplug } = cable();
    const { ports, faults } = rig(async () => access);
    await ports.enable();
    const sent = plug("hot");
    await expect.poll(() => ports.state.outputs).toEqual([{ id: "hot", name: "Hot synth" }]);
    ports.choose({ output: "hot" });
    ports.play(36, 100, performance.now());
    unplug("hot");
    await expect.poll(() => faults.at(-1)?.message).toMatch(/MIDI output: expected the chosen port, got none since it was unplugged; connect it again/);
    expect(ports.state.outputs).toEqual([]);
    ports.play(37, 100, performance.now());
    const again = plug("hot");
    await expect.poll(() => faults.at(-1)).toBe(null);
    ports.play(38, 100, performance.now());
    await expect.poll(() => again).toEqual([[0x90, 38, 100]]);
    expect(sent).toEqual([[0x90, 36, 100]]);
  });

  test("refused or absent: a sentence each, and asking again helps", async () => {
    let refusals = 1;
    const { ports, faults } = rig((options) => (refusals-- > 0 ? Promise.reject(new DOMException("", "NotAllowedError")) : virtual.requestMIDIAccess(options)));
    await ports.enable();
    expect(ports.state.access).toBe("refused");
    expect(faults.at(-1)).toMatchObject({ name: "PermissionError", message: expect.stringMatching(/allow MIDI/) });
    await ports.enable();
    expect(ports.state.access).toBe("granted");
    expect(faults.at(-1)).toBe(null);

    const absent = createMidiPorts({ onChange: () => {}, onNote: () => {}, onFault: (fault) => void faults.push(fault) });
    Object.defineProperty(navigator, "requestMIDIAccess", { value: undefined, configurable: true });
    await absent.enable();
    delete (navigator as { requestMIDIAccess?: unknown }).requestMIDIAccess;
    expect(absent.state.access).toBe("absent");
    expect(faults.at(-1)).toMatchObject({ name: "UnsupportedError", message: expect.stringMatching(/Web MIDI/) });
  });
});
