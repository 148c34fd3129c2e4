/** What is said with the recorder worklet, which writes down three stereo signals frame by frame: the input, the answers and the mix. */

export const RECORDER_PROCESSOR = "simile-recorder";

/** Signals recorded, by the node's inputs, each with two channels. */
export const STEMS = ["input", "answers", "mix"] as const;
export type Stem = (typeof STEMS)[number];
export const STEM_CHANNELS = 2;
/** Frames of a chunk. */
export const CHUNK_FRAMES = 8192;
/** Seconds of the input that can be recalled, recorded or not. */
export const RECALL_SECONDS = 12;

/** Page -> recorder. */
export type RecorderOrder =
  | { readonly kind: "record" }
  | { readonly kind: "stop" }
  /** A chunk's memory comes back, to be written again. */
  | { readonly kind: "return"; readonly samples: Float32Array }
  /** What was the input from this frame of the context on? `samples`, `[channels, frames]`, is the page's memory, and comes back filled. */
  | { readonly kind: "recall"; readonly id: number; readonly frame: number; readonly samples: Float32Array };

/** Recorder -> page. */
export type RecorderReport =
  /** `samples` is `[stems * channels, CHUNK_FRAMES]`, of which the first `frames` are written; `frame` is the context's frame of the first. The page sends the memory back. */
  | { readonly kind: "chunk"; readonly frame: number; readonly frames: number; readonly samples: Float32Array }
  /** After the last chunk. */
  | { readonly kind: "stopped" }
  /** `frames` are there of what was asked for, from its start on; 0 where that is past or to come. */
  | { readonly kind: "recalled"; readonly id: number; readonly frames: number; readonly samples: Float32Array }
  /** No memory came back in time: so many frames are missing before the next chunk, or before the end. */
  | { readonly kind: "lost"; readonly frames: number };
