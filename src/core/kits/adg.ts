/** Writes Ableton Drum Racks: gzipped XML with a chain and a Simpler a pad, as Live 11 and later open them. */

import { gzipSync, strToU8 } from "fflate";
import { safeStem } from "./file-names.ts";
import { gainOfDb, type Kit, type KitFiles, type SoundingPad, soundingPads } from "./kit.ts";
import { decimal, kitFolder, type SampleFile, sampleFilesOf } from "./samples.ts";
import { element, writeXml, type XmlNode } from "./xml.ts";

const FOLDER = "Samples";
/** The version whose element names and places these are; Live converts presets of older versions as it opens them. */
const LIVE = { MajorVersion: 5, MinorVersion: "11.0_11300", SchemaChangeCount: 3, Creator: "Ableton Live 11.3.13", Revision: "" };
/** "OverwriteProtectionNumber" of Live 11. */
const PROTECTION = 2817;
/** Live stores the note of a pad backwards: note 36 (C1) is 92. */
const NOTE_SUM = 128;
/** Note that a chain hands to its Simpler, whose root it is: every pad plays as recorded. */
const ROOT = 60;
/** Least linear level of Live's envelopes and faders: -70 dB. */
const SILENCE = 0.0003162277571;
/** Path relative to the folder of the preset. */
const BESIDE = 1;
const AUDIO_FILE = 2;
/** Places in Simpler's list of voice counts: 6 voices. */
const VOICES = 5;
const CLASSIC = 0;
const ONE_SHOT = 1;
/** Milliseconds. */
const MAX_FADE = 2000;

/**
 * `NAME.adg` and `Samples/`. Kept: name, note, part of the sound, gain (the chain's fader), tuning, choke group, mode, how much velocity matters, and
 * the envelope but for its hold: attack and release as fades of Simpler's one-shot mode; attack, decay, sustain, release of its classic mode. Not in
 * the format: the velocity curve's exponent and colours of any shade.
 */
export function writeAdg(kit: Kit): KitFiles {
  const samples = sampleFilesOf(soundingPads(kit));
  const rack = element("GroupDevicePreset", {}, [
    value("OverwriteProtectionNumber", PROTECTION),
    element("Device", {}, [rackOf(kit.name)]),
    element("PresetRef", {}, [defaultPreset("DrumGroupDevice")]),
    element("BranchPresets", {}, samples.map(branchOf)),
    element("ReturnBranchPresets", {}),
  ]);
  return kitFolder(`${safeStem(kit.name, "kit")}.adg`, gzipSync(strToU8(writeXml(element("Ableton", LIVE, [rack]))), { mtime: 0 }), samples, FOLDER);
}

function value(name: string, content: string | number | boolean): XmlNode {
  return element(name, { Value: content });
}

function values(contents: Readonly<Record<string, string | number | boolean>>): readonly XmlNode[] {
  return Object.entries(contents).map(([name, content]) => value(name, content));
}

function target(name: "AutomationTarget" | "ModulationTarget"): XmlNode {
  return element(name, { Id: 0 }, [value("LockEnvelope", 0)]);
}

/** A parameter with a range; Live takes values outside of it to the nearest bound, and so do we. */
function dial(name: string, content: number, least: number, most: number): XmlNode {
  const within = Math.min(most, Math.max(least, content));
  const range = element("MidiControllerRange", {}, values({ Min: least, Max: most }));
  return element(name, {}, [value("LomId", 0), value("Manual", within), range, target("AutomationTarget"), target("ModulationTarget")]);
}

function onOff(name: string, content: boolean): XmlNode {
  const thresholds = element("MidiCCOnOffThresholds", {}, values({ Min: 64, Max: 127 }));
  return element(name, {}, [value("LomId", 0), value("Manual", content), target("AutomationTarget"), thresholds]);
}

function choice(name: string, content: number): XmlNode {
  return element(name, {}, [value("LomId", 0), value("Manual", content), target("AutomationTarget")]);
}

function fileRef(path: string, type: number, bytes: number): XmlNode {
  return element("FileRef", {}, [
    ...values({ RelativePathType: type, RelativePath: path, Path: "", Type: AUDIO_FILE }),
    ...values({ LivePackName: "", LivePackId: "", OriginalFileSize: bytes, OriginalCrc: 0 }),
  ]);
}

function defaultPreset(device: string): XmlNode {
  return element("AbletonDefaultPresetRef", { Id: 0 }, [fileRef("", 0, 0), element("DeviceId", { Name: device })]);
}

/** What every device begins with. */
function deviceHead(name: string): readonly XmlNode[] {
  return [
    ...values({ LomId: 0, LomIdView: 0, IsExpanded: true }),
    onOff("On", true),
    value("ModulationSourceCount", 0),
    element("ParametersListWrapper", { LomId: 0 }),
    element("Pointee", { Id: 0 }),
    ...values({ LastSelectedTimeableIndex: 0, LastSelectedClipEnvelopeIndex: 0 }),
    element("LastPresetRef", {}, [element("Value", {})]),
    element("LockedScripts", {}),
    ...values({ IsFolded: false, ShouldShowPresetName: true, UserName: name, Annotation: "" }),
    element("SourceContext", {}, [element("Value", {})]),
    value("OverwriteProtectionNumber", PROTECTION),
  ];
}

