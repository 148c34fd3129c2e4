/** The package as others get it: packed, unpacked in a fresh project, and used by a bundled page, a page without a bundler, a TypeScript module and a terminal. */

import { execFile } from "node:child_process";
import { cp, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright";
import { build, createServer } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Libraries } from "../../src/app/library/libraries.ts";
import type { Simile } from "../../src/app/simile-state.ts";
import { patient } from "../built-page.ts";
import { CHROMIUM_ARGS, ensureChromium } from "../chromium.js";
import { type Project, installPacked } from "./support/packed.ts";
import { ISOLATION, type StaticServer, serveFolder } from "./support/static-server.ts";
import { complaintsOf } from "./support/page-watch.ts";

const root = resolve(import.meta.dirname, "../..");
const consumer = join(import.meta.dirname, "support/consumer");

let project: Project;
let browser: Browser;
beforeAll(async () => {
  project = await installPacked();
  browser = patient(await chromium.launch({ executablePath: ensureChromium(), chromiumSandbox: false, args: CHROMIUM_ARGS }));
  // Bundled, by Vite as it comes.
  await cp(consumer, project.folder, { recursive: true });
  await build({ root: project.folder, configFile: false, logLevel: "warn", build: { outDir: "site", chunkSizeWarningLimit: 4000 } });
  // As files: the same page, with the names mapped to the package's files.
  const plain = join(project.folder, "plain");
  await cp(consumer, plain, { recursive: true });
  const names = { simile: "/node_modules/simile/lib/simile.js", "simile/libraries": "/node_modules/simile/lib/libraries.js", "simile/elements": "/node_modules/simile/lib/elements.js" };
  const page = await readFile(join(plain, "index.html"), "utf8");
  await writeFile(join(plain, "index.html"), page.replace("<!-- without a bundler: an import map -->", `<script type="importmap">${JSON.stringify({ imports: names })}</script>`));
});
afterAll(async () => {
  await browser?.close();
  await project?.remove();
});

test("holds what it needs and nothing else", async () => {
  const folders = new Set(project.files.map((path) => path.split("/").slice(0, path.startsWith("src/") ? 2 : 1).join("/")));
  expect([...folders].sort()).toEqual(["LICENSE", "README.md", "lib", "package.json", "presets", "src/cli", "src/core", "src/model", "src/protocol"]);
  expect(project.files.filter((path) => /\.test\.|\.map$|tsbuildinfo|tsconfig|\.(png|wav)$/.test(path))).toEqual([]);
  const presets = (await promisify(execFile)("git", ["ls-files", "presets"], { cwd: root })).stdout.trim().split("\n");
  expect(project.files.filter((path) => path.startsWith("presets/")).length).toBeLessThanOrEqual(presets.length);
  // Beside the sounds: tfjs and its three WebAssembly files, Tone, the decoders in two workers, the drawing of maps.
  let bytes = 0;
  for (const path of project.files.filter((file) => !file.startsWith("presets/"))) bytes += (await stat(join(project.folder, "node_modules/simile", path))).size;
  expect(bytes).toBeLessThan(9e6);
});

test("every name that it exports is there, with its types", async () => {
  const home = join(project.folder, "node_modules/simile");
  const { exports } = JSON.parse(await readFile(join(home, "package.json"), "utf8")) as { exports: Record<string, string | { types?: string; default: string }> };
  const targets = Object.values(exports).flatMap((target) => (typeof target === "string" ? [target] : [target.default, ...(target.types ? [target.types] : [])]));
  const missing = targets.filter((target) => {
    const [before, after] = target.slice(2).split("*");
    return !project.files.some((path) => (after === undefined ? path === before : path.startsWith(before!) && path.endsWith(after)));
  });
  expect(missing).toEqual([]);
  const orphans = project.files.filter((path) => /^lib\/(core|elements)\/.*\.js$/.test(path) && !project.files.includes(path.replace(/^lib\/core\/(.*)\.js$/, "lib/types/core/$1.d.ts").replace(/^lib\/elements\/(.*)\.js$/, "lib/types/app/ui/$1.d.ts")));
  expect(orphans).toEqual([]);
});

