/** A whole model with random weights and a small library of notes by formula, written where the test server serves them. */

import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { commands } from "vitest/browser";
import { analyse } from "../../src/core/analysis.ts";
import { simile } from "../../src/core/features/simile.ts";
import { writeWav } from "../../src/core/kits/wav.ts";
import type { EmbeddingsManifest, LibraryManifest, SoundEntry } from "../../src/core/presets/library-manifest.ts";
import type { ModelManifest } from "../../src/core/presets/model-manifest.ts";
import { type Architecture, createNetwork, networkInputs } from "../../src/model/architecture.ts";
import { FRONT_END, createEmbedderFrom } from "../../src/model/load-embedder.ts";
import { startParameters } from "../../src/model/parameters.ts";
import { createRandom } from "../../src/model/random.ts";
import { type Weights, packWeights, sha256 } from "../../src/model/weights.ts";
import type { EngineSources } from "../../src/protocol/engine.ts";
import { held, noise, pluck } from "../signals.ts";

export const RATE = 44_100;
const SECONDS = 1.6;
const SEED = 11;
const ANCHORS = 24;

const ARCHITECTURE: Architecture = { kind: "an-gnn", contexts: [1.5], coordinates: 24, plain: 16, learned: 16, width: 32, blocks: 2, neighbours: 3, stem: "linear", graph: "features", affinity: "absolute", dropout: 0, dropPath: 0 };

export interface FixtureSound {
  readonly entry: SoundEntry;
  readonly samples: Float32Array;
}

export interface PresetFixture {
  readonly sources: EngineSources;
  readonly sounds: readonly FixtureSound[];
  /** Row-major `[sounds, size]`, by the cpu backend of the test's own page. */
  readonly embeddings: Float32Array;
  readonly size: number;
  /** Writes a file of the fixture anew; `path` is relative to its folder. */
  write(path: string, content: Uint8Array | string): Promise<void>;
  remove(path: string): Promise<void>;
  readonly files: Readonly<Record<"model" | "weights" | "library" | "embeddings" | "rows", string>>;
  readonly manifests: { readonly model: ModelManifest; readonly library: LibraryManifest; readonly embeddings: EmbeddingsManifest };
  readonly weights: Uint8Array;
  readonly rows: Uint8Array;
}

/** Twenty-four notes: plucked, held and struck, an octave and a half of each. */
function notes(): readonly FixtureSound[] {
  const families = [
    { family: "plucked", make: (hertz: number) => pluck(hertz, SECONDS, RATE) },
    { family: "blown", make: (hertz: number) => held(hertz, SECONDS, RATE) },
    { family: "struck", make: (hertz: number, seed: number) => noise(SECONDS, RATE, 0.3, seed).map((sample, i) => sample * Math.exp((-i / RATE) * (4 + hertz / 60))) },
  ];
  return families.flatMap(({ family, make }, f) =>
    Array.from({ length: 8 }, (_, n) => {
      const hertz = 110 * 2 ** (n / 4);
      const name = `${family} ${n + 1}`;
      const entry: SoundEntry = { file: `audio/${family} ${n + 1}.wav`, name, family, instrument: family, technique: "ordinario", mute: "none", pitch: "", dynamics: "mf", durationSeconds: SECONDS };
      return { entry, samples: make(hertz, 100 * f + n) };
    }),
  );
}

