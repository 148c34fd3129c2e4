// Runs every check: finds or installs a browser, proves the types, then runs the test projects.
import { spawnSync } from "node:child_process";
import { ensureChromium } from "./chromium.js";

function step(title, command, args, env = {}) {
  console.log(`\n> ${title}`);
  const { status } = spawnSync(command, args, { stdio: "inherit", env: { ...process.env, ...env }, shell: process.platform === "win32" });
  if (status !== 0) process.exit(status ?? 1);
}

let chromium;
try {
  chromium = ensureChromium();
} catch (cause) {
  console.error(cause.message);
  process.exit(1);
}
console.log(`Browser: ${chromium}`);
step("types: every room imports only what it may", "npx", ["tsc", "-b"]);
step("tests", "npx", ["vitest", "run", ...process.argv.slice(2)], { CHROME_PATH: chromium });
