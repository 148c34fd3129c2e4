/** The one interface of every feature family: a sound from its onset on in, one vector out, with the version that models and presets carry. */

/** A vector and how much of the sound it has heard. */
export interface FeatureVector {
  readonly feature: string;
  readonly version: number;
  /** Seconds from the onset that the vector has heard. */
  readonly contextSeconds: number;
  /** `[size]`, always finite. */
  readonly values: Float32Array;
}

/** A feature family computed by arithmetic alone, the same in the worklet, the worker, the command line and training. */
export interface Feature {
  readonly name: string;
  readonly version: number;
  /** Length of `values`. */
  readonly size: number;
  /** What its numbers speak of, in their order: name and count of each part. Absent where the vector has no parts. */
  readonly parts?: readonly (readonly [name: string, count: number])[];
  /** Columns that are energies, as ranges from the first to past the last: a model takes their logarithm (`scattering/compression.ts`). Absent where none are. */
  readonly energies?: readonly (readonly [first: number, past: number])[];
  /**
   * Vector of a mono sound at `sampleRate` hertz whose first sample is its onset (see `onset/`), heard for `contextSeconds` (default: the family's longest context).
   * Silence is taken to follow where the sound is shorter. Throws FormatError for samples that are not finite.
   */
  extract(samples: Float32Array, sampleRate: number, contextSeconds?: number): FeatureVector;
  /** `[contexts, size]`: what `extract` says of each of `contexts` (ascending), heard in one pass; families that hear no stream leave it out. */
  extractEach?(samples: Float32Array, sampleRate: number, contexts: readonly number[]): Float32Array;
}

/** Moments after the onset, in seconds, at which a vector can be asked for. */
export const CONTEXTS = [0.006, 0.012, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5] as const;
