/** MIDI in, from bytes to actions: parsing, layouts, learning, MPE, and an end for every beginning after any flood. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDeviceKeys } from "../../src/app/midi/device-keys.ts";
import { LAYOUTS, layoutFor, layoutOf, notesOf } from "../../src/app/midi/layouts.ts";
import { createMidiMap, DEFAULT_DEVICE, type DeviceSettings, type MidiAction, type Target, withBinding } from "../../src/app/midi/midi-map.ts";
import { createMidiReader, type MidiEvent } from "../../src/app/midi/midi-message.ts";
import { createPadLights, type PadLight } from "../../src/app/midi/pad-lights.ts";

/** One seed, so that every run tries the same cases. */
fc.configureGlobal({ seed: 20261122 });

const read = (...messages: readonly (readonly number[])[]): readonly MidiEvent[] => {
  const reader = createMidiReader();
  return messages.flatMap((message) => reader.read(message));
};

describe("reader", () => {
  test("reads every channel message", () => {
    expect(read([0x93, 60, 100], [0x83, 60, 5], [0x90, 61, 0], [0xa0, 60, 7], [0xb9, 74, 64], [0xc1, 12], [0xd2, 90])).toEqual([
      { kind: "note-on", channel: 4, note: 60, velocity: 100 },
      { kind: "note-off", channel: 4, note: 60 },
      { kind: "note-off", channel: 1, note: 61 },
      { kind: "key-pressure", channel: 1, note: 60, value: 7 },
      { kind: "control", channel: 10, controller: 74, value: 64 },
      { kind: "program", channel: 2, program: 12 },
      { kind: "pressure", channel: 3, value: 90 },
    ]);
    expect(read([0xe0, 0, 64], [0xe0, 127, 127], [0xe0, 0, 0])).toEqual([0, 1, -1].map((value) => ({ kind: "bend", channel: 1, value })));
    expect(read([0xf2, 4, 1], [0xfa], [0xf8], [0xfc], [0xfb], [0xff])).toEqual([{ kind: "position", sixteenths: 132 }, { kind: "start" }, { kind: "clock" }, { kind: "stop" }, { kind: "continue" }, { kind: "reset" }]);
  });

  test("running status goes on through clock bytes, and ends with system messages", () => {
    expect(read([0x90, 60, 100, 62, 0xf8, 101, 64], [0])).toEqual([
      { kind: "note-on", channel: 1, note: 60, velocity: 100 },
      { kind: "clock" },
      { kind: "note-on", channel: 1, note: 62, velocity: 101 },
      { kind: "note-off", channel: 1, note: 64 },
    ]);
    expect(read([0x90, 60, 100, 0xf6, 61, 100])).toHaveLength(1);
  });

  test("sysex, whole or in parts, sensing and data without a status are passed over", () => {
    expect(read([0xf0, 0x7e, 0x7f, 6, 1], [1, 2, 3], [4, 0xf7], [0xfe], [12, 13, 14], [0xf4], [1], [0xf1, 5], [0xf3, 1])).toEqual([]);
    // An unfinished one ends with the next status.
    expect(read([0xf0, 1, 2], [0x90, 36, 1])).toEqual([{ kind: "note-on", channel: 1, note: 36, velocity: 1 }]);
    expect(read([0x90, 36], [0x80, 36, 0])).toEqual([{ kind: "note-off", channel: 1, note: 36 }]);
  });

  test("any bytes, in any parts, give the same events, all within their bounds", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 20 }), (bytes, cuts) => {
        const whole = read([...bytes]);
        const at = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
        expect(read(...at.slice(1).map((end, i) => [...bytes.subarray(at[i], end)]))).toEqual(whole);
        for (const event of whole) {
          for (const [key, value] of Object.entries(event)) {
            if (typeof value === "number") expect(value >= (key === "value" ? -1 : key === "channel" || key === "velocity" ? 1 : 0) && value <= (key === "sixteenths" ? 16_383 : key === "channel" ? 16 : 127)).toBe(true);
          }
        }
      }),
    );
  });
});

function rig(settings: Partial<DeviceSettings> = {}, size: 4 | 8 = 4) {
  const actions: MidiAction[] = [];
  let voices = 0;
  const map = createMidiMap((action) => void actions.push(action), () => voices++);
  const configure = (change: Partial<DeviceSettings>, grid: 4 | 8 = size) => map.configure({ ...DEFAULT_DEVICE, ...settings, ...change }, grid);
  configure({});
  const play = (...bytes: readonly number[]) => {
    for (const event of createMidiReader().read(bytes)) map.hear(event);
    return actions.splice(0);
  };
  return { map, actions, play, configure };
}

