/** A Vite plugin that puts the page's icons, which its web manifest names, beside the page under names that stay. */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** `folder` holds the icons as `npm run icons` made them; they go to `icons/` of the build. */
export function pageIcons(folder: string): Plugin {
  return {
    name: "simile-page-icons",
    apply: "build",
    generateBundle() {
      for (const name of readdirSync(folder)) this.emitFile({ type: "asset", fileName: `icons/${name}`, source: readFileSync(join(folder, name)) });
    },
  };
}
