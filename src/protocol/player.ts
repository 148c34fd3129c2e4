/** What is said with the player worklet, which answers: the page lends it sounds, the engine starts voices over a transferred port. */

import type { PlaySettings } from "../core/answer/play-settings.ts";
import type { SoundTraits } from "../core/answer/sound-traits.ts";
import type { VoiceOrder } from "../core/answer/voice-order.ts";

export const PLAYER_PROCESSOR = "simile-player";

/** Page -> player, over the node's own port. Samples are at the context's rate; their buffers are transferred. */
export type PlayerOrder =
  | { readonly kind: "connect"; readonly port: MessagePort; /** Memory of `core/answer/order-ring.ts`, where the page shares any. */ readonly orders?: SharedArrayBuffer }
  | { readonly kind: "load"; readonly sound: number; readonly channels: readonly Float32Array[]; readonly traits?: SoundTraits }
  | { readonly kind: "unload"; readonly sound: number }
  | { readonly kind: "panic" }
  | { readonly kind: "flush"; readonly id: number };

/** Engine -> player, in order: settings hold for the voices behind them. */
export type VoiceMessage = { readonly kind: "play"; readonly order: VoiceOrder } | { readonly kind: "configure"; readonly play: PlaySettings };

/** Player -> page, over the node's own port. */
export type PlayerReport =
  /** A voice of the retrieval begins with this sound: its first sample goes out at `time` on the audio clock. Told again, with the same index, where another sound takes over. */
  | { readonly kind: "started"; readonly index: number; readonly sound: number; readonly time: number; readonly as: VoiceOrder["as"] }
  /** No voice of the retrieval sounds any more; `sound` was the last. */
  | { readonly kind: "ended"; readonly index: number; readonly sound: number; /** Audio-clock seconds of the block in which it ended. */ readonly time: number }
  /** A voice was asked for sounds of which none was lent; `sound` is the wanted one. */
  | { readonly kind: "missing"; readonly index: number; readonly sound: number }
  | { readonly kind: "flushed"; readonly id: number }
  | { readonly kind: "fault"; readonly message: string };
