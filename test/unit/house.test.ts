/** Holds the tree to its house rules: one sentence a module, no default exports, imports as the table of rooms has them, true file names in the docs, pinned versions, licences that may ship. */

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

interface Room {
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
}

/** Who may import whom and what, by the rows of the table under "Rooms". */
function roomsOf(guide: string): ReadonlyMap<string, Room> {
  const [, section] = /^## Rooms$([\s\S]*?)^##/m.exec(guide)!;
  const rows = [...section!.matchAll(/^\| `(?:src\/)?([\w.]+)` \| ([^|]*) \| ([^|]*) \|/gm)];
  return new Map(rows.map(([, room, others, packages]) => [room!, { rooms: others === "nothing" ? [] : others!.split(", "), packages: [...packages!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!) }]));
}

/** What a module imports, in any of the ways that the tree has: at its head, later, for its types, or by a `require` of its own. */
function importsOf(text: string): string[] {
  const ways = /^(?:import|export)\b[^;"']*?\bfrom\s*"([^"$]+)"|^import\s*"([^"$]+)"|\bimport\(\s*"([^"$]+)"|\bcreateRequire\(import\.meta\.url\)(?:\.resolve)?\("([^"$]+)"/gm;
  return [...text.matchAll(ways)].map(([, ...targets]) => targets.find((target) => target !== undefined)!);
}

/** The package of a module's name; all of Node's are one. */
function packageOf(name: string): string {
  return name.startsWith("node:") ? "node:*" : name.split("/").slice(0, name.startsWith("@") ? 2 : 1).join("/");
}

describe.skipIf(files.length === 0)("house rules (need a git checkout to list the files)", () => {
  test("every module opens with its one sentence", () => {
    const silent = modules.filter((path) => !/^(\/\*\*\s+\S|\/\*\*\n \* \S|\/\/ @ts-nocheck)/.test(read(path)));
    expect(silent).toEqual([]);
  });

  test("no default exports, enums or barrels", () => {
    const found = modules.filter((path) => /^export default |^export\s*\{[^}]*\bas default\b|^export (const )?enum |^export \* from /m.test(read(path)));
    // Hosts of Web Audio Modules look for the class there.
    expect(found).toEqual(["src/app/wam/index.ts"]);
  });

  const roomOf = (path: string) => /^(?:src\/)?([^/]+)/.exec(path)?.[1] ?? "";
  const rooms = roomsOf(read("src/README.md"));
  const code = files.filter((path) => /^(src|worklets)\/.*\.[jt]s$/.test(path) && !path.endsWith(".d.ts"));

  test("the table of rooms in src/README.md has every room that holds code", () => {
    expect([...rooms.keys()].filter((room) => !["presets", "test"].includes(room)).sort()).toEqual([...new Set(code.map(roomOf))].sort());
  });

  test("no module takes what its room may not have", () => {
    const faults: string[] = [];
    for (const path of code) {
      const room = roomOf(path);
      const may = [room, ...rooms.get(room)!.rooms];
      for (const target of importsOf(read(path)).filter((name) => name.startsWith("."))) {
        const to = join(dirname(path), target.replace(/\?.*$/, ""));
        const byUrl = target.includes("?");
        if (!byUrl && !to.startsWith("presets/") && !may.includes(roomOf(to))) faults.push(`${path} -> ${to}`);
      }
    }
    expect(faults).toEqual([]);
  });

  test("every room imports the packages that the table names, and no others", () => {
    const found = new Map([...rooms.keys()].map((room) => [room, new Set<string>()]));
    for (const path of code) for (const target of importsOf(read(path))) if (!target.startsWith(".")) found.get(roomOf(path))!.add(packageOf(target));
    const sorted = (names: Iterable<string>) => [...names].sort();
    expect(Object.fromEntries([...found].map(([room, names]) => [room, sorted(names)]))).toEqual(Object.fromEntries([...rooms].map(([room, { packages }]) => [room, sorted(packages)])));
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
