/** One worker of the import's pool: takes a file's digest, decodes and analyses it. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { expose, transfer } from "comlink";
import { withoutDecoderNotes } from "../core/decode/guarded.ts";
import { FormatError, MissingError } from "../core/errors.ts";
import { featureNamed } from "../core/features/families.ts";
import type { Feature } from "../core/features/feature.ts";
import type { CutSettings } from "../core/onset/segment-cutter.ts";
import type { AnalysisApi, ImportHost } from "../protocol/library.ts";
import { analyseFile } from "./library/analyse-file.ts";
import { openAudio } from "./library/audio-reader.ts";

/** Files up to this are read once, for digest and decoding together. */
const KEPT_BYTES = 2 ** 26;
const CHUNK_BYTES = 2 ** 22;

let current: Blob | null = null;
let settings: { readonly feature: Feature; readonly contextSeconds: number | undefined; readonly cut: CutSettings; readonly decode: ImportHost["decode"] } | null = null;

const api: AnalysisApi = {
  async prepare({ name, version, contextSeconds }, cut, decode) {
    const feature = featureNamed(name);
    if (feature.version !== version) throw new FormatError(`Import: expected feature ${name} ${version} as the model has it, got ${feature.version}; load the page again.`);
    settings = { feature, contextSeconds, cut, decode };
  },
  async digest(file) {
    current = null;
    if (file.size <= KEPT_BYTES) {
      const bytes = await file.arrayBuffer();
      current = new Blob([bytes]);
      // Pages without a secure context have no digest of their own.
      return bytesToHex(globalThis.crypto.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)) : sha256(new Uint8Array(bytes)));
    }
    const hash = sha256.create();
    for (let at = 0; at < file.size; at += CHUNK_BYTES) hash.update(new Uint8Array(await file.slice(at, at + CHUNK_BYTES).arrayBuffer()));
    current = file;
    return bytesToHex(hash.digest());
  },
  async analyse(path) {
    const file = current;
    current = null;
    if (!file || !settings) throw new MissingError(`${path}: expected a file whose digest was taken, got none; take it first.`);
    const analysis = await analyseFile(await openAudio(file, path, settings.decode), path, settings.feature, settings.cut, settings.contextSeconds);
    return transfer(analysis, [analysis.features.buffer as ArrayBuffer]);
  },
};

for (const method of ["warn", "error"] as const) console[method] = withoutDecoderNotes(console[method].bind(console));

expose(api);
