/** Judges from glimpses of the input whether it carries sound at all: silence, a constant offset and broken numbers are told from music and pauses. */

export type InputCondition = "fine" | "silent" | "offset" | "broken";

/** Peaks below this are no microphone's noise but nothing at all: -100 dB re full scale. */
export const SILENCE_PEAK = 1e-5;
/** Seconds of such silence before it is told. */
export const SILENCE_SECONDS = 10;
/** A mean beyond this that outweighs everything around it is an offset, not a sound. */
export const OFFSET_MEAN = 0.02;
/** Seconds of offset before it is told. */
export const OFFSET_SECONDS = 2;

export interface InputHealth {
  /** Takes frames of the input as seen at `time` seconds, and gives the condition then. A fault is told after its time, and gone with the first glimpse that lacks it. Silence of an input that has carried sound is a rest. */
  judge(frames: Float32Array, time: number): InputCondition;
}

export function createInputHealth(): InputHealth {
  let carried = false;
  let silentSince: number | null = null;
  let offsetSince: number | null = null;
  return {
    judge(frames, time) {
      let sum = 0;
      let squares = 0;
      let peak = 0;
      for (let i = 0; i < frames.length; i++) {
        const sample = frames[i]!;
        sum += sample;
        squares += sample * sample;
        peak = Math.max(peak, Math.abs(sample));
      }
      if (!Number.isFinite(squares)) return "broken";
      const mean = sum / frames.length;
      const spread = Math.sqrt(Math.max(0, squares / frames.length - mean * mean));
      carried ||= peak >= SILENCE_PEAK;
      silentSince = carried ? null : (silentSince ?? time);
      offsetSince = Math.abs(mean) > OFFSET_MEAN && spread < Math.abs(mean) ? (offsetSince ?? time) : null;
      if (silentSince !== null && time - silentSince >= SILENCE_SECONDS) return "silent";
      if (offsetSince !== null && time - offsetSince >= OFFSET_SECONDS) return "offset";
      return "fine";
    },
  };
}
