/** MIDI over virtual ports: pads in, answers and lights out, learning, clock, floods, ports that come and go, and no note left hanging. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { createMidiDesk, type MidiDesk, type MidiDeskOptions } from "../../src/app/midi/midi-desk.ts";
import type { MidiAccessRequest } from "../../src/app/midi/midi-ports.ts";
import type { PadLight } from "../../src/app/midi/pad-lights.ts";
import { createCable, requestVirtualAccess, virtualInput, virtualOutput } from "./virtual-midi.ts";

interface Rig {
  readonly desk: MidiDesk;
  /** What the pads were told: "on pad velocity", "off pad" and so on. */
  readonly played: string[];
  readonly held: Set<object>;
  readonly controls: (readonly [string, number | null])[];
  readonly programs: number[];
  readonly transports: Parameters<MidiDeskOptions["transport"]>[0][];
  readonly faults: (Error | null)[];
  readonly stored: Map<string, string>;
}

const opened: MidiDesk[] = [];

function rig(requestAccess: MidiAccessRequest = requestVirtualAccess, stored = new Map<string, string>()): Rig {
  const made: Omit<Rig, "desk"> = { played: [], held: new Set(), controls: [], programs: [], transports: [], faults: [], stored };
  const desk = createMidiDesk({
    requestAccess,
    onChange: () => {},
    onFault: (fault) => void made.faults.push(fault),
    strike(pad, velocity) {
      const voice = {
        release: () => void (made.held.delete(voice) && made.played.push(`off ${pad}`)),
        stop: () => {},
        press: (value: number) => void made.played.push(`press ${pad} ${value}`),
        bend: (semitones: number) => void made.played.push(`bend ${pad} ${semitones}`),
      };
      made.held.add(voice);
      made.played.push(`on ${pad} ${Math.round(127 * velocity)}`);
      return voice;
    },
    control: (control, value) => void made.controls.push([control, value]),
    program: (program) => void made.programs.push(program),
    transport: (clock) => void made.transports.push(clock),
    storage: { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => void stored.set(key, value) },
  });
  opened.push(desk);
  return { desk, ...made };
}

afterEach(async () => {
  for (const desk of opened.splice(0)) await desk.dispose();
  vi.restoreAllMocks();
});

/** Waits until a port of that name is there; its name is its id. */
async function there({ desk }: Rig, way: "inputs" | "outputs", name: string): Promise<string> {
  await expect.poll(() => desk.state[way].some((port) => port.id === name)).toBe(true);
  return name;
}

const answer = (note: number, velocity: number, distance = 0) => ({ note, velocity, distance });

describe("access", () => {
  test("is asked for once, without sysex, and only on request", async () => {
    const request = vi.fn(requestVirtualAccess);
    const { desk } = rig(request);
    expect(request).not.toHaveBeenCalled();
    expect(desk.state.access).toBe("off");
    await desk.enable();
    await desk.enable();
    expect(request).toHaveBeenCalledTimes(1);
    expect(request.mock.calls[0]![0].sysex).toBe(false);
    expect(desk.state.access).toBe("granted");
  });

  test("refused or absent: a sentence each, and asking again helps", async () => {
    let refusals = 1;
    const { desk, faults } = rig((options) => (refusals-- > 0 ? Promise.reject(new DOMException("", "NotAllowedError")) : requestVirtualAccess(options)));
    await desk.enable();
    expect(desk.state.access).toBe("refused");
    expect(faults.at(-1)).toMatchObject({ name: "PermissionError", message: expect.stringMatching(/allow MIDI/) });
    await desk.enable();
    expect(desk.state.access).toBe("granted");
    expect(faults.at(-1)).toBe(null);

    const browser = rig();
    const without = createMidiDesk({ ...browserOptions(browser), storage: null });
    Object.defineProperty(navigator, "requestMIDIAccess", { value: undefined, configurable: true });
    await without.enable();
    delete (navigator as { requestMIDIAccess?: unknown }).requestMIDIAccess;
    expect(without.state.access).toBe("absent");
    expect(browser.faults.at(-1)).toMatchObject({ name: "UnsupportedError", message: expect.stringMatching(/Web MIDI/) });
  });

  test("is shared by the instruments of a page: one comes and goes, the other plays on", async () => {
    const cable = createCable();
    const request = vi.fn(async () => cable.access);
    const [first, second] = [rig(request), rig(request)];
    await Promise.all([first.desk.enable(), second.desk.enable()]);
    expect(request).toHaveBeenCalledTimes(1);
    const play = cable.plugInput("1", "Keys");
    const sent = cable.plugOutput("2", "Synth");
    play([0x90, 36, 127]);
    expect([first.played, second.played]).toEqual([["on 0 127"], ["on 0 127"]]);
    await second.desk.dispose();
    play([0x80, 36, 0]);
    expect(first.played).toEqual(["on 0 127", "off 0"]);
    first.desk.choose({ output: "Synth" });
    first.desk.answer(answer(40, 90), performance.now());
    expect(sent.map(({ message }) => message)).toEqual([[0x90, 40, 90]]);
    const third = rig(request);
    await third.desk.enable();
    play([0x90, 37, 127]);
    expect([first.played.at(-1), third.played.at(-1)]).toEqual(["on 1 127", "on 1 127"]);
    expect([...first.faults, ...second.faults, ...third.faults].filter(Boolean)).toEqual([]);
    await first.desk.dispose();
    await third.desk.dispose();
    await rig(request).desk.enable();
    expect(request).toHaveBeenCalledTimes(2);
  });

  test("no ports are no fault", async () => {
    const made = rig(async () => createCable().access);
    await made.desk.enable();
    expect(made.desk.state).toMatchObject({ access: "granted", inputs: [], outputs: [] });
    expect(made.faults.filter(Boolean)).toEqual([]);
  });
});

