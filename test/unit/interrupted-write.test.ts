/** A file is written whole or not at all: children that are stopped in the middle of a write, and faults on the way. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeWhole } from "../../src/cli/whole-file.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "simile-whole-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A child that has written half of `out.txt` and waits in the midst of it. */
async function heldInTheWrite(): Promise<ChildProcess> {
  const script = join(folder, "hold.mts");
  await writeFile(
    script,
    `import { writeWhole } from ${JSON.stringify(new URL("../../src/cli/whole-file.ts", import.meta.url).href)};
    setInterval(() => {}, 1000);
    async function* slowly() {
      yield new TextEncoder().encode("the first half, ");
      console.log("held");
      await new Promise(() => {});
    }
    await writeWhole(${JSON.stringify(join(folder, "out.txt"))}, slowly());`,
  );
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), script], { stdio: ["ignore", "pipe", "inherit"] });
  const [first] = await Promise.race([once(child.stdout!, "data"), once(child, "exit")]);
  expect(String(first)).toBe("held\n");
  return child;
}

const parts = async () => (await readdir(folder)).filter((name) => name.endsWith(".part"));

describe.skipIf(process.platform === "win32")("a signal in the midst of a write (Windows has none to catch)", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s: exit code %i, what was there stays, and no part is left", async (signal, code) => {
    await writeFile(join(folder, "out.txt"), "precious");
    const child = await heldInTheWrite();
    // The half that is written lies beside the file's place.
    await expect.poll(async () => Promise.all((await parts()).map((name) => readFile(join(folder, name), "utf8")))).toEqual(["the first half, "]);
    expect(await readFile(join(folder, "out.txt"), "utf8")).toBe("precious");
    const ended = once(child, "exit");
    child.kill(signal);
    expect(await ended).toEqual([code, null]);
    expect(await parts()).toEqual([]);
    expect(await readFile(join(folder, "out.txt"), "utf8")).toBe("precious");
  });
});

test("what comes part by part is there once it is whole, and then replaces what was", async () => {
  const path = join(folder, "out.txt");
  await writeFile(path, "old");
  const seen: string[] = [];
  async function* slowly() {
    yield new TextEncoder().encode("one, ");
    seen.push(await readFile(path, "utf8"));
    yield new TextEncoder().encode("two");
  }
  await writeWhole(path, slowly());
  expect(seen).toEqual(["old"]);
  expect(await readFile(path, "utf8")).toBe("one, two");
  expect(await readdir(folder)).toEqual(["out.txt"]);
});

test("a fault on the way leaves what was there, no part, and nobody who waits for signals", async () => {
  const path = join(folder, "out.txt");
  await writeFile(path, "precious");
  const waiting = process.listenerCount("SIGINT");
  async function* broken() {
    yield new TextEncoder().encode("half");
    throw new Error("the disk is gone");
  }
  await expect(writeWhole(path, broken())).rejects.toThrow("the disk is gone");
  expect(await readFile(path, "utf8")).toBe("precious");
  expect(await readdir(folder)).toEqual(["out.txt"]);
  expect(process.listenerCount("SIGINT")).toBe(waiting);
});
