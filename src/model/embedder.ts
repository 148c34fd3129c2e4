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
  /**
   * How sounds of these embeddings `[rows, manifest.embedding.size]` join the model's graph: `[rows, anchors]` edge weights, each row's divided by their sum. Worked out from what an embedding keeps
   * of the features, at full context; what it does not keep counts as the mean of the training sounds. Of no columns where the model has no graph.
   */
  neighbourhoods(embeddings: Float32Array, rows: number): Promise<Float32Array>;
  /** Embeddings of the anchors themselves, `[anchors, manifest.embedding.size]`: where in the space each stands. Of no rows where the model has no graph. */
  anchors(): Promise<Float32Array>;
  /** Frees its tensors. */
  dispose(): void;
}
