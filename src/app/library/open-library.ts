/** What the page needs of a library to answer from it, wherever it comes from: built in, a folder of the user's, a preset. */

import type { Sound } from "../../core/library/sound.ts";
import type { EngineLibrary } from "../../protocol/engine.ts";
import type { SoundSource } from "./sound-source.ts";

export interface OpenLibrary {
  readonly name: string;
  readonly title: string;
  /** A sound's id is its index here. Keys are unique. */
  readonly sounds: readonly Sound[];
  readonly source: SoundSource;
  /** What the engine is given of the first `count` sounds: asked for again where the engine is started again, after more sounds were added. */
  rows(count: number): Promise<EngineLibrary>;
}
