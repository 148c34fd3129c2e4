/** A module of someone else's that must compile against the package's types. */

import { type Simile, type SimileState, createSimile } from "simile";
import { type Libraries, createLibraries } from "simile/libraries";
import { createPresets } from "simile/presets";
import { SimileResults } from "simile/elements/simile-results";
import { SimileWaveform } from "simile/elements/simile-waveform";
import "simile/elements";
import { createBridge } from "simile/bridge";
import SimileWam from "simile/wam";
import { FormatError } from "simile/core/errors";
import { retrieve } from "simile/core/search/retrieval";

const simile: Simile = createSimile({ library: "https://host/library/", pads: null });
const libraries: Libraries = createLibraries({ simile });
const presets = createPresets({ simile });
const results: SimileResults = document.createElement("simile-results");
const waveform: SimileWaveform | null = document.querySelector("simile-waveform");

export function show({ retrieval, sounds, playing }: SimileState): void {
  Object.assign(results, { retrieval, sounds, playing, peaks: simile.peaks });
  const distances: readonly number[] = retrieval?.matches.map(({ distance }) => distance) ?? [];
  waveform?.setAttribute("title", distances.join(" "));
}

results.addEventListener("simile-play", ({ detail }) => {
  const stop: () => void = simile.play(detail.id, detail.velocity);
  setTimeout(stop, 1000);
  // @ts-expect-error a play has no pad
  return detail.pad;
});
// @ts-expect-error no such input
void simile.listen({ kind: "tape" });
void libraries.start().then(() => presets.start());

export const stopBridge: () => void = createBridge({ simile, address: "ws://127.0.0.1:8751" });
export const openModule = (group: string, context: AudioContext) => SimileWam.createInstance(group, context);
export const ask = retrieve;
export const isFormat = (cause: unknown): boolean => cause instanceof FormatError;
