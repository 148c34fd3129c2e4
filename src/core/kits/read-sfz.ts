/** Reads an SFZ instrument as a kit: one pad a note, with a sentence for all that a pad cannot hold. */

import { FormatError } from "../errors.ts";
import type { Audio } from "../signal/audio.ts";
import { stemOf } from "./file-names.ts";
import { ChokeGroups } from "./choke-groups.ts";
import { clamp, type Kit, type KitImport, type KitPad, MAX_PADS, PAD_BOUNDS, type PadMode, secondsOf, type VelocityCurve } from "./kit.ts";
import { KitNotes } from "./kit-notes.ts";
import { folderOf, joinInside } from "./relative-path.ts";
import { parseSfzText, type SfzSection, type TextLoader } from "./sfz-text.ts";

/** Where an instrument's files come from, by paths inside the folder that was given; null where there is none. */
export interface KitSource {
  readonly text: TextLoader;
  readonly audio: (path: string) => Promise<Audio | null>;
}

/** Headers from the outermost to the innermost: each clears those after it. */
const LEVELS = ["global", "master", "group", "region"] as const;
type Level = (typeof LEVELS)[number];
type Opcodes = ReadonlyMap<string, string>;

const ALIASES: ReadonlyMap<string, string> = new Map([
  ["offby", "off_by"],
  ["loopmode", "loop_mode"],
  ["loopstart", "loop_start"],
  ["loopend", "loop_end"],
  ["pitch", "tune"],
  ["polyphony_group", "group"],
]);
const VOLUMES = ["volume", "group_volume", "master_volume", "global_volume"];
const READ = new Set([
  ...["sample", "key", "lokey", "hikey", "pitch_keycenter", "pitch_keytrack", "transpose", "tune", "offset", "end", "loop_mode", "loop_start", "loop_end"],
  ...["ampeg_attack", "ampeg_hold", "ampeg_decay", "ampeg_sustain", "ampeg_release", "group", "off_by", "amp_veltrack", "lovel", "hivel", "trigger"],
  ...["seq_position", "region_label", "default_path", "note_offset", "octave_offset", ...VOLUMES],
]);
/** Opcodes that change no sound of a pad: read over in silence. */
const SILENT = new Set(["seq_length", "off_mode", "group_label", "master_label", "global_label", "hint_ram_based", "ampeg_delay"]);
const MODES: ReadonlyMap<string, PadMode> = new Map([
  ["one_shot", "one-shot"],
  ["no_loop", "gate"],
  ["loop_continuous", "loop"],
  ["loop_sustain", "loop"],
]);
/** Velocity whose layer a pad takes. */
const FIRM = 100;
const DEFAULT_RELEASE = 0.001;

interface Region {
  readonly opcodes: Opcodes;
  /** Path inside the folder. */
  readonly sample: string;
  readonly note: number;
  readonly softest: number;
  readonly loudest: number;
}

/**
 * Reads the SFZ at `path`. Inheritance is <global>, <master>, <group>, <region>; of several velocity layers or round robins of a note the one for a firm
 * hit is taken. Throws FormatError for a file that is no SFZ or names paths outside the folder.
 */
export async function readSfz(path: string, source: KitSource): Promise<KitImport> {
  const text = await source.text(path);
  if (text === null) throw new FormatError(`${path}: expected an SFZ file, got none at that place; choose its folder with it.`);
  const sections = await parseSfzText(text, path, source.text);
  const notes = new KitNotes();
  const regions = regionsOf(sections, path, notes);
  const chosen = chooseRegions(regions, notes);
  if (chosen.length === 0) throw new FormatError(`${path}: expected a <region> with a sample, got none that a pad can play; export it again.`);
  const groups = new ChokeGroups(notes);
  const silencing = new Set(regions.map(({ opcodes }) => opcodes.get("off_by") ?? "0").filter((group) => Number(group) !== 0));
  const pads: KitPad[] = [];
  for (const region of chosen) pads.push(padOf(region, await source.audio(region.sample), silencing, groups, notes));
  const kit: Kit = { name: stemOf(path).replace(/\.sfz$/i, ""), pads };
  return { kit, notes: notes.sentences() };
}

