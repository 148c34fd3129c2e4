/** The one interface of every model at use: feature vectors in, embeddings out, each row on its own (no row sees another). */

import type { ModelManifest } from "../core/presets/model-manifest.ts";

export interface Embedder {
  readonly manifest: ModelManifest;
  /**
   * Embeds `[rows, manifest.feature.size]` row-major values to `[rows, manifest.embedding.size]`. The same row gives the same embedding in any batch and order.
   * `contextSeconds` says how much of each sound the rows have heard (default: the longest context that the model was trained at); the nearest trained context is taken.
   * Throws FormatError for values that are not finite.
   */
  embed(values: Float32Array, rows: number, contextSeconds?: number): Promise<Float32Array>;
  /** Frees its tensors. */
  dispose(): void;
}
