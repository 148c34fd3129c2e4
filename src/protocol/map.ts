/** The contract of the map worker, wrapped by comlink in the page, and of the engine that lends it the library's rows. */

import type { Distance } from "../core/presets/model-manifest.ts";

/** What the engine offers over a port that the page hands to both workers: rows never cross the page. */
export interface RowLender {
  about(): Promise<{ readonly count: number; readonly size: number; readonly distance: Distance }>;
  /** `[ids.length, size]` embeddings. Rejects with MissingError once another library answers. */
  rows(ids: Int32Array): Promise<Float32Array>;
}

/** Width of a map to its height: x goes from -MAP_ASPECT to MAP_ASPECT, y from -1 to 1. */
export const MAP_ASPECT = 1.6;

export interface MapRequest {
  /** Names library and model: layouts are kept by it. */
  readonly identity: string;
  /** Keys of the library's sounds, in the order of their ids. */
  readonly keys: readonly string[];
  /** Lays out anew, whatever is kept. */
  readonly anew: boolean;
}

export interface MapProgress {
  readonly stage: "neighbours" | "layout" | "placing";
  readonly done: number;
  readonly all: number;
}

export interface MapLayout {
  /** `[sounds * 2]`, x and y in turn. */
  readonly places: Float32Array;
  /** Sounds that were there when the layout was made; the others came later. */
  readonly original: number;
}

export interface MapApi {
  /** Places of all sounds: those that were kept stay where they are. `lender` is the engine's port. Rejects with MissingError where the library has gone. */
  layOut(lender: MessagePort, request: MapRequest, report: (progress: MapProgress) => void): Promise<MapLayout>;
}
