/** Turns a bank of pads into a kit that samplers take, and a kit that was read into a bank. */

import { type Kit, type KitPad, secondsOf } from "../kits/kit.ts";
import type { Sound } from "../library/sound.ts";
import type { Audio } from "../signal/audio.ts";
import { changeSettings, createBank, DEFAULT_SETTINGS, EMPTY_PAD, FIRST_PAD_NOTE, type GridSize, LEAST_PART, MAX_BANK_PADS, noteOfPad, type Pad, type PadBank, padCount, type SoundKey } from "./pad-bank.ts";

/** Colours of the families, 0xRRGGBB, where a format has room for them: those of the page on paper. */
const COLOURS: Readonly<Record<string, number>> = { plucked: 0x8a5a00, bowed: 0x0b62a0, blown: 0x00694e, struck: 0x9b3670 };
const OTHER_COLOUR = 0x5b5446;

/** What is known of a pad's sound, and its audio; null where it cannot be had. */
export interface PadAudio {
  readonly sound: Sound | null;
  readonly audio: Audio | null;
}

/** The filled pads of a bank in their order, each on its own note. */
export function kitOfBank(name: string, bank: PadBank, audioOf: (key: SoundKey) => PadAudio): Kit {
  const pads = bank.pads.slice(0, padCount(bank)).flatMap(({ sound: key, settings }, pad): KitPad[] => {
    if (key === null) return [];
    const { sound, audio } = audioOf(key);
    const seconds = audio ? secondsOf(audio) : 0;
    const { start, end, ...played } = settings;
    return [
      {
        ...played,
        name: sound?.name ?? key,
        note: noteOfPad(pad),
        file: sound?.file ?? key,
        audio,
        startSeconds: start * seconds,
        endSeconds: end * seconds,
        colour: COLOURS[sound?.family ?? ""] ?? OTHER_COLOUR,
      },
    ];
  });
  return { name, pads };
}

export interface ImportedBank {
  readonly bank: PadBank;
  /** Sounds that came with it, by the keys that its pads name. */
  readonly sounds: readonly { readonly sound: Sound; readonly audio: Audio }[];
}

/** A bank in mode `kit`: pads of notes from 36 on lie where their note is, others on the pads left over; 8 x 8 where sixteen pads do not do. */
export function bankOfKit(kit: Kit): ImportedBank {
  const sounding = kit.pads.filter(({ audio }) => audio !== null);
  const highest = Math.max(sounding.length - 1, ...sounding.map(({ note }) => note - FIRST_PAD_NOTE).filter((place) => place < MAX_BANK_PADS));
  const size: GridSize = highest < 16 ? 4 : 8;
  const pads: Pad[] = createBank("kit").pads.slice();
  const sounds = new Map<SoundKey, { readonly sound: Sound; readonly audio: Audio }>();
  const places = placesOf(sounding, size * size);
  for (const [index, pad] of sounding.entries()) {
    const place = places[index];
    if (place === undefined) continue;
    const audio = pad.audio!;
    const seconds = secondsOf(audio);
    const key = `kit:${kit.name}/${pad.file}`;
    sounds.set(key, { sound: soundOf(key, pad, seconds), audio });
    const { gainDb, tuneSemitones, envelope, chokeGroup, mode, velocity } = pad;
    const [start, end] = [pad.startSeconds / seconds, Math.max(pad.endSeconds / seconds, pad.startSeconds / seconds + LEAST_PART)];
    pads[place] = { ...EMPTY_PAD, sound: key, locked: true, settings: changeSettings(DEFAULT_SETTINGS, { gainDb, tuneSemitones, envelope, chokeGroup, mode, velocity, start, end: Math.min(1, end) }) };
  }
  return { bank: { title: kit.name.slice(0, 60), mode: "kit", size, pads }, sounds: [...sounds.values()] };
}

/** Where each pad goes; undefined for those that find no room. */
function placesOf(pads: readonly KitPad[], room: number): readonly (number | undefined)[] {
  const own = pads.map(({ note }) => (note >= FIRST_PAD_NOTE && note < FIRST_PAD_NOTE + room ? note - FIRST_PAD_NOTE : undefined));
  const taken = new Set(own);
  const free = Array.from({ length: room }, (_, place) => place).filter((place) => !taken.has(place));
  return own.map((place) => place ?? free.shift());
}

function soundOf(key: SoundKey, { name, file }: KitPad, durationSeconds: number): Sound {
  return { key, file, name, family: "other", instrument: name, technique: "", mute: "none", pitch: "", dynamics: "", durationSeconds };
}
