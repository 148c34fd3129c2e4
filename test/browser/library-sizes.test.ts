/** The whole page on libraries of no sound, of one and of two hundred thousand: each defined, none with a fault, and the large one answers. */

import axe from "axe-core";
import { afterEach, expect, test } from "vitest";
import { writeWav } from "../../src/core/kits/wav.ts";
import { columnsOf, type Sound } from "../../src/core/library/sound.ts";
import type { OpenLibrary } from "../../src/app/library/open-library.ts";
import { createSimile } from "../../src/app/simile.ts";
import type { Simile, SimileState } from "../../src/app/simile-state.ts";
import type { SimileApp } from "../../src/app/ui/simile-app.ts";
import "../../src/app/ui/simile-app.ts";
import { createRandom, pluck, strung } from "../signals.ts";

const RATE = 44_100;
/** As long as the largest library may take. */
const SECONDS = 120;

const made: Simile[] = [];
afterEach(async () => {
  document.body.replaceChildren();
  for (const simile of made.splice(0)) await simile.dispose();
});

/** The first `count` sounds of the built-in library, again and again, with embeddings of unit length drawn by a seed. */
function libraryOf(simile: Simile, count: number): OpenLibrary {
  const { model } = simile.state.engine!;
  const first = simile.library!;
  const sounds: readonly Sound[] = Array.from({ length: count }, (_, id) => ({ ...first.sounds[id % first.sounds.length]!, key: `many:${id}`, name: `sound ${id}` }));
  const random = createRandom(7);
  const rows = (many: number): Float32Array => {
    const embeddings = new Float32Array(many * model.embeddingSize).map(() => random() - 0.5);
    for (let row = 0; row < many; row++) {
      const vector = embeddings.subarray(row * model.embeddingSize, (row + 1) * model.embeddingSize);
      const length = Math.hypot(...vector);
      for (let at = 0; at < vector.length; at++) vector[at]! /= length;
    }
    return embeddings;
  };
  return {
    name: "many",
    title: "Many",
    sounds,
    source: first.source,
    rows: async (many) => ({ kind: "rows", name: "many", title: "Many", count: many, origin: { model: model.name, modelVersion: model.version, weightsSha256: model.weightsSha256 }, embeddings: rows(many), columns: columnsOf(sounds.slice(0, many)) }),
  };
}

async function until(simile: Simile, what: (state: SimileState) => boolean): Promise<SimileState> {
  while (!what(simile.state)) await new Promise((resolve) => simile.addEventListener("change", resolve, { once: true }));
  return simile.state;
}

test.each([0, 1, 200_000])("%d sounds", async (count) => {
  const simile = createSimile();
  made.push(simile);
  await simile.start();
  const app = document.createElement("simile-app") as SimileApp;
  app.simile = simile;
  document.body.append(app);
  // Note after note, however long the library takes: a library of none brings no demo.
  const notes = Array.from({ length: SECONDS }, (_, at) => ({ at, sound: pluck(220 * 2 ** ((at % 12) / 12), 0.6, RATE) }));
  await simile.listen({ kind: "file", file: new File([writeWav({ sampleRate: RATE, channels: [strung(notes, SECONDS, RATE)] }, 16) as Uint8Array<ArrayBuffer>], "notes.wav") });
  await until(simile, ({ retrieval }) => retrieval !== null);
  expect(await simile.useLibrary(libraryOf(simile, count))).toBe(true);
  expect(simile.state.sounds).toHaveLength(count);
  const { retrieval } = await until(simile, (state) => state.retrieval !== null);
  expect(retrieval!.matches).toHaveLength(Math.min(count, simile.state.settings.count));
  simile.stopListening();
  await app.updateComplete;
  const results = app.shadowRoot!.querySelector("simile-results")!;
  await results.updateComplete;
  expect(results.shadowRoot!.querySelectorAll("button.row")).toHaveLength(Math.min(count, 5));
  if (count === 0) expect(results.shadowRoot!.textContent).toContain("No sound is left by this choice");
  expect(simile.state.faults).toEqual([]);
  const { violations } = await axe.run(document.body);
  expect(violations.map(({ id, nodes }) => `${id} at ${nodes.map((node) => node.target.join(" ")).join(", ")}`)).toEqual([]);
}, 240_000);
