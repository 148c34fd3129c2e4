/** Writes Akai MPC drum programs (XML of file version 2.1, which MPC software and hardware of versions 2 and 3 load). */

import { resample } from "../signal/resample.ts";
import { safeStem } from "./file-names.ts";
import { type Kit, type KitFiles, type SoundingPad, soundingPads } from "./kit.ts";
import { decimal, kitFolder, sampleFilesOf } from "./samples.ts";
import { element, writeXml, type XmlNode } from "./xml.ts";

/** Rate that every MPC plays without a conversion of its own. */
export const MPC_RATE = 44_100;
/** An MPC writes all of its pads (8 banks of 16) and layers, filled or not. */
const PADS = 128;
const LAYERS = 4;
/** Note of pad 1; pad n has 35 + n, going round at 127. */
const FIRST_NOTE = 36;
/** Seconds at 0 and 1 of an envelope's times. */
const LEAST_SECONDS = 0.001;
const MOST_SECONDS = 100;
const MAX_TUNE = 36;
const PAD_COLOUR = 0xffffff;
const TRIGGERS = { "one-shot": 0, gate: 2, loop: 2 } as const;

/** Position of a fader for a gain: dB = 40 log10(position) + 6, so that 1 is +6 dB and 0.707946 is 0 dB. */
export function mpcLevel(gainDb: number): number {
  return 10 ** ((gainDb - 6) / 40);
}

/** Position for an envelope's time: seconds = 0.001 (100 / 0.001)^position; shorter times are 0. */
export function mpcTime(seconds: number): number {
  return Math.log(Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, seconds)) / LEAST_SECONDS) / Math.log(MOST_SECONDS / LEAST_SECONDS);
}

/**
 * `NAME.xpm` with its samples beside it, at 44.1 kHz, as an MPC looks for them. Kept: note (by the pad-note map), part of the sound, gain, tuning within
 * 36 semitones, envelope, choke group (mute group), mode, how much velocity matters, colour. Pads are named after their files; the velocity curve is the MPC's.
 */
export function writeXpm(kit: Kit): KitFiles {
  const samples = sampleFilesOf(soundingPads(kit).map(atMpcRate));
  const instruments = Array.from({ length: PADS }, (_, index) => instrumentOf(index + 1, samples[index]?.pad, samples[index]?.stem ?? ""));
  const notes = padNotes(samples.map(({ pad }) => pad.note));
  const program = element("Program", { type: "Drum" }, [
    ...texts({ ProgramName: safeStem(kit.name, "kit"), "ProgramPads-v2.10": padColours(samples.map(({ pad }) => pad.colour ?? PAD_COLOUR)), CueBusEnable: "False" }),
    routeOf(2),
    ...texts({ ...SENDS, Volume: fixed(mpcLevel(0)), Mute: "False", Solo: "False", Pan: "0.500000", AutomationFilter: 1 }),
    ...texts({ Pitch: "0.000000", TuneCoarse: 0, TuneFine: 0, Mono: "False" }),
    ...texts({ Program_Polyphony: 16, PortamentoTime: "0.000000", PortamentoLegato: "False", PortamentoQuantized: "False", "Program.Xfader.Route": 0 }),
    element("Instruments", {}, instruments),
    element("PadNoteMap", {}, notes.map((note, index) => element("PadNote", { number: index + 1 }, texts({ Note: note })))),
    element("PadGroupMap", {}, notes.map((_, index) => element("PadGroup", { number: index + 1 }, texts({ Group: 0 })))),
    element("QLinkAssignments", {}),
  ]);
  const version = element("Version", {}, texts({ File_Version: "2.1", Application: "MPC-V", Application_Version: "2.15.1.1", Platform: "Linux" }));
  return kitFolder(`${safeStem(kit.name, "kit")}.xpm`, writeXml(element("MPCVObject", {}, [version, program])), samples, "");
}

/** The notes of all pads: the kit's first, then those that are left, each once, from where they would be. */
function padNotes(wanted: readonly number[]): readonly number[] {
  const used = new Set(wanted);
  const free = Array.from({ length: PADS }, (_, index) => (FIRST_NOTE + wanted.length + index) % PADS).filter((note) => !used.has(note));
  return [...wanted, ...free];
}

function atMpcRate(pad: SoundingPad): SoundingPad {
  const { sampleRate } = pad.audio;
  if (sampleRate === MPC_RATE) return pad;
  const channels = pad.audio.channels.map((channel) => resample(channel, sampleRate, MPC_RATE));
  const frames = channels[0]!.length;
  const place = (frame: number) => Math.round((frame * MPC_RATE) / sampleRate);
  const startFrame = Math.min(frames - 1, place(pad.startFrame));
  const endFrame = Math.min(frames, Math.max(startFrame + 1, place(pad.endFrame)));
  return { ...pad, audio: { sampleRate: MPC_RATE, channels }, startFrame, endFrame };
}

/** The JSON that MPC keeps of its pads' colours, 0xRRGGBB each. */
function padColours(colours: readonly number[]): string {
  const pads = Object.fromEntries(Array.from({ length: PADS }, (_, index) => [`value${index}`, colours[index] ?? 0]));
  const content = { Universal: { value0: false }, Type: { value0: 4 }, universalPad: 7775, pads, UnusedPads: { value0: 1 } };
  return JSON.stringify({ "ProgramPads-v2.10": content }, null, 4);
}

const SENDS = { Send1: "0.000000", Send2: "0.000000", Send3: "0.000000", Send4: "0.000000" } as const;

function texts(contents: Readonly<Record<string, string | number>>): readonly XmlNode[] {
  return Object.entries(contents).map(([name, content]) => element(name, {}, String(content)));
}

function fixed(value: number): string {
  return value.toFixed(6);
}

