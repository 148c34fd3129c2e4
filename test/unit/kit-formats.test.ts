/** Kits as DecentSampler, Ableton, MPC and MIDI files: the structure and every number, parsed apart from the code that wrote them. */

import { gunzipSync, strFromU8 } from "fflate";
import JZZ from "jzz";
import midiFiles from "jzz-midi-smf";
import { describe, expect, test } from "vitest";
import { FormatError } from "../../src/core/errors.ts";
import { writeAdg } from "../../src/core/kits/adg.ts";
import { writeDspreset } from "../../src/core/kits/dspreset.ts";
import { createPad, type Kit, type KitFiles } from "../../src/core/kits/kit.ts";
import { type PlayedNote, TICKS_PER_BEAT, writePerformance } from "../../src/core/kits/performance-file.ts";
import { childOf, childrenOf, parseXml, textOf, type XmlElement } from "../../src/core/kits/xml.ts";
import { mpcLevel, mpcTime, writeXpm } from "../../src/core/kits/xpm.ts";
import { parseWav } from "../../src/core/signal/wav.ts";
import { createRandom } from "../../src/model/random.ts";
import { randomKit, tone } from "./kit-fixture.ts";

const SHAPED = { attack: 0.02, hold: 0.1, decay: 0.3, sustain: 0.25, release: 0.5 };
const KIT: Kit = {
  name: "Bells & <Drums>",
  pads: [
    createPad("Kick \"one\"", 36, tone(60, 0.5), { gainDb: -6, chokeGroup: 3, colour: 0x12abef }),
    createPad("Bell", 60, tone(880, 1, 48_000, 2), { mode: "gate", tuneSemitones: -1.75, startSeconds: 0.25, endSeconds: 0.75, envelope: SHAPED, velocity: { amount: 0.5, exponent: 1 } }),
    createPad("Drone", 127, tone(220, 0.3), { mode: "loop", startSeconds: 0.1, chokeGroup: 16 }),
    createPad("Swell", 0, tone(220, 0.3), { tuneSemitones: 12, envelope: SHAPED }),
  ],
};

/** The one file of a kit that ends so, as text. */
function textFile(files: KitFiles, ending: string, unpack = (bytes: Uint8Array) => bytes): string {
  const [path, ...others] = [...files.keys()].filter((name) => name.endsWith(ending));
  expect(others).toEqual([]);
  return strFromU8(unpack(files.get(path!)!));
}

function at(root: XmlElement, path: string): XmlElement {
  return path.split("/").reduce((element, name) => {
    const child = childOf(element, name);
    if (!child) throw new Error(`no <${name}> of ${path} in <${element.name}>`);
    return child;
  }, root);
}

