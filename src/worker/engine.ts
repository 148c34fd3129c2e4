/** The engine behind its contract: one model, one library, one embedding on the soonest backend, and the live path through them. */

import * as tf from "@tensorflow/tfjs-core";
import { transfer } from "comlink";
import { analyse } from "../core/analysis.ts";
import { CONTEXTS } from "../core/features/feature.ts";
import { MissingError } from "../core/errors.ts";
import { distanceBetween } from "../core/search/distance.ts";
import { diversify } from "../core/search/retrieval.ts";
import { longestContext } from "../model/architecture.ts";
import { createAspects } from "../model/aspects.ts";
import { SoundLabels } from "../core/search/sound-labels.ts";
import { createEmbedderFrom } from "../model/load-embedder.ts";
import { type BackendName, DEFAULT_SETTINGS, type EngineApi, type EngineEvent, type EngineSettings, type EngineSources, type EngineStatus, LIBRARY_STRIDE, type Match } from "../protocol/engine.ts";
import { type Answers, createAnswers } from "./answers.ts";
import { BACKENDS, type Embedding, createEmbedding } from "./backends.ts";
import { type LoadedLibrary, type LoadedModel, emptyLibrary, extendLibrary, loadModel, openLibrary } from "./library.ts";
import { LEAST_COUNT, type Live, createLive } from "./live.ts";
import { distancesTo, lendRows } from "./row-lender.ts";
import { createTaboo } from "./taboo.ts";
import { createVoiceSender } from "./voice-sender.ts";

/** Live matches that are told with their reasons: more of them fill pads, and would keep the next sound waiting. */
const EXPLAINED = 16;
/** Weight of difference against nearness in `diverse`. */
const SPREAD = 0.5;

interface Opened {
  readonly model: LoadedModel;
  /** Of the library that is open; replaced between two answers. */
  answers: Answers;
  readonly answersOf: (library: LoadedLibrary) => Answers;
  /** As the page numbers its libraries. */
  number: number;
  /** Number of the library that was asked for last. */
  asked: number;
  readonly embedding: Embedding;
  readonly report: (event: EngineEvent) => void;
}

/** `backends` restricts what is tried. */
export function createEngine(backends?: readonly BackendName[]): EngineApi {
  let opened: Opened | null = null;
  let live: Live | null = null;
  let settings: EngineSettings = DEFAULT_SETTINGS;
  const taboo = createTaboo();
  let heard: Float32Array | null = null;
  let retrievals = 0;

  const need = (): Opened => {
    if (!opened) throw new MissingError("Engine: expected an open model and library, got none; open them first.");
    return opened;
  };
  const embed = async (samples: Float32Array, sampleRate: number) => {
    const { model, embedding } = need();
    const { values } = analyse({ sampleRate, channels: [samples] }, model.feature, longestContext(model.manifest));
    return embedding.embed(values, 1);
  };
  const close = () => {
    live?.close();
    live = null;
    opened?.embedding.dispose();
    opened?.answers.library.index.close();
    opened = null;
    heard = null;
    taboo.forget();
  };

  /** Hits with their reasons. */
  const explained = async (answers: Answers, query: Float32Array, self?: number, count: number = settings.count): Promise<readonly Match[]> => {
    const { matches } = answers.find(query, { ...settings, count }, self === undefined ? {} : { self });
    const reasons = await answers.explain(query, matches);
    return matches.map((match, i) => ({ ...match, reason: reasons[i]! }));
  };

  return {
    async open(sources: EngineSources, report) {
      close();
      report({ kind: "progress", stage: "model", done: 0, all: 1 });
      const model = await loadModel(sources.model);
      report({ kind: "progress", stage: "library", done: 0, all: 1 });
      const library = sources.library === undefined ? emptyLibrary(model.manifest) : await openLibrary({ kind: "folder", address: sources.library }, model.manifest);
      const embedding = await warmUp(model, library, report, () => opened && statusOf(opened), backends);
      const aspects = createAspects(model.manifest, model.weights, model.feature.parts ?? [[model.feature.name, model.feature.size]]);
      const anchors = await embedding.ask((embedder) => embedder.anchors());
      const answersOf = (of: LoadedLibrary) => createAnswers({ library: of, aspects, anchors, embedding });
      opened = { model, answers: answersOf(library), answersOf, number: 0, asked: 0, embedding, report };
      return statusOf(opened);
    },

    async attach(listener, player, orders) {
      const engine = need();
      const { model, embedding, report } = engine;
      live?.close();
      live = createLive({
        listener,
        player: createVoiceSender(player, orders),
        feature: model.feature,
        settings: () => settings,
        rank: async (values, contextSeconds, index) => {
          const query = await embedding.embed(values, 1, contextSeconds);
          heard = query;
          const { answers, number } = engine;
          const hits = answers.find(query, { ...settings, count: Math.max(settings.count, LEAST_COUNT) }, { recent: taboo.before(index, settings.taboo) });
          return {
            ...hits,
            async reasons() {
              const reasons = await answers.explain(query, hits.matches.slice(0, EXPLAINED));
              return engine.number === number ? reasons : null;
            },
          };
        },
        answered: (index, id) => taboo.answered(index, id),
        voiceOf: (id) => engine.number * LIBRARY_STRIDE + id,
        nextIndex: () => retrievals++,
        report,
      });
    },

    async hush() {
      live?.hush();
    },

    async setLibrary(number, library) {
      const engine = need();
      engine.asked = number;
      const next = await openLibrary(library, engine.model.manifest);
      // One that was asked for later may have been sooner here.
      if (engine.asked !== number) {
        next.index.close();
        return statusOf(engine);
      }
      const before = engine.answers.library;
      engine.answers = engine.answersOf(next);
      engine.number = number;
      taboo.forget();
      before.index.close();
      const status = statusOf(engine);
      engine.report({ kind: "library", number, status });
      return status;
    },

    async addSounds(number, rows) {
      const engine = need();
      if (engine.number === number) extendLibrary(engine.answers.library, rows);
      return statusOf(engine);
    },

    async describe(number, columns) {
      const engine = need();
      const { library } = engine.answers;
      if (engine.number === number) engine.answers = engine.answersOf({ ...library, labels: new SoundLabels(columns, library.index.count) });
    },

    async configure(change) {
      settings = { ...settings, ...change };
    },

    embed,

    async embedFeatures(values, rows) {
      return need().embedding.embed(values, rows);
    },

    async match(samples, sampleRate, count) {
      const query = await embed(samples, sampleRate);
      return explained(need().answers, query, undefined, count);
    },

    async near(id, count) {
      const { answers } = need();
      const { index } = answers.library;
      checkId(id, index.count);
      return explained(answers, index.read(id), id, count);
    },

    async diverse(matches, count) {
      const { index } = need().answers.library;
      const known = matches.filter(({ id }) => id < index.count);
      const rows = new Map(known.map(({ id }) => [id, index.read(id)]));
      const chosen = diversify(known, count, SPREAD, (a, b) => distanceBetween(rows.get(a)!, rows.get(b)!, index.distance));
      return chosen.sort((a, b) => a.distance - b.distance);
    },

    async heard() {
      return heard;
    },

    async explain(id) {
      const engine = need();
      const [query, { number, answers }] = [heard, engine];
      const { index } = answers.library;
      checkId(id, index.count);
      if (!query) return null;
      const distances = await distancesTo(index, query, () => opened === engine && engine.number === number);
      if (!distances) return null;
      const distance = distances[id]!;
      const [reason] = await answers.explain(query, [{ id, distance }]);
      return { distance, rank: 1 + distances.filter((other) => other < distance).length, reason: reason! };
    },

    async rows(ids) {
      const { index } = need().answers.library;
      for (const id of ids) checkId(id, index.count);
      const rows = index.rows(ids);
      return transfer(rows, [rows.buffer]);
    },

    async lend(port) {
      const engine = need();
      const { number, answers } = engine;
      lendRows(answers.library.index, () => opened === engine && engine.number === number, port);
    },

    async distances() {
      const engine = need();
      const [query, { number, answers }] = [heard, engine];
      if (!query) return null;
      const distances = await distancesTo(answers.library.index, query, () => opened === engine && engine.number === number && heard === query);
      return distances && transfer(distances, [distances.buffer]);
    },

    async status() {
      return statusOf(need());
    },

    async tensors() {
      return tf.memory().numTensors;
    },

    async close() {
      close();
    },
  };
}