describe("pads", () => {
  test("a note strikes its pad with its velocity, and its end releases that strike", () => {
    const { play } = rig();
    expect(play(0x99, 36, 127)).toEqual([{ kind: "strike", voice: 0, pad: 0, velocity: 1 }]);
    expect(play(0x90, 51, 64)).toEqual([{ kind: "strike", voice: 1, pad: 15, velocity: 64 / 127 }]);
    expect(play(0x89, 36, 0)).toEqual([{ kind: "release", voice: 0 }]);
    expect(play(0x90, 35, 100, 52, 100, 0x80, 35, 0)).toEqual([]);
    // Struck again before its end, a key ends its strike first.
    expect(play(0x90, 51, 127)).toEqual([{ kind: "release", voice: 1 }, { kind: "strike", voice: 2, pad: 15, velocity: 1 }]);
  });

  test("one channel or all", () => {
    const { actions, play, configure } = rig({ channel: 10 });
    expect(play(0x90, 36, 1)).toEqual([]);
    expect(play(0x99, 36, 127)).toHaveLength(1);
    configure({ channel: null });
    expect(actions.splice(0)).toEqual([{ kind: "release", voice: 0 }]);
    expect(play(0x9f, 37, 127)).toHaveLength(1);
  });

  test("a change of channel, and the end of the port, release what is held", () => {
    const { map, play, actions, configure } = rig();
    play(0x90, 36, 100, 37, 100);
    configure({ layout: "launchpad" });
    expect(map.held).toBe(2);
    configure({ channel: 2 });
    expect(actions.splice(0)).toEqual([{ kind: "release", voice: 0 }, { kind: "release", voice: 1 }]);
    play(0x91, 40, 100);
    map.release();
    expect(actions).toEqual([{ kind: "release", voice: 2 }]);
    expect(map.held).toBe(0);
  });

  test("all notes off, all sound off and reset end what is held", () => {
    for (const bytes of [[0xb0, 123, 0], [0xb0, 120, 0], [0xff]]) {
      const { map, play } = rig();
      play(0x90, 36, 100, 37, 100);
      expect(play(...bytes)).toHaveLength(2);
      expect(map.held).toBe(0);
    }
  });

  test("the sustain pedal holds what is let go of, on its channel, until it comes up or the key is struck again", () => {
    const { map, play } = rig();
    play(0x90, 36, 100, 37, 100, 0x91, 38, 100, 0xb0, 64, 100);
    expect(play(0x80, 36, 0)).toEqual([]);
    expect(play(0x81, 38, 0)).toEqual([{ kind: "release", voice: 2 }]);
    expect(play(0x90, 36, 50)).toEqual([{ kind: "release", voice: 0 }, expect.objectContaining({ kind: "strike", voice: 3 })]);
    expect(play(0x80, 36, 0, 0xb0, 64, 64)).toEqual([]);
    expect(map.held).toBe(2);
    // The key that is still held sounds on.
    expect(play(0xb0, 64, 63)).toEqual([{ kind: "release", voice: 3 }]);
    expect(play(0x80, 37, 0)).toEqual([{ kind: "release", voice: 1 }]);
  });

  test("a pedal ends with the notes of its channel, with reset, and where it is learned; under MPE the master's holds all", () => {
    for (const bytes of [[0xb0, 123, 0], [0xb0, 120, 0], [0xb0, 121, 0], [0xff]]) {
      const { map, play } = rig();
      play(0xb0, 64, 127, 0x90, 36, 100, 0x80, 36, 0);
      expect(map.held).toBe(1);
      expect(play(...bytes).filter(({ kind }) => kind === "release")).toEqual([{ kind: "release", voice: 0 }]);
    }
    const learned = rig();
    learned.play(0xb0, 64, 127, 0x90, 36, 100, 0x80, 36, 0);
    learned.configure({ bindings: [{ trigger: { kind: "control", channel: 1, controller: 64 }, target: { kind: "control", control: "volume" } }] });
    expect(learned.actions.splice(0)).toEqual([{ kind: "release", voice: 0 }]);
    expect(learned.play(0xb0, 64, 127, 0x90, 36, 100, 0x80, 36, 0).map(({ kind }) => kind)).toEqual(["control", "strike", "release"]);
    const { play } = rig({ mpe: true });
    expect(play(0xb0, 64, 127, 0x91, 36, 100, 0x81, 36, 0, 0x82, 37, 0)).toHaveLength(1);
    expect(play(0xb0, 64, 0)).toEqual([{ kind: "release", voice: 0 }]);
  });

  test("pressure of key and channel, and bend, move the strikes they mean", () => {
    const { play } = rig();
    play(0x90, 36, 100, 37, 100, 0x91, 38, 100);
    expect(play(0xa0, 37, 127)).toEqual([{ kind: "press", voice: 1, value: 1 }]);
    expect(play(0xd0, 0)).toEqual([{ kind: "press", voice: 0, value: 0 }, { kind: "press", voice: 1, value: 0 }]);
    expect(play(0xe1, 127, 127)).toEqual([{ kind: "bend", voice: 2, semitones: 2 }]);
    // The device may widen its range (registered parameter 0).
    expect(play(0xb1, 101, 0, 100, 0, 6, 12, 0xe1, 0, 0)).toEqual([{ kind: "bend", voice: 2, semitones: -12 }]);
    expect(play(0xb1, 121, 0)).toEqual([{ kind: "bend", voice: 2, semitones: 0 }]);
  });

  test("MPE: each note bends and presses alone, the master moves all, over its own range", () => {
    const { play } = rig({ mpe: true, channel: 10 });
    expect(play(0x91, 36, 100, 0x92, 37, 100)).toHaveLength(2);
    expect(play(0xe2, 127, 127)).toEqual([{ kind: "bend", voice: 1, semitones: 48 }]);
    expect(play(0xe0, 127, 127)).toEqual([{ kind: "bend", voice: 0, semitones: 2 }, { kind: "bend", voice: 1, semitones: 50 }]);
    expect(play(0xd1, 127)).toEqual([{ kind: "press", voice: 0, value: 1 }]);
    // A note that begins on a bent channel begins bent.
    expect(play(0x92, 38, 100)).toEqual([expect.objectContaining({ kind: "strike", voice: 2 }), { kind: "bend", voice: 2, semitones: 50 }]);
    expect(play(0xb0, 123, 0).filter(({ kind }) => kind === "release")).toHaveLength(3);
    expect(rig().play(0xb0, 101, 0, 100, 6, 6, 15)).toEqual([{ kind: "mpe", on: true }]);
    expect(rig().play(0xb0, 101, 0, 100, 6, 6, 0)).toEqual([{ kind: "mpe", on: false }]);
  });

  test("programs and transport go through", () => {
    expect(rig().play(0xc0, 3, 0xfa, 0xf8)).toEqual([{ kind: "program", program: 3 }, { kind: "transport", event: { kind: "start" } }, { kind: "transport", event: { kind: "clock" } }]);
  });
});

