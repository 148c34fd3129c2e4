/** What may happen to a recording on its way to the microphone, as plain data: each step is named by its numbers, so that the same steps give the same sound on every host. */

/** Counts changes of the arithmetic: what is cached of an altered sound holds for one version alone. */
export const ALTERATION_VERSION = 1;

export type Step =
  /** Louder or softer. */
  | { readonly kind: "gain"; readonly db: number }
  /** Peaking filters, one after the other. */
  | { readonly kind: "equaliser"; readonly bands: readonly Band[] }
  /** White (slope 0) or pink (slope -3 dB an octave, about) noise this far below the sound's root mean square. */
  | { readonly kind: "noise"; readonly snrDb: number; readonly colour: "white" | "pink"; readonly seed: number }
  /** A room of this reverberation time, its tail this far below the direct sound. */
  | { readonly kind: "room"; readonly seconds: number; readonly wetDb: number; readonly seed: number }
  /** Tape speed: pitch and tempo together. */
  | { readonly kind: "pitch"; readonly semitones: number }
  | { readonly kind: "rate"; readonly hertz: number }
  /** Through a coder and back; needs ffmpeg. */
  | { readonly kind: "codec"; readonly codec: "mp3" | "opus"; readonly kbps: number }
  /** Stands in for a coder where there is none: a band limit, and quantisation of the spectrum to so many dB below each frame's loudest bin. */
  | { readonly kind: "coarse"; readonly hertz: number; readonly floorDb: number }
  /** Silence before the sound. */
  | { readonly kind: "silence"; readonly seconds: number }
  /** The sound ends so many seconds after its onset, with a fade of 5 ms. */
  | { readonly kind: "cut"; readonly seconds: number }
  /** From its onset on the sound dies away, by 60 dB in so many seconds, as a string under a hand. */
  | { readonly kind: "decay"; readonly seconds: number };

export interface Band {
  readonly hertz: number;
  readonly db: number;
  readonly q: number;
}