function regionsOf(sections: readonly SfzSection[], path: string, notes: KitNotes): readonly Region[] {
  const held: Record<Level, Opcodes> = { global: new Map(), master: new Map(), group: new Map(), region: new Map() };
  let control: Opcodes = new Map();
  const regions: Region[] = [];
  for (const { header, opcodes } of sections) {
    const named = opcodes.map(([name, value]) => [ALIASES.get(name) ?? name, value] as const);
    for (const [name] of named) {
      if (!READ.has(name) && !SILENT.has(name) && !/^(amp_velcurve_\d+|label_cc\d+|set_cc\d+)$/.test(name)) notes.count("opcode", name);
    }
    if (header === "control") control = new Map([...control, ...named]);
    else if (LEVELS.some((level) => level === header)) {
      const level = LEVELS.indexOf(header as Level);
      held[header as Level] = withKeys(named);
      for (const inner of LEVELS.slice(level + 1)) held[inner] = new Map();
      if (header !== "region") continue;
      const region = regionOf(mergeOf(held), control, path, notes);
      if (region) regions.push(region);
    } else notes.count("header", `<${header}>`);
  }
  return regions;
}

/** "key" stands for three opcodes, which a later one may replace. */
function withKeys(opcodes: readonly (readonly [string, string])[]): Opcodes {
  const all = new Map<string, string>();
  for (const [name, value] of opcodes) {
    if (name === "key") for (const part of ["lokey", "hikey", "pitch_keycenter"]) all.set(part, value);
    else all.set(name, value);
  }
  return all;
}

function mergeOf(held: Readonly<Record<Level, Opcodes>>): Opcodes {
  return new Map(LEVELS.flatMap((level) => [...held[level]]));
}

function regionOf(opcodes: Opcodes, control: Opcodes, path: string, notes: KitNotes): Region | undefined {
  const sample = opcodes.get("sample");
  const trigger = opcodes.get("trigger") ?? "attack";
  if (sample === undefined || Number(opcodes.get("end") ?? 0) < 0) return undefined;
  if (sample.startsWith("*")) notes.say(`A region of the generator ${JSON.stringify(sample.slice(0, 40))} was left out: pads play samples.`);
  else if (trigger !== "attack" && trigger !== "first") notes.count("left out", `region for the ${trigger} of a note`);
  else {
    const shift = numberOf(control, "note_offset", 0) + 12 * numberOf(control, "octave_offset", 0);
    const key = (name: string) => keyOf(opcodes.get(name), shift);
    const low = key("lokey") ?? 0;
    const high = key("hikey") ?? 127;
    if (low > high || high < 0 || low > 127) return undefined;
    const centre = key("pitch_keycenter") ?? 60;
    const file = joinInside(folderOf(path), `${control.get("default_path") ?? ""}${sample}`, path);
    const note = Math.max(0, Math.min(127, Math.max(low, Math.min(high, centre))));
    return { opcodes, sample: file, note, softest: numberOf(opcodes, "lovel", 0), loudest: numberOf(opcodes, "hivel", 127) };
  }
  return undefined;
}

/** One region a note, in the order of the file: the one whose velocities hold a firm hit, first in its round robin, else the loudest. */
function chooseRegions(regions: readonly Region[], notes: KitNotes): readonly Region[] {
  const byNote = new Map<number, Region[]>();
  for (const region of regions) byNote.set(region.note, [...(byNote.get(region.note) ?? []), region]);
  const turn = ({ opcodes }: Region) => numberOf(opcodes, "seq_position", 1);
  const rank = (region: Region) => (region.softest <= FIRM && region.loudest >= FIRM ? 0 : 128 - region.loudest);
  const chosen = [...byNote.entries()].map(([note, layers]) => {
    if (layers.length > 1) notes.count("left out", `further layer of note ${note}`, layers.length - 1);
    return layers.toSorted((a, b) => turn(a) - turn(b) || rank(a) - rank(b))[0]!;
  });
  return chosen.slice(0, MAX_PADS);
}