function rackOf(name: string): XmlNode {
  return element("DrumGroupDevice", { Id: 0 }, [
    ...deviceHead(name),
    element("Branches", {}),
    ...values({ IsBranchesListVisible: false, IsReturnBranchesListVisible: false, IsRangesEditorVisible: false, AreDevicesVisible: true }),
    ...values({ NumVisibleMacroControls: 8, AreMacroControlsVisible: false, IsAutoSelectEnabled: true }),
    dial("ChainSelector", 0, 0, 127),
    ...values({ ChainSelectorRelativePosition: -1073741824, ViewsToRestoreWhenUnfolding: 0 }),
    element("ReturnBranches", {}),
    ...values({ BranchesSplitterProportion: 0.5, ShowBranchesInSessionMixer: false, LockId: 0, LockSeal: 0 }),
    element("ChainsListWrapper", { LomId: 0 }),
    element("ReturnChainsListWrapper", { LomId: 0 }),
    ...values({ AreMacroVariationsControlsVisible: false, ChainSelectorFilterMidiCtrl: false, RangeTypeIndex: 1, ShowsZonesInsteadOfNoteNames: true }),
    ...values({ IsMidiSectionVisible: false, AreSendsVisible: false, ArePadsVisible: true, PadScrollPosition: 19 }),
    element("DrumPadsListWrapper", { LomId: 0 }),
    element("VisibleDrumPadsListWrapper", { LomId: 0 }),
  ]);
}

function branchOf(sample: SampleFile, id: number): XmlNode {
  const { pad } = sample;
  return element("DrumBranchPreset", { Id: id }, [
    ...values({ Name: pad.name, IsSoloed: false }),
    element("DevicePresets", {}, [devicePreset(simplerOf(sample), "OriginalSimpler")]),
    element("MixerPreset", {}, [devicePreset(mixerOf(pad), "AudioBranchMixerDevice")]),
    ...values({ SessionViewBranchWidth: 55, DocumentColorIndex: 4, AutoColored: true, AutoColorScheme: 0 }),
    element("ZoneSettings", {}, values({ ReceivingNote: NOTE_SUM - pad.note, SendingNote: ROOT, ChokeGroup: pad.chokeGroup ?? 0 })),
  ]);
}

function devicePreset(device: XmlNode, name: string): XmlNode {
  const reference = element("PresetRef", {}, [defaultPreset(name)]);
  return element("AbletonDevicePreset", { Id: 0 }, [value("OverwriteProtectionNumber", PROTECTION), element("Device", {}, [device]), reference]);
}

function mixerOf(pad: SoundingPad): XmlNode {
  const route = element("Routable", {}, [
    ...values({ Target: "AudioOut/None", UpperDisplayString: "No Output", LowerDisplayString: "" }),
    element("MpeSettings", {}, values({ ZoneType: 0, FirstNoteChannel: 1, LastNoteChannel: 15 })),
  ]);
  return element("AudioBranchMixerDevice", { Id: 0 }, [
    ...deviceHead(""),
    onOff("Speaker", true),
    dial("Volume", Number(gainOfDb(pad.gainDb).toPrecision(10)), SILENCE, 1.99526238),
    dial("Panorama", 0, -1, 1),
    element("SendInfos", {}),
    element("RoutingHelper", {}, [route, value("TargetEnum", 0)]),
    element("SendsListWrapper", { LomId: 0 }),
  ]);
}

function simplerOf(sample: SampleFile): XmlNode {
  const { pad } = sample;
  const semitones = Math.round(pad.tuneSemitones);
  return element("OriginalSimpler", { Id: 0 }, [
    ...deviceHead(pad.name),
    element("Player", {}, [
      element("MultiSampleMap", {}, [
        element("SampleParts", {}, [partOf(sample)]),
        ...values({ LoadInRam: false, LayerCrossfade: 0 }),
        element("SourceContext", {}),
      ]),
      element("LoopModulators", {}, [
        value("IsModulated", true),
        dial("SampleStart", 0, 0, 1),
        dial("SampleLength", 1, 0, 1),
        onOff("LoopOn", pad.mode === "loop"),
        dial("LoopLength", 1, 0, 1),
        dial("LoopFade", 0, 0, 1),
      ]),
      onOff("Reverse", false),
      onOff("Snap", false),
      ...values({ InterpolationMode: 3, UseConstPowCrossfade: true }),
    ]),
    element("Pitch", {}, [
      dial("TransposeKey", semitones, -48, 48),
      dial("TransposeFine", Number(decimal(100 * (pad.tuneSemitones - semitones))), -50, 50),
      offSlot("Envelope"),
      value("ScrollPosition", -1073741824),
    ]),
    volumeOf(pad),
    element("Globals", {}, [
      ...values({ NumVoices: VOICES, NumVoicesEnvTimeControl: false, RetriggerMode: true, ModulationResolution: 2 }),
      dial("KeyZoneShift", 0, -48, 48),
      ...values({ PitchBendRange: 5, ScrollPosition: 0, IsSimpler: true, PlaybackMode: pad.mode === "one-shot" ? ONE_SHOT : CLASSIC, LegacyMode: false }),
    ]),
  ]);
}

