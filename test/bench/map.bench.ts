/** Frames of the map beside a plain canvas, the nearest point beside a plain loop, and layouts beside umap-js alone: all in one page of Chromium, on whatever draws there. */

import { join } from "node:path";
import { inChromium } from "./chromium-host.ts";
import { mapping, type Timed } from "./mapping.ts";
import { type Bench, percentile } from "./runner.ts";

let timed: readonly Timed[] = [];

export const bench: Bench = {
  name: "map",
  about: "the map of a library: frames of 860 x 420 pixels while it is moved and zoomed, the nearest point, and layouts of rows of 128 numbers",
  async cases() {
    timed = await inChromium<Awaited<ReturnType<typeof mapping>>>(join(import.meta.dirname, "mapping.ts"), "mapping");
    return timed;
  },
  async notes() {
    const rates = timed.filter(({ name }) => name.startsWith("a frame")).map(({ name, milliseconds }) => `${name}: ${(1000 / percentile([...milliseconds].sort((a, b) => a - b), 0.5)).toFixed(0)} a second`);
    return [`${rates.join("; ")}. A browser without a display gives 60 at most. Memory is that of the page's JavaScript, the most while a layout was made.`];
  },
};
