/** Encodes mono 16-bit PCM as FLAC. */

import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { assert } from "../../core/errors.ts";

/** The part of libflacjs that is used; its own types describe every build at once. */
interface Libflac {
  isReady(): boolean;
  on(event: "ready", listener: () => void): void;
  create_libflac_encoder(sampleRate: number, channels: number, bits: number, level: number, totalSamples: number, verify: boolean, blockSize: number): number;
  init_encoder_stream(encoder: number, write: (data: Uint8Array, bytes: number, samples: number, frame: number) => void, metadata: (info?: unknown) => void): number;
  FLAC__stream_encoder_process_interleaved(encoder: number, samples: Int32Array, count: number): boolean;
  FLAC__stream_encoder_finish(encoder: number): boolean;
  FLAC__stream_encoder_delete(encoder: number): void;
}

/** "fLaC" and the block's header take 8 bytes. */
const MD5_AT = 8 + 18;

export async function createFlacEncoder(): Promise<(pcm: Int16Array, sampleRate: number) => Uint8Array> {
  const flac = createRequire(import.meta.url)("libflacjs/dist/libflac.js") as Libflac;
  if (!flac.isReady()) await new Promise<void>((resolve) => flac.on("ready", resolve));
  return (pcm, sampleRate) => {
    const chunks: Uint8Array[] = [];
    const encoder = flac.create_libflac_encoder(sampleRate, 1, 16, 8, pcm.length, false, 0);
    assert(encoder !== 0, () => "flac: expected an encoder, got none");
    assert(flac.init_encoder_stream(encoder, (data) => chunks.push(Uint8Array.from(data)), () => {}) === 0, () => "flac: expected the encoder to start, got a refusal");
    const fed = flac.FLAC__stream_encoder_process_interleaved(encoder, Int32Array.from(pcm), pcm.length);
    assert(fed && flac.FLAC__stream_encoder_finish(encoder), () => "flac: expected an encoded stream, got a failure");
    flac.FLAC__stream_encoder_delete(encoder);
    const file = Buffer.concat(chunks);
    // A stream's header is written before its end: the MD5 of the little-endian PCM, bytes 18 to 33 of STREAMINFO, is filled in here.
    createHash("md5").update(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength)).digest().copy(file, MD5_AT);
    return file;
  };
}