function offSlot(name: string): XmlNode {
  return element(name, {}, [onOff("IsOn", false), element("Slot", {}, [element("Value", {})])]);
}

function partOf({ pad, stem, bytes }: SampleFile): XmlNode {
  const last = pad.endFrame - 1;
  const range = (name: string, least: number) => element(name, {}, values({ Min: least, Max: 127, CrossfadeMin: least, CrossfadeMax: 127 }));
  const loop = (name: string, mode: number) => element(name, {}, values({ Start: pad.startFrame, End: last, Mode: mode, Crossfade: 0, Detune: 0 }));
  const file = fileRef(`${FOLDER}/${stem}.wav`, BESIDE, bytes.length);
  return element("MultiSamplePart", { Id: 0, HasImportedSlicePoints: true, NeedsAnalysisData: true }, [
    ...values({ LomId: 0, Name: stem, Selection: true, IsActive: true, Solo: false }),
    range("KeyRange", 0),
    range("VelocityRange", 1),
    range("SelectorRange", 0),
    ...values({ RootKey: ROOT, Detune: 0, TuneScale: 100, Panorama: 0, Volume: 1, Link: false, SampleStart: pad.startFrame, SampleEnd: last }),
    loop("SustainLoop", pad.mode === "loop" ? 1 : 0),
    loop("ReleaseLoop", 3),
    element("SampleRef", {}, [
      file,
      value("LastModDate", 0),
      element("SourceContext", {}),
      ...values({ SampleUsageHint: 0, DefaultDuration: pad.audio.channels[0]!.length, DefaultSampleRate: pad.audio.sampleRate, SamplesToAutoWarp: 0 }),
    ]),
    ...values({ SlicingThreshold: 100, SlicingBeatGrid: 4, SlicingRegions: 8, SlicingStyle: 0 }),
    element("SampleWarpProperties", {}, [
      element("WarpMarkers", {}),
      ...values({ WarpMode: 0, GranularityTones: 30, GranularityTexture: 65, FluctuationTexture: 25, ComplexProFormants: 100, ComplexProEnvelope: 128 }),
      ...values({ TransientResolution: 6, TransientLoopMode: 2, TransientEnvelope: 100, IsWarped: false }),
      element("Onsets", {}, [element("UserOnsets", {}), value("HasUserOnsets", false)]),
    ]),
    ...["SlicePoints", "ManualSlicePoints", "BeatSlicePoints", "RegionSlicePoints"].map((name) => element(name, {})),
    ...values({ UseDynamicBeatSlices: true, UseDynamicRegionSlices: true }),
  ]);
}

/** Times are milliseconds; slopes of 0 are straight lines. */
function volumeOf({ envelope, mode, velocity }: SoundingPad): XmlNode {
  const ms = (seconds: number) => Number(decimal(1000 * seconds));
  const slope = (name: string) => dial(name, 0, -1, 1);
  const level = (name: string, content: number) => dial(name, content, SILENCE, 1);
  return element("VolumeAndPan", {}, [
    dial("Volume", 0, -36, 36),
    dial("VolumeVelScale", Number(decimal(velocity.amount)), 0, 1),
    dial("VolumeKeyScale", 0, -1, 1),
    dial("VolumeLfoAmount", 0, 0, 1),
    dial("Panorama", 0, -1, 1),
    dial("PanoramaKeyScale", 0, -1, 1),
    dial("PanoramaRnd", 0, 0, 1),
    dial("PanoramaLfoAmount", 0, 0, 1),
    element("Envelope", {}, [
      dial("AttackTime", ms(envelope.attack), 0.1000000015, 20_000),
      level("AttackLevel", SILENCE),
      slope("AttackSlope"),
      dial("DecayTime", ms(envelope.decay), 1, 60_000),
      level("DecayLevel", 1),
      slope("DecaySlope"),
      level("SustainLevel", Number(decimal(envelope.sustain))),
      dial("ReleaseTime", ms(envelope.release), 1, 60_000),
      level("ReleaseLevel", SILENCE),
      slope("ReleaseSlope"),
      choice("LoopMode", 0),
      dial("LoopTime", 100, 0.200000003, 20_000),
      dial("RepeatTime", 3, 0, 14),
      dial("TimeVelScale", 0, -100, 100),
      value("CurrentOverlay", 0),
    ]),
    element("OneShotEnvelope", {}, [
      dial("FadeInTime", mode === "one-shot" ? ms(envelope.attack) : 0, 0, MAX_FADE),
      choice("SustainMode", 0),
      dial("FadeOutTime", mode === "one-shot" ? ms(envelope.release) : 0, 0, MAX_FADE),
    ]),
  ]);
}
