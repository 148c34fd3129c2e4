/** Lists the libraries that ship, folders and embedding presets, as `libraries/index.json`, when the page is built or served. */

import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "vite";
import { readPresetManifest } from "../core/presets/embedding-preset.ts";
import type { BuiltInPreset } from "../core/presets/preset-index.ts";
import { loadLibraryManifest } from "./library-files.ts";

const FOLDER = "libraries";
const ADDRESS = `${FOLDER}/index.json`;

/** What lies in `presets/libraries`, by name. Throws FormatError where a library there is broken. */
export async function indexPresets(presets: string): Promise<readonly BuiltInPreset[]> {
  const root = join(presets, FOLDER);
  const found = await readdir(root, { withFileTypes: true }).catch(() => []);
  const entries = await Promise.all(
    found.map(async (item): Promise<BuiltInPreset | null> => {
      const path = join(root, item.name);
      if (item.isDirectory()) {
        const { title, sounds, licence, author } = await loadLibraryManifest(path);
        return { address: `${encodeURIComponent(item.name)}/`, title, sounds: sounds.length, licence, author };
      }
      if (!item.name.endsWith(".simile")) return null;
      const bytes = await readFile(path);
      const { title, count, licence, author } = readPresetManifest(bytes, path);
      return { address: encodeURIComponent(item.name), title, sounds: count, licence, author, sha256: createHash("sha256").update(bytes).digest("hex") };
    }),
  );
  return entries.filter((entry) => entry !== null).sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** Puts the index beside what is served from the public folder. */
export function presetIndex(): Plugin {
  let presets = "";
  const index = async () => `${JSON.stringify(await indexPresets(presets), null, 2)}\n`;
  return {
    name: "simile-preset-index",
    configResolved: ({ publicDir }) => void (presets = publicDir),
    configureServer(server) {
      server.middlewares.use(`/${ADDRESS}`, (_, response, next) => {
        index().then((body) => response.setHeader("Content-Type", "application/json").end(body), next);
      });
    },
    async generateBundle() {
      // Workers are bundled by themselves; the page's own bundle carries the index.
      if (this.environment.name === "client") this.emitFile({ type: "asset", fileName: ADDRESS, source: await index() });
    },
  };
}