describe("learning", () => {
  const volume: Target = { kind: "control", control: "volume" };

  test("takes the next note or controller, silently, and once", () => {
    const { map, play } = rig();
    map.learn({ kind: "pad", pad: 5 });
    expect(play(0x90, 36, 100)).toEqual([{ kind: "learned", binding: { trigger: { kind: "note", channel: 1, note: 36 }, target: { kind: "pad", pad: 5 } } }]);
    expect(play(0x80, 36, 0)).toEqual([]);
    map.learn(volume);
    expect(play(0xb3, 7, 1)).toEqual([{ kind: "learned", binding: { trigger: { kind: "control", channel: 4, controller: 7 }, target: volume } }]);
    map.learn(volume);
    map.learn(null);
    expect(play(0x90, 36, 100)).toMatchObject([{ kind: "strike", pad: 0 }]);
  });

  test("a learned key strikes its pad, a learned controller turns its control, a key pushes it", () => {
    const { play } = rig({
      bindings: [
        { trigger: { kind: "note", channel: 1, note: 36 }, target: { kind: "pad", pad: 5 } },
        { trigger: { kind: "control", channel: 1, controller: 7 }, target: volume },
        { trigger: { kind: "note", channel: 1, note: 90 }, target: { kind: "control", control: "undo" } },
        { trigger: { kind: "control", channel: 1, controller: 20 }, target: { kind: "pad", pad: 2 } },
      ],
    });
    expect(play(0x90, 36, 127)).toEqual([{ kind: "strike", voice: 0, pad: 5, velocity: 1 }]);
    expect(play(0xb0, 7, 127)).toEqual([{ kind: "control", control: "volume", value: 1 }]);
    expect(play(0x90, 90, 1, 0x80, 90, 0)).toEqual([{ kind: "control", control: "undo", value: null }]);
    expect(play(0xb0, 20, 127, 20, 100, 20, 0, 20, 0)).toEqual([{ kind: "strike", voice: 1, pad: 2, velocity: 1 }, { kind: "release", voice: 1 }]);
  });

  test("what was learned before for the same key or target gives way", () => {
    const note = (n: number) => ({ kind: "note", channel: 1, note: n }) as const;
    const first = withBinding([], { trigger: note(40), target: { kind: "pad", pad: 0 } });
    expect(withBinding(first, { trigger: note(40), target: volume })).toEqual([{ trigger: note(40), target: volume }]);
    expect(withBinding(first, { trigger: note(41), target: { kind: "pad", pad: 0 } })).toEqual([{ trigger: note(41), target: { kind: "pad", pad: 0 } }]);
    expect(withBinding(first, { trigger: note(41), target: { kind: "pad", pad: 1 } })).toHaveLength(2);
  });
});

