/** The chunks of an IFF-like file (RIFF/WAVE, AIFF): four letters, a length, the bytes, padded to an even place. */

export interface Chunk {
  readonly id: string;
  /** Place of the chunk's first byte of content. */
  readonly start: number;
  /** Length that the chunk says it has. */
  readonly size: number;
  /** Length that the file has for it, at most `size`. */
  readonly present: number;
}

/** Latin-1 text of `length` bytes. */
export function textAt(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}

/** Walks the chunks from byte `start` on; bytes at the end that are too few for a chunk's head are left out. */
export function* chunksOf(bytes: Uint8Array, start: number, littleEndian: boolean): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = start; at + 8 <= bytes.byteLength; ) {
    const size = view.getUint32(at + 4, littleEndian);
    yield { id: textAt(bytes, at, 4), start: at + 8, size, present: Math.min(size, bytes.byteLength - at - 8) };
    at += 8 + size + (size % 2);
  }
}