function checkId(id: number, count: number): void {
  if (!(Number.isInteger(id) && id >= 0 && id < count)) throw new MissingError(`Sound ${id}: expected one of the library's ${count}, got none of that number; choose another.`);
}

/** Measures the backends on live queries: a noise burst's vector, embedded and ranked. */
async function warmUp(model: LoadedModel, library: LoadedLibrary, report: (event: EngineEvent) => void, status: () => EngineStatus | null, backends: readonly BackendName[] | undefined): Promise<Embedding> {
  const { feature, manifest } = model;
  const { values } = feature.extract(Float32Array.from({ length: 48_000 }, (_, i) => Math.sin(i * i) * Math.exp(-i / 9600)), 48_000, CONTEXTS[0]);
  const all = backends?.length ?? BACKENDS.length;
  let done = 0;
  report({ kind: "progress", stage: "warm-up", done, all });
  const embedding = await createEmbedding({
    create: () => createEmbedderFrom(manifest, model.weights),
    query: async (embedOne) => {
      library.index.nearest(await embedOne(values, 1), DEFAULT_SETTINGS.count);
    },
    ...(backends ? { backends } : {}),
    onTrial: () => report({ kind: "progress", stage: "warm-up", done: ++done, all }),
    onChange: () => {
      const now = status();
      if (now) report({ kind: "backend", status: now });
    },
  });
  // Those that are not needed are done with, too.
  if (done < all) report({ kind: "progress", stage: "warm-up", done: all, all });
  return embedding;
}

function statusOf({ model, answers, embedding }: Opened): EngineStatus {
  const { manifest } = model;
  const { library } = answers;
  return {
    model: { name: manifest.name, version: manifest.version, weightsSha256: manifest.weights.sha256, feature: `${manifest.feature.name} ${manifest.feature.version}`, featureSize: model.feature.size, contextSeconds: longestContext(manifest), anchors: manifest.anchors?.count ?? 0, embeddingSize: manifest.embedding.size, distance: manifest.embedding.distance },
    library: { name: library.name, title: library.title, sounds: library.index.count, scale: answers.scale() },
    backend: embedding.backend,
    trials: embedding.trials,
  };
}
