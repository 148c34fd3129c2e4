/** The audio files of a kit: one WAV a pad under a safe name of its own. */

import { strToU8 } from "fflate";
import { type SoundingPad } from "./kit.ts";
import { stemOf, uniqueStems } from "./file-names.ts";
import { writeWav } from "./wav.ts";

export interface SampleFile {
  readonly pad: SoundingPad;
  /** Name without folder and extension. */
  readonly stem: string;
  readonly bytes: Uint8Array;
}

/** Writes each pad's whole sound as 24-bit WAV with note and loop in its chunks; gain is the program's to say, lest it be applied twice. */
export function sampleFilesOf(pads: readonly SoundingPad[]): readonly SampleFile[] {
  const stems = uniqueStems(pads.map(({ file, name }) => stemOf(file) || name), "sound");
  return pads.map((pad, index) => {
    const loop = pad.mode === "loop" ? { loop: { first: pad.startFrame, last: pad.endFrame - 1 } } : {};
    return { pad, stem: stems[index]!, bytes: writeWav(pad.audio, 24, { rootNote: pad.note, ...loop }) };
  });
}

/** A kit folder: its program and its samples, in `folder` or, for "", beside it. */
export function kitFolder(program: string, text: string | Uint8Array, samples: readonly SampleFile[], folder: string): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>([[program, typeof text === "string" ? strToU8(text) : text]]);
  for (const { stem, bytes } of samples) files.set(folder ? `${folder}/${stem}.wav` : `${stem}.wav`, bytes);
  return files;
}

/** Six decimals at most, without an exponent (values below a million), as every format reads them. */
export function decimal(value: number): string {
  return String(Number(value.toFixed(6)));
}
