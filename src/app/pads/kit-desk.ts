/** What leaves the pads and what comes to them: kits for samplers, WAVs, presets and the performance, each failure a sentence. */

import { FormatError, MissingError, UnsupportedError, messageOf } from "../../core/errors.ts";
import { safeStem, stemOf } from "../../core/kits/file-names.ts";
import type { KitFormatId } from "../../core/kits/format-names.ts";
import { type Kit, type KitImport, MAX_PADS } from "../../core/kits/kit.ts";
import type { Folder } from "../../core/library/folder.ts";
import { folderOf, joinInside } from "../../core/kits/relative-path.ts";
import { writeWav } from "../../core/kits/wav.ts";
import { bankOfKit, kitOfBank } from "../../core/pads/kit-bank.ts";
import { BANK_NAMES, padCount, type SoundKey } from "../../core/pads/pad-bank.ts";
import { type PadPreset, parsePadPreset, writePadPreset } from "../../core/presets/pad-preset.ts";
import type { Audio } from "../../core/signal/audio.ts";
import { audioOf } from "../audio/audio-of.ts";
import { bufferOf } from "../audio/buffer-of.ts";
import { decodeSound } from "../library/decode-sound.ts";
import type { ImportedSounds } from "./imported-sounds.ts";
import { isPadPreset, kitAmong } from "./kit-files.ts";
import { chosenBank } from "./pad-board.ts";
import type { PadDesk } from "./pad-desk.ts";
import { createPadPresetShelf } from "./pad-presets.ts";
import type { PerformanceRecorder } from "./performance-recorder.ts";

export interface KitState {
  /** Pad presets, those that ship first, in the order of program changes. */
  readonly presets: readonly { readonly name: string; readonly builtIn: boolean; readonly banks: number }[];
  /** What the last import could not keep. */
  readonly notes: readonly string[];
}

export interface KitDeskOptions {
  readonly pads: PadDesk;
  readonly recorder: PerformanceRecorder;
  context(): BaseAudioContext | null;
  onChange(state: KitState): void;
  /** A fault, or null once it has gone. */
  onFault(cause: unknown): void;
  /** Beats a minute of the performance. */
  tempo(): number;
  readonly storage: Pick<Storage, "getItem" | "setItem"> | null;
  /** Where sounds of imported kits are kept between visits; null: nowhere. */
  readonly imported: ImportedSounds | null;
}

export interface KitDesk {
  readonly state: KitState;
  /** The chosen bank in a sampler's format: a zip of its folder, or the one file that a Hydrogen kit is. Null after a fault. */
  exportBank(format: KitFormatId): Promise<File | null>;
  /** A sound as a WAV, where it is decoded. */
  wav(key: SoundKey): File | null;
  /** Reads an SFZ with its samples, a Hydrogen kit, or a pad preset, into the chosen bank and those after it. */
  import(files: readonly File[]): Promise<void>;
  /** The banks from the chosen one on that are filled, or the chosen one where none is, under this name. */
  savePreset(name: string): void;
  removePreset(name: string): void;
  recallPreset(name: string): void;
  presetFile(name: string): File | null;
  /** A program change: the first eight choose banks, the others recall presets in their order. */
  program(number: number): void;
  /** What was played since the beginning, or since it was cleared; null where that is nothing. */
  performanceFile(): File | null;
  clearPerformance(): void;
  /** Loads the presets that ship. */
  load(folder: Folder): Promise<void>;
}

/** Bits of exported WAVs. */
const BITS = 24;
const MAX_IMPORT_BYTES = 2 ** 30;

