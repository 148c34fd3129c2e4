/** Reads WAV (RIFF and RF64; PCM of 8 to 32 bits, float of 32 and 64, A-law, u-law, plain and extensible headers). */

import { FormatError, UnsupportedError } from "../errors.ts";
import type { Audio } from "./audio.ts";
import { chunksOf, textAt } from "./chunks.ts";
import { decodePcm, integerEncoding, PCM_BYTES, type PcmEncoding, type PcmFile } from "./pcm.ts";

const PCM = 1;
const FLOAT = 3;
const ALAW = 6;
const ULAW = 7;
const EXTENSIBLE = 0xfffe;
/** KSDATAFORMAT_SUBTYPE without its first two bytes, which hold the plain format tag. */
const SUBTYPE_TAIL = "\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71";

interface WaveFormat {
  readonly encoding: PcmEncoding;
  readonly channels: number;
  readonly sampleRate: number;
}

/**
 * Decodes the bytes of a WAV file; `place` names it in errors. Throws FormatError where the header breaks the format or promises more audio than is there,
 * UnsupportedError for a codec other than those above. A length left open by a recorder that wrote to a pipe or was cut off (0 or 0xffffffff in both sizes) means: to the end of the file.
 */
export function parseWav(bytes: Uint8Array, place: string): Audio {
  const { sampleRate, layout, start, end } = parseWavHead(bytes, bytes.byteLength, place)!;
  return { sampleRate, channels: decodePcm(bytes.subarray(start, end), layout) };
}

/** Where the audio lies in a WAV file of `fileBytes` bytes that begins with `head`; undefined where the head is too short to tell. Throws as `parseWav` does. */
export function parseWavHead(head: Uint8Array, fileBytes: number, place: string): PcmFile | undefined {
  const kind = textAt(head, 0, 4);
  if (head.byteLength < 12 || (kind !== "RIFF" && kind !== "RF64") || textAt(head, 8, 4) !== "WAVE") {
    throw new FormatError(`${place}: expected a WAV file, got other bytes at its start; export it as WAV again.`);
  }
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const riffSize = view.getUint32(4, true);
  let format: WaveFormat | undefined;
  let longSize: number | undefined;
  for (const { id, start, size, present } of chunksOf(head, 12, true)) {
    if (id === "ds64" && present >= 16) longSize = Number(view.getBigUint64(start + 8, true));
    if (id === "fmt ") {
      if (present < 16) throw new FormatError(`${place}: expected a fmt chunk of at least 16 bytes, got ${present}; export it as WAV again.`);
      format = formatOf(head, view, start, present, place);
    }
    if (id !== "data") continue;
    if (!format) throw new FormatError(`${place}: expected a fmt chunk before the audio, got none; export it as WAV again.`);
    const { encoding, channels, sampleRate } = format;
    const open = size === 0xffffffff ? longSize === undefined : size === 0 && riffSize === 0;
    const there = fileBytes - start;
    const promised = open ? there : size === 0xffffffff ? longSize! : size;
    const stride = PCM_BYTES[encoding] * channels;
    if (promised > there) {
      throw new FormatError(`${place}: expected ${Math.floor(promised / stride)} frames of audio as its header says, got ${Math.floor(there / stride)}; the file is cut off: copy or export it again.`);
    }
    return { sampleRate, layout: { encoding, littleEndian: true, channels }, start, end: start + promised };
  }
  if (head.byteLength < fileBytes) return undefined;
  throw new FormatError(`${place}: expected a data chunk, got none before the end of the file; the file is cut off: copy or export it again.`);
}

function formatOf(bytes: Uint8Array, view: DataView, start: number, present: number, place: string): WaveFormat {
  const tag = view.getUint16(start, true);
  const channels = view.getUint16(start + 2, true);
  const sampleRate = view.getUint32(start + 4, true);
  const frameBytes = view.getUint16(start + 12, true);
  const bits = view.getUint16(start + 14, true);
  const extensible = tag === EXTENSIBLE && present >= 40 && textAt(bytes, start + 26, 14) === SUBTYPE_TAIL;
  const codec = extensible ? view.getUint16(start + 24, true) : tag;
  if (channels < 1) throw new FormatError(`${place}: expected at least one channel, got 0; export it as WAV again.`);
  const sampleBytes = frameBytes / channels;
  const encoding = encodingOf(codec, sampleBytes);
  if (!encoding) throw new UnsupportedError(`${place}: expected PCM, float, A-law or u-law, got WAV codec 0x${codec.toString(16).padStart(4, "0")} of ${bits} bits in ${frameBytes} bytes a frame; export it as 16- or 24-bit PCM.`);
  return { encoding, channels, sampleRate };
}

/** By the container's bytes, not by the significant bits: WAV integers fill their container from the top, so one division fits both. */
function encodingOf(codec: number, sampleBytes: number): PcmEncoding | undefined {
  if (codec === PCM) return Number.isInteger(sampleBytes) ? integerEncoding(8 * sampleBytes, "u8") : undefined;
  if (codec === FLOAT) return sampleBytes === 4 ? "f32" : sampleBytes === 8 ? "f64" : undefined;
  if (codec === ALAW) return sampleBytes === 1 ? "alaw" : undefined;
  if (codec === ULAW) return sampleBytes === 1 ? "ulaw" : undefined;
  return undefined;
}
