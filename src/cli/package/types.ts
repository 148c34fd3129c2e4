/** Gathers the declarations that the package's entries reach, as TypeScript wrote them, under `lib/types`. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";

/** `import … from "./x.ts"`, `import("./x.ts")`: what a declaration says of its neighbours. */
const NEIGHBOUR = /((?:from|import)\s*\(?\s*")(\.[^"]+)\.ts(")/g;

/** `cache` holds one folder a room, each with the tree from the project's root on; `entries` are paths in `src`. */
export async function writeTypes(cache: string, target: string, entries: readonly string[]): Promise<void> {
  const waiting = [...entries];
  const done = new Set(waiting);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const room = path.slice(0, path.indexOf("/"));
    const declared = path.replace(/\.ts$/, ".d.ts");
    const text = await readFile(join(cache, room, "src", declared), "utf8");
    for (const [, , source] of text.matchAll(NEIGHBOUR)) {
      const next = posix.join(posix.dirname(path), `${source}.ts`);
      if (!done.has(next)) waiting.push(next);
      done.add(next);
    }
    const file = join(target, declared);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text.replace(NEIGHBOUR, "$1$2.js$3").replace(/\n?\/\/# sourceMappingURL=.*\n?$/, "\n"));
  }
}
