/** What a voice is asked to do: which sound answers, how loud and how high the input was, and when. */

export interface VoiceOrder {
  /** hit: a voice of its own. mend: takes over from the voice of the same index, where that still sounds. grain: a short piece under a bell. */
  readonly as: "hit" | "mend" | "grain";
  /** Of the retrieval that it answers. */
  readonly index: number;
  /** Ids, the wanted one first: the first that is at hand sounds. */
  readonly sounds: readonly number[];
  /** Linear. */
  readonly gain: number;
  /** Loudness of the input in the context heard, LUFS; null: the sound plays as it was recorded. */
  readonly lufs: number | null;
  readonly contextSeconds: number;
  /** Pitch of the input; null: unknown, or not asked for. */
  readonly hertz: number | null;
  /** Audio-clock second of its first sample; what is past means at once. */
  readonly at: number;
  /** Seconds into the sound, from its own onset on, at which it begins. */
  readonly into: number;
}
