/** Where the sounds of a preset come from: its own file, read piece by piece, or files of the user's that were found for it. */

import { MissingError } from "../../core/errors.ts";
import type { Sound } from "../../core/library/sound.ts";
import { dataOffset, type EntryRange, LOCAL_BYTES } from "../../core/presets/archive.ts";
import type { SoundSource } from "../library/sound-source.ts";

/** Sounds that lie in the preset's own file: `ranges` in the order of `sounds`. */
export function createArchiveSource(file: Blob, place: string, sounds: readonly Sound[], ranges: readonly EntryRange[]): SoundSource {
  const at = new Map(sounds.map((sound, row) => [sound.file, ranges[row]!]));
  return {
    async read(sound) {
      const range = at.get(sound.file);
      if (!range) throw missing(place, sound);
      const header = new Uint8Array(await file.slice(range.header, range.header + LOCAL_BYTES).arrayBuffer());
      const start = range.header + dataOffset(header, `${place}: ${sound.file}`);
      const packed = file.slice(start, start + range.packed);
      return range.deflated ? new Response(packed.stream().pipeThrough(new DecompressionStream("deflate-raw"))).blob() : packed;
    },
  };
}

/** Sounds that are files of the user's, by the sound's key. */
export function createFileSource(place: string, files: ReadonlyMap<string, File>): SoundSource {
  return {
    async read(sound) {
      const file = files.get(sound.key);
      if (!file) throw missing(place, sound);
      return file;
    },
  };
}

function missing(place: string, { file }: Sound): MissingError {
  return new MissingError(`${file}: expected a sound of ${place}, got none of that name; open the preset again.`);
}
