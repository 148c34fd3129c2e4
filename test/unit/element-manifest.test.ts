/** The manifest of the elements says what their code does: every element, its properties, events, parts and custom properties, and no others. */

import { readFile, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { elementManifest } from "../../src/cli/package/element-manifest.ts";

const src = resolve(import.meta.dirname, "../../src");
const folder = join(src, "app/ui");
const files = (await readdir(folder)).filter((file) => /^simile-[\w-]+\.ts$/.test(file)).sort();
const manifest = await elementManifest(src);
const tokens = await readFile(join(folder, "tokens.ts"), "utf8");
const tokenNames = new Set([...tokens.matchAll(/--simile-[\w-]+/g)].map(([name]) => name));

/** All that a pattern's first group finds, once each, in order. */
const found = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name!))].sort();
const named = (list: readonly { readonly name: string }[] = []) => list.map(({ name }) => name).sort();

test("one import defines every element", async () => {
  const all = await readFile(join(src, "app/elements.ts"), "utf8");
  expect(found(all, /import "\.\/ui\/([\w-]+\.ts)";/g)).toEqual(files);
});

test("every element is in the manifest, by the name of its file", () => {
  expect(manifest.schemaVersion).toBe("1.0.0");
  expect(manifest.modules.map(({ path }) => path)).toEqual(files.map((file) => `lib/elements/${file.replace(/\.ts$/, ".js")}`));
  expect(manifest.modules.flatMap(({ declarations }) => declarations.map(({ tagName }) => `${tagName}.ts`))).toEqual(files);
  for (const { exports } of manifest.modules) expect(exports.map(({ kind }) => kind).sort()).toEqual(["custom-element-definition", "js"]);
});

describe.each(files.map((file, i) => ({ file, element: manifest.modules[i]!.declarations[0]! })))("$file", async ({ file, element }) => {
  const text = await readFile(join(folder, file), "utf8");
  const block = /static override properties = \{([\s\S]*?)\};/.exec(text)?.[1] ?? "";

  test("properties and attributes, each with its type", () => {
    const declared = found(block, /(\w+): \{(?! state: true)/g);
    expect(named(element.members)).toEqual(declared);
    expect((element.members ?? []).filter(({ type }) => !type?.text).map(({ name }) => name)).toEqual([]);
    const attributes = [...block.matchAll(/(\w+): \{([^}]*)\}/g)].flatMap(([, name, options]) => (/attribute: false|state: true/.test(options!) ? [] : [/attribute: "([^"]+)"/.exec(options!)?.[1] ?? name!]));
    expect(named(element.attributes)).toEqual(attributes.sort());
  });

  test("events that it sends, with their types", () => {
    expect(named(element.events)).toEqual(found(text, /emit\(\s*this,\s*"([\w-]+)"/g));
    for (const event of element.events ?? []) expect(event.type?.text).toBe(`CustomEvent<SimileEvents["${event.name}"]>`);
  });

  test("parts and custom properties", async () => {
    // The sign of a family is drawn by one function for all.
    const family = /\$\{familySign\(|: familySign\(|\? familySign\(/.test(text) ? ["family"] : [];
    expect(named(element.cssParts)).toEqual([...new Set([...found(text, /\spart="([\w-]+)"/g), ...family])].sort());
    // A long style lies in a file of its own.
    const styles = await Promise.all(found(text, /from "\.\/([\w-]+-(?:style|layout)\.ts)"/g).map((sheet) => readFile(join(folder, sheet), "utf8")));
    const own = found([text, ...styles].join("\n"), /var\((--simile-[\w-]+)/g).filter((name) => !tokenNames.has(name));
    expect(named(element.cssProperties).filter((name) => !tokenNames.has(name))).toEqual(own);
    expect(named(element.cssProperties).filter((name) => tokenNames.has(name))).toEqual([...tokenNames].sort());
  });

  test("says what it is", () => expect(element.description).toMatch(/^[A-Z].{20,}/));
});