async function randomModel(): Promise<{ manifest: ModelManifest; weights: ReadonlyMap<string, Weights>; bytes: ArrayBuffer }> {
  const { contexts, coordinates, plain, learned, kind } = ARCHITECTURE;
  const inputs = networkInputs(ARCHITECTURE);
  const random = createRandom(SEED);
  const tensors = new Map<string, Weights>();
  const set = (name: string, shape: readonly number[], value: () => number) => tensors.set(name, { shape, values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, value) });
  set(FRONT_END.mean, [contexts.length, simile.size], () => 0.1 * random.normal());
  set(FRONT_END.inverse, [contexts.length, simile.size], () => 0.5 + random.uniform());
  set(FRONT_END.projection, [contexts.length, simile.size, coordinates], () => random.normal() / Math.sqrt(simile.size));
  set(FRONT_END.blend, [2], () => 0.5);
  set(FRONT_END.anchors, [ANCHORS, inputs], () => random.normal());
  for (const [name, weights] of startParameters(createNetwork(ARCHITECTURE)?.parameters ?? [], random)) tensors.set(name, weights);
  const packed = await packWeights(tensors);
  const manifest: ModelManifest = {
    format: "simile-model",
    formatVersion: 1,
    name: "fixture",
    version: 1,
    architecture: { ...ARCHITECTURE },
    feature: { name: simile.name, version: simile.version, size: simile.size },
    embedding: { size: plain + learned, distance: "euclidean" },
    anchors: { count: ANCHORS, method: "random" },
    training: { seed: SEED, commit: "none", data: "none", command: "none", date: "2026-11-22" },
    weights: { file: "weights.bin", sha256: packed.sha256, tensors: packed.entries },
  };
  if (kind !== "an-gnn") throw new Error(`fixture: expected an-gnn, got ${kind}; correct the fixture.`);
  return { manifest, weights: tensors, bytes: packed.buffer };
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

/** `name` keeps test files apart; the folder lies under `node_modules/.cache`. */
export async function createPresetFixture(name: string): Promise<PresetFixture> {
  const root = `node_modules/.cache/simile-test/${name}`;
  const write = async (path: string, content: Uint8Array | string) => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await commands.writeFile(`${root}/${path}`, base64(bytes), "base64");
  };
  const sounds = notes();
  const model = await randomModel();
  await tf.setBackend("cpu");
  const embedder = createEmbedderFrom(model.manifest, model.weights);
  const size = model.manifest.embedding.size;
  const embeddings = new Float32Array(sounds.length * size);
  for (const [id, { samples }] of sounds.entries()) {
    const { values, contextSeconds } = analyse({ sampleRate: RATE, channels: [samples] }, simile);
    embeddings.set(await embedder.embed(values, 1, contextSeconds), id * size);
  }
  embedder.dispose();
  const rows = new Uint8Array(embeddings.buffer);
  const library: LibraryManifest = { format: "simile-library", formatVersion: 1, name: "fixture", title: "Fixture", licence: "CC0-1.0", author: "the tests", provenance: "test/browser/preset-fixture.ts", sounds: sounds.map(({ entry }) => entry) };
  const preset: EmbeddingsManifest = {
    format: "simile-embeddings",
    formatVersion: 1,
    model: model.manifest.name,
    modelVersion: 1,
    weightsSha256: model.manifest.weights.sha256,
    feature: { name: simile.name, version: simile.version },
    count: sounds.length,
    size,
    sha256: await sha256(embeddings.buffer),
  };
  const files = { model: "model/manifest.json", weights: "model/weights.bin", library: "library/manifest.json", embeddings: "library/embeddings/fixture.json", rows: "library/embeddings/fixture.f32" } as const;
  await write(files.model, JSON.stringify(model.manifest));
  await write(files.weights, new Uint8Array(model.bytes));
  await write(files.library, JSON.stringify(library));
  await write(files.embeddings, JSON.stringify(preset));
  await write(files.rows, rows);
  for (const { entry, samples } of sounds) await write(`library/${entry.file}`, writeWav({ sampleRate: RATE, channels: [samples] }, 16));
  const address = (folder: string) => new URL(`/${root}/${folder}/`, location.origin).href;
  return {
    sources: { model: address("model"), library: address("library") },
    sounds,
    embeddings,
    size,
    write,
    remove: (path) => commands.removeFile(`${root}/${path}`),
    files,
    manifests: { model: model.manifest, library, embeddings: preset },
    weights: new Uint8Array(model.bytes),
    rows,
  };
}
