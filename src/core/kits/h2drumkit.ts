/** Writes Hydrogen drumkits: a gzipped tar of drumkit.xml (format of Hydrogen 1.1 and 1.2) and the samples. */

import { strToU8 } from "fflate";
import { safeStem } from "./file-names.ts";
import { gainOfDb, type Kit, type KitFiles, type SoundingPad, soundingPads } from "./kit.ts";
import { decimal, sampleFilesOf } from "./samples.ts";
import { writeTarGz } from "./tar.ts";
import { element, writeXml, type XmlNode } from "./xml.ts";

export const HYDROGEN_NAMESPACE = "http://www.hydrogen-music.org/drumkit";
/** Envelope times are whole frames at this rate. */
export const HYDROGEN_RATE = 44_100;
const NO_GROUP = -1;
const NO_IMAGE_LICENCE = "undefined license";

/**
 * `NAME.h2drumkit`, one file. Kept: name, note, sound from start to end (cut to it), gain, tuning, attack, decay, sustain, release, choke group, and
 * one-shot or gate. Not in the format: hold, loops (written as gate), the velocity curve's shape (on or off) and colours.
 */
export function writeH2Drumkit(kit: Kit): KitFiles {
  const folder = safeStem(kit.name, "kit");
  const cut = soundingPads(kit).map(cutOf);
  const samples = sampleFilesOf(cut);
  const files = new Map<string, Uint8Array>();
  files.set(`${folder}/drumkit.xml`, strToU8(writeXml(drumkitOf(kit.name, samples.map(({ pad, stem }, id) => instrumentOf(pad, `${stem}.wav`, id))))));
  for (const { stem, bytes } of samples) files.set(`${folder}/${stem}.wav`, bytes);
  return new Map([[`${folder}.h2drumkit`, writeTarGz(files)]]);
}

/** The pad with nothing around the part that it plays: layers have no start and end. */
function cutOf(pad: SoundingPad): SoundingPad {
  const { audio, startFrame, endFrame } = pad;
  const channels = audio.channels.map((channel) => channel.subarray(startFrame, endFrame));
  const frames = endFrame - startFrame;
  const mode = pad.mode === "loop" ? "gate" : pad.mode;
  return { ...pad, audio: { ...audio, channels }, startSeconds: 0, endSeconds: frames / audio.sampleRate, startFrame: 0, endFrame: frames, mode };
}

function drumkitOf(name: string, instruments: readonly XmlNode[]): XmlNode {
  return element("drumkit_info", { "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance", xmlns: HYDROGEN_NAMESPACE }, [
    ...texts({ name, author: "", info: "", license: "", image: "", imageLicense: NO_IMAGE_LICENCE }),
    element("componentList", {}, [element("drumkitComponent", {}, texts({ id: 0, name: "Main", volume: 1 }))]),
    element("instrumentList", {}, instruments),
  ]);
}

function instrumentOf(pad: SoundingPad, filename: string, id: number): XmlNode {
  const { envelope } = pad;
  const frames = (seconds: number) => Math.round(seconds * HYDROGEN_RATE);
  return element("instrument", {}, [
    ...texts({
      id,
      name: pad.name,
      volume: 1,
      isMuted: false,
      isSoloed: false,
      pan: 0,
      pitchOffset: 0,
      randomPitchFactor: 0,
      gain: 1,
      applyVelocity: pad.velocity.amount >= 0.5,
      filterActive: false,
      filterCutoff: 1,
      filterResonance: 0,
      Attack: frames(envelope.attack),
      Decay: frames(envelope.decay),
      Sustain: decimal(envelope.sustain),
      Release: frames(envelope.release),
      muteGroup: pad.chokeGroup ?? NO_GROUP,
      midiOutChannel: -1,
      midiOutNote: pad.note,
      isStopNote: pad.mode !== "one-shot",
      sampleSelectionAlgo: "VELOCITY",
      isHihat: -1,
      lower_cc: 0,
      higher_cc: 127,
      FX1Level: 0,
      FX2Level: 0,
      FX3Level: 0,
      FX4Level: 0,
    }),
    element("instrumentComponent", {}, [
      ...texts({ component_id: 0, gain: 1 }),
      element("layer", {}, texts({ filename, min: 0, max: 1, gain: decimal(gainOfDb(pad.gainDb)), pitch: decimal(pad.tuneSemitones) })),
    ]),
  ]);
}

function texts(values: Readonly<Record<string, string | number | boolean>>): readonly XmlNode[] {
  return Object.entries(values).map(([name, value]) => element(name, {}, String(value)));
}
