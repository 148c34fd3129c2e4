/** Packs PFFFT and our SIMD kernels into TypeScript modules of bytes, so that worklet, worker and Node load them with no build step: `npm run build:simd`. */

import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { main as compile } from "assemblyscript/asc";

const root = resolve(import.meta.dirname, "../..");

/** The modules that are written, by their paths. */
export const TARGETS = { scattering: join(root, "src/core/scattering/simd-bytes.ts"), search: join(root, "src/core/search/scan-bytes.ts") };

/** Functions of PFFFT that we call, by the names of its C header; the package's file gives them short names. */
const USED = ["pffft_aligned_malloc", "pffft_new_setup", "pffft_transform_ordered"];

async function compileKernels(source: string): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await compile([source, "--outFile", "kernels.wasm", "-O3", "--runtime", "stub", "--importMemory", "--initialMemory", "1", "--enable", "simd", "--noAssert"], {
    readFile: (name: string, base: string) => readFile(join(base, name), "utf8").catch(() => null),
    writeFile: (_name: string, content: string | Uint8Array) => {
      bytes = content as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !bytes) throw new Error(`${source}: ${stderr.toString()}`);
  return bytes;
}

function text(name: string, doc: string, bytes: Uint8Array): string {
  const lines = Buffer.from(bytes).toString("base64").match(/.{1,150}/g) ?? [];
  return [`/** ${doc} */`, `export const ${name} = [`, ...lines.map((line) => `  "${line}",`), `].join("");`, ""].join("\n");
}

/** Text of each module by its path: the same sources and versions give the same bytes. */
export async function buildSimd(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    [TARGETS.scattering, await scatteringBytes()],
    [
      TARGETS.search,
      ["/** Bytes of the SIMD scan under search, base64; written by `npm run build:simd`, not by hand. */", "", text("SCAN_BYTES", "simd/scan.ts, compiled by AssemblyScript.", await compileKernels("src/core/search/simd/scan.ts"))].join("\n"),
    ],
  ]);
}

async function scatteringBytes(): Promise<string> {
  const folder = join(dirname(createRequire(import.meta.url).resolve("@echogarden/pffft-wasm/simd")), ".");
  const loader = await readFile(join(folder, "pffft.js"), "utf8");
  const { version } = JSON.parse(await readFile(join(root, "node_modules/@echogarden/pffft-wasm/package.json"), "utf8")) as { version: string };
  const find = (pattern: RegExp, what: string) => {
    const found = pattern.exec(loader)?.[1];
    if (!found) throw new Error(`@echogarden/pffft-wasm ${version}: expected its loader to name ${what}, got nothing; adapt build-simd.ts to this version.`);
    return found;
  };
  const exports = {
    memory: find(/wasmMemory=wasmExports\["(\w+)"\]/, "the memory"),
    start: find(/addOnInit\(wasmExports\["(\w+)"\]\)/, "the start function"),
    ...Object.fromEntries(USED.map((name) => [name, find(new RegExp(`Module\\["_${name}"\\]=wasmExports\\["(\\w+)"\\]`), name)])),
  };
  const imports = { assertFail: find(/(\w+):___assert_fail/, "___assert_fail"), resizeHeap: find(/(\w+):_emscripten_resize_heap/, "_emscripten_resize_heap"), copy: find(/(\w+):__emscripten_memcpy_js/, "__emscripten_memcpy_js") };
  return [
    "/** Bytes of the SIMD modules under scattering, base64; written by `npm run build:simd`, not by hand. */",
    "",
    `/** Short names in PFFFT's module (@echogarden/pffft-wasm ${version}; licence: simd/PFFFT-LICENSE.txt). */`,
    `export const PFFFT_NAMES = ${JSON.stringify({ exports, imports })} as const;`,
    "",
    text("PFFFT_BYTES", "PFFFT (Pommier 2013), compiled with 128-bit vectors.", await readFile(join(folder, "pffft.wasm"))),
    text("KERNEL_BYTES", "simd/kernels.ts, compiled by AssemblyScript.", await compileKernels("src/core/scattering/simd/kernels.ts")),
  ].join("\n");
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [path, content] of await buildSimd()) {
    await writeFile(path, content);
    console.log(`wrote ${path}`);
  }
}
