/** What the package offers to pages: the path behind its name, and the module that it is made from. */

import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Modules of the core that are useful by themselves. */
const CORE = [
  "analysis",
  "answer/play-settings",
  "errors",
  "features/families",
  "features/feature",
  "library/folder",
  "library/sound",
  "listener",
  "presets/archive",
  "presets/embedding-preset",
  "presets/library-manifest",
  "presets/model-manifest",
  "presets/pad-preset",
  "search/embedding-index",
  "search/retrieval",
];

/** Path in the package, without its ending, to path in `src`. */
export async function packageEntries(src: string): Promise<Readonly<Record<string, string>>> {
  const elements = (await readdir(join(src, "app/ui"))).filter((file) => /^simile-[\w-]+\.ts$/.test(file)).sort();
  return {
    simile: "app/simile.ts",
    libraries: "app/library/libraries.ts",
    presets: "app/presets/presets.ts",
    map: "app/map/map-desk.ts",
    why: "app/why-desk.ts",
    remote: "app/remote/remote.ts",
    bridge: "app/remote/bridge.ts",
    "wam/index": "app/wam/index.ts",
    elements: "app/elements.ts",
    ...Object.fromEntries(elements.map((file) => [`elements/${file.slice(0, -3)}`, `app/ui/${file}`])),
    ...Object.fromEntries(CORE.map((name) => [`core/${name}`, `core/${name}.ts`])),
  };
}