describe("DecentSampler", () => {
  const files = writeDspreset(KIT);
  const root = parseXml(textFile(files, ".dspreset"), "kit");
  const groups = childrenOf(at(root, "groups"), "group");
  const attributes = groups.map((group) => ({ ...Object.fromEntries(group.attributes), ...Object.fromEntries(childOf(group, "sample")!.attributes) }));

  test("one group a pad, samples beside it, the name as it is", () => {
    expect([...files.keys()]).toEqual(["Bells_Drums.dspreset", "Samples/Kick_one.wav", "Samples/Bell.wav", "Samples/Drone.wav", "Samples/Swell.wav"]);
    expect(root.attributes.get("presetName")).toBe(KIT.name);
    for (const { path } of attributes) expect(files.has(path!)).toBe(true);
  });

  test("notes, gains, tunings and parts", () => {
    expect(attributes.map(({ rootNote, loNote, hiNote }) => [rootNote, loNote, hiNote])).toEqual([["36", "36", "36"], ["60", "60", "60"], ["127", "127", "127"], ["0", "0", "0"]]);
    expect(attributes.map(({ volume, tuning }) => [volume, tuning])).toEqual([["-6dB", "0"], ["0dB", "-1.75"], ["0dB", "0"], ["0dB", "12"]]);
    expect(attributes.map(({ start, end }) => [start, end])).toEqual([["0", "22049"], ["12000", "35999"], ["4410", "13229"], ["0", "13229"]]);
    expect(attributes.map(({ loopEnabled, loopStart, loopEnd }) => [loopEnabled, loopStart, loopEnd])).toEqual([["false", undefined, undefined], ["false", undefined, undefined], ["true", "4410", "13229"], ["false", undefined, undefined]]);
  });

  test("envelopes, velocity and choking; a one-shot outlasts its note", () => {
    expect(attributes[0]).toMatchObject({ ampEnvEnabled: "false", ampVelTrack: "1", tags: "choke3", silencedByTags: "choke3" });
    expect(attributes[1]).toMatchObject({ ampEnvEnabled: "true", attack: "0.02", decay: "0.3", sustain: "0.25", release: "0.5", ampVelTrack: "0.5" });
    expect(attributes[1]!.tags).toBeUndefined();
    expect(attributes[3]).toMatchObject({ ampEnvEnabled: "true", release: "0.5" });
    const low = parseXml(textFile(writeDspreset({ ...KIT, pads: [{ ...KIT.pads[3]!, tuneSemitones: -12 }] }), ".dspreset"), "kit");
    expect(Number(at(low, "groups/group").attributes.get("release"))).toBeCloseTo(0.6, 6);
  });
});

describe("Ableton Drum Rack", () => {
  const files = writeAdg(KIT);
  const root = parseXml(textFile(files, ".adg", gunzipSync), "kit");
  const branches = childrenOf(at(root, "GroupDevicePreset/BranchPresets"), "DrumBranchPreset");
  const simplers = branches.map((branch) => at(branch, "DevicePresets/AbletonDevicePreset/Device/OriginalSimpler"));
  const valueAt = (element: XmlElement, path: string) => at(element, path).attributes.get("Value");
  const numberAt = (element: XmlElement, path: string) => Number(valueAt(element, path));

  test("one chain and Simpler a pad, each with a mixer, in a rack of that name", () => {
    expect(root.name).toBe("Ableton");
    expect(valueAt(at(root, "GroupDevicePreset/Device/DrumGroupDevice"), "UserName")).toBe(KIT.name);
    expect(branches.map((branch) => valueAt(branch, "Name"))).toEqual(KIT.pads.map(({ name }) => name));
    expect(branches.map((branch) => at(branch, "MixerPreset/AbletonDevicePreset/Device").children[0]!.name)).toEqual(Array(4).fill("AudioBranchMixerDevice"));
  });

  test("pads listen to 128 - ReceivingNote and hand on the Simpler's root", () => {
    expect(branches.map((branch) => 128 - numberAt(branch, "ZoneSettings/ReceivingNote"))).toEqual([36, 60, 127, 0]);
    expect(branches.map((branch) => numberAt(branch, "ZoneSettings/ChokeGroup"))).toEqual([3, 0, 16, 0]);
    for (const [index, branch] of branches.entries()) {
      expect(valueAt(branch, "ZoneSettings/SendingNote")).toBe(valueAt(simplers[index]!, "Player/MultiSampleMap/SampleParts/MultiSamplePart/RootKey"));
    }
  });

  test("samples are found beside the preset, with length, rate and part", () => {
    const parts = simplers.map((simpler) => at(simpler, "Player/MultiSampleMap/SampleParts/MultiSamplePart"));
    for (const part of parts) {
      const bytes = files.get(valueAt(part, "SampleRef/FileRef/RelativePath")!)!;
      const audio = parseWav(bytes, "w");
      expect(numberAt(part, "SampleRef/FileRef/RelativePathType")).toBe(1);
      expect(numberAt(part, "SampleRef/FileRef/OriginalFileSize")).toBe(bytes.length);
      expect(numberAt(part, "SampleRef/DefaultDuration")).toBe(audio.channels[0]!.length);
      expect(numberAt(part, "SampleRef/DefaultSampleRate")).toBe(audio.sampleRate);
    }
    expect(parts.map((part) => [numberAt(part, "SampleStart"), numberAt(part, "SampleEnd")])).toEqual([[0, 22_049], [12_000, 35_999], [4410, 13_229], [0, 13_229]]);
  });

  test("modes, gains, tunings and envelopes", () => {
    expect(simplers.map((simpler) => [numberAt(simpler, "Globals/PlaybackMode"), valueAt(simpler, "Player/LoopModulators/LoopOn/Manual")])).toEqual([[1, "false"], [0, "false"], [0, "true"], [1, "false"]]);
    expect(branches.map((branch) => 20 * Math.log10(numberAt(branch, "MixerPreset/AbletonDevicePreset/Device/AudioBranchMixerDevice/Volume/Manual"))).map((db) => db.toFixed(6))).toEqual(["-6.000000", "0.000000", "0.000000", "0.000000"]);
    expect(simplers.map((simpler) => [numberAt(simpler, "Pitch/TransposeKey/Manual"), numberAt(simpler, "Pitch/TransposeFine/Manual")])).toEqual([[0, 0], [-2, 25], [0, 0], [12, 0]]);
    const envelope = at(simplers[1]!, "VolumeAndPan/Envelope");
    expect(["AttackTime", "DecayTime", "SustainLevel", "ReleaseTime"].map((name) => numberAt(envelope, `${name}/Manual`))).toEqual([20, 300, 0.25, 500]);
    expect(numberAt(simplers[1]!, "VolumeAndPan/VolumeVelScale/Manual")).toBe(0.5);
    expect(numberAt(simplers[3]!, "VolumeAndPan/OneShotEnvelope/FadeInTime/Manual")).toBe(20);
    expect(numberAt(simplers[3]!, "VolumeAndPan/OneShotEnvelope/FadeOutTime/Manual")).toBe(500);
  });

  test("every dial of random kits stays within its own range", () => {
    for (let seed = 1; seed <= 10; seed++) {
      const all = parseXml(textFile(writeAdg(randomKit(seed, 3)), ".adg", gunzipSync), "kit");
      const dials = (element: XmlElement): readonly XmlElement[] => [...(childOf(element, "MidiControllerRange") ? [element] : []), ...element.children.flatMap(dials)];
      expect(dials(all).length).toBeGreaterThan(90);
      const outside = dials(all).filter((dial) => !(numberAt(dial, "Manual") >= numberAt(dial, "MidiControllerRange/Min") && numberAt(dial, "Manual") <= numberAt(dial, "MidiControllerRange/Max")));
      expect(outside.map(({ name }) => name)).toEqual([]);
    }
  });
});

