/** Reads the elements into a custom-elements manifest (schema 1.0.0): tag, properties, attributes, events, parts and custom properties of each. */

import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import * as analyzer from "@custom-elements-manifest/analyzer";

/** The analyser as it is; its types are of its configuration only. */
interface Analyzer {
  create(options: { readonly modules: readonly unknown[]; readonly plugins: readonly unknown[] }): unknown;
  readonly ts: {
    readonly ScriptTarget: { readonly ES2022: number };
    readonly ScriptKind: { readonly TS: number };
    createSourceFile(name: string, text: string, target: number, parents: boolean, kind: number): unknown;
  };
}

const LIT = "@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js";

/** What this project reads of a manifest; the schema has more. */
export interface ElementManifest {
  readonly schemaVersion: string;
  readonly modules: readonly { path: string; declarations: ElementDeclaration[]; exports: { kind: string; name: string; declaration: { name: string; module?: string } }[] }[];
}

export interface ElementDeclaration {
  readonly kind: string;
  readonly name: string;
  readonly tagName?: string;
  readonly customElement?: boolean;
  description?: string;
  members?: { readonly kind: string; readonly name: string; readonly static?: boolean; readonly privacy?: string; readonly type?: { readonly text: string }; readonly attribute?: string; readonly inheritedFrom?: unknown }[];
  attributes?: { readonly name: string }[];
  events?: { readonly name: string; type?: { text: string }; readonly description?: string }[];
  cssParts?: { readonly name: string; readonly description?: string }[];
  cssProperties?: { readonly name: string; readonly description?: string; readonly default?: string }[];
}

const TOKEN = /(--simile-[\w-]+), (light-dark\([^)]*\)|[^;]+?)\);/g;

/** `src` is the folder of the sources; paths in the manifest are those of the package. Throws where the analyser finds an element without a tag. */
export async function elementManifest(src: string): Promise<ElementManifest> {
  const { create, ts } = analyzer as unknown as Analyzer;
  const { litPlugin } = (await import(LIT)) as { litPlugin(): readonly unknown[] };
  const folder = join(src, "app/ui");
  const files = (await readdir(folder)).filter((file) => /^simile-[\w-]+\.ts$/.test(file)).sort();
  const sources = await Promise.all(files.map(async (file) => ({ file, text: await readFile(join(folder, file), "utf8") })));
  const modules = sources.map(({ file, text }) => ts.createSourceFile(`lib/elements/${file.replace(/\.ts$/, ".js")}`, plain(text), ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS));
  const manifest = create({ modules, plugins: litPlugin() }) as ElementManifest;
  const tokens = tokensOf(await readFile(join(folder, "tokens.ts"), "utf8"));
  for (const [i, module] of manifest.modules.entries()) {
    const { file, text } = sources[i]!;
    const element = module.declarations.find(({ customElement }) => customElement);
    if (element?.tagName === undefined) throw new Error(`${file}: expected an element and its define("tag", Class), got none; see src/cli/package/element-manifest.ts.`);
    const inner = new Set([...text.matchAll(/\b(\w+): \{ state: true/g)].map(([, name]) => name));
    // What Lit's own base class is for, what is private, and what an element keeps for itself are no one's business.
    element.members = element.members?.filter(({ kind, name, static: fixed, privacy }) => kind === "field" && !fixed && privacy !== "private" && privacy !== "protected" && !name.startsWith("#") && !inner.has(name)) ?? [];
    element.attributes = element.attributes?.filter(({ name }) => !inner.has(name)) ?? [];
    for (const event of element.events ?? []) event.type = { text: `CustomEvent<SimileEvents["${event.name}"]>` };
    element.cssProperties = [...(element.cssProperties ?? []), ...tokens];
    element.description = [/^\/\*\* (.*) \*\/\n/.exec(text)?.[1] ?? "", element.description ?? ""].join("\n\n").trim();
    module.declarations.splice(0, module.declarations.length, element);
    module.exports.splice(0, module.exports.length, ...module.exports.filter(({ declaration }) => declaration.name === element.name || declaration.name === element.tagName));
  }
  return manifest;
}

/** The source with one tag a line, as JSDoc readers want them, and with `define` under the name that analysers know. */
function plain(text: string): string {
  return text
    .replace(/\/\*\*(?:(?!\*\/)[\s\S])*@(?:fires|csspart|cssprop|slot)(?:(?!\*\/)[\s\S])*\*\//g, (comment) => `/**\n * ${comment.slice(3).replace(/\s*(?:\*\s*)?@(fires|csspart|cssprop|slot)/g, "\n * @$1")}`)
    .replace(/^define\("/gm, 'customElements.define("');
}

/** Tokens that every element takes, with what they are where a page sets none. */
function tokensOf(text: string): { name: string; description: string; default: string }[] {
  return [...text.matchAll(TOKEN)].map(([, name, value]) => ({ name: name!, description: "A token of the look, shared by every element.", default: value! }));
}