function padOf({ opcodes, sample, note }: Region, audio: Audio | null, silencing: ReadonlySet<string>, groups: ChokeGroups, notes: KitNotes): KitPad {
  const sound = audio && audio.channels.length <= 2 ? audio : null;
  if (!sound) notes.say(audio ? `${sample} has ${audio.channels.length} channels: pads play one or two.` : `${sample} is not there: its pad is silent.`);
  const name = opcodes.get("region_label") ?? stemOf(sample);
  const length = sound ? secondsOf(sound) : 0;
  const rate = sound?.sampleRate ?? 1;
  const mode = modeOf(opcodes, notes);
  const start = Math.min(length, Math.max(0, numberOf(opcodes, "offset", 0) / rate));
  const end = Math.min(length, opcodes.has("end") ? (numberOf(opcodes, "end", 0) + 1) / rate : length);
  const last = mode === "loop" && opcodes.has("loop_end") ? Math.min(end, (numberOf(opcodes, "loop_end", 0) + 1) / rate) : end;
  if (mode === "loop" && numberOf(opcodes, "loop_start", 0) / rate > start) notes.say(`${name}: the loop begins within the sound; a pad repeats all of it.`);
  const centre = opcodes.get("pitch_keycenter");
  const root = centre === "sample" ? note : (keyOf(centre, 0) ?? 60);
  const tune = ((note - root) * numberOf(opcodes, "pitch_keytrack", 100)) / 100 + numberOf(opcodes, "transpose", 0) + numberOf(opcodes, "tune", 0) / 100;
  const bound = (key: keyof typeof PAD_BOUNDS, value: number) => notes.bounded(name, key, value, clamp(value, PAD_BOUNDS[key]));
  const group = opcodes.get("off_by") ?? opcodes.get("group");
  return {
    name,
    note,
    file: sample,
    audio: sound,
    gainDb: bound("gainDb", VOLUMES.reduce((sum, volume) => sum + numberOf(opcodes, volume, 0), 0)),
    tuneSemitones: bound("tuneSemitones", tune),
    startSeconds: last > start ? start : 0,
    endSeconds: last > start ? last : length,
    envelope: {
      attack: bound("attack", numberOf(opcodes, "ampeg_attack", 0)),
      hold: bound("hold", numberOf(opcodes, "ampeg_hold", 0)),
      decay: bound("decay", numberOf(opcodes, "ampeg_decay", 0)),
      sustain: bound("sustain", numberOf(opcodes, "ampeg_sustain", 100) / 100),
      release: bound("release", numberOf(opcodes, "ampeg_release", DEFAULT_RELEASE)),
    },
    chokeGroup: group !== undefined && silencing.has(group) ? groups.of(group) : null,
    mode,
    velocity: velocityOf(opcodes),
  };
}

function modeOf(opcodes: Opcodes, notes: KitNotes): PadMode {
  const written = opcodes.get("loop_mode");
  const mode = written === undefined ? undefined : MODES.get(written);
  if (written !== undefined && !mode) notes.count("value", `loop_mode=${written.slice(0, 40)}`);
  return mode ?? "gate";
}

/** amp_veltrack is the amount; the exponent fits the points of amp_velcurve_N, sum(ln g ln v) / sum(ln v ln v), and is 2 where there are none. */
function velocityOf(opcodes: Opcodes): VelocityCurve {
  let product = 0;
  let square = 0;
  for (const [name, value] of opcodes) {
    const velocity = Number(/^amp_velcurve_(\d+)$/.exec(name)?.[1]) / 127;
    const gain = Number(value);
    if (!(velocity > 0 && velocity < 1 && gain > 1e-4)) continue;
    product += Math.log(gain) * Math.log(velocity);
    square += Math.log(velocity) ** 2;
  }
  const exponent = square > 0 ? product / square : 2;
  return { amount: clamp(numberOf(opcodes, "amp_veltrack", 100) / 100, PAD_BOUNDS.velocityAmount), exponent: clamp(exponent, PAD_BOUNDS.velocityExponent) };
}

/** What is not a number counts as not written, as players take it. */
function numberOf(opcodes: Opcodes, name: string, otherwise: number): number {
  const value = Number.parseFloat(opcodes.get(name) ?? "");
  return Number.isFinite(value) ? value : otherwise;
}

const STEPS: Readonly<Record<string, number>> = { c: 0, d: 2, e: 4, f: 5, g: 7, a: 9, b: 11 };

/** A key as a number or a name, where c4 is 60; undefined where it is neither. */
function keyOf(text: string | undefined, shift: number): number | undefined {
  if (text === undefined) return undefined;
  const name = /^([a-g])([#b♯♭]?)(-?\d+)$/i.exec(text);
  if (name) {
    const accidental = name[2] === "#" || name[2] === "♯" ? 1 : name[2] ? -1 : 0;
    return STEPS[name[1]!.toLowerCase()]! + accidental + 12 * (Number(name[3]) + 1) + shift;
  }
  const key = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isNaN(key) ? undefined : key < 0 ? key : key + shift;
}
