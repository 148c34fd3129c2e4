/** The engine behind its contract: one model, one library, one embedding on the soonest backend, and the live path through them. */

import * as tf from "@tensorflow/tfjs-core";
import { analyse } from "../core/analysis.ts";
import { CONTEXTS } from "../core/features/feature.ts";
import { MissingError } from "../core/errors.ts";
import { createEmbedderFrom } from "../model/load-embedder.ts";
import type { BackendName, EngineApi, EngineEvent, EngineSettings, EngineSources, EngineStatus, Match } from "../protocol/engine.ts";
import { type Embedding, createEmbedding } from "./backends.ts";
import { type LoadedLibrary, type LoadedModel, loadLibrary, loadModel } from "./library.ts";
import { type Live, createLive } from "./live.ts";

export const DEFAULT_SETTINGS: EngineSettings = { commitSeconds: 0.25, answering: true, count: 16 };

interface Opened {
  readonly model: LoadedModel;
  readonly library: LoadedLibrary;
  readonly embedding: Embedding;
  readonly report: (event: EngineEvent) => void;
}

/** `backends` restricts what is tried. */
export function createEngine(backends?: readonly BackendName[]): EngineApi {
  let opened: Opened | null = null;
  let live: Live | null = null;
  let settings = DEFAULT_SETTINGS;
  let retrievals = 0;

  const need = (): Opened => {
    if (!opened) throw new MissingError("Engine: expected an open model and library, got none; open them first.");
    return opened;
  };
  const embed = async (samples: Float32Array, sampleRate: number) => {
    const { model, embedding } = need();
    const { values, contextSeconds } = analyse({ sampleRate, channels: [samples] }, model.feature);
    return embedding.embed(values, 1, contextSeconds);
  };
  const close = () => {
    live?.close();
    live = null;
    opened?.embedding.dispose();
    opened = null;
  };

  return {
    async open(sources: EngineSources, report) {
      close();
      report({ kind: "progress", stage: "model", done: 0, all: 1 });
      const model = await loadModel(sources.model);
      report({ kind: "progress", stage: "library", done: 0, all: 1 });
      const library = await loadLibrary(sources.library, model.manifest);
      const embedding = await warmUp(model, library, report, backends);
      opened = { model, library, embedding, report };
      return statusOf(model, library, embedding);
    },

    async attach(listener, player) {
      const { model, library, embedding, report } = need();
      live?.close();
      live = createLive({
        listener,
        player,
        feature: model.feature,
        settings: () => settings,
        rank: async (values, contextSeconds, count) => library.neighbours.nearest(await embedding.embed(values, 1, contextSeconds), count),
        nextIndex: () => retrievals++,
        report,
      });
    },

    async configure(change) {
      settings = { ...settings, ...change };
    },

    embed,

    async match(samples, sampleRate, count) {
      const { library } = need();
      return library.neighbours.nearest(await embed(samples, sampleRate), count);
    },

    async near(id, count): Promise<readonly Match[]> {
      const { library, model } = need();
      const { size } = model.manifest.embedding;
      if (!library.manifest.sounds[id]) throw new MissingError(`Sound ${id}: expected one of the library's ${library.manifest.sounds.length}, got none of that number; choose another.`);
      return library.neighbours.nearest(library.embeddings.subarray(id * size, (id + 1) * size), count, id);
    },

    async status() {
      const { model, library, embedding } = need();
      return statusOf(model, library, embedding);
    },

    async tensors() {
      return tf.memory().numTensors;
    },

    async close() {
      close();
    },
  };
}

/** Measures the backends on live queries: a noise burst's vector, embedded and ranked. */
async function warmUp(model: LoadedModel, library: LoadedLibrary, report: (event: EngineEvent) => void, backends: readonly BackendName[] | undefined): Promise<Embedding> {
  const { feature, manifest } = model;
  const { values } = feature.extract(Float32Array.from({ length: 48_000 }, (_, i) => Math.sin(i * i) * Math.exp(-i / 9600)), 48_000, CONTEXTS[0]);
  let done = 0;
  report({ kind: "progress", stage: "warm-up", done, all: backends?.length ?? 3 });
  const embedding = await createEmbedding({
    create: () => createEmbedderFrom(manifest, model.weights),
    query: async (embedOne) => {
      library.neighbours.nearest(await embedOne(values, 1), DEFAULT_SETTINGS.count);
    },
    ...(backends ? { backends } : {}),
    onTrial: () => report({ kind: "progress", stage: "warm-up", done: ++done, all: backends?.length ?? 3 }),
    onChange: () => report({ kind: "backend", status: statusOf(model, library, embedding) }),
  });
  return embedding;
}

function statusOf(model: LoadedModel, library: LoadedLibrary, embedding: Embedding): EngineStatus {
  const { manifest } = model;
  return {
    model: { name: manifest.name, version: manifest.version, feature: `${manifest.feature.name} ${manifest.feature.version}`, anchors: manifest.anchors?.count ?? 0, embeddingSize: manifest.embedding.size },
    library: { name: library.manifest.name, title: library.manifest.title, sounds: library.manifest.sounds.length },
    backend: embedding.backend,
    trials: embedding.trials,
  };
}
