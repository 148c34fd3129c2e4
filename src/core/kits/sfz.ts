/** Writes SFZ: a text that maps keys to WAV files, read by sfizz, ARIA, Polyphone, TX16Wx and many others. */

import { safeStem } from "./file-names.ts";
import { type Kit, type KitFiles, type PadMode, soundingPads, type VelocityCurve } from "./kit.ts";
import { decimal, kitFolder, type SampleFile, sampleFilesOf } from "./samples.ts";

const FOLDER = "Samples";
const LOOP_MODES: Readonly<Record<PadMode, string>> = { "one-shot": "one_shot", gate: "no_loop", loop: "loop_continuous" };
/** Velocities at which a curve is written; players draw straight lines between them. */
const CURVE_VELOCITIES = [1, 4, 8, 16, 24, 32, 48, 64, 80, 96, 112, 127];

/** `NAME.sfz` and `Samples/`. Every field of a pad is kept but its colour. SFZ version 1 and amp_velcurve, ampeg_hold; "end" and "loop_end" are played. */
export function writeSfz(kit: Kit): KitFiles {
  const samples = sampleFilesOf(soundingPads(kit));
  const lines = [`// ${plain(kit.name)}`, "", "<control>", `default_path=${FOLDER}/`, ...samples.flatMap(regionOf)];
  return kitFolder(`${safeStem(kit.name, "kit")}.sfz`, `${lines.join("\n")}\n`, samples, FOLDER);
}

function regionOf({ pad, stem }: SampleFile): readonly string[] {
  const { envelope, chokeGroup } = pad;
  const semitones = Math.round(pad.tuneSemitones);
  const opcodes: [string, string | number][] = [
    ["sample", `${stem}.wav`],
    ["region_label", plain(pad.name)],
    ["key", pad.note],
    ["volume", decimal(pad.gainDb)],
    ["transpose", semitones],
    ["tune", decimal(100 * (pad.tuneSemitones - semitones))],
    ["offset", pad.startFrame],
    ["end", pad.endFrame - 1],
    ["loop_mode", LOOP_MODES[pad.mode]],
    ["ampeg_attack", decimal(envelope.attack)],
    ["ampeg_hold", decimal(envelope.hold)],
    ["ampeg_decay", decimal(envelope.decay)],
    ["ampeg_sustain", decimal(100 * envelope.sustain)],
    ["ampeg_release", decimal(envelope.release)],
    ["amp_veltrack", decimal(100 * pad.velocity.amount)],
    ...curveOf(pad.velocity),
  ];
  if (pad.mode === "loop") opcodes.push(["loop_start", pad.startFrame], ["loop_end", pad.endFrame - 1]);
  if (chokeGroup !== null) opcodes.push(["group", chokeGroup], ["off_by", chokeGroup]);
  return ["", "<region>", ...opcodes.map(([name, value]) => `${name}=${value}`)];
}

/** Nothing for the square, which is what players take without points. */
function curveOf({ exponent }: VelocityCurve): readonly [string, string][] {
  if (exponent === 2) return [];
  return CURVE_VELOCITIES.map((velocity) => [`amp_velcurve_${velocity}`, decimal((velocity / 127) ** exponent)]);
}

/** A name in which nothing can be taken for an opcode, a header, a macro or a comment. */
function plain(text: string): string {
  return text.replace(/[\p{C}<>=$#/*]+/gu, " ").replace(/ +/g, " ").trim().slice(0, 200) || "untitled";
}
