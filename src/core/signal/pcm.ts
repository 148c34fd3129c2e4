/** Interleaved PCM bytes of every encoding that WAV and AIFF carry, as channels of floats between -1 and 1. */

/** How one sample is stored: `s` signed, `u` unsigned (offset binary), `f` IEEE float, bits; the two G.711 laws hold 8 bits. */
export type PcmEncoding = "u8" | "s8" | "s16" | "s24" | "s32" | "f32" | "f64" | "alaw" | "ulaw";

export interface PcmLayout {
  readonly encoding: PcmEncoding;
  readonly littleEndian: boolean;
  readonly channels: number;
}

/** Where in a file its samples lie. */
export interface PcmFile {
  readonly sampleRate: number;
  readonly layout: PcmLayout;
  /** Place of the first byte, and of the one after the last. */
  readonly start: number;
  readonly end: number;
}

/** Bytes of one sample of one channel. */
export const PCM_BYTES: Readonly<Record<PcmEncoding, number>> = { u8: 1, s8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8, alaw: 1, ulaw: 1 };

/**
 * Linear value of each A-law code (ITU-T G.711, table 1): even bits inverted, sign, 3 bits of segment e, 4 of step m.
 * |x| = (2 m + 1) / 4096 for e = 0, else (2 m + 33) 2^(e - 1) / 4096.
 */
function alaw(code: number): number {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = 2 * (bits & 15);
  const magnitude = segment === 0 ? step + 1 : (step + 33) * 2 ** (segment - 1);
  return (bits & 0x80 ? magnitude : -magnitude) / 4096;
}

/** Linear value of each u-law code (ITU-T G.711, table 2): all bits inverted, |x| = ((2 m + 33) 2^e - 33) / 8192. */
function ulaw(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = (2 * (bits & 15) + 33) * 2 ** ((bits >> 4) & 7) - 33;
  return (bits & 0x80 ? -magnitude : magnitude) / 8192;
}

const ALAW = Float32Array.from({ length: 256 }, (_, code) => alaw(code));
const ULAW = Float32Array.from({ length: 256 }, (_, code) => ulaw(code));

const READERS: Readonly<Record<PcmEncoding, (view: DataView, at: number, little: boolean) => number>> = {
  u8: (view, at) => (view.getUint8(at) - 128) / 2 ** 7,
  s8: (view, at) => view.getInt8(at) / 2 ** 7,
  s16: (view, at, little) => view.getInt16(at, little) / 2 ** 15,
  s24: (view, at, little) => (little ? view.getUint8(at) | (view.getUint8(at + 1) << 8) | (view.getInt8(at + 2) << 16) : (view.getInt8(at) << 16) | (view.getUint8(at + 1) << 8) | view.getUint8(at + 2)) / 2 ** 23,
  s32: (view, at, little) => view.getInt32(at, little) / 2 ** 31,
  f32: (view, at, little) => view.getFloat32(at, little),
  f64: (view, at, little) => view.getFloat64(at, little),
  alaw: (view, at) => ALAW[view.getUint8(at)]!,
  ulaw: (view, at) => ULAW[view.getUint8(at)]!,
};

/** Separates `bytes` (whole frames; a part of a frame at the end is left out) into one Float32Array a channel; integers of b bits are divided by 2^(b - 1). */
export function decodePcm(bytes: Uint8Array, { encoding, littleEndian, channels }: PcmLayout): Float32Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = READERS[encoding];
  const size = PCM_BYTES[encoding];
  const stride = size * channels;
  const frames = Math.floor(bytes.byteLength / stride);
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new Float32Array(frames);
    for (let i = 0, at = channel * size; i < frames; i++, at += stride) samples[i] = read(view, at, littleEndian);
    return samples;
  });
}

/** The integer encoding whose container holds `bits` significant bits; undefined beyond 32. */
export function integerEncoding(bits: number, eightBits: "u8" | "s8"): PcmEncoding | undefined {
  if (bits < 1 || bits > 32) return undefined;
  return bits <= 8 ? eightBits : bits <= 16 ? "s16" : bits <= 24 ? "s24" : "s32";
}
