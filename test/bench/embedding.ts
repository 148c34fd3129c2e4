/** Live queries of the shipped model as the page's engine asks them: in a worker, on the backend that the engine brings up. */

import { createRandom } from "../../src/model/random.ts";
import { createEmbedderFrom } from "../../src/model/load-embedder.ts";
import { createEmbedding } from "../../src/worker/backends.ts";
import { loadModel } from "../../src/worker/library.ts";

const QUERIES = 1000;
const WARM_UPS = 50;

export interface Embedded {
  readonly backend: string;
  /** One a query: features in, embedding out. */
  readonly milliseconds: readonly number[];
}

/** Asks the model that ships, served from the root. */
export async function embedding(): Promise<Embedded> {
  const { manifest, weights } = await loadModel(`${new URL(import.meta.url).origin}/presets/models/an-gnn-simile/`);
  const random = createRandom(1);
  const query = Float32Array.from({ length: manifest.feature.size }, () => random.normal());
  const embedding = await createEmbedding({
    create: () => createEmbedderFrom(manifest, weights),
    query: async (embed) => void (await embed(query, 1)),
    onTrial: () => {},
    onChange: () => {},
  });
  const milliseconds: number[] = [];
  for (let i = -WARM_UPS; i < QUERIES; i++) {
    const start = performance.now();
    await embedding.embed(query, 1);
    if (i >= 0) milliseconds.push(performance.now() - start);
  }
  const { backend } = embedding;
  embedding.dispose();
  return { backend, milliseconds };
}
