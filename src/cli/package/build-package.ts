/** Builds the package's library, `lib/`: ES modules, workers and worklets in one file each, types, and the manifest of the elements (`npm run build:package`). */

import { execFileSync } from "node:child_process";
import { copyFile, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { type InlineConfig, build } from "vite";
import { elementManifest } from "./element-manifest.ts";
import { packageEntries } from "./entries.ts";
import { fileAddresses, presetTables, scriptFile } from "./file-addresses.ts";
import { writeTypes } from "./types.ts";

const root = resolve(import.meta.dirname, "../../..");
const src = join(root, "src");
const lib = join(root, "lib");
const PRESETS = "simile:presets";
/** What ships, by the name that `builtIn` gives it. */
const FOLDERS = { model: "models/an-gnn-simile", library: "libraries/studio", pads: "pads" };

// Packages that ship a build for development beside the real one are asked for the real one.
process.env["NODE_ENV"] = "production";

const wasm = new Set<string>();
const common: InlineConfig = { configFile: false, root: src, publicDir: false, logLevel: "warn", define: { "process.env.NODE_ENV": '"production"' } };

await rm(lib, { recursive: true, force: true });
await buildModules();
for (const script of await scripts()) await buildScript(script);
await writeFile(join(lib, "custom-elements.json"), `${JSON.stringify(await elementManifest(src), null, 1)}\n`);
await copyFile(join(src, "app/wam/descriptor.json"), join(lib, "wam/descriptor.json"));
await mkdir(join(lib, "wasm"), { recursive: true });
for (const path of wasm) await copyFile(path, join(lib, "wasm", basename(path)));
execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-b", join(src, "app")], { cwd: root, stdio: "inherit" });
await writeTypes(join(root, "node_modules/.cache/tsc"), join(lib, "types"), Object.values(await packageEntries(src)));

/** What pages import: split where modules share code, unminified for whoever reads or bundles it. Chunks that define elements lie apart: `sideEffects` of package.json names them. */
async function buildModules(): Promise<void> {
  const entries = await packageEntries(src);
  await build({
    ...common,
    plugins: [
      fileAddresses({ builtIn: async () => `export const builtIn = () => import("${PRESETS}");`, onWasm: (path) => wasm.add(path) }),
      { name: "simile-presets", resolveId: (source) => (source === PRESETS ? `\0${PRESETS}` : null), load: async (id) => (id === `\0${PRESETS}` ? presetTables(await folders()) : null) },
    ],
    build: {
      outDir: lib,
      emptyOutDir: false,
      target: "es2023",
      minify: false,
      license: { fileName: "licenses/modules.md" },
      lib: { formats: ["es"], entry: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(src, path)])) },
      rolldownOptions: { output: { entryFileNames: "[name].js", chunkFileNames: ({ moduleIds }) => `chunks/${moduleIds.some((id) => id.includes("/src/app/ui/simile-")) ? "elements/" : ""}[name]-[hash].js` } },
    },
  });
}

/** A worker or worklet in one file: a bundler that takes it over need not split it, and the audio thread has no imports to wait for. */
async function buildScript(source: string): Promise<void> {
  const name = scriptFile(source).replace(/\.js$/, "");
  await build({
    ...common,
    plugins: [fileAddresses({ onWasm: (path) => wasm.add(path) })],
    build: {
      outDir: lib,
      emptyOutDir: false,
      target: "es2023",
      license: { fileName: `licenses/${basename(name)}.md` },
      lib: { formats: ["es"], entry: { [name]: source } },
      rolldownOptions: { output: { entryFileNames: "[name].js", codeSplitting: false } },
    },
  });
}

async function scripts(): Promise<string[]> {
  const of = async (folder: string, ending: string) => (await readdir(join(root, folder))).filter((file) => file.endsWith(ending)).map((file) => join(root, folder, file));
  return [...(await of("src/worker", ".worker.ts")), ...(await of("worklets", ".worklet.ts"))];
}

async function folders() {
  const listed = await Promise.all(
    Object.entries(FOLDERS).map(async ([name, path]) => {
      const home = join(root, "presets", path);
      const found = await readdir(home, { recursive: true, withFileTypes: true });
      const files = found.filter((entry) => entry.isFile() && !entry.name.endsWith(".md")).map((entry) => relative(home, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
      return [name, { path, files: files.sort() }] as const;
    }),
  );
  return Object.fromEntries(listed);
}
