/** Packs the package as it would be published, and unpacks it among the dependencies that it names: a project of someone else's, without a registry. */

import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rename, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");

export interface Project {
  /** Folder with `node_modules/simile` in it. */
  readonly folder: string;
  /** Paths in the package. */
  readonly files: readonly string[];
  /** Bytes of the packed file. */
  readonly bytes: number;
  remove(): Promise<void>;
}

export async function installPacked(): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), "simile-project-"));
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const packed = JSON.parse(execFileSync(npm, ["pack", "--json", "--pack-destination", folder], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).replace(/^[^[]*/s, "")) as [{ filename: string; size: number; files: { path: string }[] }];
  const [{ filename, size, files }] = packed;
  const home = join(folder, "node_modules");
  await mkdir(home);
  execFileSync("tar", ["xzf", join(folder, filename), "-C", home]);
  await rename(join(home, "package"), join(home, "simile"));
  const { dependencies } = JSON.parse(await readFile(join(home, "simile/package.json"), "utf8")) as { dependencies: Record<string, string> };
  for (const name of Object.keys(dependencies)) {
    await mkdir(dirname(join(home, name)), { recursive: true });
    await symlink(join(root, "node_modules", name), join(home, name));
  }
  return { folder, files: files.map(({ path }) => path), bytes: size, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Every file below a folder, by its path from there. */
export async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
