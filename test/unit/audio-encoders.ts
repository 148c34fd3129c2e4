/** Writes WAV and AIFF files byte by byte from a formula, for tests of the readers. */

export type Sample = (channel: number, frame: number) => number;

/** Bytes from numbers and text, in one byte order. */
class Writer {
  readonly #bytes: number[] = [];
  readonly #little: boolean;

  constructor(little: boolean) {
    this.#little = little;
  }

  text(text: string): this {
    for (const letter of text) this.#bytes.push(letter.charCodeAt(0));
    return this;
  }

  whole(value: number, size: number, little = this.#little): this {
    const bytes = Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) & 255);
    this.#bytes.push(...(little ? bytes : bytes.reverse()));
    return this;
  }

  float(value: number, size: 4 | 8, little = this.#little): this {
    const view = new DataView(new ArrayBuffer(size));
    if (size === 4) view.setFloat32(0, value, little);
    else view.setFloat64(0, value, little);
    for (let i = 0; i < size; i++) this.#bytes.push(view.getUint8(i));
    return this;
  }

  raw(bytes: Uint8Array): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  get length(): number {
    return this.#bytes.length;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

export interface Shape {
  readonly sampleRate: number;
  readonly channels: number;
  readonly frames: number;
  /** `int8` to `int32`, `float32`, `float64`. */
  readonly numbers: "int8" | "int16" | "int24" | "int32" | "float32" | "float64";
}

export function bitsOf({ numbers }: Pick<Shape, "numbers">): number {
  return Number(numbers.replace(/\D+/, ""));
}

/** Integers are rounded to steps of 2^-(b - 1). */
function pcm(shape: Shape, sample: Sample, little: boolean, unsignedBytes: boolean): Uint8Array {
  const writer = new Writer(little);
  const bits = bitsOf(shape);
  for (let frame = 0; frame < shape.frames; frame++) {
    for (let channel = 0; channel < shape.channels; channel++) {
      const value = sample(channel, frame);
      if (shape.numbers.startsWith("float")) writer.float(value, bits === 32 ? 4 : 8);
      else writer.whole(Math.min(2 ** (bits - 1) - 1, Math.round(value * 2 ** (bits - 1))) + (bits === 8 && unsignedBytes ? 128 : 0), bits / 8);
    }
  }
  return writer.done();
}

export interface WavOptions {
  /** Writes WAVE_FORMAT_EXTENSIBLE. */
  readonly extensible?: boolean;
  /** Length that the data chunk says it has, where it should lie. */
  readonly dataSize?: number;
  readonly riffSize?: number;
  /** A chunk of odd length between fmt and data. */
  readonly oddChunk?: boolean;
  /** Replaces the format tag and the bytes, for A-law and u-law. */
  readonly coded?: { readonly tag: number; readonly bytes: Uint8Array };
}

export function wav(shape: Shape, sample: Sample, options: WavOptions = {}): Uint8Array {
  const { channels, sampleRate, numbers } = shape;
  const bits = options.coded ? 8 : bitsOf(shape);
  const data = options.coded?.bytes ?? pcm(shape, sample, true, true);
  const tag = options.coded?.tag ?? (numbers.startsWith("float") ? 3 : 1);
  const body = new Writer(true).text("WAVEfmt ").whole(options.extensible ? 40 : 16, 4);
  body.whole(options.extensible ? 0xfffe : tag, 2).whole(channels, 2).whole(sampleRate, 4).whole((sampleRate * channels * bits) / 8, 4).whole((channels * bits) / 8, 2).whole(bits, 2);
  if (options.extensible) body.whole(22, 2).whole(bits, 2).whole(2 ** channels - 1, 4).whole(tag, 2).raw(Uint8Array.of(0, 0, 0, 0, 16, 0, 128, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71));
  if (options.oddChunk) body.text("note").whole(3, 4).text("hi!").whole(0, 1);
  body.text("data").whole(options.dataSize ?? data.length, 4).raw(data);
  return new Writer(true).text("RIFF").whole(options.riffSize ?? body.length, 4).raw(body.done()).done();
}

export interface AiffOptions {
  /** Compression type of an AIFF-C file; plain AIFF where absent. "sowt" is little-endian. */
  readonly compression?: string;
  readonly frames?: number;
  readonly coded?: Uint8Array;
}

/** 80-bit float of a whole number: exponent 16383 + 63 less the leading zeros of its 64-bit mantissa. */
function extended(writer: Writer, value: number): Writer {
  const exponent = Math.floor(Math.log2(value));
  const mantissa = value * 2 ** (31 - exponent);
  return writer.whole(16383 + exponent, 2).whole(Math.floor(mantissa), 4).whole((mantissa % 1) * 2 ** 32, 4);
}

export function aiff(shape: Shape, sample: Sample, options: AiffOptions = {}): Uint8Array {
  const { compression } = options;
  const data = options.coded ?? pcm(shape, sample, compression === "sowt", compression === "raw ");
  const body = new Writer(false).text(compression ? "AIFC" : "AIFF");
  body.text("COMM").whole(compression ? 24 : 18, 4).whole(shape.channels, 2).whole(options.frames ?? shape.frames, 4).whole(options.coded ? 8 : bitsOf(shape), 2);
  extended(body, shape.sampleRate);
  if (compression) body.text(compression).whole(0, 2);
  body.text("SSND").whole(data.length + 8, 4).whole(0, 4).whole(0, 4).raw(data);
  return new Writer(false).text("FORM").whole(body.length, 4).raw(body.done()).done();
}
