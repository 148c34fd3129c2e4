// Finds a Chromium, Chrome or Edge (CHROME_PATH wins), and installs one where there is none.
import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "microsoft-edge-stable", "msedge"];
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ...["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].flatMap((variable) => {
    const root = process.env[variable];
    return root ? [join(root, "Google/Chrome/Application/chrome.exe"), join(root, "Microsoft/Edge/Application/msedge.exe"), join(root, "Chromium/Application/chrome.exe")] : [];
  }),
];

function runnable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Path of an installed browser, or undefined. Throws where CHROME_PATH names no program. */
export function findChromium() {
  const wanted = process.env.CHROME_PATH;
  if (wanted) {
    if (!runnable(wanted)) throw new Error(`CHROME_PATH: expected the path of a browser, got ${wanted}, which cannot be run; correct it or unset it.`);
    return wanted;
  }
  const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const own = playwrightsOwn();
  return [...onPath, ...PLACES, ...(own ? [own] : [])].find(runnable);
}

/** Where Playwright would put its own Chromium. */
function playwrightsOwn() {
  try {
    const { chromium } = createRequire(import.meta.url)("playwright");
    return chromium.executablePath();
  } catch {
    return undefined;
  }
}

function isDebian() {
  return existsSync("/etc/os-release") && /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync("/etc/os-release", "utf8"));
}

/** Path of a browser, installed now if need be (Debian or Ubuntu as root: apt; else Playwright's own). Throws one sentence where that fails. */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  const run = (command, args) => execFileSync(command, args, { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  try {
    if (isDebian() && process.getuid?.() === 0) {
      run("apt-get", ["update", "-qq"]);
      run("apt-get", ["install", "-y", "-qq", "chromium"]);
    } else {
      const cli = join(dirname(createRequire(import.meta.url).resolve("playwright/package.json")), "cli.js");
      run(process.execPath, [cli, "install", "chromium"]);
    }
  } catch {
    // The sentence below says what to do.
  }
  const installed = findChromium();
  if (!installed) throw new Error("No browser: expected Chromium, Chrome or Edge for the browser tests, found none and could not install one; install Chromium or set CHROME_PATH to a browser's path.");
  return installed;
}

/** Switches under which headless Chromium runs offline, plays without a gesture and keeps its background services still. */
export const CHROMIUM_ARGS = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
];
