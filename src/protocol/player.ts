/** What is said with the player worklet, which answers: the page lends it sounds, the engine starts voices over a transferred port. */

export const PLAYER_PROCESSOR = "simile-player";

/** Page -> player, over the node's own port. Samples are at the context's rate; their buffers are transferred. */
export type PlayerOrder =
  | { readonly kind: "connect"; readonly port: MessagePort }
  | { readonly kind: "load"; readonly sound: number; readonly channels: readonly Float32Array[] }
  | { readonly kind: "unload"; readonly sound: number }
  | { readonly kind: "panic" }
  | { readonly kind: "flush"; readonly id: number };

/** Engine -> player: one voice, at once. `index` is the retrieval's. */
export interface VoiceStart {
  readonly kind: "start";
  readonly index: number;
  readonly sound: number;
  /** Linear. */
  readonly gain: number;
}

/** Player -> page, over the node's own port. */
export type PlayerReport =
  /** The voice's first sample goes out at `time` on the audio clock. */
  | { readonly kind: "started"; readonly index: number; readonly sound: number; readonly time: number }
  | { readonly kind: "ended"; readonly index: number; readonly sound: number }
  /** A voice was asked for a sound that was never lent. */
  | { readonly kind: "missing"; readonly index: number; readonly sound: number }
  | { readonly kind: "flushed"; readonly id: number }
  | { readonly kind: "fault"; readonly message: string };
