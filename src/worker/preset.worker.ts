/** The preset worker's entry: reads presets in parts from where they lie, seeks their sounds in folders, and analyses sounds for another model, off the page and off the engine, and holds a lock for as long as it lives. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { expose, transfer } from "comlink";
import { analyse } from "../core/analysis.ts";
import { withoutDecoderNotes } from "../core/decode/guarded.ts";
import { FormatError, placed } from "../core/errors.ts";
import { featureNamed } from "../core/features/families.ts";
import type { ByteSource } from "../core/presets/archive.ts";
import { attachByPath } from "../core/presets/attach.ts";
import { readPreset } from "../core/presets/embedding-preset.ts";
import { writeWav } from "../core/kits/wav.ts";
import type { Segment } from "../core/library/sound.ts";
import type { Audio } from "../core/signal/audio.ts";
import type { ImportHost } from "../protocol/library.ts";
import type { PresetApi } from "../protocol/preset.ts";
import { openAudio } from "./library/audio-reader.ts";
import { walkFolder, walkList } from "./library/folder-walk.ts";
import { holdLifeLock } from "./life-lock.ts";

const CHUNK_BYTES = 2 ** 22;

function blobAsSource(file: Blob): ByteSource {
  const reader = new FileReaderSync();
  return { size: file.size, read: (start, end) => new Uint8Array(reader.readAsArrayBuffer(file.slice(start, end))) };
}

async function digest(file: Blob): Promise<string> {
  const hash = sha256.create();
  for (let at = 0; at < file.size; at += CHUNK_BYTES) hash.update(new Uint8Array(await file.slice(at, at + CHUNK_BYTES).arrayBuffer()));
  return bytesToHex(hash.digest());
}

/** A file, or the part of it that a sound is, at its own rate. */
async function readSound(file: Blob, path: string, segment: Segment | null, decode: ImportHost["decode"]): Promise<Audio> {
  const reader = await openAudio(file, path, decode);
  const at = (seconds: number) => Math.min(reader.frames, Math.round(seconds * reader.sampleRate));
  return reader.read(segment ? at(segment.startSeconds) : 0, segment ? at(segment.endSeconds) : reader.frames);
}

const api: PresetApi = {
  async read(file, place) {
    const { manifest, embeddings, columns, audioRange } = readPreset(blobAsSource(file), place);
    const audio = manifest.audio ? Array.from({ length: manifest.count }, (_, row) => audioRange(row)) : null;
    return transfer({ manifest, embeddings, columns, audio }, [embeddings.buffer as ArrayBuffer]);
  },

  async attach(paths, hashes, folder, report) {
    const { files } = await (folder instanceof FileSystemDirectoryHandle ? walkFolder(folder, new AbortController().signal) : walkList(folder));
    const at = attachByPath(
      paths,
      files.map(({ path }) => path),
    );
    const byPath = at.reduce((sum, index) => sum + (index >= 0 ? 1 : 0), 0);
    /** Rows that are sought by what is in them. */
    const sought = new Map<string, number[]>();
    for (const [row, index] of at.entries()) if (index < 0 && hashes[row]) sought.set(hashes[row], [...(sought.get(hashes[row]) ?? []), row]);
    const taken = new Set(at);
    let byContent = 0;
    for (const [index, { file }] of files.entries()) {
      if (sought.size === 0) break;
      if (taken.has(index)) continue;
      report(index, files.length);
      const sha = await digest(file);
      for (const row of sought.get(sha) ?? []) {
        at[row] = index;
        byContent++;
      }
      sought.delete(sha);
    }
    report(files.length, files.length);
    return { files: Array.from(at, (index) => (index < 0 ? null : files[index]!.file)), byPath, byContent };
  },

  async analyse(file, path, segment, { name, version, contextSeconds }, decode) {
    const feature = featureNamed(name);
    if (feature.version !== version) throw new FormatError(`${path}: expected feature ${name} ${version} as the model has it, got ${feature.version}; load the page again.`);
    const sound = await readSound(file, path, segment, decode);
    return placed(path, () => analyse(sound, feature, contextSeconds)).values;
  },

  async cut(file, path, segment, decode) {
    return writeWav(await readSound(file, path, segment, decode), 24);
  },
};

for (const method of ["warn", "error"] as const) console[method] = withoutDecoderNotes(console[method].bind(console));

holdLifeLock();
expose(api);