function browserOptions({ faults }: Rig): MidiDeskOptions {
  return { onChange: () => {}, onFault: (fault) => void faults.push(fault), strike: () => null, control: () => {}, program: () => {}, transport: () => {}, storage: null };
}

describe("pads", () => {
  test("are played with velocity, held and left, from all inputs or the chosen one", async () => {
    const pads = virtualInput("Pads");
    const keys = virtualInput("Keys");
    const made = rig();
    await made.desk.enable();
    await there(made, "inputs", "Pads");
    const id = await there(made, "inputs", "Keys");
    pads(0x99, 36, 127);
    keys(0x90, 51, 64);
    keys(0x90, 51, 0);
    await expect.poll(() => made.played).toEqual(["on 0 127", "on 15 64", "off 15"]);
    made.desk.choose({ input: id });
    // The other device is heard no more: its note ends.
    expect(made.played.splice(0)).toEqual(["on 0 127", "on 15 64", "off 15", "off 0"]);
    pads(0x99, 37, 127);
    keys(0x90, 40, 127);
    await expect.poll(() => made.played).toEqual(["on 4 127"]);
  });

  test("lie as the device's name says; another layout and channel can be chosen, and are remembered", async () => {
    const cable = createCable();
    const made = rig(async () => cable.access);
    await made.desk.enable();
    const play = cable.plugInput("1", "Launchpad X LPX MIDI Out");
    play([0x90, 11, 127, 0x80, 11, 0]);
    expect(made.played).toEqual(["on 0 127", "off 0"]);
    made.desk.setDevice("Launchpad X LPX MIDI Out", { layout: "plain", channel: 3 });
    play([0x90, 36, 127, 0x92, 36, 127]);
    expect(made.played.slice(2)).toEqual(["on 0 127"]);

    const later = rig(async () => cable.access, made.stored);
    await made.desk.dispose();
    await later.desk.enable();
    expect(later.desk.state.devices).toMatchObject([{ key: "Launchpad X LPX MIDI Out", settings: { layout: "plain", channel: 3 } }]);
  });

  test("bend and press; programs go through", async () => {
    const cable = createCable();
    const made = rig(async () => cable.access);
    await made.desk.enable();
    const play = cable.plugInput("1", "Keys");
    play([0x90, 36, 127]);
    play([0xd0, 127]);
    play([0xe0, 127, 127]);
    play([0xc0, 5]);
    expect(made.played).toEqual(["on 0 127", "press 0 1", "bend 0 2"]);
    expect(made.programs).toEqual([5]);
  });
});

