/** Reads Hydrogen drumkits of every format (layers in components, in instruments, or one file name) as kits. */

import { strFromU8 } from "fflate";
import { FormatError } from "../errors.ts";
import type { Audio } from "../signal/audio.ts";
import { ChokeGroups } from "./choke-groups.ts";
import { stemOf } from "./file-names.ts";
import { HYDROGEN_RATE } from "./h2drumkit.ts";
import { clamp, dbOfGain, DEFAULT_VELOCITY, type Kit, type KitImport, type KitPad, MAX_PADS, PAD_BOUNDS, secondsOf } from "./kit.ts";
import { KitNotes } from "./kit-notes.ts";
import { folderOf, joinInside } from "./relative-path.ts";
import { readTarGz, type TarLimits } from "./tar.ts";
import { childOf, childrenOf, parseXml, textOf, type XmlElement } from "./xml.ts";

const MANIFEST = "drumkit.xml";
/** Note of the first instrument where a kit names none. */
const FIRST_NOTE = 36;

/** Gives the sound of a file of the kit; null where it cannot be decoded. `bytes` are the file's. */
export type SoundDecoder = (bytes: Uint8Array, path: string) => Promise<Audio | null>;

/** Gives the sound of a file beside a drumkit.xml; null where there is none. */
export type SoundLoader = (file: string) => Promise<Audio | null>;

/** Reads the archive `NAME.h2drumkit`. Throws FormatError for archives that are damaged, beyond `limits` or climb out, and for XML that is no drumkit. */
export async function readH2Drumkit(bytes: Uint8Array, place: string, decode: SoundDecoder, limits?: TarLimits): Promise<KitImport> {
  const files = readTarGz(bytes, place, limits);
  const manifest = [...files.keys()].find((path) => path === MANIFEST || path.endsWith(`/${MANIFEST}`));
  if (manifest === undefined) throw new FormatError(`${place}: expected a drumkit with ${MANIFEST}, got none in the archive; export it from Hydrogen again.`);
  return readDrumkitXml(strFromU8(files.get(manifest)!), `${place}: ${manifest}`, async (name) => {
    const path = joinInside(folderOf(manifest), name, place);
    const file = files.get(path);
    return file ? decode(file, path) : null;
  });
}

/** Reads the text of a drumkit.xml. Throws FormatError for XML that is no drumkit or has no sample. */
export async function readDrumkitXml(text: string, place: string, load: SoundLoader): Promise<KitImport> {
  const root = parseXml(text, place);
  const list = childOf(root, "instrumentList");
  if (root.name !== "drumkit_info" || !list) throw new FormatError(`${place}: expected a Hydrogen drumkit, got <${root.name}>; export it from Hydrogen again.`);
  const notes = new KitNotes();
  const groups = new ChokeGroups(notes);
  const instruments = childrenOf(list, "instrument");
  const pads: KitPad[] = [];
  const used = new Set<number>();
  for (const [index, instrument] of instruments.entries()) {
    const layer = layerOf(instrument, notes);
    if (!layer) continue;
    if (pads.length >= MAX_PADS) {
      notes.say(`Only ${MAX_PADS} of ${instruments.length} instruments fit a kit.`);
      break;
    }
    const note = freeNote(numberOf(instrument, "midiOutNote", FIRST_NOTE + index), used);
    used.add(note);
    pads.push(await padOf(instrument, layer, note, load, groups, notes));
  }
  if (pads.length === 0) throw new FormatError(`${place}: expected an instrument with a sample, got none; fill the kit in Hydrogen first.`);
  const kit: Kit = { name: textOf(root, "name") || stemOf(place), pads };
  return { kit, notes: notes.sentences() };
}

interface Layer {
  readonly file: string;
  readonly gain: number;
  readonly pitch: number;
}

