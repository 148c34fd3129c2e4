/** Times one live query of the shipped model: features in, embedding out. */

import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT_MODEL, modelFolder } from "../../src/cli/model-files.ts";
import { useWasm } from "../../src/cli/tf-backend.ts";
import { parseModelManifest } from "../../src/core/presets/model-manifest.ts";
import type { Embedder } from "../../src/model/embedder.ts";
import { createEmbedder, createEmbedderFrom } from "../../src/model/load-embedder.ts";
import { createRandom } from "../../src/model/random.ts";
import { unpackWeights } from "../../src/model/weights.ts";
import { inChromiumWorker } from "./chromium-host.ts";
import type { Embedded } from "./embedding.ts";
import type { Bench, BenchCase } from "./runner.ts";

const ITERATIONS = 1000;

export const bench: Bench = {
  name: "embed",
  about: `one vector through ${DEFAULT_MODEL}, anchors worked out at load, in the page's engine and in Node; against working them out again for each query, as a graph over a batch would, and against the cpu backend`,
  async cases() {
    const folder = await modelFolder(DEFAULT_MODEL);
    const manifest = parseModelManifest(JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")), folder);
    const weights = await readFile(join(folder, manifest.weights.file));
    const fresh = () => createEmbedder(manifest, new Uint8Array(weights).buffer);
    const random = createRandom(1);
    const query = Float32Array.from({ length: manifest.feature.size }, () => random.normal());
    await useWasm();
    const tensors = await unpackWeights(manifest, new Uint8Array(weights).buffer);
    const frozen = (name: string, backend: string, rival: boolean): BenchCase => {
      let model: Embedder | undefined;
      return {
        name,
        rival,
        iterations: ITERATIONS,
        prepare: async () => {
          await tf.setBackend(backend);
          model = await fresh();
          for (let i = 0; i < 50; i++) await model.embed(query, 1);
        },
        run: async () => void (await model!.embed(query, 1)),
        dispose: () => model?.dispose(),
      };
    };
    const { backend, milliseconds } = await inChromiumWorker<Embedded>(join(import.meta.dirname, "embedding.ts"), "embedding");
    return [
      { name: `${backend}, frozen anchors, in a worker of Chromium`, milliseconds },
      frozen("wasm, frozen anchors", "wasm", false),
      {
        name: "wasm, graph of the anchors worked out for each query",
        rival: true,
        iterations: 50,
        prepare: async () => void (await tf.setBackend("wasm")),
        run: async () => {
          const model = createEmbedderFrom(manifest, tensors);
          await model.embed(query, 1);
          model.dispose();
        },
      },
      frozen("cpu, frozen anchors", "cpu", true),
    ];
  },
};