function routeOf(route: number): XmlNode {
  return element("AudioRoute", {}, texts({ AudioRoute: route, AudioRouteSubIndex: 0, AudioRouteChannelBitmap: 3, InsertsEnabled: "True" }));
}

function instrumentOf(number: number, pad: SoundingPad | undefined, stem: string): XmlNode {
  return element("Instrument", { number }, [
    element("CueBusEnable", {}, "False"),
    routeOf(0),
    ...texts({ ...SENDS, Volume: fixed(mpcLevel(pad?.gainDb ?? 0)), Mute: "False", Solo: "False", Pan: "0.500000", AutomationFilter: 1 }),
    ...texts({ FilterKeytrack: "0.000000", FilterType: 2, Cutoff: "1.000000", Resonance: "0.000000", FilterEnvAmt: "0.000000" }),
    ...texts({ AfterTouchToFilter: "0.000000", VelocityToFilter: "0.000000", VelocityToFilterEnvelope: "0.000000", VelocityToStart: "0.000000", VelocityToFilterAttack: "0.000000" }),
    ...envelopeOf("Filter", undefined),
    ...envelopeOf("Volume", pad),
    ...envelopeOf("Pitch", undefined),
    ...texts({ PitchEnvAmount: "0.500000", VelocityToPitch: "0.000000", VelocityToVolumeAttack: "0.000000" }),
    ...texts({ VelocitySensitivity: fixed(pad?.velocity.amount ?? 1), VelocityToPan: "0.000000" }),
    ...texts({ RandomizationScale: "1.000000", AttackRandom: "0.000000", DecayRandom: "0.000000", CutoffRandom: "0.000000", ResonanceRandom: "0.000000" }),
    element("LFO", { LfoNum: 0 }, [
      ...texts({ Type: "Sine", Rate: "0.500000", Sync: 0, Reset: "True" }),
      ...texts({ LfoPitch: "0.000000", LfoCutoff: "0.000000", LfoVolume: "0.000000", LfoPan: "0.000000" }),
    ]),
    ...texts({ TuneCoarse: 0, TuneFine: 0, Mono: "True", Polyphony: 1, LowNote: 0, HighNote: 127 }),
    ...texts({ IgnoreBaseNote: "False", ZonePlay: 1, MuteGroup: pad?.chokeGroup ?? 0 }),
    ...texts(Object.fromEntries(["MuteTarget", "SimultTarget"].flatMap((name) => [1, 2, 3, 4].map((index) => [`${name}${index}`, 0])))),
    ...texts({ TriggerMode: TRIGGERS[pad?.mode ?? "one-shot"], WarpTempo: "120.000000", BpmLock: "False", WarpEnable: "False" }),
    ...texts({ StretchPercentage: 100, EditAllLayers: "False" }),
    element("Layers", {}, Array.from({ length: LAYERS }, (_, index) => layerOf(index + 1, index === 0 ? pad : undefined, index === 0 ? stem : ""))),
  ]);
}

/** A pad that only fades in and out plays by the simple envelope, which leaves its level alone until the end. */
function envelopeOf(name: "Filter" | "Volume" | "Pitch", pad: SoundingPad | undefined): readonly XmlNode[] {
  const envelope = pad?.envelope;
  const simple = !pad || (pad.mode === "one-shot" && pad.envelope.attack === 0 && pad.envelope.sustain === 1);
  const times = { Attack: envelope?.attack ?? 0, Hold: envelope?.hold ?? 0, Decay: envelope?.decay ?? 0, Release: envelope?.release ?? 0 };
  const at = (key: keyof typeof times) => fixed(mpcTime(times[key]));
  return texts({
    [`${name}Hold`]: at("Hold"),
    [`${name}DecayType`]: "True",
    [`${name}ADEnvelope`]: simple ? "True" : "False",
    [`${name}Attack`]: at("Attack"),
    [`${name}Decay`]: simple ? "0.047244" : at("Decay"),
    [`${name}Sustain`]: fixed(envelope?.sustain ?? 1),
    [`${name}Release`]: at("Release"),
    [`${name}AttackCurve`]: "0.375000",
    [`${name}DecayCurve`]: "0.375000",
    [`${name}ReleaseCurve`]: "0.375000",
  });
}

function layerOf(number: number, pad: SoundingPad | undefined, stem: string): XmlNode {
  const tune = Math.min(MAX_TUNE, Math.max(-MAX_TUNE, pad?.tuneSemitones ?? 0));
  const coarse = Math.trunc(tune);
  const loop = pad?.mode === "loop";
  return element("Layer", { number }, texts({
    Active: "True",
    Volume: "1.000000",
    Pan: "0.500000",
    Pitch: fixed(tune),
    TuneCoarse: coarse,
    TuneFine: decimal(Math.round(100 * (tune - coarse))),
    VelStart: 0,
    VelEnd: 127,
    SampleStart: 0,
    SampleEnd: 0,
    LoopStart: 0,
    LoopEnd: 0,
    LoopCrossfadeLength: 0,
    LoopTune: 0,
    RootNote: 0,
    KeyTrack: "False",
    SampleName: stem,
    PitchRandom: "0.000000",
    VolumeRandom: "0.000000",
    PanRandom: "0.000000",
    OffsetRandom: "0.000000",
    SampleFile: "",
    SliceIndex: 129,
    Direction: 0,
    Offset: 0,
    SliceStart: pad?.startFrame ?? 0,
    SliceEnd: pad?.endFrame ?? 0,
    SliceLoopStart: loop ? pad.startFrame : 0,
    SliceLoop: loop ? 1 : 0,
    SliceLoopCrossFadeLength: 0,
    SliceTailPosition: "0.500000",
    SliceTailLength: "0.000000",
  }));
}
