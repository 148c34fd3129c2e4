/** What is said with the listener worklet, which hears: the page sets it up, the engine receives onsets and vectors over a transferred port. */

export const LISTENER_PROCESSOR = "simile-listener";

/** Page -> listener, over the node's own port. */
export type ListenerOrder =
  | { readonly kind: "connect"; readonly port: MessagePort }
  | { readonly kind: "configure"; readonly settings: Partial<ListenerSettings> }
  /** Answered by "flushed" on the same port, after everything that was heard before has been posted. */
  | { readonly kind: "flush"; readonly id: number };

export interface ListenerSettings {
  /** 0 (only the clearest onsets) to 1 (every onset). */
  readonly sensitivity: number;
  /** Contexts after each onset, in seconds, at which a vector is posted; a subset of CONTEXTS. */
  readonly contexts: readonly number[];
  /** Seconds from one vector of the running input to the next, for grains that follow it; null: none. */
  readonly grainSeconds: number | null;
  /** Whether the input may hold the own output, which comes in by the node's second input: what could be its echo is not answered. */
  readonly guard: boolean;
  /** Whether vectors carry the last samples, for the pitch. */
  readonly pitch: boolean;
}

/** Listener -> page, over the node's own port. */
export type ListenerReport =
  | { readonly kind: "flushed"; readonly id: number }
  | { readonly kind: "fault"; readonly message: string };

/** Listener -> engine. `index` counts messages of this stream, so that losses can be counted; `onset` counts onsets. */
export type ListenerEvent =
  | {
      readonly kind: "onset";
      readonly index: number;
      readonly onset: number;
      /** Audio-clock seconds of the onset, and by which it was known. */
      readonly time: number;
      readonly detectedTime: number;
    }
  | {
      readonly kind: "vector";
      readonly index: number;
      /** The last onset so far; -1 before the first. */
      readonly onset: number;
      /** Audio-clock seconds of the onset; of a grain, of its first sample. */
      readonly onsetTime: number;
      /** Audio-clock seconds at which this was posted. */
      readonly time: number;
      readonly contextSeconds: number;
      /** Root mean square of the context, dB re full scale. */
      readonly loudnessDb: number;
      /** Weighted loudness of the context, LUFS. */
      readonly lufs: number;
      readonly feature: string;
      readonly version: number;
      readonly values: Float32Array;
      /** Whether it describes a piece of the running input, and not a sound from its onset on. */
      readonly grain: boolean;
      /** The last samples of the sound, where the pitch is wanted. */
      readonly recent: Float32Array | null;
      /** Hertz. */
      readonly sampleRate: number;
    };
