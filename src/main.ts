/** Joins the page: one instrument as it was left, one face, the colours that were chosen last, and the worker that keeps the page for use without a network. */

import { createFaultBoard } from "./app/fault-board.ts";
import { createLibraries } from "./app/library/libraries.ts";
import { createLibraryMap } from "./app/map/map-desk.ts";
import { pageStorage } from "./app/page-storage.ts";
import { createPresets } from "./app/presets/presets.ts";
import { rememberSettings } from "./app/settings-memory.ts";
import { createSimile } from "./app/simile.ts";
import type { Theme } from "./app/ui/events.ts";
import { createWhy } from "./app/why-desk.ts";
import "./app/ui/simile-app.ts";
import { createUpdates } from "./app/updates.ts";

const THEME_KEY = "simile-theme";
const STAGE_KEY = "simile-stage";
const STEPS_KEY = "simile-first-steps";

const app = document.querySelector("simile-app");
if (!app) throw new Error("main: expected a <simile-app> on the page, found none; put one into index.html.");

const storage = pageStorage();
const chosen = read(THEME_KEY);
app.theme = chosen === "light" || chosen === "dark" ? chosen : "auto";
follow(app.theme);
app.stage = read(STAGE_KEY) === "on";
app.steps = read(STEPS_KEY) !== "done";
app.guide = async () => (await import("./docs/guide.md?guide")).html;
app.addEventListener("simile-theme", ({ detail: { theme } }) => {
  follow(theme);
  keep(THEME_KEY, theme);
});
app.addEventListener("simile-stage", ({ detail: { on } }) => keep(STAGE_KEY, on ? "on" : "off"));
app.addEventListener("simile-guide", ({ detail: { shown } }) => keep(STEPS_KEY, shown ? "shown" : "done"));
app.simile = createSimile({ rememberPads: true });
rememberSettings(app.simile, storage);
app.libraries = createLibraries({ simile: app.simile, storage });
app.map = createLibraryMap({ simile: app.simile });
app.why = createWhy({ simile: app.simile });
// Model and library load before the first gesture; that gesture only resumes the sound.
void app.simile.start().then(async () => {
  await app.libraries?.start();
  // What is kept for use without a network is fetched once nothing else waits for the network.
  await app.updates?.start();
});
app.presets = createPresets({ simile: app.simile, index: new URL("libraries/index.json", document.baseURI).href });
void app.presets.start();
if (import.meta.env.MODE !== "development") app.updates = createUpdates({ script: new URL("sw.js", document.baseURI).href, container: navigator.serviceWorker ?? null, reload: () => location.reload() });

const bridge = new URLSearchParams(location.search).get("bridge");
if (bridge !== null) {
  const faults = createFaultBoard((now) => (app.faults = now));
  app.addEventListener("simile-dismiss", ({ detail: { key } }) => faults.clear(key));
  const { createBridge } = await import("./app/remote/bridge.ts");
  try {
    createBridge({ simile: app.simile, address: bridge, onFault: (fault) => (fault ? faults.raise("bridge", fault) : faults.clear("bridge")) });
  } catch (cause) {
    faults.raise("bridge", cause);
  }
}

function read(key: string): string | null {
  try {
    return storage?.getItem(key) ?? null;
  } catch {
    return null;
  }
}

/** Without storage a choice lasts as long as the page. */
function keep(key: string, value: string): void {
  try {
    storage?.setItem(key, value);
  } catch {
    // Full, or denied since.
  }
}

/** The page behind the app takes the same colours. */
function follow(theme: Theme): void {
  document.documentElement.style.colorScheme = theme === "auto" ? "" : theme;
}