describe("learning", () => {
  test("a pad, then a control, from whichever device moves first; kept for that device when it comes back", async () => {
    const cable = createCable();
    const made = rig(async () => cable.access);
    await made.desk.enable();
    const one = cable.plugInput("1", "Box");
    const two = cable.plugInput("2", "Box");
    expect(made.desk.state.inputs.map(({ id }) => id)).toEqual(["Box", "Box 2"]);
    made.desk.learn({ kind: "pad", pad: 7 });
    expect(made.desk.state.learning).toEqual({ kind: "pad", pad: 7 });
    two([0x93, 100, 90]);
    two([0x83, 100, 0]);
    expect(made.desk.state.learning).toBe(null);
    made.desk.learn({ kind: "control", control: "volume" });
    one([0xb0, 20, 5]);
    expect(made.played).toEqual([]);
    const play = () => {
      one([0xb0, 20, 127]);
      two([0x93, 100, 127, 0x83, 100, 0]);
    };
    play();
    expect(made.controls).toEqual([["volume", 1]]);
    expect(made.played).toEqual(["on 7 127", "off 7"]);
    // The twin has not learned it.
    one([0x93, 100, 127]);
    expect(made.played).toHaveLength(2);

    cable.unplug("2");
    await expect.poll(() => made.desk.state.inputs).toHaveLength(1);
    expect(made.desk.state.devices.find(({ key }) => key === "Box 2")).toMatchObject({ connected: false });
    const again = cable.plugInput("2", "Box");
    await expect.poll(() => made.desk.state.inputs).toHaveLength(2);
    again([0x93, 100, 127, 0x83, 100, 0]);
    expect(made.played.slice(2)).toEqual(["on 7 127", "off 7"]);
    made.desk.forget({ kind: "pad", pad: 7 });
    again([0x93, 100, 127]);
    expect(made.played).toHaveLength(4);
  });

  test("settings that cannot be read are set up again", () => {
    for (const text of ["no JSON", "{}", '{"format":"simile-midi","formatVersion":2}', JSON.stringify({ format: "simile-midi", formatVersion: 1, input: null, output: null, channel: 99, out: {}, devices: {} })]) {
      expect(rig(undefined, new Map([["simile-midi", text]])).desk.state).toMatchObject({ channel: 1, devices: [] });
    }
  });
});

describe("answers", () => {
  test("go to the chosen output and channel alone, and every note ends", async () => {
    const sent = virtualOutput("Synth");
    const other = virtualOutput("Drum");
    const made = rig();
    const { desk } = made;
    await desk.enable();
    desk.answer(answer(36, 100), performance.now())(performance.now());
    desk.choose({ output: await there(made, "outputs", "Synth"), channel: 10 });
    const end = desk.answer(answer(36, 100), performance.now());
    end(performance.now());
    end(performance.now());
    desk.answer(answer(40, 1), performance.now());
    desk.choose({ channel: 2 });
    desk.answer(answer(41, 127), performance.now());
    desk.silence();
    await expect.poll(() => sent).toEqual([[0x99, 36, 100], [0x89, 36, 0], [0x99, 40, 1], [0x89, 40, 0], [0x91, 41, 127], [0x81, 41, 0]]);
    expect(other).toEqual([]);
  });

  test("tell their distance as a controller before the note, at the note's own time", async () => {
    const cable = createCable();
    const made = rig(async () => cable.access);
    await made.desk.enable();
    const sent = cable.plugOutput("o", "Cable");
    made.desk.choose({ output: "Cable", distanceController: 20 });
    const time = performance.now() + 50;
    for (const distance of [0, 0.5, 7]) made.desk.answer(answer(60, 80, distance), time)(time);
    expect(sent.filter(({ message }) => message[0] === 0xb0).map(({ message }) => message)).toEqual([[0xb0, 20, 0], [0xb0, 20, 64], [0xb0, 20, 127]]);
    expect(sent.map(({ message }) => message[0]! >> 4)).toEqual([0xb, 0x9, 0x8, 0xb, 0x9, 0x8, 0xb, 0x9, 0x8]);
    for (const { time: at } of sent) expect(Math.abs(at - time)).toBeLessThan(0.01);
  });

  test("an output that is unplugged is told, and serves again when it is back, under another id as well", async () => {
    const cable = createCable();
    const { desk, faults } = rig(async () => cable.access);
    await desk.enable();
    const sent = cable.plugOutput("hot", "Hot synth");
    await expect.poll(() => desk.state.outputs).toEqual([{ id: "Hot synth", name: "Hot synth" }]);
    desk.choose({ output: "Hot synth" });
    desk.answer(answer(36, 100), performance.now());
    cable.unplug("hot");
    await expect.poll(() => faults.at(-1)?.message).toMatch(/MIDI output: expected Hot synth, got none since it was unplugged; connect it again/);
    expect(desk.state.outputs).toEqual([]);
    desk.answer(answer(37, 100), performance.now());
    const again = cable.plugOutput("other id", "Hot synth");
    await expect.poll(() => faults.at(-1)).toBe(null);
    desk.answer(answer(38, 100), performance.now());
    await expect.poll(() => again.map(({ message }) => message)).toEqual([[0x90, 38, 100]]);
    expect(sent.map(({ message }) => message)).toEqual([[0x90, 36, 100]]);
  });
});

