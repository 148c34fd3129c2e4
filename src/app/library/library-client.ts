/** Runs the library worker, and the page's part in an import. */

import { proxy } from "comlink";
import { UnsupportedError } from "../../core/errors.ts";
import type { EngineStatus } from "../../protocol/engine.ts";
import type { ImportHost, LibraryApi, LibraryOrigin } from "../../protocol/library.ts";
import { audioOf } from "../audio/audio-of.ts";
import type { Simile } from "../simile-state.ts";
import { type WorkerClient, type WorkerMaker, createWorkerClient } from "../worker-client.ts";

export type LibraryClient = WorkerClient<LibraryApi>;

/** The built library worker. */
export const makeLibraryWorker: WorkerMaker = (name) => new Worker(new URL("../../worker/library.worker.ts", import.meta.url), { type: "module", name });

export function createLibraryClient(make: WorkerMaker = makeLibraryWorker): LibraryClient {
  return createWorkerClient<LibraryApi>({ make, place: "Library", remedy: "try again, and another is started; what was imported is kept" });
}

/** What the open engine makes of sounds. */
export function originOf({ model }: EngineStatus): LibraryOrigin {
  const [, name = model.feature, version = "0"] = /^(.*) (\d+)$/.exec(model.feature) ?? [];
  return {
    model: model.name,
    modelVersion: model.version,
    weightsSha256: model.weightsSha256,
    feature: name,
    featureVersion: Number(version),
    featureSize: model.featureSize,
    contextSeconds: model.contextSeconds,
    size: model.embeddingSize,
  };
}

/** Times that an embedding is asked for again which an engine that died left unanswered. */
const TRIES = 4;
const ENGINE_SECONDS = 30;
/** Rate at which the browser decodes what only it can, hertz. */
const DECODE_RATE = 48_000;

/** The page's part in an import: the engine embeds, and the browser decodes what our own decoders do not. */
export function createImportHost(simile: Simile): ImportHost {
  return proxy({
    async embed(features: Float32Array, rows: number) {
      for (let tries = 1; ; tries++) {
        try {
          return await simile.ask((engine) => engine.embedFeatures(features, rows));
        } catch (cause) {
          if (tries === TRIES) throw cause;
          await engineOpen(simile);
        }
      }
    },
    decode: createDecoder(),
  });
}

/** Decodes what only the browser can; null where it cannot either. */
export function createDecoder(): ImportHost["decode"] {
  const context = new OfflineAudioContext(1, 1, DECODE_RATE);
  return async (bytes) => {
    try {
      return audioOf(await context.decodeAudioData(bytes));
    } catch {
      return null;
    }
  };
}

/** Resolves with the engine's status once it is open. Rejects where that takes too long. */
export function engineOpen(simile: Simile): Promise<EngineStatus> {
  if (simile.state.engine) return Promise.resolve(simile.state.engine);
  return new Promise((resolve, reject) => {
    const over = (act: () => void) => {
      clearTimeout(timer);
      simile.removeEventListener("change", look);
      act();
    };
    const timer = setTimeout(() => over(() => reject(new UnsupportedError(`Library: expected the engine to open within ${ENGINE_SECONDS} s, got none; start it again.`))), ENGINE_SECONDS * 1000);
    const look = () => {
      const { engine } = simile.state;
      if (engine) over(() => resolve(engine));
    };
    simile.addEventListener("change", look);
  });
}