describe("MPC drum program", () => {
  const files = writeXpm(KIT);
  const program = at(parseXml(textFile(files, ".xpm"), "kit"), "Program");
  const instruments = childrenOf(at(program, "Instruments"), "Instrument");
  const layers = instruments.map((instrument) => childrenOf(at(instrument, "Layers"), "Layer"));
  const firsts = layers.slice(0, 4).map(([first]) => first!);

  test("128 pads of four layers; only the kit's first layers have samples", () => {
    expect(program.attributes.get("type")).toBe("Drum");
    expect(instruments.map((instrument) => instrument.attributes.get("number"))).toEqual(Array.from({ length: 128 }, (_, index) => String(index + 1)));
    expect(new Set(layers.map((four) => four.length))).toEqual(new Set([4]));
    expect(layers.flat().map((layer) => textOf(layer, "SampleName")).filter((name) => name !== "")).toEqual(["Kick_one", "Bell", "Drone", "Swell"]);
  });

  test("pads have the kit's notes, and no note belongs to two", () => {
    const notes = childrenOf(at(program, "PadNoteMap"), "PadNote").map((pad) => Number(textOf(pad, "Note")));
    expect(notes.slice(0, 4)).toEqual([36, 60, 127, 0]);
    expect(notes.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 128 }, (_, note) => note));
  });

  test("sixteen pads from 36 keep the MPC's own map", () => {
    const plain = writeXpm({ name: "k", pads: Array.from({ length: 16 }, (_, index) => createPad("p", 36 + index, tone(100, 0.01))) });
    const notes = childrenOf(at(parseXml(textFile(plain, ".xpm"), "kit"), "Program/PadNoteMap"), "PadNote").map((pad) => Number(textOf(pad, "Note")));
    expect(notes).toEqual(Array.from({ length: 128 }, (_, index) => (36 + index) % 128));
  });

  test("samples lie beside the program at 44.1 kHz, parts moved with the rate", () => {
    expect([...files.keys()]).toEqual(["Bells_Drums.xpm", "Kick_one.wav", "Bell.wav", "Drone.wav", "Swell.wav"]);
    for (const [path, bytes] of files) if (path.endsWith(".wav")) expect(parseWav(bytes, path).sampleRate).toBe(44_100);
    expect(firsts.map((layer) => [textOf(layer, "SliceStart"), textOf(layer, "SliceEnd"), textOf(layer, "SliceLoop")])).toEqual([["0", "22050", "0"], ["11025", "33075", "0"], ["4410", "13230", "1"], ["0", "13230", "0"]]);
  });

  test("levels, tunings, triggers, groups and colours", () => {
    expect(instruments.slice(0, 2).map((instrument) => textOf(instrument, "Volume"))).toEqual([(10 ** -0.3).toFixed(6), "0.707946"]);
    expect(firsts.map((layer) => [textOf(layer, "TuneCoarse"), textOf(layer, "TuneFine")])).toEqual([["0", "0"], ["-1", "-75"], ["0", "0"], ["12", "0"]]);
    expect(instruments.slice(0, 5).map((instrument) => [textOf(instrument, "TriggerMode"), textOf(instrument, "MuteGroup")])).toEqual([["0", "3"], ["2", "0"], ["2", "16"], ["0", "0"], ["0", "0"]]);
    const pads = JSON.parse(textOf(program, "ProgramPads-v2.10")!) as { "ProgramPads-v2.10": { pads: Record<string, number> } };
    expect([0, 1, 4].map((pad) => pads["ProgramPads-v2.10"].pads[`value${pad}`])).toEqual([0x12abef, 0xffffff, 0]);
  });

  test("levels and times have the ends and the middle that the MPC shows", () => {
    expect(mpcLevel(6)).toBe(1);
    expect(mpcLevel(0).toFixed(6)).toBe("0.707946");
    expect([0, 0.001, 100, 1000].map(mpcTime)).toEqual([0, 0, 1, 1]);
    expect(mpcTime(Math.sqrt(0.001 * 100))).toBeCloseTo(0.5, 12);
  });
});