describe("lights", () => {
  test("show the pads on the controller's own output, change by change, and go out at the end", async () => {
    const cable = createCable();
    const made = rig(async () => cable.access);
    await made.desk.enable();
    cable.plugInput("i", "Launchpad X LPX MIDI In");
    const sent = cable.plugOutput("o", "Launchpad X LPX MIDI Out");
    const messages = () => sent.splice(0).map(({ message }) => message);
    const pad = (family: string | null, sounding = false): PadLight => ({ family, share: null, sounding });
    made.desk.show([pad("struck"), pad(null)], 4);
    expect(messages()).toEqual([[0x90, 11, 53]]);
    made.desk.show([pad("struck", true), pad("blown")], 4);
    expect(messages()).toEqual([[0x90, 11, 3], [0x90, 12, 21]]);
    // One that comes back is lit anew.
    cable.unplug("o");
    await expect.poll(() => made.desk.state.outputs).toEqual([]);
    const again = cable.plugOutput("o2", "Launchpad X LPX MIDI Out");
    await expect.poll(() => again.map(({ message }) => message)).toEqual([[0x90, 11, 3], [0x90, 12, 21]]);
    await made.desk.dispose();
    expect(again.slice(2).map(({ message }) => message)).toEqual([[0x90, 11, 0], [0x90, 12, 0]]);
  });
});

describe("clock", () => {
  test("drives the transport: tempo, beats at their time, and a stop that is said or fallen silent", async () => {
    const cable = createCable();
    const made = rig(async () => cable.access);
    await made.desk.enable();
    const master = cable.plugInput("m", "Master");
    const other = cable.plugInput("x", "Other");
    const start = performance.now() - 3_000;
    const at = (tick: number) => start + (tick * 60_000) / (120 * 24);
    master([0xfa], start);
    for (let tick = 0; tick <= 96; tick++) {
      master([0xf8], at(tick));
      // A second clock is not followed while the first one ticks.
      if (tick > 0) other([0xf8], start + tick * 10);
    }
    expect(made.desk.state.clockBpm).toBe(120);
    const beats = made.transports.map((clock) => clock!.beatTime);
    expect(made.transports.every((clock) => Math.abs(clock!.bpm - 120) < 0.01)).toBe(true);
    for (const beat of beats) expect(Math.abs(((beat - start + 250) % 500) - 250)).toBeLessThan(0.1);
    expect(beats.length).toBeGreaterThanOrEqual(3);
    master([0xfc], at(97));
    expect(made.transports.at(-1)).toBe(null);
    expect(made.desk.state.clockBpm).toBe(null);
    master([0xf8], at(97));
    master([0xfb], at(98));
    master([0xf8], at(98));
    expect(made.desk.state.clockBpm).toBe(120);
    await expect.poll(() => made.transports.at(-1)).toBe(null);
  });
});

describe("bad input", () => {
  test("sysex, sensing, broken running status and notes that no pad has play nothing and fault nothing", async () => {
    const cable = createCable();
    const made = rig(async () => cable.access);
    await made.desk.enable();
    const play = cable.plugInput("1", "Keys");
    for (const bytes of [[0xf0, 0x7e, 0x7f, 6, 1, 0xf7], [0xfe], [60, 100], [0x90, 10, 100, 127, 100], [0xf4], []]) expect(() => play(bytes)).not.toThrow();
    expect(made.held.size).toBe(0);
    expect(made.faults.filter(Boolean)).toEqual([]);
    play([0x90, 36, 100]);
    expect(made.played.at(-1)).toBe("on 0 100");
  });

  test("a port that closes in the middle of a note leaves none hanging", async () => {
    const cable = createCable();
    const made = rig(async () => cable.access);
    await made.desk.enable();
    const play = cable.plugInput("1", "Keys");
    play([0x90, 36, 100, 37, 100]);
    expect(made.held.size).toBe(2);
    cable.unplug("1");
    await expect.poll(() => made.held.size).toBe(0);
  });

  test("a flood of 10,000 messages at once is heard to the last, and nothing hangs", async () => {
    const cable = createCable();
    const made = rig(async () => cable.access);
    await made.desk.enable();
    const play = cable.plugInput("1", "Keys");
    for (let i = 0; i < 5_000; i++) {
      play([0x90, 36 + (i % 16), 1 + (i % 127)]);
      play([0x80, 36 + (i % 16), 0]);
    }
    expect(made.played).toHaveLength(10_000);
    expect(made.held.size).toBe(0);
  });
});