/** Ten thousand events, as a second of a flood may hold them: notes dense enough to meet, everything else between them. */
function flood(seed: number, count: number): readonly number[] {
  const bytes: number[] = [];
  const messages = fc.sample(
    fc.oneof(
      { weight: 8, arbitrary: fc.tuple(fc.constantFrom(0x90, 0x91, 0x99, 0x80, 0x81, 0x89), fc.integer({ min: 30, max: 56 }), fc.integer({ min: 0, max: 127 })) },
      { weight: 2, arbitrary: fc.tuple(fc.integer({ min: 0xa0, max: 0xbf }), fc.integer({ min: 0, max: 127 }), fc.integer({ min: 0, max: 127 })) },
      { weight: 1, arbitrary: fc.tuple(fc.integer({ min: 0xe0, max: 0xef }), fc.integer({ min: 0, max: 127 }), fc.integer({ min: 0, max: 127 })) },
      { weight: 1, arbitrary: fc.constantFrom<number[][]>([0xf8], [0xfe], [0xfa], [0xd0, 3], [0xc0, 9], [0xf0, 1, 2, 0xf7], [0x90, 40], [55, 55]) as fc.Arbitrary<number[]> },
    ),
    { numRuns: count, seed },
  );
  for (const message of messages) bytes.push(...message);
  return bytes;
}

describe("no note is lost and none hangs", () => {
  test.each([1, 2, 3, 4, 5])("in a flood of 10,000 messages (seed %i), with changes of settings under way", (seed) => {
    const { map, actions, configure } = rig();
    const reader = createMidiReader();
    const held = new Set<number>();
    let strikes = 0;
    let expected = 0;
    let layout = layoutOf("plain");
    let mpe = false;
    let channel: number | null = null;
    const account = () => {
      for (const action of actions.splice(0)) {
        if (action.kind === "strike") {
          expect(held.has(action.voice)).toBe(false);
          held.add(action.voice);
          strikes++;
        } else if (action.kind === "release") expect(held.delete(action.voice)).toBe(true);
        else if (action.kind === "press" || action.kind === "bend") expect(held.has(action.voice)).toBe(true);
      }
    };
    flood(seed, 10_000).forEach((byte, index) => {
      for (const event of reader.read([byte])) {
        if (event.kind === "note-on" && (mpe || channel === null || event.channel === channel) && notesOf(layout, 4).includes(event.note)) expected++;
        map.hear(event);
      }
      account();
      if (index % 997 === 0) {
        layout = LAYOUTS[(index / 997) % LAYOUTS.length]!;
        mpe = index % 2 === 1;
        channel = index % 3 === 0 ? 10 : null;
        configure({ layout: layout.id, mpe, channel });
        account();
      }
      expect(map.held).toBe(held.size);
    });
    expect(strikes).toBe(expected);
    expect(strikes).toBeGreaterThan(500);
    map.release();
    account();
    expect(held.size).toBe(0);
  });

  test("after any sequence of short messages, ends of all keys and pedals leave nothing held", () => {
    const message = fc.tuple(fc.constantFrom(0x90, 0x80, 0x93, 0x83, 0xb0), fc.oneof(fc.integer({ min: 34, max: 54 }), fc.constant(64)), fc.integer({ min: 0, max: 127 }));
    fc.assert(
      fc.property(fc.array(message, { maxLength: 80 }), (messages) => {
        const { map, play } = rig();
        for (const bytes of messages) play(...bytes);
        for (const status of [0x80, 0x83]) for (let note = 34; note <= 54; note++) play(status, note, 0);
        play(0xb0, 64, 0);
        expect(map.held).toBe(0);
      }),
    );
  });
});

