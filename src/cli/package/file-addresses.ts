/** A Vite plugin that leaves workers, worklets, WebAssembly and presets as files of the package, each named by `new URL("…", import.meta.url)`: browsers and bundlers understand that alike. */

import { basename, dirname, posix } from "node:path";
import type { Plugin } from "vite";

/** Stands for the URL of a file of the package until the place of the chunk around it is known. */
const MARK = "__SIMILE_FILE__";
const VIRTUAL = "\0simile-file:";

const marked = (file: string) => `/* @__PURE__ */ ${MARK}(${JSON.stringify(file)})`;
/** Where a script of the audio thread, or a worker, lies in the package. */
export const scriptFile = (source: string): string => `${source.endsWith(".worklet.ts") ? "worklets" : "workers"}/${basename(source, ".ts")}.js`;
const wasmFile = (source: string) => `wasm/${basename(source)}`;

/**
 * For builds into the package's `lib`. `builtIn` gives the module that says where presets lie, in place of the page's; `onWasm` hears of each WebAssembly file that is named.
 */
export function fileAddresses(options: { readonly builtIn?: () => Promise<string>; onWasm?(source: string): void }): Plugin {
  return {
    name: "simile-file-addresses",
    enforce: "pre",
    async resolveId(source, importer) {
      const [path, query] = source.split("?");
      if (query === "worker&url") return VIRTUAL + scriptFile(path!);
      if (query === "url" && path!.endsWith(".wasm")) {
        const found = await this.resolve(path!, importer, { skipSelf: true });
        if (!found) return null;
        options.onWasm?.(found.id);
        return VIRTUAL + wasmFile(found.id);
      }
      return null;
    },
    async load(id) {
      if (id.startsWith(VIRTUAL)) return `export default ${marked(id.slice(VIRTUAL.length))}.href;`;
      return options.builtIn && id.endsWith("/src/app/built-in.ts") ? options.builtIn() : null;
    },
    transform(code) {
      if (!code.includes(".worker.ts")) return null;
      return code.replace(/new URL\("([^"]+\.worker\.ts)", import\.meta\.url\)/g, (_, source: string) => marked(scriptFile(source)));
    },
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk") continue;
        const folder = dirname(chunk.fileName);
        chunk.code = chunk.code.replace(/(?:\/\* @__PURE__ \*\/ )?__SIMILE_FILE__\((["'`])([^"'`]+)\1\)/g, (_whole, _quote, file: string) => {
          const path = posix.relative(folder, file);
          return `new URL("${path.startsWith(".") ? path : `./${path}`}", import.meta.url)`;
        });
        if (chunk.code.includes(MARK)) this.error(`${chunk.fileName}: expected every file of the package to be named by its path, got one that is not; see ${MARK}.`);
      }
    },
  };
}

/** The module that says where presets lie: a table of addresses for each folder. Names are those of files below `presets/`. */
export function presetTables(folders: Readonly<Record<string, { readonly path: string; readonly files: readonly string[] }>>): string {
  const table = ({ path, files }: { readonly path: string; readonly files: readonly string[] }) => `{ files: {\n${files.map((file) => `${JSON.stringify(file)}: ${marked(`../presets/${path}/${file}`)}.href`).join(",\n")}\n} }`;
  return Object.entries(folders).map(([name, folder]) => `export const ${name} = ${table(folder)};\n`).join("");
}