describe("performance as a MIDI file", () => {
  midiFiles(JZZ);
  interface MidiTracks extends ReadonlyArray<ReadonlyArray<{ readonly tt: number; readonly ff?: number; readonly dd?: string; readonly [byte: number]: number }>> {
    readonly ppqn: number;
    readonly type: number;
  }
  const { SMF } = JZZ.MIDI as unknown as { readonly SMF: new (data: string) => MidiTracks };
  /** Bytes and times as another reader sees them. */
  const read = (bytes: Uint8Array) => new SMF(Buffer.from(bytes).toString("latin1"));
  const notesOf = (bytes: Uint8Array) => {
    const file = read(bytes);
    return file[0]!.filter((event) => event.ff === undefined).map((event) => ({ tick: event.tt, status: event[0]! & 0xf0, channel: event[0]! & 0x0f, note: event[1]!, velocity: event[2]! }));
  };

  test("times are seconds times tempo, within half a tick", () => {
    const notes: PlayedNote[] = [{ note: 36, velocity: 100, startSeconds: 0, durationSeconds: 0.25 }, { note: 42, velocity: 1, channel: 9, startSeconds: 1.0003, durationSeconds: 0.1 }];
    const bytes = writePerformance({ name: "Take 1 – Größe", tempo: 90, notes });
    const file = read(bytes);
    expect([file.length, file.type, file.ppqn]).toEqual([1, 0, TICKS_PER_BEAT]);
    const perSecond = (90 / 60) * TICKS_PER_BEAT;
    expect(notesOf(bytes)).toEqual([
      { tick: 0, status: 0x90, channel: 0, note: 36, velocity: 100 },
      { tick: 0.25 * perSecond, status: 0x80, channel: 0, note: 36, velocity: 64 },
      { tick: Math.round(1.0003 * perSecond), status: 0x90, channel: 9, note: 42, velocity: 1 },
      { tick: Math.round(1.1003 * perSecond), status: 0x80, channel: 9, note: 42, velocity: 64 },
    ]);
    const tempo = file[0]!.find(({ ff }) => ff === 0x51)!;
    expect([...tempo.dd!].reduce((value, byte) => 256 * value + byte.charCodeAt(0), 0)).toBe(Math.round(60e6 / 90));
    const name = file[0]!.find(({ ff }) => ff === 0x03)!;
    expect(Buffer.from(name.dd!, "latin1").toString("utf8")).toBe("Take 1 – Größe");
  });

  test("every note that begins ends, whatever was played", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = createRandom(seed);
      const notes = Array.from({ length: 500 }, () => ({ note: random.integer(4), velocity: 1 + random.integer(127), channel: random.integer(2), startSeconds: random.uniform() * 10, durationSeconds: 1e-6 + random.uniform() }));
      const sounding = new Set<string>();
      let begun = 0;
      for (const { status, channel, note } of notesOf(writePerformance({ name: "", tempo: 30 + random.uniform() * 300, notes }))) {
        const key = `${channel}/${note}`;
        expect(sounding.has(key)).toBe(status === 0x80);
        if (status === 0x80) sounding.delete(key);
        else sounding.add(key);
        if (status === 0x90) begun++;
      }
      expect(sounding.size).toBe(0);
      expect(begun).toBeGreaterThan(400);
    }
  });

  test("two strikes of a key at one time are one note, the louder", () => {
    const strike = (velocity: number) => ({ note: 40, velocity, startSeconds: 1, durationSeconds: velocity / 100 });
    expect(notesOf(writePerformance({ name: "", tempo: 60, notes: [strike(50), strike(90), strike(20)] }))).toEqual([
      { tick: 960, status: 0x90, channel: 0, note: 40, velocity: 90 },
      { tick: 960 + 864, status: 0x80, channel: 0, note: 40, velocity: 64 },
    ]);
  });

  test("ten thousand notes a second for ten seconds are written and read", () => {
    const notes = Array.from({ length: 100_000 }, (_, index) => ({ note: index % 128, velocity: 100, channel: index % 16, startSeconds: index / 10_000, durationSeconds: 0.001 }));
    const events = notesOf(writePerformance({ name: "flood", tempo: 120, notes }));
    expect(events.filter(({ status }) => status === 0x90)).toHaveLength(100_000);
  });

  test("nothing played is a file without notes", () => {
    expect(notesOf(writePerformance({ name: "", tempo: 120, notes: [] }))).toEqual([]);
  });

  test.each<[string, Partial<PlayedNote>]>([["note", { note: 128 }], ["velocity", { velocity: 0 }], ["channel", { channel: 16 }], ["startSeconds", { startSeconds: -1 }], ["durationSeconds", { durationSeconds: 0 }], ["startSeconds", { startSeconds: Number.NaN }]])("a %s out of range is a FormatError", (_, change) => {
    expect(() => writePerformance({ name: "", tempo: 120, notes: [{ note: 36, velocity: 100, startSeconds: 0, durationSeconds: 1, ...change }] })).toThrow(FormatError);
  });

  test("a tempo out of range is a FormatError", () => {
    for (const tempo of [0, -1, Number.NaN, 1e6]) expect(() => writePerformance({ name: "", tempo, notes: [] })).toThrow(FormatError);
  });
});