export function createKitDesk(options: KitDeskOptions): KitDesk {
  const { pads, recorder } = options;
  let notes: readonly string[] = [];
  const shelf = createPadPresetShelf(options.storage, () => tell());
  const stateOf = (): KitState => ({ presets: shelf.presets.map(({ name, banks }, index) => ({ name, builtIn: index < shelf.builtIn, banks: banks.length })), notes });
  let state = stateOf();
  const tell = () => {
    state = stateOf();
    options.onChange(state);
  };
  /** Runs what may fail; a failure is told. */
  const told = <T>(act: () => T): T | null => {
    try {
      const result = act();
      options.onFault(null);
      return result;
    } catch (cause) {
      options.onFault(cause);
      return null;
    }
  };

  const presetNamed = (name: string): PadPreset => {
    const preset = shelf.presets.find((one) => one.name === name);
    if (!preset) throw new MissingError(`Pad preset ${name}: expected one of the list, got none of that name; save it again.`);
    return preset;
  };
  const recall = (preset: PadPreset) => pads.change({ kind: "load", banks: preset.banks });

  const decode = async (file: File, place: string): Promise<Audio> => {
    const context = options.context();
    if (!context) throw new MissingError(`${place}: expected a running audio context to decode it, got none; start the instrument first.`);
    return stereoOf(await decodeSound(context, file, undefined, place));
  };
  const readKit = async (files: ReadonlyMap<string, File>): Promise<KitImport> => {
    const paths = [...files.keys()];
    const found = kitAmong(paths);
    if (!found) throw new FormatError(`${paths[0] ?? "import"}: expected an SFZ file with its samples, a Hydrogen kit or a pad preset, got ${paths.length} ${paths.length === 1 ? "file" : "files"} of other kinds; choose the program file together with its sounds, or their folder.`);
    const { kind, path: place } = found;
    const bytes = async (path: string) => new Uint8Array(await files.get(path)!.arrayBuffer());
    // Files chosen by hand have lost their folders: then the name alone must do.
    const fileAt = (path: string) => files.get(path) ?? files.get(paths.find((one) => one.toLowerCase() === path.toLowerCase()) ?? "") ?? files.get(paths.find((one) => stemOf(one).toLowerCase() === stemOf(path).toLowerCase() && !folderOf(one)) ?? "");
    const audio = async (path: string) => {
      const file = fileAt(path);
      return file ? decode(file, path) : null;
    };
    if (kind === "sfz") return (await import("../../core/kits/read-sfz.ts")).readSfz(place, { text: async (path) => (files.has(path) ? files.get(path)!.text() : null), audio });
    const { readDrumkitXml, readH2Drumkit } = await import("../../core/kits/read-h2drumkit.ts");
    if (kind === "archive") return readH2Drumkit(await bytes(place), place, (content, path) => decode(new File([content as Uint8Array<ArrayBuffer>], path), path));
    return readDrumkitXml(await files.get(place)!.text(), place, (name) => audio(joinInside(folderOf(place), name, place)));
  };

  return {
    get state() {
      return state;
    },
    async exportBank(id) {
      const writers = await Promise.all([import("../../core/kits/formats.ts"), import("fflate")]).catch((cause: unknown) => {
        options.onFault(new MissingError(`Kit: expected the rest of the page's script, got "${messageOf(cause)}"; check the connection to the server and try again.`));
        return null;
      });
      if (!writers) return null;
      const [{ KIT_FORMATS }, { zipSync }] = writers;
      const bank = chosenBank(pads.state.board);
      const format = KIT_FORMATS.find((one) => one.id === id)!;
      const name = bank.title || `Simile bank ${BANK_NAMES[pads.state.board.bank]}`;
      const keys = new Set(bank.pads.slice(0, padCount(bank)).flatMap(({ sound }) => sound ?? []));
      const buffers = new Map<SoundKey, AudioBuffer>();
      // A sound that cannot be had is named by the writer, with its pad.
      await Promise.all([...keys].map((key) => pads.shelf.fetch(key).then((buffer) => buffers.set(key, buffer), () => {})));
      return told(() => {
        const kit = kitOfBank(name, bank, (key) => ({ sound: pads.shelf.sound(key), audio: buffers.has(key) ? stereoOf(buffers.get(key)!) : null }));
        if (kit.pads.length === 0) throw new MissingError(`Bank ${BANK_NAMES[pads.state.board.bank]}: expected a filled pad, got none; fill it first.`);
        const files = format.write({ ...kit, pads: kit.pads.slice(0, MAX_PADS) });
        const stem = safeStem(name, "kit");
        const [only] = files;
        if (files.size === 1 && only) return new File([only[1] as Uint8Array<ArrayBuffer>], only[0]);
        const zipped = zipSync(Object.fromEntries([...files].map(([path, content]) => [`${stem}/${path}`, content])), { level: 0 });
        return new File([zipped as Uint8Array<ArrayBuffer>], `${stem} ${id}.zip`, { type: "application/zip" });
      });
    },
    wav(key) {
      const buffer = pads.shelf.ready(key);
      if (!buffer) return null;
      const sound = pads.shelf.sound(key);
      return new File([writeWav(stereoOf(buffer), BITS) as Uint8Array<ArrayBuffer>], `${safeStem(sound?.name ?? stemOf(key), "sound")}.wav`, { type: "audio/wav" });
    },
    async import(files) {
      notes = [];
      let part: Error | null = null;
      try {
        const size = files.reduce((sum, file) => sum + file.size, 0);
        if (size > MAX_IMPORT_BYTES) throw new FormatError(`Import: expected at most 1 GiB, got ${(size / 2 ** 30).toFixed(1)} GiB; choose the kit's own files alone.`);
        // Beside a kit they are of its folder.
        const presets = kitAmong(files.map(({ name }) => name)) ? [] : files.filter(({ name }) => isPadPreset(name));
        if (presets.length > 0) {
          for (const file of presets) {
            const preset = parsePadPreset(await file.text(), file.name);
            shelf.save(preset);
            recall(preset);
          }
        } else {
          const { kit, notes: left } = await readKit(new Map(files.map((file) => [file.webkitRelativePath || file.name, file])));
          notes = left;
          part = partOf(kit, left);
          if (kit.pads.every(({ audio }) => audio === null)) throw part;
          const { bank, sounds } = bankOfKit(kit);
          for (const { sound, audio } of sounds) {
            pads.shelf.put(sound, bufferOf(audio));
            void options.imported?.keep(sound, new Blob([writeWav(audio, BITS) as Uint8Array<ArrayBuffer>], { type: "audio/wav" }));
          }
          pads.change({ kind: "load", banks: [bank] });
        }
        options.onFault(part);
      } catch (cause) {
        options.onFault(cause);
      }
      tell();
    },
    savePreset(name) {
      told(() => {
        const { board } = pads.state;
        const after = board.banks.slice(board.bank);
        const last = after.findLastIndex((bank) => bank.pads.some(({ sound }) => sound !== null));
        shelf.save({ name: name.trim().slice(0, 200) || "Untitled", author: "", licence: "", banks: after.slice(0, Math.max(1, last + 1)) });
      });
    },
    removePreset: (name) => void told(() => shelf.remove(name)),
    recallPreset: (name) => void told(() => recall(presetNamed(name))),
    presetFile: (name) => told(() => new File([writePadPreset(presetNamed(name))], `${safeStem(name, "pads")}.json`, { type: "application/json" })),
    program(number) {
      if (number < BANK_NAMES.length) return pads.change({ kind: "bank", bank: number });
      const preset = shelf.presets[number - BANK_NAMES.length];
      if (preset) recall(preset);
    },
    performanceFile() {
      return told(() => {
        const bytes = recorder.file("Simile", options.tempo());
        return bytes && new File([bytes as Uint8Array<ArrayBuffer>], "Simile performance.mid", { type: "audio/midi" });
      });
    },
    clearPerformance() {
      recorder.clear();
      tell();
    },
    async load(folder) {
      try {
        await shelf.load(folder);
      } catch (cause) {
        options.onFault(cause);
      }
    },
  };
}

/** What of a kit does not come: its sounds, else what pads do not hold; null where all of it does. */
function partOf({ name, pads }: Kit, notes: readonly string[]): Error | null {
  const sounding = pads.filter(({ audio }) => audio !== null).length;
  if (sounding < pads.length)
    return new MissingError(`${name}: expected ${pads.length} ${pads.length === 1 ? "sound" : "sounds"}, got ${sounding || "none"}; drop the kit together with its samples, or open its folder in Kits and presets, which lists what is missing.`);
  return notes.length > 0 ? new UnsupportedError(`${name}: expected what pads hold, got more, which was left out; Kits and presets lists it.`) : null;
}

/** The first two channels of a decoded sound at most: pads play mono and stereo. */
function stereoOf(buffer: AudioBuffer): Audio {
  const { sampleRate, channels } = audioOf(buffer);
  return { sampleRate, channels: channels.slice(0, 2) };
}