test("its types hold in a project of strict TypeScript", async () => {
  const folder = join(project.folder, "typed");
  await mkdir(folder);
  await cp(join(consumer, "consumer.ts"), join(folder, "consumer.ts"));
  const options = { target: "ES2023", module: "ESNext", moduleResolution: "bundler", lib: ["ES2023", "DOM", "DOM.Iterable"], types: [], strict: true, noEmit: true, skipLibCheck: true };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["*.ts"] }));
  const tsc = await promisify(execFile)(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder]).catch((fault: { stdout: string }) => fault);
  expect(tsc.stdout).toBe("");
});

test("a bundle leaves out the instrument where nothing of it is used, and keeps elements that are only imported", async () => {
  const folder = join(project.folder, "shaken");
  await mkdir(folder);
  await writeFile(join(folder, "unused.js"), 'import { createSimile } from "simile"; console.log("nothing");');
  await writeFile(join(folder, "element.js"), 'import "simile/elements/simile-waveform"; console.log("one");');
  const bundle = async (entry: string) => {
    const result = await build({ root: folder, configFile: false, logLevel: "warn", build: { write: false, rolldownOptions: { input: join(folder, entry) } } });
    const chunks = (Array.isArray(result) ? result : [result]).flatMap((part) => ("output" in part ? part.output : [])).filter((part) => part.type === "chunk");
    // What the page loads: bundlers write files for parts that come later, even where nothing asks for them.
    const loaded = new Set(chunks.filter(({ isEntry }) => isEntry));
    for (const chunk of loaded) for (const name of chunk.imports) loaded.add(chunks.find(({ fileName }) => fileName === name)!);
    return [...loaded].map(({ code }) => code).join("\n");
  };
  expect((await bundle("unused.js")).length).toBeLessThan(2000);
  const one = await bundle("element.js");
  expect(one).toContain("simile-waveform");
  expect(one).not.toContain("simile-results");
  expect(one).not.toContain("AudioContext(");
});

test("the command line runs from the package, without a build", async () => {
  const cli = join(project.folder, "node_modules/simile/src/cli/simile.js");
  const sound = join(project.folder, "node_modules/simile/presets/libraries/studio/sounds/harp_ordinario_C4_mf.flac");
  const { stdout } = await promisify(execFile)(process.execPath, [cli, "match", sound], { cwd: project.folder });
  expect(stdout).toMatch(/1\s+0\.0000\s+harp ordinario C4 mf/);
});

describe.each([
  ["bundled by Vite", async (isolated: boolean) => serveFolder(join(project.folder, "site"), { isolated })],
  ["without a bundler", async (isolated: boolean) => serveFolder(project.folder, { isolated })],
  ["under Vite's development server", serveVite],
])("a page %s", (name, serve) => {
  test.each([
    ["isolated", true],
    ["not isolated", false],
  ])("%s: plays the demo, answers, and reads a file of the user's", async (_name, isolated) => {
    const server = await serve(isolated);
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      const errors = complaintsOf(page, { responses: true });
      await page.goto(new URL(name === "without a bundler" ? "plain/" : "", server.url).href);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated);
      await page.getByRole("button", { name: "Play the demo" }).click();
      await page.locator("simile-results button.row").nth(4).waitFor({ timeout: 120_000 });
      await page.locator("simile-results .sounding").first().waitFor();
      const heard = await page.evaluate(async () => {
        const { simile, libraries } = window as unknown as { simile: Simile; libraries: Libraries };
        const sound = simile.state.sounds.find(({ family }) => family === "plucked")!;
        const file = new File([await simile.library!.source.read(sound, new AbortController().signal)], "mine.flac");
        await libraries.start();
        await libraries.act({ kind: "files", title: "Mine", files: [{ path: "mine.flac", file }] });
        const { faults, engine } = simile.state;
        return { faults: faults.map(({ message }) => message), backend: engine?.backend, fault: libraries.state.fault, analysed: libraries.state.report?.analysed, sounds: engine?.library.sounds };
      });
      expect(heard).toMatchObject({ faults: [], fault: null, analysed: 1, sounds: 1 });
      expect(errors).toEqual([]);
    } finally {
      await context.close();
      await server.close();
    }
  });
});

async function serveVite(isolated: boolean): Promise<StaticServer> {
  const server = await createServer({ root: project.folder, configFile: false, logLevel: "warn", server: { port: 0, host: "127.0.0.1", ...(isolated ? { headers: ISOLATION } : {}) } });
  await server.listen();
  return { url: server.resolvedUrls!.local[0]!, close: () => server.close() };
}
