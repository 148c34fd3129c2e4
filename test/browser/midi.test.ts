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
  removeMidiIn(name: string): void;
  removeMidiOut(name: string): void;
  requestMIDIAccess(options: { sysex: boolean }): Promise<unknown>;
}

const virtual = JZZ as unknown as VirtualMidi;
const made: MidiPorts[] = [];
const cables = new Set<() => void>();

/** A virtual output whose messages are kept. */
function output(name: string): number[][] {
  const sent: number[][] = [];
  const port = virtual.Widget();
  port._receive = (message: ArrayLike<number>) => void sent.push(Array.from(message));
  virtual.addMidiOut(name, port);
  cables.add(() => virtual.removeMidiOut(name));
  return sent;
}

/** A virtual keyboard; gives how to play it. */
function input(name: string): (message: number[]) => void {
  const port = virtual.Widget();
  virtual.addMidiIn(name, port);
  cables.add(() => virtual.removeMidiIn(name));
  return (message) => port.emit(message);
}

function rig(requestAccess: (options: { sysex: boolean }) => Promise<unknown> = (options) => virtual.requestMIDIAccess(options)): Rig {
  const states: MidiState[] = [];
  const notes: [number, number][] = [];
  const faults: (Error | null)[] = [];
  const ports = createMidiPorts({ requestAccess, onChange: (state) => void states.push(state), onNote: (note, velocity) => void notes.push([note, velocity]), onFault: (fault) => void faults.push(fault) });
  made.push(ports);
  return { ports, states, notes, faults };
}

afterEach(async () => {
  for (const ports of made.splice(0)) await ports.dispose();
  for (const unplug of cables) unplug();
  cables.clear();
  vi.restoreAllMocks();
});

const idOf = (ports: readonly { id: string; name: string }[], name: string) => ports.find((port) => port.name === name)!.id;

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
    const { ports, notes } = rig();
    await ports.enable();
    pads([0x99, 36, 127]);
    keys([0x90, 51, 64]);
    keys([0x90, 51, 0]);
    await expect.poll(() => notes).toEqual([[36, 1], [51, 64 / 127]]);
    ports.choose({ input: idOf(ports.state.inputs, "Keys") });
    pads([0x99, 37, 127]);
    keys([0x90, 40, 127]);
    await expect.poll(() => notes.slice(2)).toEqual([[40, 1]]);
  });

  test("send to the chosen output and channel alone, and end every note", async () => {
    const sent = output("Synth");
    const other = output("Drum");
    const { ports } = rig();
    await ports.enable();
    ports.play(36, 100, performance.now())(performance.now());
    ports.choose({ output: idOf(ports.state.outputs, "Synth"), channel: 10 });
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
    output("Synth");
    const { ports, faults } = rig();
    await ports.enable();
    ports.choose({ output: idOf(ports.state.outputs, "Synth") });
    ports.play(36, 100, performance.now());
    virtual.removeMidiOut("Synth");
    await expect.poll(() => faults.at(-1)?.message).toMatch(/MIDI output: expected the chosen port, got none since it was unplugged; connect it again/);
    ports.play(37, 100, performance.now());
    const again = output("Synth");
    await expect.poll(() => faults.at(-1)).toBe(null);
    ports.play(38, 100, performance.now());
    await expect.poll(() => again.filter(([status]) => status === 0x90)).toEqual([[0x90, 38, 100]]);
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
