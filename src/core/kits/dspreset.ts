/** Writes DecentSampler presets: XML that maps keys to WAV files. */

import { safeStem } from "./file-names.ts";
import { type Kit, type KitFiles, soundingPads } from "./kit.ts";
import { decimal, kitFolder, type SampleFile, sampleFilesOf } from "./samples.ts";
import { element, writeXml, type XmlNode } from "./xml.ts";

const FOLDER = "Samples";
/** First version that reads every attribute used here. */
const MIN_VERSION = "1.6.0";

/**
 * `NAME.dspreset` and `Samples/`. Kept: name, note, part of the sound, gain, tuning, attack, decay, sustain, release (linear), choke group, mode, and how much
 * velocity matters. Not in the format: hold, the velocity curve's exponent (linear) and colours. A one-shot whose envelope shapes it ignores the note's end
 * for as long as it sounds by a release of its own length.
 */
export function writeDspreset(kit: Kit): KitFiles {
  const samples = sampleFilesOf(soundingPads(kit));
  const text = writeXml(element("DecentSampler", { minVersion: MIN_VERSION, presetName: kit.name }, [element("groups", {}, samples.map(groupOf))]));
  return kitFolder(`${safeStem(kit.name, "kit")}.dspreset`, text, samples, FOLDER);
}

/** A group a pad: volume by velocity and choking can be set there alone. */
function groupOf({ pad, stem }: SampleFile): XmlNode {
  const tag = pad.chokeGroup === null ? {} : { tags: `choke${pad.chokeGroup}`, silencedByTags: `choke${pad.chokeGroup}`, silencingMode: "fast" };
  return element("group", { name: pad.name, ampVelTrack: decimal(pad.velocity.amount), pitchKeyTrack: 0, ...envelopeOf(pad), ...tag }, [
    element("sample", {
      path: `${FOLDER}/${stem}.wav`,
      rootNote: pad.note,
      loNote: pad.note,
      hiNote: pad.note,
      start: pad.startFrame,
      end: pad.endFrame - 1,
      tuning: decimal(pad.tuneSemitones),
      volume: `${decimal(pad.gainDb)}dB`,
      ...(pad.mode === "loop" ? { loopEnabled: true, loopStart: pad.startFrame, loopEnd: pad.endFrame - 1 } : { loopEnabled: false }),
    }),
  ]);
}

function envelopeOf({ envelope, mode, startFrame, endFrame, audio, tuneSemitones }: SampleFile["pad"]): Readonly<Record<string, string | number | boolean>> {
  const { attack, decay, sustain, release } = envelope;
  if (mode === "one-shot" && attack === 0 && sustain === 1) return { ampEnvEnabled: false };
  const whole = (endFrame - startFrame) / audio.sampleRate / 2 ** (tuneSemitones / 12);
  return {
    ampEnvEnabled: true,
    attack: decimal(attack),
    decay: decimal(decay),
    sustain: decimal(sustain),
    release: decimal(mode === "one-shot" ? Math.max(release, whole) : release),
    attackCurve: 0,
    decayCurve: 0,
    releaseCurve: 0,
  };
}
