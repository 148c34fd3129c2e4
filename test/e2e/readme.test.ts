/** The README's programs, run as they stand there. */

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltPage, openBuiltPage } from "../built-page.ts";

const root = resolve(import.meta.dirname, "../..");
const readme = await readFile(join(root, "README.md"), "utf8");
const SOUND = "presets/libraries/studio/sounds/harp_ordinario_C4_mf.flac";

/** Code blocks of a language, in their order. */
const blocks = (language: string) => [...readme.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"))].map(([, code]) => code!);

let built: BuiltPage;
beforeAll(async () => {
  built = await openBuiltPage();
});
afterAll(() => built?.close());

test("the terminal programs run, on a sound of the library", async () => {
  const folder = await mkdtemp(join(tmpdir(), "simile-readme-"));
  const cli = join(root, "src/cli/simile.js");
  const commands = blocks("sh").flatMap((code) => code.split("\n").filter((line) => line.startsWith("npx simile ")));
  expect(commands).toHaveLength(3);
  try {
    const outputs: string[] = [];
    for (const command of commands) {
      const args = command.split(" ").slice(2).map((word) => word.replace("my-sound.wav", join(root, SOUND)).replace("~/samples", join(root, "test/golden/audio")));
      outputs.push((await promisify(execFile)(process.execPath, [cli, ...args], { cwd: folder })).stdout);
    }
    expect(outputs[0]).toMatch(/1\s+0\.0000\s+harp ordinario C4 mf/);
    expect(await readFile(join(folder, "samples.csv"), "utf8")).toMatch(/^file,e0,e1,/);
    expect(JSON.parse(outputs[2]!)).toBeTruthy();
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the page of one's own is the one in the README, and its demo is answered", async () => {
  const [program] = blocks("html");
  const page = await readFile(join(root, "src/examples/embed.html"), "utf8");
  const squeezed = (text: string) => text.replace(/^\s+/gm, "");
  expect(squeezed(page)).toContain(squeezed(program!));

  const tab = await built.browser.newPage();
  const errors: string[] = [];
  tab.on("pageerror", (error) => errors.push(error.message));
  await tab.goto(`${built.url}examples/embed.html`);
  await tab.getByRole("button", { name: "Play the demo" }).click();
  await tab.locator("simile-results button.row").nth(4).waitFor({ timeout: 120_000 });
  expect(errors).toEqual([]);
  await tab.close();
});