/** The layer of the hardest hit; of several components the first that has one. */
function layerOf(instrument: XmlElement, notes: KitNotes): Layer | undefined {
  const name = textOf(instrument, "name") ?? "";
  const components = childrenOf(instrument, "instrumentComponent");
  const holder = components.find((component) => childOf(component, "layer")) ?? instrument;
  const layers = childrenOf(holder, "layer").filter((layer) => textOf(layer, "filename"));
  const others = components.flatMap((component) => childrenOf(component, "layer")).length - (components.length > 0 ? layers.length : 0);
  if (others > 0) notes.count("left out", `layer of a further component of ${name}`, others);
  if (layers.length > 1) notes.count("left out", `softer layer of ${name}`, layers.length - 1);
  const hardest = layers.toSorted((a, b) => numberOf(b, "max", 1) - numberOf(a, "max", 1))[0];
  const file = hardest ? textOf(hardest, "filename") : textOf(instrument, "filename");
  if (!file) return undefined;
  const gain = (hardest ? numberOf(hardest, "gain", 1) : 1) * (holder === instrument ? 1 : numberOf(holder, "gain", 1));
  return { file, gain, pitch: hardest ? numberOf(hardest, "pitch", 0) : 0 };
}

async function padOf(instrument: XmlElement, layer: Layer, note: number, load: SoundLoader, groups: ChokeGroups, notes: KitNotes): Promise<KitPad> {
  const { file, gain, pitch } = layer;
  const loaded = await load(file);
  const audio = loaded && loaded.channels.length <= 2 ? loaded : null;
  if (!audio) notes.say(loaded ? `${file} has ${loaded.channels.length} channels: pads play one or two.` : `${file} is not there: its pad is silent.`);
  const name = textOf(instrument, "name") || stemOf(file);
  const bound = (key: keyof typeof PAD_BOUNDS, value: number) => notes.bounded(name, key, value, clamp(value, PAD_BOUNDS[key]));
  const seconds = (key: string) => numberOf(instrument, key, 0) / HYDROGEN_RATE;
  const total = gain * numberOf(instrument, "gain", 1) * numberOf(instrument, "volume", 1);
  const group = numberOf(instrument, "muteGroup", -1);
  if (textOf(instrument, "filterActive") === "true") notes.count("element", "filter");
  if (Math.abs(numberOf(instrument, "pan", 0)) > 0 || numberOf(instrument, "pan_L", 1) !== numberOf(instrument, "pan_R", 1)) notes.count("element", "pan");
  return {
    name,
    note,
    file,
    audio,
    gainDb: total > 0 ? bound("gainDb", dbOfGain(total)) : PAD_BOUNDS.gainDb.least,
    tuneSemitones: bound("tuneSemitones", pitch + numberOf(instrument, "pitchOffset", 0)),
    startSeconds: 0,
    endSeconds: audio ? secondsOf(audio) : 0,
    envelope: {
      attack: bound("attack", seconds("Attack")),
      hold: 0,
      decay: bound("decay", seconds("Decay")),
      sustain: bound("sustain", numberOf(instrument, "Sustain", 1)),
      release: bound("release", seconds("Release")),
    },
    chokeGroup: group >= 0 ? groups.of(String(group)) : null,
    mode: textOf(instrument, "isStopNote") === "true" ? "gate" : "one-shot",
    velocity: textOf(instrument, "applyVelocity") === "false" ? { amount: 0, exponent: 1 } : DEFAULT_VELOCITY,
  };
}

/** `wanted` as a MIDI note, else the next one that no pad has. */
function freeNote(wanted: number, used: ReadonlySet<number>): number {
  let note = Math.max(0, Math.min(127, Math.round(wanted)));
  while (used.has(note)) note = (note + 1) % 128;
  return note;
}

function numberOf(parent: XmlElement, name: string, otherwise: number): number {
  const value = Number.parseFloat(textOf(parent, name) ?? "");
  return Number.isFinite(value) ? value : otherwise;
}