describe("layouts", () => {
  const corners = (id: Parameters<typeof layoutOf>[0], size: 4 | 8) => {
    const notes = notesOf(layoutOf(id), size);
    return [notes[0], notes[size - 1], notes[size * (size - 1)], notes[size * size - 1]];
  };

  test("have the notes that the devices send, bottom left, bottom right, top left, top right", () => {
    for (const id of ["plain", "mpc", "maschine", "mpd218"] as const) expect(corners(id, 4)).toEqual([36, 39, 48, 51]);
    expect(corners("push", 8)).toEqual([36, 43, 92, 99]);
    expect(corners("push", 4)).toEqual([36, 39, 60, 63]);
    expect(corners("launchpad", 8)).toEqual([11, 18, 81, 88]);
    expect(corners("launchpad", 4)).toEqual([11, 14, 41, 44]);
    expect(corners("apc-mini-mk2", 8)).toEqual([0, 7, 56, 63]);
    expect(notesOf(layoutOf("lpd8"), 4)).toEqual([36, 37, 38, 39, 40, 41, 42, 43, ...Array.from({ length: 8 }, () => null)]);
    expect(corners("plain", 8)).toEqual([36, 43, 92, 99]);
  });

  test("give each pad a note of its own", () => {
    for (const layout of LAYOUTS) {
      for (const size of [4, 8] as const) {
        const notes = notesOf(layout, size).filter((note) => note !== null);
        expect(new Set(notes).size).toBe(notes.length);
      }
    }
  });

  test("are chosen by the port's name", () => {
    const names = ["Launchpad X LPX MIDI In", "LPMiniMK3 MIDI", "APC mini mk2", "Ableton Push 2 User Port", "LPD8 mk2", "MPD218", "MPC Live II", "Maschine MK3", "MPK mini"];
    expect(names.map((name) => layoutFor(name).id)).toEqual(["launchpad", "launchpad", "apc-mini-mk2", "push", "lpd8", "mpd218", "mpc", "maschine", "plain"]);
  });
});

describe("lights", () => {
  const pad = (family: string | null, sounding = false, share: number | null = null): PadLight => ({ family, sounding, share });

  test("show families, what sounds and distances, and send only what changes", () => {
    const lights = createPadLights(layoutOf("launchpad"));
    expect(lights.show([pad("struck"), pad("bowed"), pad(null)], 4)).toEqual([[0x90, 11, 53], [0x90, 12, 45]]);
    expect(lights.show([pad("struck"), pad("bowed", true), pad(null)], 4)).toEqual([[0x90, 12, 3]]);
    expect(lights.show([pad("struck"), pad("bowed"), pad("glass", false, 1)], 4)).toEqual([[0x90, 12, 45], [0x90, 13, 45]]);
    expect(lights.clear()).toEqual([[0x90, 11, 0], [0x90, 12, 0], [0x90, 13, 0]]);
    expect(lights.clear()).toEqual([]);
    expect(createPadLights(layoutOf("apc-mini-mk2")).show([pad("blown")], 8)).toEqual([[0x96, 0, 21]]);
    expect(createPadLights(layoutOf("plain")).show([pad("blown")], 4)).toEqual([]);
  });
});

describe("device keys", () => {
  test("twins are told apart, and who comes back is known again", () => {
    const keys = createDeviceKeys();
    const [a, b] = [{ id: "a", name: "LPD8" }, { id: "b", name: "LPD8" }];
    expect([...keys.update([a, b])]).toEqual([["a", "LPD8"], ["b", "LPD8 2"]]);
    expect([...keys.update([b])]).toEqual([["b", "LPD8 2"]]);
    expect([...keys.update([b, a])].toSorted()).toEqual([["a", "LPD8"], ["b", "LPD8 2"]]);
    // Another id is another socket: it takes the free name.
    expect(keys.update([{ id: "c", name: "LPD8" }, b]).get("c")).toBe("LPD8");
    expect(keys.update([{ id: "d", name: "Push" }]).get("d")).toBe("Push");
  });
});
