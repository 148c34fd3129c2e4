/** Lays out a WAV file of 32-bit floats part by part: nothing of a signal is lost, and a long take never lies in memory whole. */

/** Bytes of everything before the samples. */
export const HEADER_BYTES = 58;
const BYTES = 4;
/** Most frames that the format's 32-bit lengths hold. */
export function mostFrames(channels: number): number {
  return Math.floor((0xffffffff - HEADER_BYTES) / (BYTES * channels));
}

/** The header of a file with so many frames: RIFF, "fmt " of WAVE_FORMAT_IEEE_FLOAT, "fact", then "data". */
export function floatWavHeader(frames: number, channels: number, sampleRate: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string) => [...word].forEach((letter, i) => (bytes[at + i] = letter.charCodeAt(0)));
  const data = frames * channels * BYTES;
  text(0, "RIFF");
  view.setUint32(4, HEADER_BYTES - 8 + data, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 18, true);
  view.setUint16(20, 3, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channels * BYTES, true);
  view.setUint16(32, channels * BYTES, true);
  view.setUint16(34, 8 * BYTES, true);
  view.setUint16(36, 0, true);
  text(38, "fact");
  view.setUint32(42, 4, true);
  view.setUint32(46, frames, true);
  text(50, "data");
  view.setUint32(54, data, true);
  return bytes;
}

/** The first `frames` frames of planar channels, interleaved as the file has them (little-endian). */
export function floatWavPart(channels: readonly Float32Array[], frames: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(frames * channels.length * BYTES);
  const view = new DataView(bytes.buffer);
  for (let i = 0, at = 0; i < frames; i++) for (const channel of channels) {
    view.setFloat32(at, channel[i]!, true);
    at += BYTES;
  }
  return bytes;
}
