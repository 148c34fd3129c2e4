/** Holds the tree to its house rules: one sentence a module, no default exports, true file names in the docs, pinned versions, licences that may ship. */

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const files = filesOf();
const modules = files.filter((path) => /^(src|worklets|test)\/.*\.ts$/.test(path) && !path.endsWith(".d.ts"));

/** Every file that git tracks or would track; outside a checkout (an unpacked archive) there is nothing to hold to the rules. */
function filesOf(): string[] {
  try {
    return execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" }).split("\n").filter((path) => path && existsSync(join(root, path)));
  } catch {
    return [];
  }
}

describe.skipIf(files.length === 0)("house rules (need a git checkout to list the files)", () => {
  test("every module opens with its one sentence", () => {
    const silent = modules.filter((path) => !/^(\/\*\*\s+\S|\/\*\*\n \* \S|\/\/ @ts-nocheck)/.test(read(path)));
    expect(silent).toEqual([]);
  });

  test("no default exports, enums or barrels", () => {
    const faults = modules.filter((path) => path !== "test/unit/house.test.ts" && /^export default |^export (const )?enum |^export \* from /m.test(read(path)));
    expect(faults).toEqual([]);
  });

  test("no module takes what its room may not have", () => {
    const roomOf = (path: string) => /^(?:src\/)?([^/]+)/.exec(path)?.[1] ?? "";
    const allowed: Record<string, readonly string[]> = { core: ["core"], protocol: ["core", "protocol"], model: ["core", "model"], worker: ["core", "protocol", "model", "worker"], app: ["core", "protocol", "app"], cli: ["core", "model", "cli"], worklets: ["core", "protocol", "worklets"] };
    const faults: string[] = [];
    for (const path of modules) {
      const may = allowed[roomOf(path)];
      if (!may) continue;
      for (const [, target] of read(path).matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)) {
        const clean = target!.replace(/\?.*$/, "");
        const to = join(dirname(path), clean);
        const byUrl = target!.includes("?");
        if (!byUrl && !to.startsWith("presets/") && !may.includes(roomOf(to))) faults.push(`${path} -> ${to}`);
      }
    }
    expect(faults).toEqual([]);
  });

  test("documents name files that exist", () => {
    const missing: string[] = [];
    for (const path of files.filter((file) => file.endsWith(".md"))) {
      for (const [, target] of read(path).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
        if (!existsSync(join(root, dirname(path), decodeURIComponent(target!)))) missing.push(`${path} -> ${target}`);
      }
      for (const [, target] of read(path).matchAll(/`((?:src|worklets|presets|test)\/[\w./-]+\.\w+)`/g)) {
        if (!existsSync(join(root, target!))) missing.push(`${path} -> ${target}`);
      }
    }
    expect(missing).toEqual([]);
  });

  test("every dependency is pinned and explained in src/README.md", () => {
    const manifest = JSON.parse(read("package.json")) as { dependencies: Record<string, string>; devDependencies: Record<string, string> };
    const all = { ...manifest.dependencies, ...manifest.devDependencies };
    const loose = Object.entries(all).filter(([, version]) => !/^(npm:[\w@/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
    const guide = read("src/README.md");
    const unexplained = Object.keys(all).filter((name) => !guide.includes(`\`${name}\``));
    expect({ loose, unexplained }).toEqual({ loose: [], unexplained: [] });
  });

  test("nothing that ships is under the GPL or AGPL", () => {
    const lock = JSON.parse(read("package-lock.json")) as { packages: Record<string, { license?: string; dev?: boolean }> };
    const barred = Object.entries(lock.packages).filter(([, entry]) => !entry.dev && /(^|[^L])A?GPL/.test(entry.license ?? "")).map(([name, entry]) => `${name}: ${entry.license}`);
    expect(barred).toEqual([]);
  });
});
